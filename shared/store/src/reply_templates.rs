//! Reply templates: all in one partition, and beside each how often it was used.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    table::{LAST, Range, readable},
    transaction::UNLISTED,
};
use registrar_domain::{
    id::TemplateId,
    ticket::{MOST_TEMPLATES, ReplyTemplate},
};

impl Table {
    /// Adds a template, or writes over the `version` that was read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it was changed or taken away since; [`StoreError::LimitReached`] when there are
    /// [`MOST_TEMPLATES`].
    pub async fn put_template(
        &self,
        version: Option<u64>,
        template: &ReplyTemplate,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let key = keys::reply_template(template.id);
        let mut transaction = self.transaction();
        match version {
            None => transaction
                .create(&key, template, UNLISTED)?
                .count_few(keys::TEMPLATES_COUNTED, Some(MOST_TEMPLATES)),
            Some(version) => transaction.replace(&key, version, template, UNLISTED)?,
        };
        transaction.answer(claim, answer);
        transaction.commit().await
    }

    /// Takes a template away that still has the `version` that was read.
    pub async fn delete_template(&self, id: TemplateId, version: u64) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction
            .take(&keys::reply_template(id), version)
            .count_one_less(keys::TEMPLATES_COUNTED);
        transaction.commit().await
    }

    /// A template.
    pub async fn template(&self, id: TemplateId) -> Result<Option<ReplyTemplate>, StoreError> {
        self.get(&keys::reply_template(id)).await
    }

    /// Every template, oldest first.
    pub async fn templates(&self) -> Result<Vec<ReplyTemplate>, StoreError> {
        let range = Range {
            pk: keys::REPLY_TEMPLATES,
            from: "0",
            to: &LAST.to_string(),
            oldest_first: true,
            limit: MOST_TEMPLATES,
        };
        Ok(readable(self.range(range).await?))
    }

    /// How often a template was used.
    pub async fn template_uses(&self, id: TemplateId) -> Result<u64, StoreError> {
        self.count(&keys::template_uses(id)).await
    }
}
