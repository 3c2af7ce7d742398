//! `/api/support/…`: what a chat channel does for whoever writes from a phone (checklist ).
//!
//! A channel has no account. It signs its calls ([`registrar_domain::signed_call`]), and is believed whose phone it speaks
//! for. The same paths take a requester's own token, and then the requester is whoever signed in.

use crate::{
    Deps, came_second,
    get::{self as reading, Reading},
    limits,
    location::Tickets,
    message::Named,
    next_number,
    problem::{account_gone, refused},
    reply::{self, ReplyBody},
    view::TicketView,
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::{
    actor::Actor,
    ticket::{self, About, Author, Open, Priority, Requester, Ticket},
    value::{Description, MessageBody, PersonName, Phone, Subject},
};
use registrar_runtime::{
    Shell,
    auth::TokenError,
    extract::{Body, FromChannel, Once, Visible, Visitor},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use serde::Deserialize;

/// What a channel sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenBody {
    /// Whose phone it is; a signed-in requester may name their own.
    #[serde(default)]
    phone_number: Option<Phone>,
    #[serde(default)]
    sender_name: Option<PersonName>,
    issue_description: MessageBody,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    priority: Option<Priority>,
}

#[tracing::instrument(name = "channel.open", skip_all, fields(ticket.id))]
pub(crate) async fn open(
    State(shell): State<Shell>,
    Visitor(actor): Visitor,
    channel: FromChannel,
    Once(claim): Once,
    Body(body): Body<OpenBody>,
) -> ApiResult {
    let requester = match actor {
        Some(actor) => signed_in(&shell, actor, &body).await?,
        None if channel.0 => of_phone(&shell, &body).await?,
        None => return Err(TokenError::Missing.into()),
    };
    let author = actor.unwrap_or_else(|| Author::of_requester(&requester).actor());
    let mut table = limits::opening(&shell, author, true).await?;
    let command = Open {
        subject: Subject::of_message(&body.issue_description),
        description: Description::of_message(&body.issue_description),
        category: body.category,
        priority: body.priority,
        about: About::default(),
        tags: Vec::new(),
    };
    let number = next_number(&shell, shell.moment()).await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let moment = shell.moment();
        let (command, number) = (command.clone(), number.clone());
        let decision = ticket::open(&shell.profile, author, &requester, command, number, moment)
            .map_err(|r| refused(&r))?;
        let opened = &decision.ticket;
        let reply = Reply::created(&TicketView::new(&shell.profile, author, opened))
            .etag(opened.version)
            .location(format!("/api/support/tickets/{}", opened.id));
        let parts = [(None, &decision)];
        let committed = reply::commit(&table, &parts, moment, claim.as_ref(), &reply).await;
        if limits::outcounted(&committed, tries) {
            table = limits::opening(&shell, author, true).await?;
            continue;
        }
        if came_second(&committed, tries) {
            continue;
        }
        committed?;
        tracing::Span::current().record("ticket.id", tracing::field::display(opened.id));
        return Ok(reply);
    }
}

/// Whoever writes from the phone that the channel names, linked with the account that is known to have it.
async fn of_phone(shell: &Shell, body: &OpenBody) -> Result<Requester, Problem> {
    let missing = |pointer, member: &str| {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body")
            .detail("a channel says whose phone it speaks for")
            .field(pointer, "missing_field", format!("{member} must be given"))
    };
    let phone = body.phone_number.clone();
    let phone = phone.ok_or_else(|| missing("/phone_number", "phone_number"))?;
    let name = body.sender_name.clone();
    let name = name.ok_or_else(|| missing("/sender_name", "sender_name"))?;
    let account = shell.table.account_by_phone(&phone).await?;
    Ok(Requester::of_phone(phone, name, account))
}

/// Whoever signed in; they may name their own phone and no other.
async fn signed_in(shell: &Shell, actor: Actor, body: &OpenBody) -> Result<Requester, Problem> {
    let account = shell.table.account(actor.id).await?;
    let account = account.ok_or_else(account_gone)?;
    let same = |named: &Phone| {
        let own = account.phone.as_ref();
        own.is_some_and(|own| own.lookup_form() == named.lookup_form())
    };
    if body.phone_number.as_ref().is_some_and(|named| !same(named)) {
        return Err(Problem::new(StatusCode::FORBIDDEN, "forbidden")
            .detail("phone_number must be the signed-in person's own"));
    }
    Ok(Requester::of_account(&account))
}

#[tracing::instrument(name = "channel.append", skip_all, fields(ticket.id))]
pub(crate) async fn append(
    State(deps): State<Deps>,
    Visitor(actor): Visitor,
    Visible(ticket): Visible<Ticket>,
    tickets: Tickets,
    Once(claim): Once,
    Body(body): Body<ReplyBody>,
) -> ApiResult {
    let author = match actor {
        Some(actor) => reply::signed_in(&deps.shell, actor).await?,
        None => Author::of_requester(&ticket.requester),
    };
    let said = reply::say(&deps, ticket, author, body, &tickets, claim.as_ref());
    Box::pin(said).await
}

#[tracing::instrument(name = "channel.get", skip_all)]
pub(crate) async fn get(
    State(shell): State<Shell>,
    Visible(reading): Visible<Reading>,
) -> ApiResult {
    Box::pin(reading::show(&shell, &reading)).await
}

/// One message of a ticket.
#[tracing::instrument(name = "channel.message", skip_all)]
pub(crate) async fn message(
    State(shell): State<Shell>,
    Visible(named): Visible<Named>,
) -> ApiResult {
    named.show(&shell).await
}
