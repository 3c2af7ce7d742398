//! Events of security in the log: one line with `security.event`, who it was about, and nothing that anybody wrote.
//!
//! Refusals (401, 403, 429) are logged by the HTTP layer with the problem's code; what only a handler knows, such as that
//! somebody signed in, by the handler.

use registrar_domain::id::AccountId;

/// Logs an event about an account, where one is known.
pub fn event(name: &'static str, account: Option<AccountId>) {
    let id = account.map(tracing::field::display);
    tracing::info!(security.event = name, actor.id = id, "security");
}
