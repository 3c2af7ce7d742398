//! `PATCH /api/admin/support/tickets/{id or number}`: staff put right what a ticket is about: its category, and the
//! requester's appointment, order and site. A member that is absent stays; null takes a link away.

use crate::{
    Changing,
    belongings::{self, Named},
};
use axum::extract::State;
use registrar_domain::{
    id::{AppointmentId, OrderId, SiteId},
    ticket::{Amend, Ticket},
};
use registrar_runtime::{
    Shell,
    extract::{Body, IfMatch, Staff, Visible},
    problem::ApiResult,
};
use serde::{Deserialize, Deserializer};

/// What a client sends.
#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three things to a client"
)]
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AmendBody {
    #[serde(default)]
    category: Option<String>,
    #[serde(default, deserialize_with = "given")]
    appointment_id: Option<Option<AppointmentId>>,
    #[serde(default, deserialize_with = "given")]
    order_id: Option<Option<OrderId>>,
    #[serde(default, deserialize_with = "given")]
    site_id: Option<Option<SiteId>>,
}

/// A member that is there, null or not.
#[expect(
    clippy::option_option,
    reason = "absent, null and a value are three things to a client"
)]
fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::deserialize(from).map(Some)
}

#[tracing::instrument(name = "tickets.amend", skip_all, fields(ticket.id))]
pub(crate) async fn amend(
    State(shell): State<Shell>,
    Staff(actor): Staff,
    Visible(ticket): Visible<Ticket>,
    if_match: IfMatch,
    Body(body): Body<AmendBody>,
) -> ApiResult {
    let named = Named {
        appointment: body.appointment_id.flatten(),
        order: body.order_id.flatten(),
        site: body.site_id.flatten(),
    };
    // A ticket's requester never changes, so what is checked now stays true.
    belongings::check(&shell, ticket.requester.id, named).await?;
    let command = Amend {
        category: body.category,
        appointment: body.appointment_id,
        order: body.order_id,
        site: body.site_id,
    };
    let changing = Changing::of(&shell, actor, ticket);
    changing
        .commit(if_match, None, |ticket, moment| {
            ticket.amend(&shell.profile, actor, command.clone(), moment)
        })
        .await
}
