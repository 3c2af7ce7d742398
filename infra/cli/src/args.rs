//! The command line.

mod account;

pub(crate) use account::{AccountArgs, AccountCommand, BootstrapArgs};

use clap::{Parser, Subcommand, ValueEnum};
use registrar_credential::Day;
use std::path::PathBuf;
use uuid::Uuid;

/// Issues and verifies certificates, and manages accounts, from a terminal.
#[derive(Debug, Parser)]
#[command(name = "registrar", version)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Certificates.
    #[command(subcommand)]
    Certificate(CertificateCommand),
    /// Accounts.
    #[command(subcommand)]
    Account(AccountCommand),
}

#[derive(Debug, Subcommand)]
pub(crate) enum CertificateCommand {
    /// Issue a certificate, as staff; prints its id and its link.
    Issue(Box<IssueArgs>),
    /// Verify a token, a link from a QR code, or an id; the exit code says the verdict.
    ///
    /// The signature is always checked here, by the issuer's published keys. With --keys and both lists, which are at
    /// /certificate-keys, /status-lists/<n> and /status-lists/<n>/suspension, nothing is asked of anybody.
    Verify(VerifyArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct IssueArgs {
    /// The student's id.
    pub(crate) student_id: Uuid,
    /// The course's name.
    pub(crate) course: String,
    /// The grade.
    pub(crate) grade: Option<String>,
    /// When the course was completed, YYYY-MM-DD; today (UTC) unless said.
    #[arg(long, value_parser = day)]
    pub(crate) completed: Option<Day>,
    /// The last day on which the certificate holds, YYYY-MM-DD; for ever unless said.
    #[arg(long, value_parser = day)]
    pub(crate) expires: Option<Day>,
    /// How it looks.
    #[arg(long, value_enum, default_value_t = Template::Classic)]
    pub(crate) template: Template,
    #[command(flatten)]
    pub(crate) access: Access,
    /// The same key again is the same request: nothing is issued twice. Drawn unless said.
    #[arg(long)]
    pub(crate) idempotency_key: Option<String>,
    /// Print the whole answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// Where the API is, and who asks.
#[derive(Debug, clap::Args)]
pub(crate) struct Access {
    /// Where the API is. Over plain http, only on this machine.
    #[arg(long, env = "REGISTRAR_API", default_value = "http://127.0.0.1:8787")]
    pub(crate) api: String,
    /// An access token of staff.
    #[arg(long, env = "REGISTRAR_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// Sign in with this address, where there is no token; the password is read from `REGISTRAR_PASSWORD`.
    #[arg(long, env = "REGISTRAR_EMAIL")]
    pub(crate) email: Option<String>,
    #[arg(long, env = "REGISTRAR_PASSWORD", hide = true, hide_env_values = true)]
    pub(crate) password: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArgs {
    /// A token, a link (https://…/v/TOKEN or https://…/verify/ID), or an id (CERT-…).
    pub(crate) what: String,
    /// Where keys, status lists and records are published.
    #[arg(long, env = "REGISTRAR_API", default_value = "http://127.0.0.1:8787")]
    pub(crate) api: String,
    /// The issuer's keys (a JWK set) from a file; nothing is asked of the API then.
    #[arg(long)]
    pub(crate) keys: Option<PathBuf>,
    /// The signed status list of revocations from a file; without that of suspensions it would tell half.
    #[arg(long, requires_all = ["keys", "suspension_list"])]
    pub(crate) status_list: Option<PathBuf>,
    /// The signed status list of suspensions from a file.
    #[arg(long, requires = "keys")]
    pub(crate) suspension_list: Option<PathBuf>,
    /// How old a status list may be, in seconds.
    #[arg(long, default_value_t = 900)]
    pub(crate) max_age: u64,
    /// Print the whole verification as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// The designs that there are.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Template {
    Classic,
    Modern,
    Minimal,
}

impl Template {
    /// Its code in requests.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Classic => "classic",
            Self::Modern => "modern",
            Self::Minimal => "minimal",
        }
    }
}

fn day(text: &str) -> Result<Day, String> {
    text.parse()
        .map_err(|_| "must be a date such as 2026-01-31".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_well_made() {
        Args::command().debug_assert();
    }

    #[test]
    fn what_was_once_typed_still_works() {
        let student = "00000000-0000-7000-8000-000000000001";
        let typed = [
            "registrar",
            "certificate",
            "issue",
            student,
            "Python Basics",
            "A+",
        ];
        let command = Args::try_parse_from(typed).unwrap().command;
        let Command::Certificate(CertificateCommand::Issue(wanted)) = command else {
            panic!("{command:?}")
        };
        assert_eq!(
            (wanted.course.as_str(), wanted.grade.as_deref()),
            ("Python Basics", Some("A+"))
        );
    }

    #[test]
    fn nonsense_is_refused_with_words() {
        let student = "00000000-0000-7000-8000-000000000001";
        for typed in [
            vec!["registrar"],
            vec!["registrar", "certificate", "issue", "not-an-id", "Python"],
            vec!["registrar", "certificate", "issue", student],
            vec![
                "registrar",
                "certificate",
                "issue",
                student,
                "P",
                "--completed",
                "2026-02-30",
            ],
            vec![
                "registrar",
                "certificate",
                "issue",
                student,
                "P",
                "--template",
                "baroque",
            ],
            vec!["registrar", "certificate", "verify"],
            vec![
                "registrar",
                "certificate",
                "verify",
                "T",
                "--status-list",
                "x",
            ],
            vec![
                "registrar",
                "certificate",
                "verify",
                "T",
                "--keys",
                "x",
                "--status-list",
                "x",
            ],
        ] {
            let refused = Args::try_parse_from(&typed).unwrap_err();
            assert_eq!(refused.exit_code(), 2, "{typed:?}");
        }
    }
}
