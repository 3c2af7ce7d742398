//! Sending a change until it is known what became of it.
//!
//! A request whose answer is lost, or says nothing of what became of it, is sent again under the same `Idempotency-Key`, so
//! that nothing is done twice; when that stays so, the key is printed for another try.

use crate::{
    Failure,
    args::Access,
    client::{Answer, Api},
};
use reqwest::RequestBuilder;
use serde::Deserialize;
use serde_json::json;
use std::time::Duration;

/// How often a request is sent that gets no answer.
const TRIES: u32 = 3;
/// How long the first pause lasts; the others are twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(500);
/// The code of the answer to a request whose key another one holds.
pub(crate) const IN_FLIGHT: &str = "idempotency_in_flight";

#[derive(Deserialize)]
struct SignedIn {
    access_token: String,
}

/// The answer to a request, sent under `key`.
pub(crate) async fn settled(
    api: &Api,
    key: &str,
    request: impl Fn() -> RequestBuilder,
) -> Result<Answer, Failure> {
    let mut tries = 0;
    loop {
        tries += 1;
        let answer = api.send(request().header("idempotency-key", key)).await;
        match answer.and_then(Answer::success) {
            Err(failure) if is_open(&failure) => {
                if tries == TRIES {
                    return Err(again(failure, key));
                }
            }
            settled => return settled,
        }
        tokio::time::sleep(PAUSE * 2_u32.pow(tries - 1)).await;
    }
}

/// Whether nothing is known of what became of the request: no answer, 5xx, or an earlier try is still at work.
fn is_open(failure: &Failure) -> bool {
    match failure {
        Failure::Unreachable { .. } => true,
        Failure::Refused { status, code, .. } => *status >= 500 || code == IN_FLIGHT,
        Failure::Input(_) | Failure::File { .. } | Failure::Output(_) => false,
    }
}

/// The same failure, with how it may be asked again.
fn again(failure: Failure, key: &str) -> Failure {
    let hint = |said: String| format!("{said}; try again with --idempotency-key {key}");
    match failure {
        Failure::Unreachable { url, problem } => Failure::Unreachable {
            url,
            problem: hint(problem),
        },
        Failure::Refused {
            status,
            code,
            detail,
        } => Failure::Refused {
            status,
            code,
            detail: hint(detail),
        },
        other @ (Failure::Input(_) | Failure::File { .. } | Failure::Output(_)) => other,
    }
}

/// The API, over a way that a secret may go, and a token for it.
pub(crate) async fn open(access: &Access) -> Result<(Api, String), Failure> {
    let api = Api::with_secrets(&access.api)?;
    if let Some(token) = &access.token {
        return Ok((api, token.clone()));
    }
    let (Some(email), Some(password)) = (&access.email, &access.password) else {
        return Err(Failure::Input(
            "give --token (or REGISTRAR_TOKEN), or --email and the password in REGISTRAR_PASSWORD"
                .to_owned(),
        ));
    };
    let request = api
        .post("/auth/sign-in")
        .json(&json!({"email": email, "password": password}));
    let signed_in: SignedIn = api.send(request).await?.success()?.json()?;
    Ok((api, signed_in.access_token))
}
