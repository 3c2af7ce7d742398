//! `registrar`: issuing and verifying certificates, and managing accounts, from a terminal (checklist C-11).
//!
//! | exit code | means |
//! |---|---|
//! | 0 | done; or `valid` |
//! | 1 | it could not be done: refused, not reachable, a file that cannot be read |
//! | 2 | the command line is wrong |
//! | 10 … 17 | verdicts other than `valid`: see [`exit`] |

mod account;
mod args;
mod client;
mod exit;
mod issue;
mod plain;
mod send;
mod sources;
mod subject;
mod verify;

use args::{Args, CertificateCommand, Command};
use clap::Parser;
use plain::Plain;
use std::{io::Write, process::ExitCode};

/// Why a command did not do what it is for.
#[derive(Debug, thiserror::Error)]
enum Failure {
    /// What was given cannot be used.
    #[error("{0}")]
    Input(String),
    /// A file cannot be read.
    #[error("{path}: {problem}")]
    File { path: String, problem: String },
    /// Nobody answered, or not what this program understands.
    #[error("{url}: {problem}")]
    Unreachable { url: String, problem: String },
    /// The service said no.
    #[error("{detail} ({status} {code})")]
    Refused {
        status: u16,
        code: String,
        detail: String,
    },
    /// Standard output is closed.
    #[error("the output cannot be written: {0}")]
    Output(#[from] std::io::Error),
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    // The first installation of a process cannot be refused.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let command = Args::parse().command;
    let mut out = Plain(std::io::stdout().lock());
    let done = match command {
        Command::Account(command) => {
            let done = account::account(command, sources::request_key(), &mut out).await;
            done.map(|()| ExitCode::SUCCESS)
        }
        Command::Certificate(CertificateCommand::Issue(wanted)) => {
            let drawn = sources::request_key();
            let done = issue::issue(&wanted, sources::now(), drawn, &mut out).await;
            done.map(|()| ExitCode::SUCCESS)
        }
        Command::Certificate(CertificateCommand::Verify(wanted)) => {
            verify::verify(&wanted, sources::now(), &mut out).await
        }
    };
    match done.and_then(|code| Ok(out.flush().map(|()| code)?)) {
        Ok(code) => code,
        Err(failure) => {
            let _ = writeln!(Plain(std::io::stderr()), "registrar: {failure}");
            ExitCode::from(exit::FAILED)
        }
    }
}
