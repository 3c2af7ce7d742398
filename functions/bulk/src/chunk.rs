//! Some rows: each becomes a certificate or an error.

use crate::{
    BulkWork, Failure, Slice,
    issue::{Became, Row},
    people::People,
};
use futures_util::stream::{self, StreamExt, TryStreamExt};
use jiff::{Timestamp, civil::Date, tz::Offset};
use registrar_domain::{
    bulk::{
        Bulk, Progress, RowError,
        ids::RowIds,
        row::{Wanted, wanted},
        sheet::Raw,
    },
    certificate::CertificateId,
    credential::{Day, LIST_BITS, list_number},
    id::AccountId,
};
use std::collections::{BTreeMap, BTreeSet};

/// How many transactions are under way at once: as many as counters have shards, so that they seldom meet.
const AT_ONCE: usize = 10;
/// On how many days before today a row may have been issued by a worker that died: its file is gone after that.
const DAYS: i64 = 31;

impl BulkWork {
    /// Works on rows. Those that a worker that died has issued are looked for when this one is `resumed`.
    pub(crate) async fn chunk(
        &self,
        bulk: &Bulk,
        slice: &Slice,
        rows: Vec<Raw>,
        resumed: bool,
    ) -> Result<Progress, Failure> {
        let cursor = rows.last().map_or(bulk.cursor, |raw| raw.next);
        let there = if resumed {
            self.there(bulk, &rows).await?
        } else {
            BTreeSet::new()
        };
        if resumed {
            tracing::info!(
                found = there.len(),
                "rows that a worker before this one has issued"
            );
        }
        let mut issued = u32::try_from(there.len()).unwrap_or(u32::MAX);
        let mut errors = Vec::new();
        let mut asked = Vec::new();
        for raw in rows {
            if there.contains(&raw.next.row) {
                continue;
            }
            match wanted(&raw, &bulk.layout, &bulk.defaults) {
                Ok(wanted) => asked.push((raw, wanted)),
                Err(error) => errors.push(error),
            }
        }
        let people = self
            .people(asked.iter().map(|(_, wanted)| &wanted.student))
            .await?;
        let (groups, lists) = self.groups(&people, asked, &mut errors, resumed).await?;
        // Rows of one student follow one another: they share counters, and may share the fact.
        let mut became = stream::iter(groups)
            .map(|group| self.group(bulk, slice, group))
            .buffer_unordered(AT_ONCE);
        while let Some(group) = became.try_next().await? {
            for became in group {
                match became {
                    Became::Issued => issued += 1,
                    Became::Failed(error) => errors.push(error),
                }
            }
        }
        errors.sort_by_key(|error| error.row);
        Ok(Progress {
            cursor,
            issued,
            errors,
            lists,
        })
    }

    /// What rows came to that were begun before a bulk issue was cancelled. The others stay as they are.
    pub(crate) async fn found(&self, bulk: &Bulk, rows: &[Raw]) -> Result<Progress, Failure> {
        let there = self.there(bulk, rows).await?;
        Ok(Progress {
            cursor: bulk.cursor,
            issued: u32::try_from(there.len()).unwrap_or(u32::MAX),
            errors: Vec::new(),
            lists: Vec::new(),
        })
    }

    /// The numbers of those rows whose certificate there is.
    async fn there(&self, bulk: &Bulk, rows: &[Raw]) -> Result<BTreeSet<u32>, Failure> {
        let days = days(bulk.updated_at, self.shell.now());
        let numbers: BTreeMap<CertificateId, u32> = rows
            .iter()
            .flat_map(|raw| {
                let ids = row_ids(bulk, raw);
                days.iter().map(move |day| (ids.certificate(*day), ids.row))
            })
            .collect();
        let ids: Vec<CertificateId> = numbers.keys().cloned().collect();
        let there = self.shell.table.certificates_there(&ids).await?;
        Ok(there
            .iter()
            .filter_map(|id| numbers.get(id).copied())
            .collect())
    }

    /// Rows by their student, in the file's order, each with a status index; and the status lists that begin with one of
    /// those, or may have begun with one that a worker that died had drawn: their first certificate may never come.
    async fn groups(
        &self,
        people: &People,
        asked: Vec<(Raw, Wanted)>,
        errors: &mut Vec<RowError>,
        resumed: bool,
    ) -> Result<(Vec<Vec<Row>>, Vec<u32>), Failure> {
        let mut rows = Vec::with_capacity(asked.len());
        for (raw, wanted) in asked {
            match self.student(people, &raw, &wanted.student).await? {
                Ok(student) => rows.push((raw, wanted, student)),
                Err(error) => errors.push(error),
            }
        }
        let count = u32::try_from(rows.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return Ok((Vec::new(), Vec::new()));
        }
        let first = self.shell.table.reserve_status_indexes(count).await?;
        let mut groups: BTreeMap<AccountId, Vec<Row>> = BTreeMap::new();
        for (index, (raw, wanted, student)) in (first..).zip(rows) {
            groups.entry(student.id).or_default().push(Row {
                raw,
                wanted,
                student,
                index,
            });
        }
        let (from, to) = (list_number(first), list_number(first + count));
        let begins = |list: &u32| resumed || first <= list * LIST_BITS;
        let lists = (from..=to).filter(begins).collect();
        Ok((groups.into_values().collect(), lists))
    }
}

fn row_ids(bulk: &Bulk, raw: &Raw) -> RowIds {
    RowIds {
        bulk: bulk.id,
        row: raw.next.row,
    }
}

/// The days from one time to another, at most the last [`DAYS`].
fn days(from: Timestamp, to: Timestamp) -> Vec<Day> {
    let day = |date: Date| {
        let start = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp();
        u64::try_from(start.as_second()).ok().map(Day::from_unix)
    };
    let last = Offset::UTC.to_datetime(to).date();
    let first = Offset::UTC.to_datetime(from).date();
    let days = last.series(jiff::Span::new().days(-1));
    let days = days.take_while(|date| *date >= first);
    days.take(usize::try_from(DAYS).unwrap_or(1))
        .filter_map(day)
        .collect()
}
