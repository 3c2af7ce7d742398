//! Finding certificates: filters and words, page by page, newest first.
//!
//! | asked | walked | filtered |
//! |---|---|---|
//! | a student | their partition of `GSI2`, within the range of days | the rest |
//! | words | the postings of the rarest one | the other words, and every filter |
//! | a course | its postings | the rest |
//! | what has expired | `GSI4` up to yesterday, latest last day first; what was revoked or withdrawn is not there | the rest |
//! | a standing | `GSI3`, within the range of days | the rest |
//! | nothing, or a range of days | `GSI1` | nothing |
//!
//! What is walked and filtered out costs reads, so a page looks at no more than [`LOOKED_AT`] entries: one that found too
//! few by then is short, possibly empty, and carries a cursor that goes on. Postings are checked on the row, so that an old
//! one costs a read and shows nothing wrong.

use super::{CertificateRow, index};
use crate::{
    StoreError, Table, keys,
    lists::{
        Index, cursor, first,
        merge::{Entry, Merge, Span},
    },
    table::{Item, LAST, readable_row},
};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{Timestamp, civil::Date};
use registrar_domain::{
    certificate::{CertificateId, Standing},
    id::AccountId,
    page::{Limit, Page},
    text::{folded, words},
};
use serde::Deserialize;
use std::collections::HashMap;

/// The most entries that one page looks at.
const LOOKED_AT: usize = 600;
/// The most entries that are looked at in one go when some may be filtered out.
const BATCH: usize = 60;
/// The most words of a query.
const ASKED: usize = 8;

/// Which certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CertificateQuery {
    /// Whose.
    pub student: Option<AccountId>,
    /// How they stand.
    pub status: Option<Standing>,
    /// Whether their last day is over, as of this day: `(true, today)`.
    pub expired: Option<(bool, Date)>,
    /// For which course, however it is typed.
    pub course: Option<String>,
    /// Issued from then on.
    pub from: Option<Timestamp>,
    /// Issued until then.
    pub until: Option<Timestamp>,
    /// Words of holder, course and id, all of them, as [`words`] gives them.
    pub words: Vec<String>,
    /// One certificate.
    pub id: Option<CertificateId>,
}

#[derive(Deserialize)]
struct Found {
    row: CertificateRow,
}

impl CertificateQuery {
    /// The same query, for what has these words: a whole id, or words of holder, course and id.
    #[must_use]
    pub fn with_text(self, text: &str) -> Self {
        if let Ok(id) = text.trim().parse() {
            return Self {
                id: Some(id),
                ..self
            };
        }
        let mut words = words(text);
        if words.len() > 1 {
            // What every id starts with tells none from others.
            words.retain(|word| word != "cert");
        }
        words.truncate(ASKED);
        Self { words, ..self }
    }

    /// Whether the counters know how many there are: by student and standing.
    pub fn is_counted(&self) -> bool {
        let bare = Self {
            student: self.student,
            status: self.status,
            ..Self::default()
        };
        bare == *self
    }

    fn takes(&self, row: &CertificateRow) -> bool {
        let course = |asked: &String| {
            let course = row.course.as_ref();
            course.is_some_and(|course| folded(course.as_str()) == folded(asked))
        };
        let expired =
            |(asked, today): (bool, Date)| asked == row.expires_on.is_some_and(|last| last < today);
        let has_words = || {
            let has = index::words_of(row);
            self.words.iter().all(|word| has.contains(word))
        };
        self.student
            .is_none_or(|student| row.student_id == Some(student))
            && self.status.is_none_or(|status| row.status == status)
            && self.expired.is_none_or(expired)
            && self.course.as_ref().is_none_or(course)
            && self.from.is_none_or(|from| row.issued_at >= from)
            && self.until.is_none_or(|until| row.issued_at <= until)
            && (self.words.is_empty() || has_words())
    }

    /// What tells this query's cursors from others'.
    fn name(&self) -> String {
        // Midnight ends no list.
        let expired = self.expired.map(|(expired, _)| expired);
        let undated = Self {
            expired: None,
            ..self.clone()
        };
        keys::digest(&["certificates", &format!("{undated:?}{expired:?}")])
    }

    /// The part of a list by day of issue that lies in the range of days.
    fn span(&self, index: Index, partitions: Vec<String>, prefix: &'static str) -> Span {
        let bound = |time, after| format!("{prefix}{}", keys::certificates_at(time, after));
        Span {
            index,
            partitions,
            from: self
                .from
                .map_or_else(|| first(prefix), |from| bound(from, false)),
            to: self
                .until
                .map_or_else(|| format!("{prefix}{LAST}"), |until| bound(until, true)),
            descending: true,
            filter: None,
        }
    }
}

impl Table {
    /// A page of the certificates that a query asks for.
    ///
    /// # Errors
    /// [`StoreError::Cursor`] for a cursor of another query.
    pub async fn find_certificates(
        &self,
        query: &CertificateQuery,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<CertificateRow>, StoreError> {
        if let Some(id) = &query.id {
            let found = self.certificate_rows(std::slice::from_ref(id)).await?;
            let rows = found.into_values().filter(|row| query.takes(row));
            return Ok(Page {
                rows: rows.collect(),
                next_cursor: None,
            });
        }
        let name = query.name();
        let after = cursor
            .map(|cursor| cursor::decode(&name, cursor))
            .transpose()?;
        let span = self.certificate_span(query).await?;
        let reads_rows = span.index == Index::Table;
        let filters = reads_rows || !query.is_counted() || query.student.is_some();
        let mut merge = Merge::start(self, span, after.as_deref(), limit.get()).await?;
        let (mut rows, mut looked_at) = (Vec::with_capacity(limit.get()), 0);
        let mut last = None;
        while rows.len() < limit.get() && looked_at < LOOKED_AT {
            // Where nothing is filtered out, one batch is the page.
            let wanted = if filters {
                BATCH.min(LOOKED_AT - looked_at)
            } else {
                limit.get() - rows.len()
            };
            let mut entries = Vec::with_capacity(wanted);
            while entries.len() < wanted {
                match merge.next().await? {
                    Some(entry) => entries.push(entry),
                    None => break,
                }
            }
            if entries.is_empty() {
                return Ok(Page {
                    rows,
                    next_cursor: None,
                });
            }
            let mut found = self
                .found(entries, reads_rows)
                .await?
                .into_iter()
                .peekable();
            while let Some((key, row)) = found.next() {
                looked_at += 1;
                last = Some(key);
                rows.extend(row.filter(|row| query.takes(row)));
                if rows.len() == limit.get() {
                    let more = found.peek().is_some() || merge.may_have_more();
                    let next = last.filter(|_| more);
                    return Ok(Page {
                        rows,
                        next_cursor: next.map(|key| cursor::encode(&name, &key)),
                    });
                }
            }
        }
        let next = last.filter(|_| merge.may_have_more());
        Ok(Page {
            rows,
            next_cursor: next.map(|key| cursor::encode(&name, &key)),
        })
    }

    /// How many certificates a query asks for, where counters know.
    pub async fn count_certificates(
        &self,
        query: &CertificateQuery,
    ) -> Result<Option<u64>, StoreError> {
        if !query.is_counted() {
            return Ok(None);
        }
        let counts = match query.student {
            Some(student) => self.certificate_counts_of(student).await?,
            None => self.certificate_counts().await?,
        };
        let of = |status| counts.of(status);
        Ok(Some(query.status.map_or_else(|| counts.total(), of)))
    }

    async fn certificate_span(&self, query: &CertificateQuery) -> Result<Span, StoreError> {
        let sharded = |partition: &dyn Fn(u16) -> String| (0..self.shards).map(partition).collect();
        let posted = |term: String| {
            let partitions = sharded(&|shard| keys::postings(&term, shard));
            query.span(Index::Table, partitions, "")
        };
        if let Some(student) = query.student {
            let partitions = vec![keys::person(student)];
            return Ok(query.span(Index::Second, partitions, keys::PERSONS_CERTIFICATES));
        }
        if !query.words.is_empty() {
            let terms: Vec<String> = query.words.iter().map(|word| index::word(word)).collect();
            return Ok(posted(self.rarest(&terms).await?));
        }
        if let Some(course) = &query.course {
            return Ok(posted(index::course(course)));
        }
        // What was taken back for ever is listed by its last day no more.
        let may_hold = !matches!(query.status, Some(Standing::Revoked | Standing::Withdrawn));
        if let Some((true, today)) = query.expired
            && may_hold
        {
            return Ok(Span {
                index: Index::Fourth,
                partitions: sharded(&keys::certificates_by_expiry),
                from: "!".to_owned(),
                to: today.to_string(),
                descending: true,
                filter: None,
            });
        }
        Ok(match query.status {
            Some(status) => {
                let partitions = sharded(&|shard| keys::certificates_in(status, shard));
                query.span(Index::Third, partitions, "")
            }
            None => query.span(Index::First, sharded(&keys::certificates_shard), ""),
        })
    }

    /// The rows of entries, in their order; nothing for one that is no more.
    async fn found(
        &self,
        entries: Vec<Entry>,
        reads_rows: bool,
    ) -> Result<Vec<(String, Option<CertificateRow>)>, StoreError> {
        if !reads_rows {
            let row = |entry: Entry| (entry.key, readable_row(entry.row));
            return Ok(entries.into_iter().map(row).collect());
        }
        let id = |key: &str| key.rsplit('#').next().and_then(|id| id.parse().ok());
        let ids: Vec<CertificateId> = entries.iter().filter_map(|entry| id(&entry.key)).collect();
        let mut rows = self.certificate_rows(&ids).await?;
        let row = |entry: Entry| {
            let row = id(&entry.key).and_then(|id: CertificateId| rows.remove(id.as_str()));
            (entry.key, row)
        };
        Ok(entries.into_iter().map(row).collect())
    }

    /// The rows of certificates by their ids.
    async fn certificate_rows(
        &self,
        ids: &[CertificateId],
    ) -> Result<HashMap<String, CertificateRow>, StoreError> {
        let keys: Vec<_> = ids.iter().map(keys::certificate).collect();
        let row = |item: Item| {
            let found: Found = serde_dynamo::from_item(item)?;
            Ok((found.row.id.to_string(), found.row))
        };
        let items = self.get_many(&keys, &["row"]).await?;
        let whole = items
            .into_iter()
            .filter(|item| matches!(item.get("row"), Some(AttributeValue::M(_))));
        whole.map(row).collect()
    }
}
