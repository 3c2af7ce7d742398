//! How many tickets and messages a person writes in an hour (checklist I-05): each is a letter to somebody.
//!
//! A ticket of one's own is counted in its own transaction, in the item of the person's statistics, so that it costs no write.
//! One that staff opens for somebody else, and every message, is counted before.

use registrar_domain::actor::Actor;
use registrar_runtime::{
    Shell,
    limits::{self, too_many_an_hour},
    problem::{ApiResult, Problem},
};
use registrar_store::{StoreError, Table, limits::TooOften};

/// The table that counts one more ticket which `actor` opens for `own`, themselves, or for somebody else.
pub(crate) async fn opening(shell: &Shell, actor: Actor, own: bool) -> ApiResult<Table> {
    let most = shell.profile.limits.of(actor.role).tickets;
    let refused = |often: TooOften| too_many_an_hour("too_many_tickets", often, most);
    if !own {
        let counted = limits::an_hour(shell, "tickets", actor.id, most).await?;
        return counted.map(|()| shell.table.clone()).map_err(refused);
    }
    let opening = shell
        .table
        .opening(actor.id, most.get(), shell.now())
        .await?;
    Ok(shell.table.counting(opening.map_err(refused)?))
}

/// Whether another ticket of the same person came first, so that it has to be counted anew.
pub(crate) fn outcounted(committed: &Result<(), StoreError>, tries: u32) -> bool {
    matches!(committed, Err(StoreError::LimitReached)) && tries < crate::TRIES
}

/// Counts a message or note of `actor`.
pub(crate) async fn message(shell: &Shell, actor: Actor) -> Result<(), Problem> {
    let most = shell.profile.limits.of(actor.role).messages;
    let counted = limits::an_hour(shell, "messages", actor.id, most).await?;
    counted.map_err(|often| too_many_an_hour("too_many_messages", often, most))
}
