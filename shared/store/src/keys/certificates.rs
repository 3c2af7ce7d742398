//! Keys of certificates.
//!
//! | what | `PK` | `SK` |
//! |---|---|---|
//! | certificate, or what is left of it | `CERTIFICATE#<id>` | `CERTIFICATE` |
//! | its badge | `CERTIFICATE#<id>` | `BADGE` |
//! | its history | `CERTIFICATE#<id>` | `HISTORY#<entry>` |
//! | revoked index | `STATUSLIST#<list>` | `REVOKED#<index>` |
//! | suspended index | `STATUSLIST#<list>` | `SUSPENDED#<index>` |
//! | counts of all, of a person | `CERTIFICATECOUNTS#<shard>`, `CERTIFICATECOUNTS#<person>` | `CERTIFICATECOUNTS` |
//! | posting of a word or course | `POSTING#<digest>#<shard>` | `<issued ms>#<id>` |
//! | postings that a certificate has | `INDEXED#<id>` | `INDEXED` |
//! | preview | `PREVIEW#<id>` | `PREVIEW` |
//!
//! | index | partition | sort key | answers |
//! |---|---|---|---|
//! | `GSI1` | `CERTIFICATES#<shard>` | `<issued ms>#<id>` | all, a range of days |
//! | `GSI2` | `PERSON#<student>` | `CERTIFICATE#<issued ms>#<id>` | a student's; not those that were withdrawn |
//! | `GSI3` | `CERTIFICATESTATUS#<standing>#<shard>` | `<issued ms>#<id>` | by standing |
//! | `GSI4` | `CERTIFICATEEXPIRY#<shard>` | `<last day>#<id>` | what has expired; not what was revoked or withdrawn |
//!
//! The shard is the certificate's own everywhere, as with tickets.

use super::{Key, Place, key, millis, shard};
use jiff::{Timestamp, civil::Date};
use registrar_domain::{
    certificate::{CertificateId, Standing},
    id::{AccountId, HistoryId, PreviewId},
};

/// What starts the sort key of an entry of a certificate's history.
pub const CERTIFICATE_HISTORY: &str = "HISTORY#";

/// The partition of a certificate and its history.
pub fn certificate_partition(id: &CertificateId) -> String {
    format!("CERTIFICATE#{id}")
}

/// A certificate's badge.
pub fn badge(id: &CertificateId) -> Key {
    key(certificate_partition(id), "BADGE")
}

/// An entry of a certificate's history.
pub fn certificate_history(id: &CertificateId, entry: HistoryId) -> Key {
    key(
        certificate_partition(id),
        format!("{CERTIFICATE_HISTORY}{entry}"),
    )
}

/// What starts the sort key of a suspended index.
pub const SUSPENDED: &str = "SUSPENDED#";

/// A suspended index of a list.
pub fn suspended(list: u32, index: u32) -> Key {
    key(super::status_list(list), format!("{SUSPENDED}{index:06}"))
}

/// The place of a certificate among others by its day of issue.
pub fn certificate_place(issued: Timestamp, id: &CertificateId) -> String {
    format!("{}#{id}", millis(issued))
}

/// The sort keys of certificates issued from `time` on begin here, or with `after` end.
pub fn certificates_at(time: Timestamp, after: bool) -> String {
    let end = if after { "~" } else { "" };
    format!("{}{end}", millis(time))
}

/// A shard of the list of certificates of a standing.
pub fn certificates_in(standing: Standing, shard: u16) -> String {
    format!("CERTIFICATESTATUS#{}#{shard:03}", standing.code())
}

/// A certificate's place there.
pub fn certificate_in(
    standing: Standing,
    id: &CertificateId,
    issued: Timestamp,
    shards: u16,
) -> Place {
    Place {
        pk: certificates_in(standing, shard(id.as_str(), shards)),
        sk: certificate_place(issued, id),
    }
}

/// A shard of the list of certificates by their last day.
pub fn certificates_by_expiry(shard: u16) -> String {
    format!("CERTIFICATEEXPIRY#{shard:03}")
}

/// A certificate's place there.
pub fn certificate_expiry(id: &CertificateId, last: Date, shards: u16) -> Place {
    Place {
        pk: certificates_by_expiry(shard(id.as_str(), shards)),
        sk: format!("{last}#{id}"),
    }
}

/// A shard of the counts of all certificates.
pub fn certificate_counts(shard: u16) -> Key {
    key(format!("CERTIFICATECOUNTS#{shard:03}"), "CERTIFICATECOUNTS")
}

/// The counts of a person's certificates.
pub fn certificate_counts_of(person: AccountId) -> Key {
    key(format!("CERTIFICATECOUNTS#{person}"), "CERTIFICATECOUNTS")
}

/// A certificate's posting of a word or course.
pub fn certificate_posting(term: &str, id: &CertificateId, issued: Timestamp, shards: u16) -> Key {
    key(
        super::postings(term, shard(id.as_str(), shards)),
        certificate_place(issued, id),
    )
}

/// Which postings a certificate has.
pub fn certificate_indexed(id: &CertificateId) -> Key {
    key(format!("INDEXED#{id}"), "INDEXED")
}

/// A preview.
pub fn preview(id: PreviewId) -> Key {
    key(format!("PREVIEW#{id}"), "PREVIEW")
}
