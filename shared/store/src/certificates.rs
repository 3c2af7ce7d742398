//! Certificates.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    lists::{Index, Listed},
    transaction::{Listing, UNLISTED},
};
use jiff::{Timestamp, civil::Date};
use registrar_domain::{
    certificate::{Certificate, CertificateId, Decision, Standing},
    clock::Moment,
    credential::{LIST_BITS, list_number},
    id::AccountId,
    page::{Limit, Page},
    value::{CourseName, Grade, PersonName},
    webhook::{Event, with_events},
};
use serde::{Deserialize, Serialize};

/// What lists show of a certificate; what both indexes project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateRow {
    /// Its id.
    pub id: CertificateId,
    /// Whose it is.
    pub student_id: AccountId,
    /// Their name on it.
    pub holder: PersonName,
    /// What for.
    pub course: CourseName,
    /// When it was completed.
    pub completion_date: Date,
    /// How well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// By whom.
    pub issued_by: AccountId,
    /// How it stands.
    pub status: Standing,
}

impl From<&Certificate> for CertificateRow {
    fn from(certificate: &Certificate) -> Self {
        Self {
            id: certificate.id.clone(),
            student_id: certificate.student_id,
            holder: certificate.holder.clone(),
            course: certificate.course.clone(),
            completion_date: certificate.completion_date,
            grade: certificate.grade.clone(),
            issued_at: certificate.issued_at,
            issued_by: certificate.issued_by,
            status: certificate.standing(),
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Attested {
    certificate_id: CertificateId,
}

#[derive(Serialize)]
struct Revoked<'a> {
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

    /// The certificate `id`.
    pub async fn certificate(&self, id: &CertificateId) -> Result<Option<Certificate>, StoreError> {
        self.get(&keys::certificate(id)).await
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
        let certificate = &decision.certificate;
        let mut transaction = self.transaction();
        let listing = Listing {
            first: Some(keys::certificate_in_all(
                &certificate.id,
                certificate.issued_at,
                self.shards,
            )),
            second: Some(keys::certificate_of_person(
                certificate.student_id,
                &certificate.id,
                certificate.issued_at,
            )),
            row: Some(CertificateRow::from(certificate)),
        };
        let key = keys::certificate(&certificate.id);
        let course = certificate.course.as_str();
        let fact =
            keys::certificate_fact(certificate.student_id, course, certificate.completion_date);
        if let Some(version) = version {
            transaction.replace(&key, version, certificate, listing)?;
        } else {
            let attested = Attested {
                certificate_id: certificate.id.clone(),
            };
            transaction
                .create(&key, certificate, listing)?
                .create(&fact, &attested, UNLISTED)?;
        }
        if decision.revokes {
            let list = list_number(certificate.status_index);
            let revoked = keys::revoked(list, certificate.status_index % LIST_BITS);
            transaction
                .set(
                    &revoked,
                    &Revoked {
                        certificate_id: &certificate.id,
                    },
                    UNLISTED,
                )?
                .delete(&fact);
        }
        let effects = with_events(&decision.effects, Event::of_certificate(decision));
        transaction.effects(&effects, moment)?;
        if let Some((claim, answer)) = kept {
            transaction.answer(Some(claim), answer);
        }
        transaction.commit().await
    }

    /// A page of all certificates, newest first.
    pub async fn certificates(
        &self,
        status: Option<Standing>,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<CertificateRow>, StoreError> {
        let partitions = (0..self.shards).map(keys::certificates_shard).collect();
        let listed = Listed {
            index: Index::First,
            partitions,
            prefix: "",
            filter: status.map(filter),
        };
        self.page(&listed, cursor, limit).await
    }

    /// A page of a student's certificates, newest first.
    pub async fn certificates_of(
        &self,
        student: AccountId,
        status: Option<Standing>,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<CertificateRow>, StoreError> {
        let partitions = vec![keys::person(student)];
        let prefix = keys::PERSONS_CERTIFICATES;
        let listed = Listed {
            index: Index::Second,
            partitions,
            prefix,
            filter: status.map(filter),
        };
        self.page(&listed, cursor, limit).await
    }
}

fn filter(standing: Standing) -> (&'static str, String) {
    let code = match standing {
        Standing::Issued => "issued",
        Standing::Revoked => "revoked",
    };
    ("status", code.to_owned())
}
