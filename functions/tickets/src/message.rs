//! `GET …/tickets/{id or number}/messages/{message}`: one message; for staff an internal note too.

use crate::{Deps, reader, view::MessageView};
use axum::extract::State;
use registrar_domain::{
    actor::Actor,
    id::{MessageId, TicketId},
    ticket::Ticket,
};
use registrar_runtime::{
    Shell,
    extract::{Asked, Row, SignedIn, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};

/// A message that a path names below a ticket, and as whom it is read.
pub(crate) struct Named {
    actor: Actor,
    ticket: TicketId,
    message: String,
}

impl Row<Deps> for Named {
    async fn find(deps: &Deps, asked: &Asked) -> Result<Self, Problem> {
        let ticket = Ticket::find(deps, asked).await?;
        Ok(Self {
            actor: reader(asked.asker, &ticket),
            ticket: ticket.id,
            message: asked.name("message").unwrap_or_default().to_owned(),
        })
    }
}

#[tracing::instrument(name = "tickets.message", skip_all)]
pub(crate) async fn get(
    State(shell): State<Shell>,
    _: SignedIn,
    Visible(named): Visible<Named>,
) -> ApiResult {
    named.show(&shell).await
}

impl Named {
    /// The message, if the ticket has it for whoever reads.
    pub(crate) async fn show(&self, shell: &Shell) -> ApiResult {
        let (actor, ticket) = (self.actor, self.ticket);
        let id: MessageId = self.message.parse().map_err(|_| unknown())?;
        if let Some(message) = shell.table.message(ticket, id).await? {
            return Ok(Reply::ok(&MessageView::new(
                &shell.profile,
                actor,
                &message,
            )));
        }
        let note = if actor.role.is_staff() {
            shell.table.note(ticket, id).await?
        } else {
            None
        };
        let note = note.ok_or_else(unknown)?;
        Ok(Reply::ok(&MessageView::from(&note)))
    }
}

fn unknown() -> Problem {
    Problem::not_found()
}
