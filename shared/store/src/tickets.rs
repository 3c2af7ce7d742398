//! Tickets: header, messages, notes and history in one partition; their writes and single reads.

pub use crate::{
    conversations::{Conversation, Internals},
    rows::TicketRow,
};

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    attachments::put_attachments,
    keys::{self, Place},
    lists::Index,
    rows::{from_stored, to_stored},
    transaction::{Counted, Listing, Transaction, UNLISTED},
};
use registrar_domain::{
    clock::Moment,
    effect::Effect,
    id::{MessageId, TicketId},
    ticket::{Decision, Message, Note, Tally, Ticket},
    webhook::{Event, with_events},
};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

#[derive(Serialize, Deserialize)]
struct Numbered {
    ticket_id: TicketId,
}

impl Table {
    /// Commits a decision on a ticket; `version` is the one that was read, `None` for a new ticket.
    pub async fn commit_ticket(
        &self,
        version: Option<u64>,
        decision: &Decision,
        moment: Moment<'_>,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        self.put_ticket(&mut transaction, version, decision, moment)?;
        transaction.answer(claim, answer);
        transaction.commit().await
    }

    /// Commits decisions on several tickets, all or none. A transaction holds 100 items.
    pub async fn commit_tickets(
        &self,
        parts: &[(Option<u64>, &Decision)],
        moment: Moment<'_>,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        for (version, decision) in parts {
            self.put_ticket(&mut transaction, *version, decision, moment)?;
        }
        transaction.answer(claim, answer);
        transaction.commit().await
    }

    /// Adds all that a decision on a ticket writes to a transaction that writes more than that.
    pub(crate) fn put_ticket(
        &self,
        transaction: &mut Transaction<'_>,
        version: Option<u64>,
        decision: &Decision,
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        let followed = match &self.profile {
            Some(profile) if version != Some(decision.ticket.version) => {
                let decision = decision.clone();
                Cow::Owned(decision.following(profile, version.is_none(), moment))
            }
            Some(_) | None => Cow::Borrowed(decision),
        };
        let decision = followed.as_ref();
        let ticket = &decision.ticket;
        // A note changes no header, so that no requester can tell that there is one.
        let changes_header = version != Some(ticket.version);
        let index = changes_header && self.put_header(transaction, version, decision)?;
        if let Some(message) = &decision.message {
            transaction.create(&keys::message(ticket.id, message.id), message, UNLISTED)?;
        }
        if let Some(note) = &decision.note {
            transaction.create(&keys::note(ticket.id, note.id), note, UNLISTED)?;
        }
        if let Some(template) = decision.template {
            transaction.use_template(template);
        }
        for message in &decision.arrived.messages {
            transaction.create(&keys::message(ticket.id, message.id), message, UNLISTED)?;
        }
        for note in &decision.arrived.notes {
            transaction.create(&keys::note(ticket.id, note.id), note, UNLISTED)?;
        }
        put_attachments(transaction, &decision.attachments)?;
        // That it was opened, the header says.
        let opened = ticket.id.to_history();
        for entry in decision.history.iter().filter(|entry| entry.id != opened) {
            transaction.create(&keys::history(ticket.id, entry.id), entry, UNLISTED)?;
        }
        let mut effects = with_events(&decision.effects, Event::of_ticket(decision));
        if index {
            effects.push(Effect::IndexTicket {
                ticket_id: ticket.id,
            });
        }
        transaction.effects(&effects, moment)?;
        Ok(())
    }

    /// The header, with what lists and statistics need of it; and the counters that it moves. Whether what it is found by
    /// changes.
    fn put_header(
        &self,
        transaction: &mut Transaction<'_>,
        version: Option<u64>,
        decision: &Decision,
    ) -> Result<bool, StoreError> {
        let mut ticket = decision.ticket.clone();
        let counted = ticket.kept.counted.take();
        if counted.as_ref().map(|tally| tally.version) != version {
            let reason = "a ticket is not as it was read: its statistics would be wrong";
            return Err(StoreError::Corrupt(reason.to_owned()));
        }
        let tally = Tally::of(&ticket);
        let change = Tally::change(counted.as_ref(), &tally);
        if !change.is_empty() {
            let shard = keys::shard(&ticket.id.to_string(), self.shards);
            transaction.count(Counted::All, shard, &change).count(
                Counted::Of(ticket.requester.id),
                shard,
                &change,
            );
        }
        let is_found_like = |counted: &Tally| counted.is_found_like(&tally);
        let index = !counted.as_ref().is_some_and(is_found_like);
        ticket.kept.counted = Some(tally);
        self.put_load(transaction, &mut ticket);
        ticket.kept.last_message = Some(decision.last_message());

        let (ticket_id, places) = (ticket.id, self.places(&ticket));
        let number = keys::ticket_number(&ticket.number);
        let row = TicketRow::from(&ticket);
        let first = keys::ticket_in_all(ticket_id, self.shards);
        let second = keys::ticket_of_person(ticket.requester.id, ticket_id);
        let header = to_stored(&keys::ticket(ticket_id), ticket, &row)?;
        let listing = Listing {
            first: Some(first),
            second: Some(second),
            row: Some(row),
        };
        if let Some(version) = version {
            transaction.replace_in(version, header, listing, &places)?;
        } else {
            transaction.create_in(header, listing, &places)?.create(
                &number,
                &Numbered { ticket_id },
                UNLISTED,
            )?;
        }
        Ok(index)
    }

    /// Where else than among all and among its requester's a ticket is listed.
    fn places(&self, ticket: &Ticket) -> Vec<(Index, Place)> {
        let (id, shards) = (ticket.id, self.shards);
        let (status, assignee) = (ticket.status, ticket.assigned_to);
        let mut places = vec![
            (Index::Third, keys::ticket_in_status(status, id, shards)),
            (
                Index::Fourth,
                keys::ticket_assigned(assignee, status.is_active(), id, shards),
            ),
            (
                Index::Fifth,
                keys::ticket_updated(id, ticket.updated_at, shards),
            ),
        ];
        places.extend(self.due_place(ticket).map(|place| (Index::Sixth, place)));
        places
    }

    /// A ticket's header.
    pub async fn ticket(&self, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        let item = self.get_item(&keys::ticket(id)).await?;
        item.map(from_stored).transpose()
    }

    /// The ticket that has a number.
    pub async fn ticket_by_number(&self, number: &str) -> Result<Option<TicketId>, StoreError> {
        Ok(self
            .get::<Numbered>(&keys::ticket_number(number))
            .await?
            .map(|numbered| numbered.ticket_id))
    }

    /// A public message.
    pub async fn message(
        &self,
        ticket: TicketId,
        id: MessageId,
    ) -> Result<Option<Message>, StoreError> {
        self.get(&keys::message(ticket, id)).await
    }

    /// An internal note.
    pub async fn note(&self, ticket: TicketId, id: MessageId) -> Result<Option<Note>, StoreError> {
        self.get(&keys::note(ticket, id)).await
    }
}
