//! Previews: kept for a day, and listed by their student, so that all of a student's can be taken away.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    table::{LAST, Range},
    transaction::UNLISTED,
};
use registrar_domain::{
    certificate::{Preview, Previewed},
    clock::Moment,
    id::{AccountId, PreviewId},
};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct Of {
    preview_id: PreviewId,
    expires_at: i64,
}

impl Table {
    /// The previews of a student, at most a thousand.
    pub async fn previews_of(&self, student: AccountId) -> Result<Vec<PreviewId>, StoreError> {
        let range = Range {
            pk: &keys::previews_of(student),
            from: keys::PREVIEW_OF,
            to: &format!("{}{LAST}", keys::PREVIEW_OF),
            oldest_first: true,
            limit: 1000,
        };
        let found: Vec<Of> = serde_dynamo::from_items(self.range(range).await?)?;
        Ok(found.into_iter().map(|of| of.preview_id).collect())
    }

    /// Takes a preview away; it stays listed until [`Self::unlist_preview`], which is called once its file is gone too.
    pub async fn forget_preview(&self, id: PreviewId) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction.delete(&keys::preview(id));
        transaction.commit().await
    }

    /// Takes a preview off its student's list.
    pub async fn unlist_preview(
        &self,
        student: AccountId,
        id: PreviewId,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction.delete(&keys::preview_of(student, id));
        transaction.commit().await
    }

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
            .create(
                &keys::preview_of(preview.student_id, preview.id),
                &Of {
                    preview_id: preview.id,
                    expires_at: preview.expires_at,
                },
                UNLISTED,
            )?
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
