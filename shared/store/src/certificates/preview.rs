//! Previews: kept for a day.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    transaction::UNLISTED,
};
use registrar_domain::{
    certificate::{Preview, Previewed},
    clock::Moment,
    id::PreviewId,
};

impl Table {
    /// The preview `id`.
    pub async fn preview(&self, id: PreviewId) -> Result<Option<Preview>, StoreError> {
        self.get(&keys::preview(id)).await
    }

    /// Commits a preview that was asked for.
    pub async fn commit_preview(
        &self,
        previewed: &Previewed,
        moment: Moment<'_>,
        kept: Option<(&Claim, &Answer)>,
    ) -> Result<(), StoreError> {
        let preview = &previewed.preview;
        let mut transaction = self.transaction();
        transaction
            .create(&keys::preview(preview.id), preview, UNLISTED)?
            .effects(&previewed.effects, moment)?;
        if let Some((claim, answer)) = kept {
            transaction.answer(Some(claim), answer);
        }
        transaction.commit().await
    }

    /// Commits that a preview's page is there; `version` is the one that was read.
    pub async fn commit_previewed(
        &self,
        version: u64,
        preview: &Preview,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction.replace(&keys::preview(preview.id), version, preview, UNLISTED)?;
        transaction.commit().await
    }
}
