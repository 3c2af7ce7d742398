//! One row: its transaction, and what it means when that does not commit.

use crate::{BulkWork, Failure};
use registrar_domain::{
    account::Account,
    actor::Actor,
    bulk::{
        Bulk, RowError,
        ids::RowIds,
        row::{STUDENT_ID, Wanted, error},
        sheet::Raw,
    },
    certificate::{self, CertificateId, Part, Refusal},
    clock::Moment,
    credential::Day,
};
use registrar_store::StoreError;
use std::{collections::BTreeMap, sync::OnceLock};

/// How often a row's transaction is sent again that met another one, before its worker begins at the cursor again.
const TRIES: u32 = 5;

/// What became of a row.
pub(crate) enum Became {
    /// A certificate, now or before.
    Issued,
    /// None.
    Failed(RowError),
}

/// A row that asks for a certificate, and for whom.
pub(crate) struct Row {
    pub(crate) raw: Raw,
    pub(crate) wanted: Wanted,
    pub(crate) student: Account,
    /// Its place in the status lists.
    pub(crate) index: u32,
}

/// What holds as long as one message is worked on.
pub(crate) struct Slice {
    /// Who issues.
    pub(crate) actor: Actor,
    /// Which row makes which certificate's last part; made when it is first asked for.
    numbers: OnceLock<BTreeMap<String, u32>>,
}

impl Slice {
    pub(crate) fn new(actor: Actor) -> Self {
        Self {
            actor,
            numbers: OnceLock::new(),
        }
    }

    /// The row that made a certificate, if it was one of this bulk issue.
    fn row_of(&self, bulk: &Bulk, certificate: &CertificateId) -> Option<u32> {
        let numbers = self.numbers.get_or_init(|| {
            let ids = (1..=bulk.total).map(|row| RowIds { bulk: bulk.id, row });
            let number = |ids: RowIds| ids.certificate(Day::from_unix(0)).hash().to_owned();
            ids.map(|ids| (number(ids), ids.row)).collect()
        });
        numbers.get(certificate.hash()).copied()
    }
}

impl BulkWork {
    /// The rows of one student, one after the other.
    pub(crate) async fn group(
        &self,
        bulk: &Bulk,
        slice: &Slice,
        rows: Vec<Row>,
    ) -> Result<Vec<Became>, Failure> {
        let mut became = Vec::with_capacity(rows.len());
        for row in rows {
            became.push(self.issue(bulk, slice, row).await?);
        }
        Ok(became)
    }

    async fn issue(&self, bulk: &Bulk, slice: &Slice, row: Row) -> Result<Became, Failure> {
        let ids = RowIds {
            bulk: bulk.id,
            row: row.raw.next.row,
        };
        let table = &self.shell.table;
        let mut tries = 0;
        loop {
            tries += 1;
            let own = self.shell.moment();
            let issue = row.wanted.issue.clone();
            let (course, completed) = (issue.course.clone(), issue.completion_date);
            let drawn = Moment::new(own.now, &ids);
            let (actor, keys) = (slice.actor, &self.keys);
            let decided = certificate::issue(actor, &row.student, issue, row.index, keys, drawn);
            let decision = match decided {
                Ok(decision) => decision,
                Err(Refusal::NoSigningKey) => return Err(Failure::NoSigningKey),
                Err(refusal) => return Ok(Became::Failed(refused(&row.raw, &refusal))),
            };
            match table.commit_certificate(None, &decision, own, None).await {
                Ok(()) => return Ok(Became::Issued),
                Err(StoreError::Conflict) => {}
                Err(error) => return Err(error.into()),
            }
            let standing = table
                .certificate_of_fact(row.student.id, &course, completed)
                .await?;
            let number = &decision.certificate.id;
            match standing {
                Some(standing) if ids.made(&standing.id) => return Ok(Became::Issued),
                Some(standing) => {
                    let earlier = slice.row_of(bulk, &standing.id);
                    return Ok(Became::Failed(stands(&row.raw, earlier, &standing.id)));
                }
                // It was issued by a worker that died, and taken back since.
                None if table.kept_certificate(number).await?.is_some() => {
                    return Ok(Became::Issued);
                }
                None if tries < TRIES => {}
                None => return Err(StoreError::Conflict.into()),
            }
        }
    }
}

/// A certificate stands for what the row asks for: of another row of this file, or from before.
fn stands(raw: &Raw, earlier: Option<u32>, standing: &CertificateId) -> RowError {
    let (code, detail) = match earlier {
        Some(row) => (
            "duplicate_row",
            format!("row {row} asks for the same student, course and completion date"),
        ),
        None => (
            "already_issued",
            format!(
                "the certificate {standing} stands for this student, course and completion date"
            ),
        ),
    };
    error(raw, None, code, detail)
}

/// A refusal of the domain as an error of the row.
fn refused(raw: &Raw, refusal: &Refusal) -> RowError {
    let (column, code) = match refusal {
        Refusal::UnknownStudent => (Some(STUDENT_ID), "unknown_student"),
        Refusal::FutureCompletion => (Some("completion_date"), "future_completion_date"),
        Refusal::CompletedTooEarly => (Some("completion_date"), "completed_too_early"),
        Refusal::ExpiresBeforeIssue => (Some("expires_on"), "expires_before_issue"),
        Refusal::ExpiresTooLate => (Some("expires_on"), "expires_too_late"),
        Refusal::Undrawn { part, .. } => {
            let column = match part {
                Part::Account | Part::Name => STUDENT_ID,
                Part::Course => "course_name",
                Part::Grade => "grade",
            };
            (Some(column), "characters_not_drawn")
        }
        _ => (None, "refused"),
    };
    error(raw, column, code, refusal.to_string())
}
