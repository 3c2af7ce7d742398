//! Tickets, what lies in their partitions, and the lists that they stand in.

use super::{Key, Place, digest, key, millis, shard};
use jiff::Timestamp;
use registrar_domain::{
    attachment::{Audience, Place as Shelf},
    id::{AccountId, AttachmentId, HistoryId, MessageId, TicketId},
    ticket::Status,
};

/// A ticket's partition.
pub fn ticket_partition(id: TicketId) -> String {
    format!("TICKET#{id}")
}

/// A ticket's header; the end of the range that a requester reads.
pub fn ticket(id: TicketId) -> Key {
    key(ticket_partition(id), "TICKET")
}

/// The start of the range that a requester reads.
pub const FIRST_MESSAGE: &str = "MESSAGE#";
/// Internal notes start with this.
pub const NOTE: &str = "INTERNAL#NOTE#";
/// History entries start with this.
pub const HISTORY: &str = "INTERNAL#HISTORY#";

/// A public message.
pub fn message(ticket: TicketId, id: MessageId) -> Key {
    key(ticket_partition(ticket), format!("MESSAGE#{id}"))
}

/// An internal note.
pub fn note(ticket: TicketId, id: MessageId) -> Key {
    key(ticket_partition(ticket), format!("{NOTE}{id}"))
}

/// A history entry.
pub fn history(ticket: TicketId, id: HistoryId) -> Key {
    key(ticket_partition(ticket), format!("{HISTORY}{id}"))
}

/// What starts the sort key of an attachment that both sides of a ticket know of, or of a draft.
pub const ATTACHMENT: &str = "ATTACHMENT#";
/// What starts the sort key of an attachment that only staff knows of.
pub const STAFF_ATTACHMENT: &str = "INTERNAL#ATTACHMENT#";

/// The partition of a person's uploads that belong to no ticket yet.
pub fn drafts(owner: AccountId) -> String {
    format!("DRAFT#{owner}")
}

/// An attachment, where it lies.
pub fn attachment(shelf: &Shelf, id: AttachmentId) -> Key {
    match shelf {
        Shelf::Draft { owner } => key(drafts(*owner), format!("{ATTACHMENT}{id}")),
        Shelf::Ticket {
            ticket_id,
            audience,
            ..
        } => attachment_of(*ticket_id, *audience, id),
    }
}

/// A ticket's attachment that `audience` knows of.
pub fn attachment_of(ticket: TicketId, audience: Audience, id: AttachmentId) -> Key {
    let prefix = match audience {
        Audience::Everyone => ATTACHMENT,
        Audience::Staff => STAFF_ATTACHMENT,
    };
    key(ticket_partition(ticket), format!("{prefix}{id}"))
}

/// An attachment in a partition, among those that its sort key's beginning says.
pub(crate) fn attachment_in(pk: &str, prefix: &str, id: AttachmentId) -> Key {
    key(pk.to_owned(), format!("{prefix}{id}"))
}

/// What a first look at a ticket said: it sorts behind the header, outside the range that a requester reads.
pub fn suggestion(ticket: TicketId) -> Key {
    key(ticket_partition(ticket), "TRIAGE")
}

/// When answers may go out by themselves.
pub fn triage_policy() -> Key {
    key("SETTING#triage".to_owned(), "SETTING")
}

/// The partition of all models' counters.
pub const CALIBRATIONS: &str = "CALIBRATION";

/// How often a model was right; its name is a setting of the deployment.
pub fn calibration(model: &str) -> Key {
    key(CALIBRATIONS.to_owned(), model)
}

/// A ticket's number; `number` has the profile's form, so it is no user text.
pub fn ticket_number(number: &str) -> Key {
    key(
        format!("TICKETNUMBER#{}", number.to_ascii_uppercase()),
        "TICKETNUMBER",
    )
}

/// A shard of the list of all tickets.
pub fn tickets_shard(shard: u16) -> String {
    format!("TICKETS#{shard:03}")
}

/// A ticket's place in the list of all.
pub fn ticket_in_all(id: TicketId, shards: u16) -> Place {
    Place {
        pk: tickets_shard(shard(&id.to_string(), shards)),
        sk: id.to_string(),
    }
}

/// The ticket that a partition is of.
pub(crate) fn ticket_in(partition: &str) -> Option<TicketId> {
    partition.strip_prefix("TICKET#")?.parse().ok()
}

fn due_shard(shard: u16) -> String {
    format!("DUE#{shard:03}")
}

/// A ticket's place in the due index. By the ticket's shard and not by the hour: due times of one hour crowd, shards do
/// not; and what was missed is found by the same query as what is due now.
pub fn ticket_due(id: TicketId, due: Timestamp, shards: u16) -> Place {
    let id = id.to_string();
    Place {
        pk: due_shard(shard(&id, shards)),
        sk: format!("{}#{id}", millis(due)),
    }
}

/// The end of what is due in a shard at `until`, in the sixth index.
pub fn due_until(shard: u16, until: Timestamp) -> Place {
    Place {
        pk: due_shard(shard),
        sk: format!("{}~", millis(until)),
    }
}

/// The partition of the roster: who is given tickets, and whose turn it was. One read sees all of it.
pub const ROSTER: &str = "ROSTER";
/// What starts the sort key of a member.
pub const ROSTER_MEMBER: &str = "MEMBER#";

/// A member of the roster.
pub fn roster_member(id: AccountId) -> Key {
    key(ROSTER.to_owned(), format!("{ROSTER_MEMBER}{id}"))
}

/// Whose turn it was.
pub fn roster_cursor() -> Key {
    key(ROSTER.to_owned(), "CURSOR")
}

/// A shard of the list of tickets in a status.
pub fn tickets_in(status: Status, shard: u16) -> String {
    format!("TICKETSTATUS#{}#{shard:03}", status.code())
}

/// A ticket's place among those of its status.
pub fn ticket_in_status(status: Status, id: TicketId, shards: u16) -> Place {
    let id = id.to_string();
    Place {
        pk: tickets_in(status, shard(&id, shards)),
        sk: id,
    }
}

/// A shard of the list of tickets that somebody, or nobody, works on; `active` = neither resolved nor closed.
pub fn tickets_assigned(assignee: Option<AccountId>, active: bool, shard: u16) -> String {
    let assignee = assignee.map_or_else(|| "none".to_owned(), |id| id.to_string());
    let state = if active { "active" } else { "done" };
    format!("TICKETASSIGNEE#{assignee}#{state}#{shard:03}")
}

/// A ticket's place among those.
pub fn ticket_assigned(
    assignee: Option<AccountId>,
    active: bool,
    id: TicketId,
    shards: u16,
) -> Place {
    let id = id.to_string();
    Place {
        pk: tickets_assigned(assignee, active, shard(&id, shards)),
        sk: id,
    }
}

/// A shard of the list of tickets by their last change.
pub fn tickets_updated(shard: u16) -> String {
    format!("TICKETUPDATED#{shard:03}")
}

/// A ticket's place in that list.
pub fn ticket_updated(id: TicketId, updated: Timestamp, shards: u16) -> Place {
    let id = id.to_string();
    Place {
        pk: tickets_updated(shard(&id, shards)),
        sk: format!("{}#{id}", millis(updated)),
    }
}

/// Where the ids of things made at `time` begin, or with `after` end, among others: a `UUIDv7` starts with its
/// milliseconds.
pub fn ids_at(time: Timestamp, after: bool) -> String {
    let millis = u64::try_from(time.as_millisecond()).unwrap_or(0);
    let digits = format!("{millis:012x}");
    let (high, low) = digits.split_at(8);
    let end = if after { "~" } else { "" };
    format!("{high}-{low}{end}")
}

/// A shard of the statistics of all tickets.
pub fn statistics(shard: u16) -> Key {
    key(format!("STATISTICS#{shard:03}"), "STATISTICS")
}

/// The statistics of a requester's own tickets.
pub fn statistics_of(person: AccountId) -> Key {
    key(format!("STATISTICS#{person}"), "STATISTICS")
}

/// Until when a person has read a ticket.
pub fn read_mark(person: AccountId, ticket: TicketId) -> Key {
    key(format!("READ#{person}"), format!("TICKET#{ticket}"))
}

/// A shard of the postings of a word or facet, which stands there as a digest: it is user text.
pub fn postings(term: &str, shard: u16) -> String {
    let digest = digest(&["posting", term]);
    format!("POSTING#{}#{shard:03}", &digest[..32])
}

/// A ticket's posting of a word or facet.
pub fn posting(term: &str, id: TicketId, shards: u16) -> Key {
    let id = id.to_string();
    key(postings(term, shard(&id, shards)), id)
}

/// Which postings a ticket has.
pub fn indexed(id: TicketId) -> Key {
    key(format!("INDEXED#{id}"), "INDEXED")
}
