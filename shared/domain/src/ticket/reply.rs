//! Public replies.

use super::{
    Author, Change, Decision, LinkKind, Message, Open, Refusal, RequesterKind, Sender, Status,
    Ticket, open,
};
use crate::{
    clock::Moment,
    conversation::{LONGEST_TEXT, Outgoing, fits},
    effect::{Effect, Fact},
    profile::{Afterwards, Profile},
    value::{Description, MessageBody, Subject},
};
use jiff::{SignedDuration, Timestamp};

/// The end of a second, from its beginning.
const SECOND: SignedDuration = SignedDuration::from_millis(999);

/// What is said.
#[derive(Clone, Debug)]
pub struct Reply {
    /// By whom.
    pub author: Author,
    /// For which side.
    pub sender: Sender,
    /// The text.
    pub body: MessageBody,
    /// The second in which it was written, where that was before it is heard: messages stand in the order in which they were
    /// written, and those of one second in the order in which they were heard.
    pub written_at: Option<Timestamp>,
}

/// What a reply leads to.
#[derive(Clone, Debug)]
pub enum Replied {
    /// It is added to the ticket.
    Here(Box<Decision>),
    /// The ticket is done, and the reply opens another one by [`Ticket::follow_up`].
    Elsewhere {
        /// Whether both tickets shall say that they belong together.
        linked: bool,
    },
}

impl Reply {
    /// A reply for the side of the desk on which its author stands to `ticket`.
    pub fn to(ticket: &Ticket, author: Author, body: MessageBody) -> Self {
        let sender = if author.role.is_staff() && author.id != ticket.requester.id {
            Sender::Staff
        } else {
            Sender::Customer
        };
        Self {
            author,
            sender,
            body,
            written_at: None,
        }
    }
}

impl Ticket {
    /// Adds a public reply and moves the status as the profile says (checklist T-07, T-13). What the model or the product
    /// itself says moves nothing.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign ticket; [`Refusal::Closed`] where the profile takes no reply to a ticket that is
    /// done; [`Refusal::Merged`]; [`Refusal::TooLongForPhone`].
    pub fn reply(
        &self,
        profile: &Profile,
        reply: Reply,
        moment: Moment<'_>,
    ) -> Result<Replied, Refusal> {
        let Reply {
            author,
            sender,
            body,
            written_at,
        } = reply;
        let actor = author.actor();
        if !actor.may_see(self.requester.id) {
            return Err(Refusal::NotFound);
        }
        if let Some(into) = self.merged_into() {
            return Err(Refusal::Merged { into });
        }
        let to_phone = self.is_sent_to_phone(sender);
        if to_phone && !fits(body.as_str(), LONGEST_TEXT) {
            return Err(Refusal::TooLongForPhone { most: LONGEST_TEXT });
        }
        let to = match sender {
            Sender::Staff => self.after_staff_reply(profile),
            Sender::Customer => match self.after_requester_reply(profile, moment)? {
                After::Status(to) => to,
                After::OpenTicket { linked } => return Ok(Replied::Elsewhere { linked }),
            },
            Sender::Ai | Sender::System => self.status,
        };

        let mut next = self.touched(moment.now);
        next.counts(sender, moment.now);
        if sender == Sender::Staff {
            next.first_response_at.get_or_insert(moment.now);
        }
        let mut history = Vec::new();
        if to != self.status {
            next.moved(to, actor.id, moment.now);
            let change = Change::Status {
                from: self.status,
                to,
                reason: None,
            };
            history.push(Self::entry(change, actor.id, moment));
        }
        // Not before anything else of that second that is there already.
        let written_at = written_at.map_or(moment.now, |second| (second + SECOND).min(moment.now));
        let message = Message {
            id: moment.id_heard(written_at),
            author_id: author.id,
            author_name: author.name,
            sender,
            body,
            attachments: Vec::new(),
            whatsapp: to_phone.then(|| Outgoing::queued(None, moment.now)),
            created_at: written_at,
        };
        let fact = Fact::TicketReplied {
            ticket_id: self.id,
            message_id: message.id,
        };
        let effect = match sender {
            Sender::Staff | Sender::Ai | Sender::System => self.tell_requester(fact),
            Sender::Customer => Effect::DeliverToStaff { fact },
        };
        Ok(Replied::Here(Box::new(Decision {
            message: Some(message),
            history,
            effects: vec![effect],
            ..Decision::of(next)
        })))
    }

    /// The ticket that a requester's reply to this one opens, with the `number` that was drawn for it; and, where they
    /// are linked, what that changes here.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for a foreign ticket.
    pub fn follow_up(
        &self,
        profile: &Profile,
        reply: Reply,
        linked: bool,
        number: String,
        moment: Moment<'_>,
    ) -> Result<(Decision, Option<Decision>), Refusal> {
        let Reply { author, body, .. } = reply;
        let actor = author.actor();
        if !actor.may_see(self.requester.id) {
            return Err(Refusal::NotFound);
        }
        let command = Open {
            subject: if linked {
                self.subject.clone()
            } else {
                Subject::of_message(&body)
            },
            description: Description::of_message(&body),
            category: Some(self.category.as_str().to_owned())
                .filter(|code| profile.category(code).is_some()),
            priority: None,
            about: self.about(),
            tags: Vec::new(),
        };
        let mut opened = open(profile, actor, &self.requester, command, number, moment)?;
        if !linked {
            return Ok((opened, None));
        }
        let mut before = Decision::of(self.touched(moment.now));
        self.link_both(&mut before, &mut opened, LinkKind::ContinuedBy)?;
        self.linked(
            &mut before,
            &mut opened,
            LinkKind::ContinuedBy,
            actor,
            moment,
        );
        Ok((opened, Some(before)))
    }

    /// Whether what this sender says goes to a phone.
    fn is_sent_to_phone(&self, sender: Sender) -> bool {
        self.requester.kind == RequesterKind::Phone && sender != Sender::Customer
    }

    fn after_staff_reply(&self, profile: &Profile) -> Status {
        match self.status {
            Status::New
            | Status::Open
            | Status::InProgress
            | Status::WaitingCustomer
            | Status::WaitingAi => profile.status_after_staff_reply(),
            // What is done stays done: staff may add a word without reopening.
            Status::Resolved | Status::Closed => self.status,
        }
    }

    fn after_requester_reply(
        &self,
        profile: &Profile,
        moment: Moment<'_>,
    ) -> Result<After, Refusal> {
        let (rule, done) = match self.status {
            Status::WaitingCustomer => {
                return Ok(After::Status(profile.status_after_requester_reply()));
            }
            Status::New | Status::Open | Status::InProgress | Status::WaitingAi => {
                return Ok(After::Status(self.status));
            }
            Status::Resolved => (profile.replies.on_resolved, self.resolved_at),
            Status::Closed => (profile.replies.on_closed, self.closed_at),
        };
        match rule.at(done.unwrap_or(self.updated_at), moment.now) {
            Afterwards::Reopen { to, .. } => Ok(After::Status(to)),
            Afterwards::Stay {} => Ok(After::Status(self.status)),
            Afterwards::OpenTicket { linked } => Ok(After::OpenTicket { linked }),
            Afterwards::Refuse {} => Err(Refusal::Closed),
        }
    }
}

/// What a requester's reply does.
enum After {
    /// The ticket stands here now.
    Status(Status),
    /// Another ticket is opened.
    OpenTicket { linked: bool },
}
