//! Withdrawing: nothing personal is left in the row, its lists, its counters and its history.

use super::{CertificateRow, Marked, fact};
use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    lists::Index,
    table::item,
    transaction::{Listing, UNLISTED},
};
use registrar_domain::{
    certificate::{HistoryEntry, Standing, Withdrawal},
    clock::Moment,
    credential::{LIST_BITS, list_number},
};

/// The most entries of a history whose words go in the transaction itself; it holds 100 items.
const ENTRIES: usize = 70;
/// The most kept answers that go in it.
const ANSWERS: usize = 16;

impl Table {
    /// Commits a withdrawal; `history` is what the certificate's history says so far. Entries beyond 70 lose their words
    /// right after the commit; kept answers beyond 16 are left to [`Self::forget_answers`].
    pub async fn commit_withdrawal(
        &self,
        withdrawal: &Withdrawal,
        history: Vec<HistoryEntry>,
        moment: Moment<'_>,
        kept: Option<(&Claim, &Answer)>,
    ) -> Result<(), StoreError> {
        let (was, left) = (&withdrawal.was, &withdrawal.withdrawn);
        let (id, shards) = (&left.id, self.shards);
        // What comes to be kept after this changes the certificate too, and so ends this transaction.
        let answers = self.answers_of(id).await?;
        let mut transaction = self.transaction();
        let listing = Listing {
            first: Some(keys::certificate_in_all(id, left.issued_at, shards)),
            second: None,
            row: Some(CertificateRow::from(left)),
        };
        let place = keys::certificate_in(Standing::Withdrawn, id, left.issued_at, shards);
        let stored = item(&keys::certificate(id), left)?;
        transaction.replace_in(was.version, stored, listing, &[(Index::Third, place)])?;
        let (list, index) = (list_number(was.status_index), was.status_index % LIST_BITS);
        if was.standing() != Standing::Revoked {
            let marked = Marked { certificate_id: id };
            transaction
                .set(&keys::revoked(list, index), &marked, UNLISTED)?
                .delete(&fact(was));
        }
        if was.standing() == Standing::Suspended {
            transaction.delete(&keys::suspended(list, index));
        }
        // Whoever is erased is in no count of their own; among all, it is counted as withdrawn.
        let (before, now) = (Some(was.standing()), Some(Standing::Withdrawn));
        self.put_counts(&mut transaction, id, None, before, now);
        self.take_from_counts_of(&mut transaction, was);
        transaction.create(
            &keys::certificate_history(id, withdrawal.entry.id),
            &withdrawal.entry,
            UNLISTED,
        )?;
        let mut worded = history
            .into_iter()
            .filter(|entry| entry.reason.is_some())
            .map(HistoryEntry::erased);
        for entry in worded.by_ref().take(ENTRIES) {
            transaction.set(&keys::certificate_history(id, entry.id), &entry, UNLISTED)?;
        }
        for answer in answers.iter().take(ANSWERS) {
            transaction.delete(answer);
        }
        transaction.effects(&withdrawal.effects, moment)?;
        if let Some((claim, answer)) = kept {
            transaction.answer(Some(claim), answer);
        }
        transaction.commit().await?;
        for entry in worded {
            let mut one = self.transaction();
            one.set(&keys::certificate_history(id, entry.id), &entry, UNLISTED)?;
            one.commit().await?;
        }
        Ok(())
    }
}
