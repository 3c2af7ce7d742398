//! Counts of certificates by their standing: counters that every change moves in its own transaction, read at a cost that
//! does not depend on how many certificates there are.

use crate::{
    StoreError, Table,
    keys::{self, Key},
    transaction::{Counted, Transaction},
};
use registrar_domain::{
    certificate::{Certificate, Standing},
    id::AccountId,
};
use std::collections::BTreeMap;

/// How many certificates there are, by how they stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CertificateCounts([i64; Standing::ALL.len()]);

impl CertificateCounts {
    /// How many stand so.
    pub fn of(&self, standing: Standing) -> u64 {
        let at = Standing::ALL.iter().position(|one| *one == standing);
        at.and_then(|at| u64::try_from(self.0[at]).ok())
            .unwrap_or(0)
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        Standing::ALL.iter().map(|one| self.of(*one)).sum()
    }

    fn add(&mut self, counter: &str, value: i64) {
        if let Some(at) = Standing::ALL.iter().position(|one| one.code() == counter) {
            self.0[at] += value;
        }
    }
}

impl Table {
    /// The counts of all certificates: one item a shard.
    pub async fn certificate_counts(&self) -> Result<CertificateCounts, StoreError> {
        let keys: Vec<Key> = (0..self.shards).map(keys::certificate_counts).collect();
        self.sum(&keys).await
    }

    /// The counts of a person's certificates: one item.
    pub async fn certificate_counts_of(
        &self,
        person: AccountId,
    ) -> Result<CertificateCounts, StoreError> {
        self.sum(&[keys::certificate_counts_of(person)]).await
    }

    async fn sum(&self, keys: &[Key]) -> Result<CertificateCounts, StoreError> {
        let mut counts = CertificateCounts::default();
        for item in self.get_many(keys, &[]).await? {
            for (counter, value) in &item {
                // The key's own attributes are texts.
                if let Some(value) = value.as_n().ok().and_then(|number| number.parse().ok()) {
                    counts.add(counter, value);
                }
            }
        }
        Ok(counts)
    }

    /// Takes a certificate out of its holder's counts.
    pub(super) fn take_from_counts_of(&self, transaction: &mut Transaction<'_>, was: &Certificate) {
        let shard = keys::shard(was.id.as_str(), self.shards);
        let change = BTreeMap::from([(was.standing().code().to_owned(), -1)]);
        transaction.count(Counted::CertificatesOf(was.student_id), shard, &change);
    }
}
