//! A page of the nightly reconciliation.

use super::{
    EdgeSync, Failure,
    publish::{JWKS, KEYS, list_key},
};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use registrar_domain::{
    certificate::{CertificateId, Kept},
    credential::{BadgeRecord, EdgeRecord, Purpose, StatusBits, StatusList},
    reconciliation::{Counts, Reconciliation, Step},
};
use registrar_store::StoreError;
use std::collections::HashMap;

/// Certificates, or keys of the KV, of a page: what one call to the KV reads.
const PAGE: u16 = 100;

impl EdgeSync {
    /// Works on a page, unless that was done.
    pub(crate) async fn reconcile(&self, run: Timestamp, page: u32) -> Result<(), Failure> {
        let table = &self.shell.table;
        let read = table.reconciliation(run).await?;
        let (version, standing) = match read {
            Some(standing) => (Some(standing.version), standing),
            None if page == 0 => (None, Reconciliation::begun(run, self.shell.now())),
            None => return Err(Failure::NoRun(run)),
        };
        if standing.page != page {
            return Ok(());
        }
        let (counts, after) = match &standing.next {
            Step::Documents => (self.documents().await?, None),
            Step::Certificates { shard, after } => {
                let found = table
                    .certificates_after(*shard, after.as_deref(), PAGE)
                    .await?;
                (self.certificates(&found.0).await?, found.1)
            }
            Step::Strays { after } => self.strays(after.as_deref()).await?,
            Step::Done => return Ok(()),
        };
        let moment = self.shell.moment();
        let (advanced, effects) = standing.advanced(counts, after, table.shards(), moment.now);
        let committed = table
            .commit_reconciliation(version, &advanced, &effects, moment)
            .await;
        match committed {
            Ok(()) => {
                report(&advanced);
                Ok(())
            }
            // The same page's other message was faster.
            Err(StoreError::Conflict) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// All lists, and the keys.
    async fn documents(&self) -> Result<Counts, Failure> {
        let table = &self.shell.table;
        let mut counts = Counts {
            key_sets_repaired: self.publish_keys().await?,
            ..Counts::default()
        };
        for list in 0..table.status_list_count().await? {
            match self.list(list).await {
                Ok(found) => counts = counts.plus(found),
                Err(failure) => counts.unreadable += passed_over(failure)?,
            }
        }
        Ok(counts)
    }

    /// Both purposes of a list.
    async fn list(&self, list: u32) -> Result<Counts, Failure> {
        let (table, mut counts, mut broken) = (&self.shell.table, Counts::default(), 0);
        for purpose in [Purpose::Revocation, Purpose::Suspension] {
            let there = self.kv.get(&list_key(list, purpose)).await?;
            let set = table.set_indexes(list, purpose).await?;
            let bits = StatusBits::build(list, purpose, set);
            let bits = bits.map_err(|e| StoreError::Corrupt(e.to_string()))?;
            counts.lists += 1;
            let good = there.is_some_and(|value| self.is_good(&value, &bits));
            broken += u64::from(!good);
        }
        if broken > 0 {
            self.publish_status_list(list).await?;
            counts.lists_repaired += broken;
        }
        Ok(counts)
    }

    /// Whether a list is ours, not over its time, and says the same.
    fn is_good(&self, value: &[u8], bits: &StatusBits) -> bool {
        let now = u64::try_from(self.shell.now().as_second()).unwrap_or_default();
        let text = std::str::from_utf8(value).ok();
        let list = text.and_then(|jws| StatusList::verify(jws, self.keys.public(), now).ok());
        list.is_some_and(|list| list.expires_at() >= now && list.says(bits))
    }

    async fn certificates(&self, ids: &[CertificateId]) -> Result<Counts, Failure> {
        let records = self.there(ids, EdgeRecord::key).await?;
        let badges = self.there(ids, BadgeRecord::key).await?;
        let compared = ids.iter().map(async |id| {
            let record = records.get(&EdgeRecord::key(id));
            let badge = badges.get(&BadgeRecord::key(id));
            match self.certificate(id, record, badge).await {
                Ok(found) => Ok(found),
                Err(failure) => Ok::<_, Failure>(Counts {
                    unreadable: passed_over(failure)?,
                    ..Counts::default()
                }),
            }
        });
        let found = try_join_all(compared).await?;
        Ok(found.into_iter().fold(Counts::default(), Counts::plus))
    }

    /// The values that the KV has for these certificates, by key.
    async fn there(
        &self,
        ids: &[CertificateId],
        key: impl Fn(&CertificateId) -> String,
    ) -> Result<HashMap<String, String>, Failure> {
        let keys: Vec<String> = ids.iter().map(key).collect();
        Ok(self.kv.get_many(&keys).await?)
    }

    async fn certificate(
        &self,
        id: &CertificateId,
        record: Option<&String>,
        badge: Option<&String>,
    ) -> Result<Counts, Failure> {
        let kept = self.kept(id).await?;
        let mut counts = Counts {
            certificates: 1,
            ..Counts::default()
        };
        if record != Some(&self.record(&kept)) {
            self.publish_certificate(id).await?;
            match record {
                None => counts.records_missing = 1,
                Some(_) => counts.records_different = 1,
            }
        }
        let wanted = match kept {
            Kept::Withdrawn(_) => Some(BadgeRecord::withdrawn()),
            Kept::Whole(_) => self.shell.table.badge(id).await?,
        };
        if let Some(wanted) = wanted {
            counts.badges = 1;
            let there = badge.and_then(|text| serde_json::from_str::<BadgeRecord>(text).ok());
            if there.as_ref() != Some(&wanted) {
                self.publish_badge(id).await?;
                counts.badges_repaired = 1;
            }
        }
        Ok(counts)
    }

    /// A page of the KV's keys, and where the next begins.
    async fn strays(&self, after: Option<&str>) -> Result<(Counts, Option<String>), Failure> {
        let listed = self.kv.list(PAGE, after).await?;
        let lists = self.shell.table.status_list_count().await?;
        let judged = listed
            .names
            .iter()
            .map(async |name| Ok::<_, Failure>((name, self.judge(name, lists).await?)));
        let mut counts = Counts {
            keys: u64::try_from(listed.names.len()).unwrap_or(u64::MAX),
            ..Counts::default()
        };
        for (name, found) in try_join_all(judged).await? {
            match found {
                Found::Kept => {}
                Found::Unknown => counts.keys_unknown += 1,
                Found::Stray => {
                    self.kv.delete(name).await?;
                    counts.strays_deleted += 1;
                }
            }
        }
        Ok((counts, listed.cursor))
    }

    /// What a key of the KV belongs to. A certificate is committed before anything of it is put there, so one that a
    /// consistent read does not find never was.
    async fn judge(&self, name: &str, lists: u32) -> Result<Found, Failure> {
        let (kind, rest) = name.split_once('/').unwrap_or((name, ""));
        let stands = match kind {
            KEYS | JWKS if rest.is_empty() => true,
            "cert" | "badge" => match rest.parse::<CertificateId>() {
                Ok(id) if id.as_str() == rest => {
                    match self.shell.table.kept_certificate(&id).await {
                        // It is there, whatever it says.
                        Err(StoreError::Corrupt(_)) => true,
                        found => found?.is_some(),
                    }
                }
                Ok(_) | Err(_) => false,
            },
            "status" => (0..lists).any(|list| {
                let paths = [Purpose::Revocation, Purpose::Suspension];
                paths.into_iter().any(|purpose| purpose.path(list) == rest)
            }),
            _ => return Ok(Found::Unknown),
        };
        Ok(if stands { Found::Kept } else { Found::Stray })
    }
}

/// What a key of the KV is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Found {
    /// Of something that there is.
    Kept,
    /// Of nothing.
    Stray,
    /// Not of this product.
    Unknown,
}

/// Counts what cannot be read, so that it does not end the run; any other failure does, and the page comes again.
fn passed_over(failure: Failure) -> Result<u64, Failure> {
    match failure {
        Failure::Store(StoreError::Corrupt(_)) | Failure::NoCertificate(_) => {
            tracing::error!(cause = %failure, "what cannot be read is not compared");
            Ok(1)
        }
        other => Err(other),
    }
}

/// One line a page, and one for the whole run, which metrics are made of: `repaired` counts what was not in order.
fn report(run: &Reconciliation) {
    let counts = run.counts;
    let (page, repaired) = (run.page, counts.repaired());
    if run.finished_at.is_none() {
        tracing::info!(run = %run.run, page, repaired, "reconciliation page");
        return;
    }
    tracing::info!(
        run = %run.run,
        pages = page,
        certificates = counts.certificates,
        records_missing = counts.records_missing,
        records_different = counts.records_different,
        badges = counts.badges,
        badges_repaired = counts.badges_repaired,
        lists = counts.lists,
        lists_repaired = counts.lists_repaired,
        key_sets_repaired = counts.key_sets_repaired,
        keys = counts.keys,
        strays_deleted = counts.strays_deleted,
        keys_unknown = counts.keys_unknown,
        unreadable = counts.unreadable,
        repaired,
        "reconciliation"
    );
}
