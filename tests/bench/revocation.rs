//! How long it takes, by the clock on the wall, from an acknowledged revocation to the edge's changed verdict: 100 of them,
//! while one push in five to the edge's KV fails.
//!
//! The edge asks for a newer list when its own is 30 s old, so half of that is the median to expect.

use crate::{
    Result,
    http::Http,
    place::Place,
    report::{Figure, note, percentile},
};
use registrar_local::{Options, Platform, seed};
use serde_json::{Value, json};
use std::{
    thread,
    time::{Duration, Instant},
};
use tokio::runtime::Runtime;

const CERTIFICATES: usize = 100;
/// Between two revocations.
const PAUSE: Duration = Duration::from_millis(100);
/// Between two looks at all that are outstanding.
const LOOK: Duration = Duration::from_millis(250);
/// What the product promises, in seconds.
const PROMISE: f64 = 60.0;
/// After so long a certificate counts as lost.
const PATIENCE: Duration = Duration::from_mins(3);

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let profile = std::env::var("BENCH_PROFILE").unwrap_or_else(|_| "release".to_owned());
    let scratch = tempfile::tempdir()?;
    let mut options = Options::new(place.template(), scratch.path());
    options.binaries = place.binaries(&profile);
    let runtime = Runtime::new()?;
    let platform = runtime.block_on(async {
        let platform = Platform::start(options).await?;
        seed::demo(&platform).await?;
        Ok::<_, registrar_local::Error>(platform)
    })?;
    let measured = measure(&platform, &Http::new()?, || {
        runtime.block_on(platform.quiesce());
    });
    runtime.block_on(platform.shutdown());
    let mut seconds = measured?;
    let lost = CERTIFICATES - seconds.len();
    seconds.sort_by(f64::total_cmp);
    let longest = seconds.last().copied().unwrap_or(f64::INFINITY);
    Ok(vec![
        Figure::holds(
            "100 revocations, 20 % of pushes fail: never shown at the edge",
            "none",
            lost.to_string(),
            lost == 0,
        )
        .value("profile", profile),
        Figure::at_most(
            "… from the acknowledged write to the changed verdict, the longest",
            PROMISE,
            longest,
            "s",
        )
        .with(&format!(
            "median {:.1} s, 95 % within {:.1} s",
            percentile(&seconds, 50),
            percentile(&seconds, 95)
        )),
    ])
}

/// Seconds from acknowledgement to verdict of each one that was shown.
fn measure(platform: &Platform, http: &Http, quiet: impl Fn()) -> Result<Vec<f64>> {
    let sign_in = |email: &str| -> Result<Value> {
        let url = format!("{}/auth/sign-in", platform.api_url());
        let body = json!({"email": email, "password": seed::PASSWORD});
        Ok(http.send(|client| client.post(url).json(&body))?.body)
    };
    let (admin, student) = (sign_in("meera@example.org")?, sign_in("asha@example.org")?);
    let token = admin["access_token"].as_str().ok_or("no access token")?;
    let admin_post = |path: String, body: Value| {
        let url = format!("{}{path}", platform.api_url());
        http.send(|client| client.post(url).bearer_auth(token).json(&body))
    };
    let mut issued = Vec::new();
    for n in 0..CERTIFICATES {
        let body = json!({"student_id": student["account"]["id"], "course_name": format!("Course {n}"),
            "completion_date": "2026-01-15"});
        let answer = admin_post("/api/admin/certificates/generate".to_owned(), body)?.body;
        let text = |name: &str| answer[name].as_str().map(str::to_owned);
        let (id, token) = (text("certificate_id"), text("token"));
        issued.push(id.zip(token).ok_or("no certificate")?);
    }
    quiet();
    note("100 certificates are issued");
    let verdict = |token: &str| -> Result<bool> {
        let url = format!("{}/v/{token}", platform.verify_url());
        let answer = http.send(|client| client.get(url).header("accept", "application/json"))?;
        Ok(answer.body["verdict"] == "revoked")
    };
    for (_, token) in &issued {
        if verdict(token)? {
            return Err("a certificate is revoked before it was".into());
        }
    }
    let faults = json!([{"provider": "cloudflare", "match": {"method": "PUT"}, "kind": "status", "status": 503, "rate": 0.2}]);
    let url = format!("{}/faults", platform.simulators_url());
    http.send(|client| client.put(url).json(&faults))?;
    let mut outstanding = Vec::new();
    for (id, token) in &issued {
        let path = format!("/api/admin/certificates/{id}/revoke");
        admin_post(path, json!({"reason": "issued in error"}))?;
        outstanding.push((token, Instant::now()));
        thread::sleep(PAUSE);
    }
    let (began, mut seconds) = (Instant::now(), Vec::new());
    while !outstanding.is_empty() && began.elapsed() < PATIENCE {
        let mut left = Vec::new();
        for (token, acknowledged) in outstanding {
            if verdict(token)? {
                seconds.push(acknowledged.elapsed().as_secs_f64());
            } else {
                left.push((token, acknowledged));
            }
        }
        outstanding = left;
        thread::sleep(LOOK);
    }
    Ok(seconds)
}
