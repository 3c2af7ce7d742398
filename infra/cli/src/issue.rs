//! `registrar certificate issue`.

use crate::{Failure, args::IssueArgs, plain::line, send};
use registrar_credential::Day;
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::Write;

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
    let (api, token) = send::open(&wanted.access).await?;
    let key = wanted.idempotency_key.clone().unwrap_or(drawn);
    let body = body(wanted, now);
    let request = || {
        let request = api.post("/api/admin/certificates/generate");
        request.bearer_auth(&token).json(&body)
    };
    let answer = send::settled(&api, &key, request).await?;
    if wanted.json {
        let whole: Value = answer.json()?;
        writeln!(out, "{whole:#}")?;
    } else {
        let issued: Issued = answer.json()?;
        let (id, url) = (line(&issued.certificate_id), line(&issued.verify_url));
        writeln!(out, "{id}\n{url}")?;
    }
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        args::{Args, CertificateCommand, Command},
        send::IN_FLIGHT,
    };
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
        let parsed = Args::try_parse_from(args.iter().chain(&more)).unwrap();
        let Command::Certificate(CertificateCommand::Issue(wanted)) = parsed.command else {
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
