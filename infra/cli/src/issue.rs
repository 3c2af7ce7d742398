//! `registrar certificate issue`.
//!
//! A request whose answer is lost is sent again under the same `Idempotency-Key`, so that nothing is issued twice; when it
//! stays unanswered, the key is printed for another try.

use crate::{Failure, args::IssueArgs, client::Api};
use registrar_credential::Day;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{io::Write, time::Duration};

/// How often a request is sent that gets no answer.
const TRIES: u32 = 3;
/// How long the first pause lasts; the others are twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(500);

#[derive(Deserialize)]
struct SignedIn {
    access_token: String,
}

#[derive(Deserialize)]
struct Issued {
    certificate_id: String,
    verify_url: String,
}

/// Issues, and prints id and link. The request carries the key that was asked for, or else the one that was drawn.
pub(crate) async fn issue(
    wanted: &IssueArgs,
    now: u64,
    drawn: String,
    out: &mut impl Write,
) -> Result<(), Failure> {
    let api = Api::new(&wanted.api)?;
    let token = token(&api, wanted).await?;
    let key = wanted.idempotency_key.clone().unwrap_or(drawn);
    let body = body(wanted, now);
    let mut tries = 0;
    let answer = loop {
        tries += 1;
        let request = api
            .post("/api/admin/certificates/generate")
            .bearer_auth(&token)
            .header("idempotency-key", &key)
            .json(&body);
        let answer = api.send(request).await;
        // 409 `in_flight` and 5xx say nothing of what became of it; the same key asks again.
        let settled = match &answer {
            Ok(answer) => {
                !answer.status.is_server_error() && !answer.body.contains("idempotency_in_flight")
            }
            Err(_) => false,
        };
        if settled || tries == TRIES {
            break answer;
        }
        tokio::time::sleep(PAUSE * 2_u32.pow(tries - 1)).await;
    };
    let answer = answer.and_then(crate::client::Answer::success);
    let answer = answer.map_err(|failure| again(failure, &key))?;
    if wanted.json {
        let whole: Value = answer.json()?;
        writeln!(out, "{whole:#}")?;
    } else {
        let issued: Issued = answer.json()?;
        writeln!(out, "{}\n{}", issued.certificate_id, issued.verify_url)?;
    }
    Ok(())
}

/// What is not refused for good may be asked again.
fn again(failure: Failure, key: &str) -> Failure {
    match failure {
        Failure::Unreachable { url, problem } => Failure::Unreachable {
            url,
            problem: format!("{problem}; try again with --idempotency-key {key}"),
        },
        other => other,
    }
}

fn body(wanted: &IssueArgs, now: u64) -> Value {
    let mut body = json!({
        "student_id": wanted.student_id,
        "course_name": wanted.course,
        "completion_date": wanted.completed.unwrap_or_else(|| Day::from_unix(now)).to_string(),
        "template": wanted.template.code(),
    });
    if let Some(grade) = &wanted.grade {
        body["grade"] = json!(grade);
    }
    if let Some(last) = wanted.expires {
        body["expires_on"] = json!(last.to_string());
    }
    body
}

async fn token(api: &Api, wanted: &IssueArgs) -> Result<String, Failure> {
    if let Some(token) = &wanted.token {
        return Ok(token.clone());
    }
    let (Some(email), Some(password)) = (&wanted.email, &wanted.password) else {
        return Err(Failure::Input(
            "give --token (or REGISTRAR_TOKEN), or --email and the password in REGISTRAR_PASSWORD"
                .to_owned(),
        ));
    };
    let request = api
        .post("/auth/sign-in")
        .json(&json!({"email": email, "password": password}));
    let signed_in: SignedIn = api.send(request).await?.success()?.json()?;
    Ok(signed_in.access_token)
}
