//! `registrar certificate issue`.
//!
//! A request whose answer is lost, or says nothing of what became of it, is sent again under the same `Idempotency-Key`, so
//! that nothing is issued twice; when that stays so, the key is printed for another try.

use crate::{Failure, args::IssueArgs, client::Api};
use registrar_credential::Day;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{io::Write, time::Duration};

/// How often a request is sent that gets no answer.
const TRIES: u32 = 3;
/// How long the first pause lasts; the others are twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(500);
/// The code of the answer to a request whose key another one holds.
const IN_FLIGHT: &str = "idempotency_in_flight";

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
        let answer = answer.and_then(crate::client::Answer::success);
        match answer {
            Err(failure) if is_open(&failure) => {
                if tries == TRIES {
                    return Err(again(failure, &key));
                }
            }
            settled => break settled?,
        }
        tokio::time::sleep(PAUSE * 2_u32.pow(tries - 1)).await;
    };
    if wanted.json {
        let whole: Value = answer.json()?;
        writeln!(out, "{whole:#}")?;
    } else {
        let issued: Issued = answer.json()?;
        writeln!(out, "{}\n{}", issued.certificate_id, issued.verify_url)?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Args, CertificateCommand, Command};
    use clap::Parser;
    use std::{io::Read, net::TcpListener};

    /// A service that gives every request this answer; its address.
    fn service(status: &'static str, code: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut asked = [0; 8192];
                let _ = stream.read(&mut asked);
                let body = format!("{{\"code\":\"{code}\",\"detail\":\"not now\"}}");
                let length = body.len();
                let _ = write!(
                    stream,
                    "HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
            }
        });
        format!("http://{address}")
    }

    async fn said(api: &str) -> String {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let student = "00000000-0000-7000-8000-000000000001";
        let args = ["registrar", "certificate", "issue", student, "Rust"];
        let more = ["--token", "x", "--api", api];
        let Command::Certificate(command) = Args::try_parse_from(args.iter().chain(&more))
            .unwrap()
            .command;
        let CertificateCommand::Issue(wanted) = command else {
            panic!("another command")
        };
        let mut out = Vec::new();
        let done = issue(&wanted, 1_795_000_000, "a-drawn-key".to_owned(), &mut out).await;
        done.unwrap_err().to_string()
    }

    #[tokio::test]
    async fn the_key_is_printed_wherever_nobody_knows_what_became_of_the_request() {
        for (status, code) in [
            ("503 Service Unavailable", "unavailable"),
            ("409 Conflict", IN_FLIGHT),
        ] {
            let said = said(&service(status, code)).await;
            assert!(said.contains("--idempotency-key a-drawn-key"), "{said}");
            assert!(said.contains("not now") && said.contains(code), "{said}");
        }
        let refused = said(&service("422 Unprocessable Content", "unknown_student")).await;
        assert!(!refused.contains("idempotency-key"), "{refused}");
    }
}
