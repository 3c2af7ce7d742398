//! The commands about accounts.

use super::Access;
use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;
use uuid::Uuid;

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Make the first super admin of a deployment: they are sent a link by which they choose their password.
    ///
    /// It works while no super admin can sign in, with the secret `bootstrap_secret` of the deployment in
    /// `REGISTRAR_BOOTSTRAP_SECRET`, and may be repeated until then.
    Bootstrap(BootstrapArgs),
    /// Make an account; its person is sent a link by which they choose their password.
    Create(CreateArgs),
    /// Make the accounts of a CSV file (email, name, role; phone and locale where wanted), 200 rows at most.
    Import(ImportArgs),
    /// List accounts, newest first.
    List(ListArgs),
    /// Show an account.
    Show(OneArgs),
    /// Show who did what to an account.
    History(OneArgs),
    /// Give an account another role.
    Role(RoleArgs),
    /// Let nobody sign in to an account, and its tokens count for nothing.
    Disable(WhyArgs),
    /// Let them again.
    Enable(WhyArgs),
    /// Send a new link; the one before opens nothing any more.
    Invite(OneArgs),
    /// Take an account away.
    Delete(WhyArgs),
}

/// What all commands but the first one share.
#[derive(Debug, clap::Args)]
pub(crate) struct AccountArgs {
    #[command(flatten)]
    pub(crate) access: Access,
    /// The same key again is the same request: nothing is done twice. Drawn unless said.
    #[arg(long)]
    pub(crate) idempotency_key: Option<String>,
    /// Print the whole answer as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct BootstrapArgs {
    /// Their address.
    pub(crate) address: String,
    /// Their name.
    pub(crate) name: String,
    /// The language that they are written to in.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) locale: Language,
    /// Where the API is. Over plain http, only on this machine.
    #[arg(long, env = "REGISTRAR_API", default_value = "http://127.0.0.1:8787")]
    pub(crate) api: String,
    #[arg(
        long,
        env = "REGISTRAR_BOOTSTRAP_SECRET",
        hide = true,
        hide_env_values = true
    )]
    pub(crate) secret: Option<String>,
    /// The same key again is the same request. Drawn unless said.
    #[arg(long)]
    pub(crate) idempotency_key: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(crate) struct CreateArgs {
    /// Their address.
    pub(crate) address: String,
    /// Their name.
    pub(crate) name: String,
    /// What they may do.
    #[arg(long, value_enum, default_value_t = Role::Student)]
    pub(crate) role: Role,
    /// Their number in E.164 form, such as +2348123456789.
    #[arg(long)]
    pub(crate) phone: Option<String>,
    /// The language that they are written to in.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(crate) locale: Language,
    #[command(flatten)]
    pub(crate) how: AccountArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ImportArgs {
    /// The file.
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) how: AccountArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// Only those with this role.
    #[arg(long, value_enum)]
    pub(crate) role: Option<Role>,
    #[command(flatten)]
    pub(crate) how: AccountArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct OneArgs {
    /// The account's id.
    pub(crate) id: Uuid,
    #[command(flatten)]
    pub(crate) how: AccountArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RoleArgs {
    /// The account's id.
    pub(crate) id: Uuid,
    /// What they may do from now on.
    #[arg(value_enum)]
    pub(crate) role: Role,
    /// Why; the history keeps it.
    #[arg(long)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) how: AccountArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct WhyArgs {
    /// The account's id.
    pub(crate) id: Uuid,
    /// Why; the history keeps it.
    #[arg(long)]
    pub(crate) reason: String,
    #[command(flatten)]
    pub(crate) how: AccountArgs,
}

/// The roles that there are.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum Role {
    Student,
    Customer,
    Tutor,
    Admin,
    SuperAdmin,
}

impl Role {
    /// Its code in requests.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Customer => "customer",
            Self::Tutor => "tutor",
            Self::Admin => "admin",
            Self::SuperAdmin => "super_admin",
        }
    }
}

/// The languages that there are.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Language {
    En,
    Fr,
}

impl Language {
    /// Its code in requests.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Fr => "fr",
        }
    }
}
