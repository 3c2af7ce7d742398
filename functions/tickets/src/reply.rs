//! `POST /tickets/{id or number}/messages`: a public reply, or for staff an internal note.
//!
//! A reply to a ticket that is done may open another one, as the profile says; the answer is then that ticket.

use crate::{
    Deps, attachments, came_second, header, limits,
    location::Tickets,
    next_number,
    problem::{account_gone, refused},
    view::{MessageView, TicketView},
    whatsapp,
};
use axum::{extract::State, http::StatusCode};
use registrar_domain::{
    actor::Actor,
    clock::Moment,
    conversation::Conversation,
    delivery::Channel,
    effect::Effect,
    id::{AttachmentId, TemplateId, TicketId},
    profile::Profile,
    ticket::{Author, Decision, Refusal, Replied, Reply as Said, RequesterKind, Status, Ticket},
    value::MessageBody,
};
use registrar_runtime::{
    Shell,
    extract::{Body, Once, SignedIn, Visible},
    problem::{ApiResult, Problem},
    reply::Reply,
};
use registrar_store::{StoreError, Table, answers::Claim};
use serde::{Deserialize, Deserializer, Serialize};

/// What a client sends.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReplyBody {
    /// The template's text if absent.
    #[serde(default, deserialize_with = "given")]
    message: Option<MessageBody>,
    #[serde(default, alias = "is_internal")]
    is_internal_note: bool,
    /// The reply template that it was made from; for staff.
    #[serde(default)]
    template_id: Option<TemplateId>,
    /// The approved `WhatsApp` template that it goes out with; needed once the requester's phone takes no free text.
    #[serde(default)]
    template: Option<String>,
    /// The ticket's attachments and drafts that the signed-in person uploaded and completed.
    #[serde(default)]
    attachment_ids: Vec<AttachmentId>,
}

/// A message that is there is a text, and not null.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<MessageBody>, D::Error> {
    MessageBody::deserialize(from).map(Some)
}

/// What comes back: the message, and where the ticket stands now.
#[derive(Debug, Serialize)]
struct Added<'a> {
    #[serde(flatten)]
    message: MessageView<'a>,
    ticket_id: TicketId,
    ticket_status: Status,
    /// What clients of the chat documents look for.
    status: &'static str,
    /// Whether the requester gets it by `WhatsApp`: it is on its way.
    whatsapp_notification_sent: bool,
}

#[tracing::instrument(name = "tickets.reply", skip_all, fields(ticket.id))]
pub(crate) async fn reply(
    State(deps): State<Deps>,
    SignedIn(actor): SignedIn,
    Visible(ticket): Visible<Ticket>,
    tickets: Tickets,
    Once(claim): Once,
    Body(body): Body<ReplyBody>,
) -> ApiResult {
    let shell = &deps.shell;
    let author = signed_in(shell, actor).await?;
    let said = say(&deps, ticket, author, body, &tickets, claim.as_ref());
    Box::pin(said).await
}

/// Whoever signed in, as an author.
pub(crate) async fn signed_in(shell: &Shell, actor: Actor) -> Result<Author, Problem> {
    let account = shell.table.account(actor.id).await?;
    Ok(Author::from(&account.ok_or_else(account_gone)?))
}

/// Adds what `author` says to a ticket as it was just read, or opens the ticket that it leads to.
pub(crate) async fn say(
    deps: &Deps,
    mut ticket: Ticket,
    author: Author,
    body: ReplyBody,
    tickets: &Tickets,
    claim: Option<&Claim>,
) -> ApiResult {
    let (shell, bucket) = (&deps.shell, &deps.attachments);
    let (message, template) = text(shell, &author, &body).await?;
    let mut number = None;
    let mut tries = 0;
    loop {
        tries += 1;
        let actor = author.actor();
        let files = attachments::named(shell, actor, Some(&ticket), &body.attachment_ids).await?;
        let moment = shell.moment();
        let named = body.template.as_deref();
        let approved = if body.is_internal_note && named.is_none() {
            None
        } else {
            whatsapp::approved(deps, &ticket, &author, named, message.as_str(), moment.now).await?
        };
        let said = Said::to(&ticket, author.clone(), message.clone());
        let decided = if body.is_internal_note {
            let noted = ticket.note(&author, message.clone(), moment);
            noted.map(|decision| Replied::Here(Box::new(decision)))
        } else {
            ticket.reply(&shell.profile, said.clone(), moment)
        };
        let (decision, before) = match decided.map_err(|r| refused(&r))? {
            Replied::Here(decision) => ((Some(ticket.version), *decision), None),
            Replied::Elsewhere { linked } => {
                let number = match &number {
                    Some(drawn) => drawn,
                    None => number.insert(next_number(shell, moment).await?),
                };
                let (opened, before) = ticket
                    .follow_up(&shell.profile, said, linked, number.clone(), moment)
                    .map_err(|r| refused(&r))?;
                ((None, opened), before)
            }
        };
        let (version, decision) = decision;
        let mut decision =
            attachments::taken(shell, bucket, decision, actor.id, files, moment).await?;
        decision.template = template;
        if let Some(approved) = approved {
            decision = decision.by_template(approved);
        }
        let reply = answer(&shell.profile, actor, &decision, tickets);
        let mut parts = vec![(version, &decision)];
        parts.extend(before.as_ref().map(|before| (Some(ticket.version), before)));
        if tries == 1 {
            limits::message(shell, actor).await?;
        }
        let committed = commit(&shell.table, &parts, moment, claim, &reply).await;
        if came_second(&committed, tries) {
            ticket = header(shell, ticket.id).await?;
            continue;
        }
        committed?;
        attachments::copied(bucket, &decision).await;
        return Ok(reply);
    }
}

/// Commits decisions. A ticket that is opened for a phone is what the phone's chat goes on with.
pub(crate) async fn commit(
    table: &Table,
    parts: &[(Option<u64>, &Decision)],
    moment: Moment<'_>,
    claim: Option<&Claim>,
    reply: &Reply,
) -> Result<(), StoreError> {
    let answer = reply.answer();
    let opened = parts.iter().find(|(version, _)| version.is_none());
    let Some((opened, with)) = opened.and_then(|(_, decision)| {
        let requester = &decision.ticket.requester;
        let with = requester.party()?;
        (requester.kind == RequesterKind::Phone).then_some((&decision.ticket, with))
    }) else {
        return table.commit_tickets(parts, moment, claim, &answer).await;
    };
    let name = opened.requester.name.clone();
    let (contact, before) = table.chat_at(with.contact()).await?;
    let chat = Conversation::opened(before.as_ref(), &with, name, opened.id, moment.now);
    table
        .commit_chat_tickets((contact, &chat), parts, moment, claim, &answer)
        .await
}

/// What is said, and the template that it was made from.
async fn text(
    shell: &Shell,
    author: &Author,
    body: &ReplyBody,
) -> Result<(MessageBody, Option<TemplateId>), Problem> {
    let template = match body.template_id {
        Some(_) if !author.role.is_staff() => {
            return Err(refused(&Refusal::Forbidden(
                "reply templates are for staff",
            )));
        }
        Some(id) => Some(
            shell
                .table
                .template(id)
                .await?
                .ok_or_else(unknown_template)?,
        ),
        None => None,
    };
    let id = template.as_ref().map(|template| template.id);
    let said = body.message.clone();
    match said.or_else(|| template.map(|template| template.body)) {
        Some(message) => Ok((message, id)),
        None => Err(
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_body")
                .detail("the body does not have the shape or the values that this needs")
                .field("/message", "missing_field", "must be given"),
        ),
    }
}

fn unknown_template() -> Problem {
    let detail = "there is no reply template with this id";
    Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "unknown_template")
        .detail(detail)
        .field("/template_id", "unknown_template", detail)
}

/// The message that was added; or the ticket that was opened, where the reply led to one.
fn answer(profile: &Profile, actor: Actor, decision: &Decision, tickets: &Tickets) -> Reply {
    let ticket = &decision.ticket;
    let message = match (&decision.message, &decision.note) {
        (Some(message), _) => MessageView::new(profile, actor, message),
        (None, Some(note)) => MessageView::from(note),
        (None, None) => {
            return Reply::created(&TicketView::new(profile, actor, ticket))
                .etag(ticket.version)
                .location(tickets.ticket(ticket.id));
        }
    };
    let location = tickets.message(ticket.id, message.id());
    let by_whatsapp = |effect: &Effect| matches!(effect, Effect::Deliver(delivery) if delivery.channel == Channel::Whatsapp);
    Reply::created(&Added {
        message,
        ticket_id: ticket.id,
        ticket_status: ticket.status,
        status: "success",
        whatsapp_notification_sent: decision.effects.iter().any(by_whatsapp),
    })
    .etag(ticket.version)
    .location(location)
}
