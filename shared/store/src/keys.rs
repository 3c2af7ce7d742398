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
//! | how often a model was right | `CALIBRATION` | `<model>` | | |
//! | ticket number → id | `TICKETNUMBER#<number>` | `TICKETNUMBER` | | |
//! | appointment, order, site | `APPOINTMENT#<id>`, `ORDER#<id>`, `SITE#<id>` | the kind | | `PERSON#<owner>` / `<KIND>#<date ms>#<id>` |
//! | reply template | `REPLYTEMPLATES` | `<id>` | | |
//! | certificate (more in `keys::certificates`) | `CERTIFICATE#<id>` | `CERTIFICATE` | `CERTIFICATES#<shard>` / `<issued ms>#<id>` | `PERSON#<student>` / `CERTIFICATE#<issued ms>#<id>` |
//! | certificate's fact → id | `CERTIFICATEFACT#<sha256>` | `CERTIFICATEFACT` | | |
//! | reconciliation of the edge | `RECONCILIATION` | `<due ms>` | | |
//! | revoked index | `STATUSLIST#<list>` | `REVOKED#<index>` | | |
//! | suspended index | `SUSPENSIONS#<list>` | `SUSPENDED#<index>` | | |
//! | account | `ACCOUNT#<id>` | `ACCOUNT` | `STAFF` / `<id>` (staff that may work) | `ACCOUNTS#<shard>` / `<id>` |
//! | its password's hash | `PASSWORD#<id>` | `PASSWORD` | | |
//! | its link for a new password | `INVITATION#<id>` | `INVITATION` | | |
//! | what was done to it | `ACCOUNTHISTORY#<id>` | `<entry id>` | | |
//! | how many super admins can sign in | `COUNTER#superadmins` | `COUNTER` | | |
//! | e-mail → account | `EMAIL#<sha256>` | `EMAIL` | | |
//! | phone → accounts | `PHONE#<sha256>` | `<account id>` | | |
//! | chat of a phone, or where it went | `CHAT#<contact>` | `CHAT` | | |
//! | message of a phone that was heard | `HEARD#<sha256>` | `HEARD` | | |
//! | ledger entry | `LEDGER#<person>` | `<channel>#<fact>` | `LEDGER#<state>` / `<updated ms>#…` (`uncertain`, `failed`) | |
//! | notification | `NOTIFICATIONS#<person>` | `NOTIFICATION#<id>` | `UNREAD#<person>` / `<place>` (until it is read by itself) | |
//! | what is known of all of them | `NOTIFICATIONS#<person>` | `INBOX` | | |
//! | bulk issue | `BULK#<id>` | `BULK` | `BULKS` / `<id>` | |
//! | error of a row | `BULK#<id>` | `ERROR#<row>` | | |
//! | how often somebody did something | `LIMIT#<what>#<id or digest>` | `<window>` | | |
//! | network that somebody signed in from | `NETWORK#<digest of the e-mail>` | `<digest of the network>` | | |
//! | webhook endpoint | `WEBHOOKS` | `<id>` | | |
//! | webhook delivery | `WEBHOOK#<endpoint>` | `DELIVERY#<event id>` | `WEBHOOKDUE#<shard>` / `<due ms>#<endpoint>#<event id>` (while it waits) | |
//! | member of the roster | `ROSTER` | `MEMBER#<account>` | | |
//! | whose turn it was | `ROSTER` | `CURSOR` | | |
//! | outbox item | `OUTBOX#<shard>` | `<effect id>` | | |
//! | effects that cannot be read | `PARKED` | `<effect id>` | | |
//! | kept answer | `ANSWER#<sha256>` | `ANSWER` | | |
//! | counter | `COUNTER#<name>` | `COUNTER` | | |
//! | statistics of all, of a person | `STATISTICS#<shard>`, `STATISTICS#<person>` | `STATISTICS` | | |
//! | read mark | `READ#<person>` | `TICKET#<id>` | | |
//! | posting of a word or facet | `POSTING#<digest>#<shard>` | `<ticket id>` | | |
//! | postings that a ticket has | `INDEXED#<ticket>` | `INDEXED` | | |
//!
//! A ticket header is listed in four more indexes:
//!
//! | index | partition | sort key | answers |
//! |---|---|---|---|
//! | `GSI1` | `TICKETS#<shard>` | `<id>` | all, by creation, a range of dates |
//! | `GSI2` | `PERSON#<requester>` | `TICKET#<id>` | a requester's own |
//! | `GSI3` | `TICKETSTATUS#<status>#<shard>` | `<id>` | by status; sorted by status |
//! | `GSI4` | `TICKETASSIGNEE#<account or none>#<active or done>#<shard>` | `<id>` | by assignee, unassigned |
//! | `GSI5` | `TICKETUPDATED#<shard>` | `<updated ms>#<id>` | sorted by last change |
//! | `GSI6` | `DUE#<shard>` | `<due ms>#<id>` | what is due, while a clock runs |
//!
//! The shard is the ticket's own everywhere (its id's digest), so that every list, posting and counter spreads alike: with
//! 10 shards none takes more than a tenth of the writes, also when all tickets have one status, one assignee and one word
//! in common. What no index sorts apart (priority, category, words) is a posting. No list reads more for being long: a
//! page asks each shard for its share and merges.
//!
//! Ids are `UUIDv7` and sort by time. A requester's read of a ticket is one query from `MESSAGE#` to `TICKET`, newest
//! first: header, then messages. What is internal sorts outside that range, so that no filter stands between a note and a
//! requester: the note is never read. No user text stands in a key: e-mail addresses and the like are SHA-256 digests.
//! All indexes project one attribute, `row`: what a list shows; the sixth projects keys only.

mod accounts;
mod certificates;
mod notifications;
mod tickets;

pub use accounts::*;
pub use certificates::*;
pub use notifications::*;
pub use tickets::*;

use jiff::{Timestamp, civil::Date};
use registrar_domain::{
    certificate::CertificateId,
    delivery::Delivery,
    id::{AccountId, BulkId, EffectId, TemplateId, TicketId, WebhookId},
    text,
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

/// What a certificate attests: the same person, course (as a text, however it was typed) and date is the same fact.
pub fn certificate_fact(student: AccountId, course: &str, completed: Date) -> Key {
    let digest = digest(&[
        &student.to_string(),
        &text::folded(course),
        &completed.to_string(),
    ]);
    key(format!("CERTIFICATEFACT#{digest}"), "CERTIFICATEFACT")
}

/// The list of all bulk issues, in the first index.
pub const BULKS: &str = "BULKS";
/// What starts the sort key of a row's error.
pub const BULK_ERROR: &str = "ERROR#";

/// A bulk issue.
pub fn bulk(id: BulkId) -> Key {
    key(format!("BULK#{id}"), "BULK")
}

/// Its place in the list of all; its id starts with its time.
pub fn bulk_in_all(id: BulkId) -> Place {
    Place {
        pk: BULKS.to_owned(),
        sk: id.to_string(),
    }
}

/// What is wrong with a row of it.
pub fn bulk_error(id: BulkId, row: u32) -> Key {
    key(format!("BULK#{id}"), format!("{BULK_ERROR}{row:010}"))
}

/// The partition of all runs of the reconciliation of the edge.
pub const RECONCILIATIONS: &str = "RECONCILIATION";

/// A run of it.
pub fn reconciliation(run: Timestamp) -> Key {
    key(RECONCILIATIONS.to_owned(), millis(run))
}

/// A list's revocations: a partition of their own, in which no role may delete.
pub fn status_list(list: u32) -> String {
    format!("STATUSLIST#{list:06}")
}

/// What starts the sort key of a revoked index.
pub const REVOKED: &str = "REVOKED#";

/// A revoked index of a list.
pub fn revoked(list: u32, index: u32) -> Key {
    key(status_list(list), format!("{REVOKED}{index:06}"))
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

/// The ledger entry of an effect key, if it has the form of one.
pub fn ledger_of(effect_key: &str) -> Option<Key> {
    let (channel, rest) = effect_key.split_once('/')?;
    let (person, fact) = rest.split_once('/')?;
    let person: AccountId = person.parse().ok()?;
    Some(key(format!("LEDGER#{person}"), format!("{channel}#{fact}")))
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

/// The partition of effects that no version has read yet.
pub const PARKED: &str = "PARKED";

/// What cannot be read of an outbox item.
pub fn parked(outbox_id: &str) -> Key {
    key(PARKED.to_owned(), outbox_id)
}

/// The kept answer to a request: whose it is, what it names and the `Idempotency-Key` it brought, each a part.
pub fn answer(parts: &[&str]) -> Key {
    key(format!("ANSWER#{}", digest(parts)), "ANSWER")
}

/// The name of the counter of webhook endpoints.
pub const WEBHOOKS_COUNTED: &str = "WEBHOOKS";
/// The name of the counter of reply templates.
pub const TEMPLATES_COUNTED: &str = "REPLYTEMPLATES";

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
mod tests;
