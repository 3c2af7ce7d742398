//! Certificates: their writes, and reading one.
//!
//! One transaction holds a change: the certificate, conditional on the version that was read; what its standing moves
//! (its bits in the status lists, its fact, the counters); its history entry, its effects, and the kept answer.

mod counts;
mod find;
mod index;
mod preview;
mod withdraw;

pub use counts::CertificateCounts;
pub use find::CertificateQuery;

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    lists::Index,
    table::{LAST, Range, item},
    transaction::{Counted, Listing, Transaction, UNLISTED},
};
use jiff::{Timestamp, civil::Date};
use registrar_domain::{
    certificate::{
        Certificate, CertificateId, Decision, HistoryEntry, Kept, Reissued, Standing, Withdrawn,
    },
    clock::Moment,
    credential::{LIST_BITS, list_number},
    id::AccountId,
    value::{CourseName, Grade, PersonName},
    webhook::{Event, with_events},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What lists show of a certificate; what the indexes project. Of a withdrawn one that it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRow {
    /// Its id.
    pub id: CertificateId,
    /// Whose it is.
    pub student_id: Option<AccountId>,
    /// Their name on it.
    pub holder: Option<PersonName>,
    /// What for.
    pub course: Option<CourseName>,
    /// When it was completed.
    pub completion_date: Option<Date>,
    /// How well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// By whom.
    pub issued_by: AccountId,
    /// How it stands.
    pub status: Standing,
    /// The last day on which it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_on: Option<Date>,
    /// The certificate that took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<CertificateId>,
}

impl From<&Certificate> for CertificateRow {
    fn from(certificate: &Certificate) -> Self {
        Self {
            id: certificate.id.clone(),
            student_id: Some(certificate.student_id),
            holder: Some(certificate.holder.clone()),
            course: Some(certificate.course.clone()),
            completion_date: Some(certificate.completion_date),
            grade: certificate.grade.clone(),
            issued_at: certificate.issued_at,
            issued_by: certificate.issued_by,
            status: certificate.standing(),
            expires_on: certificate.expires_on,
            replaced_by: certificate.replaced_by.clone(),
        }
    }
}

impl From<&Withdrawn> for CertificateRow {
    fn from(withdrawn: &Withdrawn) -> Self {
        Self {
            id: withdrawn.id.clone(),
            student_id: None,
            holder: None,
            course: None,
            completion_date: None,
            grade: None,
            issued_at: withdrawn.issued_at,
            issued_by: withdrawn.issued_by,
            status: Standing::Withdrawn,
            expires_on: None,
            replaced_by: None,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Attested {
    certificate_id: CertificateId,
}

#[derive(Serialize)]
struct Marked<'a> {
    certificate_id: &'a CertificateId,
}

impl Table {
    /// The next place in the status lists.
    pub async fn next_status_index(&self) -> Result<u32, StoreError> {
        let count = self.count_up(keys::STATUS_INDEX).await?;
        u32::try_from(count - 1)
            .map_err(|_| StoreError::Corrupt("the status indexes are used up".to_owned()))
    }

    /// How many status lists there are; at least one, so that the edge always finds it.
    pub async fn status_list_count(&self) -> Result<u32, StoreError> {
        let used = self.count(keys::STATUS_INDEX).await?.max(1);
        u32::try_from(used.div_ceil(u64::from(LIST_BITS)))
            .map_err(|_| StoreError::Corrupt("too many status lists".to_owned()))
    }

    /// The certificate that stands for a fact, if there is one.
    pub async fn certificate_of_fact(
        &self,
        student: AccountId,
        course: &CourseName,
        completed: Date,
    ) -> Result<Option<Certificate>, StoreError> {
        let key = keys::certificate_fact(student, course.as_str(), completed);
        match self.get::<Attested>(&key).await? {
            Some(attested) => self.certificate(&attested.certificate_id).await,
            None => Ok(None),
        }
    }

    /// The certificate `id`, unless it was withdrawn.
    pub async fn certificate(&self, id: &CertificateId) -> Result<Option<Certificate>, StoreError> {
        Ok(self.kept_certificate(id).await?.and_then(Kept::whole))
    }

    /// The certificate `id`, or what is left of it.
    pub async fn kept_certificate(&self, id: &CertificateId) -> Result<Option<Kept>, StoreError> {
        let Some(item) = self.get_item(&keys::certificate(id)).await? else {
            return Ok(None);
        };
        Ok(Some(if item.contains_key("withdrawn_at") {
            Kept::Withdrawn(serde_dynamo::from_item(item)?)
        } else {
            Kept::Whole(Box::new(serde_dynamo::from_item(item)?))
        }))
    }

    /// A certificate's history, oldest first, at most the first thousand entries.
    pub async fn certificate_history(
        &self,
        id: &CertificateId,
    ) -> Result<Vec<HistoryEntry>, StoreError> {
        let pk = keys::certificate_partition(id);
        let to = format!("{}{LAST}", keys::CERTIFICATE_HISTORY);
        let range = Range {
            pk: &pk,
            from: keys::CERTIFICATE_HISTORY,
            to: &to,
            oldest_first: true,
            limit: 1000,
        };
        let items = self.range(range).await?;
        let entries = items.into_iter().map(serde_dynamo::from_item);
        Ok(entries.collect::<Result<_, _>>()?)
    }

    /// Commits a decision on a certificate; `version` is the one that was read, `None` for a new certificate.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] also when another certificate stands for the same fact.
    pub async fn commit_certificate(
        &self,
        version: Option<u64>,
        decision: &Decision,
        moment: Moment<'_>,
        kept: Option<(&Claim, &Answer)>,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        self.put_certificate(&mut transaction, version, decision, moment)?;
        if let Some((claim, answer)) = kept {
            transaction.answer(Some(claim), answer);
        }
        transaction.commit().await
    }

    /// Commits both halves of a reissue; `version` is that of the old certificate as it was read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] also when another certificate stands for the new one's fact.
    pub async fn commit_reissue(
        &self,
        version: u64,
        reissued: &Reissued,
        moment: Moment<'_>,
        kept: Option<(&Claim, &Answer)>,
    ) -> Result<(), StoreError> {
        let (old, new) = (&reissued.replaced, &reissued.issued);
        let mut transaction = self.transaction();
        self.put_row(&mut transaction, Some(version), old)?;
        self.put_row(&mut transaction, None, new)?;
        // The fact goes over to the new certificate. One that was revoked before had left it to whoever came next.
        let (before, after) = (fact(&old.certificate), fact(&new.certificate));
        let attested = Attested {
            certificate_id: new.certificate.id.clone(),
        };
        if old.revokes() && before == after {
            transaction.set(&after, &attested, UNLISTED)?;
        } else {
            if old.revokes() {
                transaction.delete(&before);
            }
            transaction.create(&after, &attested, UNLISTED)?;
        }
        let mut effects = with_events(&old.effects, Event::of_certificate(old));
        effects.extend(with_events(&new.effects, Event::of_certificate(new)));
        transaction.effects(&effects, moment)?;
        if let Some((claim, answer)) = kept {
            transaction.answer(Some(claim), answer);
        }
        transaction.commit().await
    }

    /// Adds all that a decision on a certificate writes to a transaction that writes more than that.
    pub(crate) fn put_certificate(
        &self,
        transaction: &mut Transaction<'_>,
        version: Option<u64>,
        decision: &Decision,
        moment: Moment<'_>,
    ) -> Result<(), StoreError> {
        self.put_row(transaction, version, decision)?;
        let certificate = &decision.certificate;
        let fact = fact(certificate);
        if version.is_none() {
            let attested = Attested {
                certificate_id: certificate.id.clone(),
            };
            transaction.create(&fact, &attested, UNLISTED)?;
        } else if decision.revokes() {
            transaction.delete(&fact);
        }
        let effects = with_events(&decision.effects, Event::of_certificate(decision));
        transaction.effects(&effects, moment)?;
        Ok(())
    }

    /// The certificate with what its standing moves, and its history entry; not its fact and effects.
    fn put_row(
        &self,
        transaction: &mut Transaction<'_>,
        version: Option<u64>,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let certificate = &decision.certificate;
        let (id, issued, shards) = (&certificate.id, certificate.issued_at, self.shards);
        let standing = certificate.standing();
        let listing = Listing {
            first: Some(keys::certificate_in_all(id, issued, shards)),
            second: Some(keys::certificate_of_person(
                certificate.student_id,
                id,
                issued,
            )),
            row: Some(CertificateRow::from(certificate)),
        };
        let mut places = vec![(
            Index::Third,
            keys::certificate_in(standing, id, issued, shards),
        )];
        if let Some(last) = certificate
            .expires_on
            .filter(|_| standing != Standing::Revoked)
        {
            places.push((Index::Fourth, keys::certificate_expiry(id, last, shards)));
        }
        let stored = item(&keys::certificate(id), certificate)?;
        match version {
            Some(version) => transaction.replace_in(version, stored, listing, &places)?,
            None => transaction.create_in(stored, listing, &places)?,
        };
        if let Some(entry) = &decision.entry {
            transaction.create(&keys::certificate_history(id, entry.id), entry, UNLISTED)?;
        }
        put_bits(transaction, decision.was, standing, certificate)?;
        self.put_counts(
            transaction,
            id,
            Some(certificate.student_id),
            decision.was,
            Some(standing),
        );
        Ok(())
    }

    /// Moves the counters from one standing to another, of all and of a person.
    fn put_counts(
        &self,
        transaction: &mut Transaction<'_>,
        id: &CertificateId,
        student: Option<AccountId>,
        was: Option<Standing>,
        is: Option<Standing>,
    ) {
        if was == is {
            return;
        }
        let mut change = BTreeMap::new();
        for (standing, by) in [(was, -1), (is, 1)] {
            if let Some(standing) = standing {
                change.insert(standing.code().to_owned(), by);
            }
        }
        let shard = keys::shard(id.as_str(), self.shards);
        transaction.count(Counted::Certificates, shard, &change);
        if let Some(student) = student {
            transaction.count(Counted::CertificatesOf(student), shard, &change);
        }
    }
}

/// What a certificate attests.
fn fact(certificate: &Certificate) -> keys::Key {
    keys::certificate_fact(
        certificate.student_id,
        certificate.course.as_str(),
        certificate.completion_date,
    )
}

/// The certificate's bits in the status lists.
fn put_bits(
    transaction: &mut Transaction<'_>,
    was: Option<Standing>,
    is: Standing,
    certificate: &Certificate,
) -> Result<(), StoreError> {
    let list = list_number(certificate.status_index);
    let index = certificate.status_index % LIST_BITS;
    let marked = Marked {
        certificate_id: &certificate.id,
    };
    if is == Standing::Revoked && was != Some(is) {
        transaction.set(&keys::revoked(list, index), &marked, UNLISTED)?;
    }
    let suspended = keys::suspended(list, index);
    match (was == Some(Standing::Suspended), is == Standing::Suspended) {
        (false, true) => {
            transaction.set(&suspended, &marked, UNLISTED)?;
        }
        (true, false) => {
            transaction.delete(&suspended);
        }
        (false, false) | (true, true) => {}
    }
    Ok(())
}
