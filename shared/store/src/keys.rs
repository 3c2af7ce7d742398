//! The table of access patterns, and the only place where keys are formatted.
//!
//! | what | `PK` | `SK` | `GSI1PK` / `GSI1SK` | `GSI2PK` / `GSI2SK` |
//! |---|---|---|---|---|
//! | ticket header | `TICKET#<id>` | `TICKET` | `TICKETS#<shard>` / `<id>` | `PERSON#<requester>` / `TICKET#<id>` |
//! | public message | `TICKET#<id>` | `MESSAGE#<id>` | | |
//! | internal note | `TICKET#<id>` | `INTERNAL#NOTE#<id>` | | |
//! | history entry | `TICKET#<id>` | `INTERNAL#HISTORY#<id>` | | |
//! | ticket number → id | `TICKETNUMBER#<number>` | `TICKETNUMBER` | | |
//! | certificate | `CERTIFICATE#<id>` | `CERTIFICATE` | `CERTIFICATES#<shard>` / `<issued ms>#<id>` | `PERSON#<student>` / `CERTIFICATE#<issued ms>#<id>` |
//! | certificate's fact → id | `CERTIFICATEFACT#<sha256>` | `CERTIFICATEFACT` | | |
//! | revoked index | `STATUSLIST#<list>` | `REVOKED#<index>` | | |
//! | account | `ACCOUNT#<id>` | `ACCOUNT` | `STAFF` / `<id>` (staff only) | |
//! | e-mail → account | `EMAIL#<sha256>` | `EMAIL` | | |
//! | ledger entry | `LEDGER#<person>` | `<channel>#<fact>` | `LEDGER#<state>` / `<updated ms>#…` (`uncertain`, `failed`) | |
//! | outbox item | `OUTBOX#<shard>` | `<effect id>` | | |
//! | kept answer | `ANSWER#<sha256>` | `ANSWER` | | |
//! | counter | `COUNTER#<name>` | `COUNTER` | | |
//!
//! Ids are `UUIDv7` and sort by time. A requester's read of a ticket is one query from `MESSAGE#` to `TICKET`, newest
//! first: header, then messages. What is internal sorts outside that range, so that no filter stands between a note and a
//! requester: the note is never read. No user text stands in a key: e-mail addresses and the like are SHA-256 digests.
//! Both indexes project one attribute, `row`: what a list shows.

use jiff::{Timestamp, civil::Date};
use registrar_domain::{
    certificate::CertificateId,
    delivery::Delivery,
    id::{AccountId, EffectId, HistoryId, MessageId, TicketId},
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
        let range = FIRST_MESSAGE.to_owned()..="TICKET".to_owned();
        assert!(!range.contains(&note.sk) && !range.contains(&history.sk));
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
