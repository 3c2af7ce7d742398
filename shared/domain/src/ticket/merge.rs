//! Two tickets that are one, and one that is two (checklist T-22).

use super::{
    About, Change, Decision, LinkKind, Message, Note, Open, Refusal, Sender, Status, Ticket, open,
};
use crate::{
    actor::Actor,
    clock::Moment,
    profile::{Profile, Side},
    value::{Description, MessageBody, Reason, Subject},
    visibility::ForStaff,
};

/// What was said in a ticket.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// Its public messages.
    pub messages: Vec<Message>,
    /// Its internal notes.
    pub notes: Vec<Note>,
}

impl Said {
    /// How many messages and notes are merged at most: with two headers, two history entries, the statistics and the kept
    /// answer, what one transaction of 100 items holds.
    pub const MOST: usize = 60;
}

impl Ticket {
    /// Puts this ticket into `target`: what was `said` here is said there too, under its own times; this one closes, and
    /// further replies to it are refused. The decisions are on this ticket and on `target`.
    ///
    /// # Errors
    /// [`Refusal::Itself`], [`Refusal::OtherRequester`], [`Refusal::Merged`], [`Refusal::TooLong`],
    /// [`Refusal::Transition`] where the profile lets nobody close it.
    pub fn merge_into(
        &self,
        target: &Self,
        profile: &Profile,
        actor: Actor,
        said: Said,
        reason: Option<Reason>,
        moment: Moment<'_>,
    ) -> Result<(Decision, Decision), Refusal> {
        self.staff_only(actor)?;
        if self.id == target.id {
            return Err(Refusal::Itself);
        }
        if self.requester.id != target.requester.id {
            return Err(Refusal::OtherRequester);
        }
        if let Some(into) = self.merged_into().or(target.merged_into()) {
            return Err(Refusal::Merged { into });
        }
        let has = said.messages.len() + said.notes.len();
        if has > Said::MOST {
            let most = Said::MOST;
            return Err(Refusal::TooLong { has, most });
        }

        let mut from = Decision::of(self.touched(moment.now));
        let mut into = Decision::of(target.touched(moment.now));
        self.link_both(&mut from, &mut into, LinkKind::MergedInto)?;
        let into_target = Change::MergedInto {
            ticket_id: target.id,
        };
        from.history
            .push(Self::entry(into_target, actor.id, moment));
        if self.status != Status::Closed {
            let allowed = profile.allowed(Side::Staff, self.status);
            if !allowed.contains(&Status::Closed) {
                return Err(Refusal::Transition {
                    from: self.status,
                    to: Status::Closed,
                    allowed: allowed.to_vec(),
                });
            }
            from.ticket.moved(Status::Closed, actor.id, moment.now);
            let change = Change::Status {
                from: self.status,
                to: Status::Closed,
                reason: reason.map(|reason| ForStaff::new(reason.into())),
            };
            from.history.push(Self::entry(change, actor.id, moment));
        }

        let from_here = Change::MergedFrom {
            ticket_id: self.id,
            messages: said.messages.len(),
            notes: said.notes.len(),
        };
        into.history.push(Self::entry(from_here, actor.id, moment));
        into.ticket.shows_files_of(self, &said);
        into.arrived = said;
        into.arrived
            .messages
            .insert(0, self.description_said(moment));
        for message in &into.arrived.messages {
            into.ticket.counts(message.sender, message.created_at);
        }
        Ok((from, into))
    }

    /// The description as a message of the requester, at the time when the ticket was opened.
    fn description_said(&self, moment: Moment<'_>) -> Message {
        let body = MessageBody::new(self.description.as_str());
        Message {
            id: moment.id_at(self.created_at),
            author_id: self.requester.id,
            author_name: self.requester.name.clone(),
            sender: Sender::Customer,
            body: body.expect("a description keeps the rules of a message"),
            attachments: self.attachments.clone(),
            whatsapp: None,
            created_at: self.created_at,
        }
    }

    /// Opens another ticket of the same requester from a public message of this one, with the `number` that was drawn for
    /// it. The message stays where it was said. The decisions are on the new ticket and on this one.
    ///
    /// # Errors
    /// [`Refusal::Merged`], [`Refusal::UnknownCategory`], [`Refusal::TooManyLinks`].
    pub fn split(
        &self,
        profile: &Profile,
        actor: Actor,
        command: Split<'_>,
        number: String,
        moment: Moment<'_>,
    ) -> Result<(Decision, Decision), Refusal> {
        self.staff_only(actor)?;
        if let Some(into) = self.merged_into() {
            return Err(Refusal::Merged { into });
        }
        let Split {
            message,
            subject,
            category,
        } = command;
        let open_command = Open {
            subject: subject.unwrap_or_else(|| Subject::of_message(&message.body)),
            description: Description::of_message(&message.body),
            category: category.or_else(|| Some(self.category.as_str().to_owned())),
            priority: Some(self.priority),
            about: About {
                appointment: self.appointment_id,
                order: self.order_id,
                site: self.site_id,
            },
            tags: self.tags.clone(),
        };
        let mut opened = open(
            profile,
            actor,
            &self.requester,
            open_command,
            number,
            moment,
        )?;
        opened.ticket.attachments.clone_from(&message.attachments);
        opened.ticket.shows_files(&message.attachments);
        let mut here = Decision::of(self.touched(moment.now));
        self.link_both(&mut here, &mut opened, LinkKind::SplitInto)?;
        let message_id = message.id;
        let ticket_id = opened.ticket.id;
        let out = Change::SplitInto {
            ticket_id,
            message_id,
        };
        here.history.push(Self::entry(out, actor.id, moment));
        let ticket_id = self.id;
        let from = Change::SplitFrom {
            ticket_id,
            message_id,
        };
        opened.history.push(Self::entry(from, actor.id, moment));
        Ok((opened, here))
    }
}

/// Which message becomes a ticket, and what it is called.
#[derive(Clone, Debug)]
pub struct Split<'a> {
    /// A public message of the ticket.
    pub message: &'a Message,
    /// The new ticket's subject; the message's first line if absent.
    pub subject: Option<Subject>,
    /// The new ticket's category; the same if absent.
    pub category: Option<String>,
}
