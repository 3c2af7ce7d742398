//! Keys of certificates.
//!
//! | what | `PK` | `SK` |
//! |---|---|---|
//! | certificate, or what is left of it | `CERTIFICATE#<id>` | `CERTIFICATE` |
//! | its badge | `CERTIFICATE#<id>` | `BADGE` |
//! | its history | `CERTIFICATE#<id>` | `HISTORY#<entry>` |
//! | revoked index | `STATUSLIST#<list>` | `REVOKED#<index>` |
//! | suspended index | `SUSPENSIONS#<list>` | `SUSPENDED#<index>` |
//! | counts of all, of a person | `CERTIFICATECOUNTS#<shard>`, `CERTIFICATECOUNTS#<person>` | `CERTIFICATECOUNTS` |
//! | posting of a word or course | `POSTING#<digest>#<shard>` | `<issued ms>#<id>` |
//! | postings that a certificate has | `INDEXED#<id>` | `INDEXED` |
//! | an answer that shows it | `CERTIFICATE#<id>` | `ANSWER#<sha256>` |
//! | preview | `PREVIEW#<id>` | `PREVIEW` |
//! | preview of a student | `PREVIEW#<student>` | `OF#<id>` |
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

/// What holds of a certificate's item until it is withdrawn, also where there is none.
pub const NOT_WITHDRAWN: &str = "attribute_not_exists(withdrawn_at)";

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

/// A list's suspensions.
pub fn suspensions(list: u32) -> String {
    format!("SUSPENSIONS#{list:06}")
}

/// What starts the sort key of an answer that shows a certificate.
pub const CERTIFICATE_ANSWER: &str = "ANSWER#";

/// The body of an answer that shows a certificate, by the key of the answer.
pub fn certificate_answer(id: &CertificateId, answer: &Key) -> Key {
    key(certificate_partition(id), answer.pk.clone())
}

/// What starts the sort key of a student's preview.
pub const PREVIEW_OF: &str = "OF#";

/// The partition of a student's previews.
pub fn previews_of(student: AccountId) -> String {
    format!("PREVIEW#{student}")
}

/// That a preview is a student's.
pub fn preview_of(student: AccountId, id: PreviewId) -> Key {
    key(previews_of(student), format!("{PREVIEW_OF}{id}"))
}

/// What starts the sort key of a suspended index.
pub const SUSPENDED: &str = "SUSPENDED#";

/// A suspended index of a list.
pub fn suspended(list: u32, index: u32) -> Key {
    key(suspensions(list), format!("{SUSPENDED}{index:06}"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_certificates_are_what_they_always_were() {
        let id: CertificateId = "CERT-20261121-ABCDEFGHJK".parse().expect("an id");
        let issued: Timestamp = "2026-11-21T10:00:00Z".parse().expect("a time");
        let uuid = "0193a5e0-0000-7000-8000-000000000001";
        let entry = certificate_history(&id, uuid.parse().expect("a UUID"));
        assert_eq!(entry.pk, super::super::certificate(&id).pk);
        assert_eq!(entry.sk, format!("HISTORY#{uuid}"));
        assert_eq!(
            suspended(0, 42),
            key("SUSPENSIONS#000000".to_owned(), "SUSPENDED#000042")
        );
        let place = certificate_in(Standing::Suspended, &id, issued, 1);
        assert_eq!(
            (place.pk.as_str(), place.sk.as_str()),
            (
                "CERTIFICATESTATUS#suspended#000",
                "01795255200000#CERT-20261121-ABCDEFGHJK"
            )
        );
        assert!(
            certificates_at(issued, false) < place.sk && place.sk < certificates_at(issued, true)
        );
        let expiry = certificate_expiry(&id, jiff::civil::date(2026, 12, 31), 1);
        assert_eq!(
            (expiry.pk.as_str(), expiry.sk.as_str()),
            (
                "CERTIFICATEEXPIRY#000",
                "2026-12-31#CERT-20261121-ABCDEFGHJK"
            )
        );
        assert_eq!(
            certificate_counts(3),
            key("CERTIFICATECOUNTS#003".to_owned(), "CERTIFICATECOUNTS")
        );
        let person: AccountId = uuid.parse().expect("a UUID");
        assert_eq!(
            certificate_counts_of(person).pk,
            format!("CERTIFICATECOUNTS#{uuid}")
        );
        let posting = certificate_posting("=certificate/word/asha", &id, issued, 1);
        assert_eq!(posting.sk, place.sk);
        assert!(posting.pk.starts_with("POSTING#") && !posting.pk.contains("asha"));
        assert_eq!(
            certificate_indexed(&id).pk,
            "INDEXED#CERT-20261121-ABCDEFGHJK"
        );
        assert_eq!(
            preview(uuid.parse().expect("a UUID")),
            key(format!("PREVIEW#{uuid}"), "PREVIEW")
        );
    }
}
