//! The table of access patterns, and the only place where keys are formatted.
//!
//! | what | `PK` | `SK` | `GSI1PK` / `GSI1SK` | `GSI2PK` / `GSI2SK` |
//! |---|---|---|---|---|
//! | ticket header | `TICKET#<id>` | `TICKET` | `TICKETS#<shard>` / `<id>` | `PERSON#<requester>` / `TICKET#<id>` |
//! | public message | `TICKET#<id>` | `MESSAGE#<id>` | | |
//! | internal note | `TICKET#<id>` | `INTERNAL#NOTE#<id>` | | |
//! | history entry | `TICKET#<id>` | `INTERNAL#HISTORY#<id>` | | |
//! | attachment that both sides know of | `TICKET#<id>` | `ATTACHMENT#<id>` | | |
//! | attachment among staff | `TICKET#<id>` | `INTERNAL#ATTACHMENT#<id>` | | |
//! | attachment without a ticket | `DRAFT#<author>` | `ATTACHMENT#<id>` | | |
//! | first look at a ticket | `TICKET#<id>` | `TRIAGE` | | |
//! | policy of automatic answers | `SETTING#triage` | `SETTING` | | |
//! | ticket number → id | `TICKETNUMBER#<number>` | `TICKETNUMBER` | | |
//! | appointment, order, site | `APPOINTMENT#<id>`, `ORDER#<id>`, `SITE#<id>` | the kind | | `PERSON#<owner>` / `<KIND>#<date ms>#<id>` |
//! | reply template | `REPLYTEMPLATES` | `<id>` | | |
//! | certificate | `CERTIFICATE#<id>` | `CERTIFICATE` | `CERTIFICATES#<shard>` / `<issued ms>#<id>` | `PERSON#<student>` / `CERTIFICATE#<issued ms>#<id>` |
//! | certificate's fact → id | `CERTIFICATEFACT#<sha256>` | `CERTIFICATEFACT` | | |
//! | revoked index | `STATUSLIST#<list>` | `REVOKED#<index>` | | |
//! | account | `ACCOUNT#<id>` | `ACCOUNT` | `STAFF` / `<id>` (staff only) | |
//! | e-mail → account | `EMAIL#<sha256>` | `EMAIL` | | |
//! | phone → accounts | `PHONE#<sha256>` | `<account id>` | | |
//! | chat of a phone | `CHAT#<contact>` | `CHAT` | | |
//! | message of a phone that was heard | `HEARD#<sha256>` | `HEARD` | | |
//! | ledger entry | `LEDGER#<person>` | `<channel>#<fact>` | `LEDGER#<state>` / `<updated ms>#…` (`uncertain`, `failed`) | |
//! | webhook endpoint | `WEBHOOKS` | `<id>` | | |
//! | webhook delivery | `WEBHOOK#<endpoint>` | `DELIVERY#<event id>` | `WEBHOOKDUE#<shard>` / `<due ms>#<endpoint>#<event id>` (while it waits) | |
//! | entry in the due index | `TICKET#<id>` | `INTERNAL#DUE` | `DUE#<shard>` / `<due ms>#<id>` (while a clock runs) | |
//! | member of the roster | `ROSTER` | `MEMBER#<account>` | | |
//! | whose turn it was | `ROSTER` | `CURSOR` | | |
//! | outbox item | `OUTBOX#<shard>` | `<effect id>` | | |
//! | kept answer | `ANSWER#<sha256>` | `ANSWER` | | |
//! | counter | `COUNTER#<name>` | `COUNTER` | | |
//! | statistics of all, of a person | `STATISTICS#<shard>`, `STATISTICS#<person>` | `STATISTICS` | | |
//! | read mark | `READ#<person>` | `TICKET#<id>` | | |
//! | posting of a word or facet | `POSTING#<digest>#<shard>` | `<ticket id>` | | |
//! | postings that a ticket has | `INDEXED#<ticket>` | `INDEXED` | | |
//!
//! A ticket header is listed in three more indexes:
//!
//! | index | partition | sort key | answers |
//! |---|---|---|---|
//! | `GSI1` | `TICKETS#<shard>` | `<id>` | all, by creation, a range of dates |
//! | `GSI2` | `PERSON#<requester>` | `TICKET#<id>` | a requester's own |
//! | `GSI3` | `TICKETSTATUS#<status>#<shard>` | `<id>` | by status; sorted by status |
//! | `GSI4` | `TICKETASSIGNEE#<account or none>#<active or done>#<shard>` | `<id>` | by assignee, unassigned |
//! | `GSI5` | `TICKETUPDATED#<shard>` | `<updated ms>#<id>` | sorted by last change |
//!
//! The shard is the ticket's own everywhere (its id's digest), so that every list, posting and counter spreads alike: with
//! 10 shards none takes more than a tenth of the writes, also when all tickets have one status, one assignee and one word
//! in common. What no index sorts apart (priority, category, words) is a posting. No list reads more for being long: a
//! page asks each shard for its share and merges.
//!
//! Ids are `UUIDv7` and sort by time. A requester's read of a ticket is one query from `MESSAGE#` to `TICKET`, newest
//! first: header, then messages. What is internal sorts outside that range, so that no filter stands between a note and a
//! requester: the note is never read. No user text stands in a key: e-mail addresses and the like are SHA-256 digests.
//! All indexes project one attribute, `row`: what a list shows.

use jiff::{Timestamp, civil::Date};
use registrar_domain::{
    attachment::{Audience, Place as Shelf},
    certificate::CertificateId,
    delivery::Delivery,
    id::{AccountId, AttachmentId, EffectId, HistoryId, MessageId, TemplateId, TicketId, WebhookId},
    ticket::Status,
    webhook::EventId,
};
use sha2::{Digest, Sha256};

/// A primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// `PK`.
    pub pk: String,
    /// `SK`.
    pub sk: String,
}

/// A place in an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// `GSI1PK` or `GSI2PK`.
    pub pk: String,
    /// `GSI1SK` or `GSI2SK`.
    pub sk: String,
}

fn key(pk: String, sk: impl Into<String>) -> Key {
    Key { pk, sk: sk.into() }
}

fn millis(time: Timestamp) -> String {
    format!("{:014}", time.as_millisecond())
}

/// The lower-case hexadecimal SHA-256 of `parts`, each with its length, so that no two lists of parts look alike.
pub fn digest(parts: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}

/// The shard of `id` among `shards`: its digest's first bytes, so that consecutive ids spread evenly.
pub fn shard(id: &str, shards: u16) -> u16 {
    let hash = Sha256::digest(id.as_bytes());
    u16::from_be_bytes([hash[0], hash[1]]) % shards.max(1)
}

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

/// What a first look at a ticket said: it sorts behind the header, outside the range that a requester reads.
pub fn suggestion(ticket: TicketId) -> Key {
    key(ticket_partition(ticket), "TRIAGE")
}

/// When answers may go out by themselves.
pub fn triage_policy() -> Key {
    key("SETTING#triage".to_owned(), "SETTING")
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

/// When a ticket's service levels are due; outside the ranges that requesters and staff read.
pub fn due(id: TicketId) -> Key {
    key(ticket_partition(id), "INTERNAL#DUE")
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

/// The end of what is due in a shard at `until`, in the first index.
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

/// A person's own things, in the second index.
pub fn person(id: AccountId) -> String {
    format!("PERSON#{id}")
}

/// What starts the sort key of a person's tickets.
pub const PERSONS_TICKETS: &str = "TICKET#";
/// What starts the sort key of a person's certificates.
pub const PERSONS_CERTIFICATES: &str = "CERTIFICATE#";

/// A ticket's place among its requester's.
pub fn ticket_of_person(requester: AccountId, id: TicketId) -> Place {
    Place {
        pk: person(requester),
        sk: format!("{PERSONS_TICKETS}{id}"),
    }
}

/// An appointment, order or site.
pub fn owned(kind: &str, id: &str) -> Key {
    key(format!("{kind}#{id}"), kind)
}

/// Its place among its owner's.
pub fn owned_of_person(kind: &str, owner: AccountId, date: Timestamp, id: &str) -> Place {
    Place {
        pk: person(owner),
        sk: format!("{kind}#{}#{id}", millis(date)),
    }
}

/// The partition of all reply templates.
pub const REPLY_TEMPLATES: &str = "REPLYTEMPLATES";

/// A reply template.
pub fn reply_template(id: TemplateId) -> Key {
    key(REPLY_TEMPLATES.to_owned(), id.to_string())
}

/// A certificate.
pub fn certificate(id: &CertificateId) -> Key {
    key(format!("CERTIFICATE#{id}"), "CERTIFICATE")
}

/// A shard of the list of all certificates.
pub fn certificates_shard(shard: u16) -> String {
    format!("CERTIFICATES#{shard:03}")
}

/// A certificate's place in the list of all.
pub fn certificate_in_all(id: &CertificateId, issued: Timestamp, shards: u16) -> Place {
    let shard = shard(&id.to_string(), shards);
    Place {
        pk: certificates_shard(shard),
        sk: format!("{}#{id}", millis(issued)),
    }
}

/// A certificate's place among its holder's.
pub fn certificate_of_person(student: AccountId, id: &CertificateId, issued: Timestamp) -> Place {
    Place {
        pk: person(student),
        sk: format!("{PERSONS_CERTIFICATES}{}#{id}", millis(issued)),
    }
}

/// What a certificate attests: the same person, course and date is the same fact.
pub fn certificate_fact(student: AccountId, course: &str, completed: Date) -> Key {
    let digest = digest(&[
        &student.to_string(),
        &course.to_lowercase(),
        &completed.to_string(),
    ]);
    key(format!("CERTIFICATEFACT#{digest}"), "CERTIFICATEFACT")
}

/// A status list's partition.
pub fn status_list(list: u32) -> String {
    format!("STATUSLIST#{list:06}")
}

/// What starts the sort key of a revoked index.
pub const REVOKED: &str = "REVOKED#";

/// A revoked index of a list.
pub fn revoked(list: u32, index: u32) -> Key {
    key(status_list(list), format!("{REVOKED}{index:06}"))
}

/// An account.
pub fn account(id: AccountId) -> Key {
    key(format!("ACCOUNT#{id}"), "ACCOUNT")
}

/// The list of staff, in the first index.
pub const STAFF: &str = "STAFF";

/// A member of staff's place in that list.
pub fn staff(id: AccountId) -> Place {
    Place {
        pk: STAFF.to_owned(),
        sk: id.to_string(),
    }
}

/// The account that has an e-mail address, given in its look-up form.
pub fn email(lookup_form: &str) -> Key {
    key(format!("EMAIL#{}", digest(&[lookup_form])), "EMAIL")
}

/// The accounts that have a phone number: more than one where a family shares it.
pub fn phone(number: &str) -> String {
    format!("PHONE#{}", digest(&[number]))
}

/// That an account has a phone number.
pub fn phone_of(number: &str, account: AccountId) -> Key {
    key(phone(number), account.to_string())
}

/// The chat of a phone, by its contact id.
pub fn chat(contact: AccountId) -> Key {
    key(format!("CHAT#{contact}"), "CHAT")
}

/// That a message of a phone was heard, by the provider's id of it.
pub fn heard(provider_id: &str) -> Key {
    key(format!("HEARD#{}", digest(&[provider_id])), "HEARD")
}

/// A ledger entry.
pub fn ledger(delivery: &Delivery) -> Key {
    key(
        format!("LEDGER#{}", delivery.person),
        format!("{}#{}", delivery.channel.code(), delivery.fact.key()),
    )
}

/// All ledger entries in a state that somebody looks for.
pub fn ledger_state(state: &str) -> String {
    format!("LEDGER#{state}")
}

/// An entry's place among those.
pub fn ledger_in_state(state: &str, delivery: &Delivery, updated: Timestamp) -> Place {
    let Key { pk, sk } = ledger(delivery);
    Place {
        pk: ledger_state(state),
        sk: format!("{}#{pk}#{sk}", millis(updated)),
    }
}

/// The partition of all webhook endpoints.
pub const WEBHOOKS: &str = "WEBHOOKS";
/// What starts the sort key of a webhook delivery.
pub const DELIVERY: &str = "DELIVERY#";

/// A webhook endpoint.
pub fn webhook(id: WebhookId) -> Key {
    key(WEBHOOKS.to_owned(), id.to_string())
}

/// The partition of an endpoint's log.
pub fn webhook_log(id: WebhookId) -> String {
    format!("WEBHOOK#{id}")
}

/// An event at an endpoint; an event's id starts with its time, so the log is in order.
pub fn webhook_delivery(id: WebhookId, event: &EventId) -> Key {
    key(webhook_log(id), format!("{DELIVERY}{event}"))
}

/// A waiting delivery's place among what is due.
pub fn webhook_due(id: WebhookId, event: &EventId, due: Timestamp, shards: u16) -> Place {
    Place {
        pk: webhooks_due(shard(event.as_str(), shards)),
        sk: format!("{}#{id}#{event}", millis(due)),
    }
}

fn webhooks_due(shard: u16) -> String {
    format!("WEBHOOKDUE#{shard:03}")
}

/// The end of what is due at `until`, in the first index.
pub fn webhooks_due_until(shard: u16, until: Timestamp) -> Key {
    key(webhooks_due(shard), format!("{}~", millis(until)))
}

/// What starts the partition key of an outbox item.
pub const OUTBOX: &str = "OUTBOX#";

/// A shard of the outbox.
pub fn outbox_shard(shard: u16) -> String {
    format!("{OUTBOX}{shard:03}")
}

/// An outbox item.
pub fn outbox(id: EffectId, shards: u16) -> Key {
    let id = id.to_string();
    key(outbox_shard(shard(&id, shards)), id)
}

/// The kept answer to a request: who, what and the `Idempotency-Key` they sent.
pub fn answer(principal: &str, method: &str, path: &str, idempotency_key: &str) -> Key {
    key(
        format!(
            "ANSWER#{}",
            digest(&[principal, method, path, idempotency_key])
        ),
        "ANSWER",
    )
}

/// A counter.
pub fn counter(name: &str) -> Key {
    key(format!("COUNTER#{name}"), "COUNTER")
}

/// The name of the day's counter of tickets.
pub fn tickets_of(day: Date) -> String {
    format!("TICKETNUMBER#{}", day.strftime("%Y%m%d"))
}

/// The name of the counter of a reply template's uses.
pub fn template_uses(id: TemplateId) -> String {
    format!("TEMPLATEUSES#{id}")
}

/// The name of the counter of tickets whose numbers do not begin anew each day.
pub const TICKETS_EVER: &str = "TICKETNUMBER";

/// The name of the counter of a status list's publications.
pub fn publications(list: u32) -> String {
    format!("PUBLICATIONS#{list:06}")
}

/// The name of the counter of status indexes.
pub const STATUS_INDEX: &str = "STATUSINDEX";

#[cfg(test)]
mod tests {
    use super::*;

    fn id<T: From<registrar_domain::id::TicketId>>() -> T {
        "0193a5e0-0000-7000-8000-000000000001"
            .parse::<TicketId>()
            .expect("a UUID")
            .into()
    }

    #[test]
    fn keys_are_what_they_always_were() {
        let ticket: TicketId = id();
        let person: AccountId = "0193a5e0-0000-7000-8000-000000000002"
            .parse()
            .expect("a UUID");
        let message: MessageId = "0193a5e0-0000-7000-8000-000000000003"
            .parse()
            .expect("a UUID");
        assert_eq!(
            super::ticket(ticket),
            key(
                "TICKET#0193a5e0-0000-7000-8000-000000000001".into(),
                "TICKET"
            )
        );
        assert_eq!(
            super::message(ticket, message).sk,
            "MESSAGE#0193a5e0-0000-7000-8000-000000000003"
        );
        assert_eq!(
            super::note(ticket, message).sk,
            "INTERNAL#NOTE#0193a5e0-0000-7000-8000-000000000003"
        );
        assert_eq!(
            ticket_number("tkt-20261121-0001").pk,
            "TICKETNUMBER#TKT-20261121-0001"
        );
        assert_eq!(
            ticket_of_person(person, ticket).sk,
            "TICKET#0193a5e0-0000-7000-8000-000000000001"
        );
        assert_eq!(
            revoked(0, 42),
            key("STATUSLIST#000000".into(), "REVOKED#000042")
        );
        assert_eq!(super::due(ticket).sk, "INTERNAL#DUE");
        let due = ticket_due(ticket, Timestamp::UNIX_EPOCH, 1);
        assert_eq!(
            (due.pk.as_str(), due.sk.as_str()),
            (
                "DUE#000",
                "00000000000000#0193a5e0-0000-7000-8000-000000000001"
            )
        );
        assert_eq!(
            roster_member(person),
            key(
                "ROSTER".into(),
                "MEMBER#0193a5e0-0000-7000-8000-000000000002"
            )
        );
        assert_eq!(
            counter(&tickets_of(jiff::civil::date(2026, 11, 21))).pk,
            "COUNTER#TICKETNUMBER#20261121"
        );
        assert_eq!(email("asha@example.org").pk.len(), "EMAIL#".len() + 64);
        assert_eq!(
            answer("p", "POST", "/tickets", "k").pk.len(),
            "ANSWER#".len() + 64
        );
    }

    #[test]
    fn what_is_internal_sorts_outside_the_range_that_a_requester_reads() {
        let ticket: TicketId = id();
        let note_id: AttachmentId = "0193a5e0-0000-7000-8000-000000000003"
            .parse()
            .expect("a UUID");
        let note = super::note(
            ticket,
            "0193a5e0-0000-7000-8000-000000000003"
                .parse()
                .expect("a UUID"),
        );
        let history = super::history(
            ticket,
            "0193a5e0-0000-7000-8000-000000000003"
                .parse()
                .expect("a UUID"),
        );
        let file = attachment_of(ticket, Audience::Staff, note_id);
        let range = FIRST_MESSAGE.to_owned()..="TICKET".to_owned();
        assert!(!range.contains(&note.sk) && !range.contains(&history.sk));
        let due = super::due(ticket);
        assert!(!range.contains(&due.sk) && due.sk.as_str() < HISTORY);
        assert!(!range.contains(&file.sk) && !file.sk.starts_with(ATTACHMENT));
    }

    #[test]
    fn lists_of_parts_never_look_alike() {
        assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
    }

    #[test]
    fn shards_take_even_shares() {
        let mut counts = [0u32; 10];
        for n in 0..10_000u32 {
            counts[usize::from(shard(&n.to_string(), 10))] += 1;
        }
        assert!(
            counts.iter().all(|count| (850..1150).contains(count)),
            "{counts:?}"
        );
    }
}
