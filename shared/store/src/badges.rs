//! Badges: the signed credentials of a certificate, in an item of its partition.
//!
//! Signing gives the same bytes each time, so the item is written without a condition; reading it is for those who have
//! looked whether the certificate was withdrawn.

use crate::{StoreError, Table, keys, transaction::UNLISTED};
use registrar_domain::{certificate::CertificateId, credential::BadgeRecord};

impl Table {
    /// A certificate's badge, once it is made.
    pub async fn badge(&self, id: &CertificateId) -> Result<Option<BadgeRecord>, StoreError> {
        self.get(&keys::badge(id)).await
    }

    /// Keeps a certificate's badge.
    pub async fn put_badge(
        &self,
        id: &CertificateId,
        badge: &BadgeRecord,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction.set(&keys::badge(id), badge, UNLISTED)?;
        transaction.commit().await
    }

    /// Takes a certificate's badge away.
    pub async fn delete_badge(&self, id: &CertificateId) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction.delete(&keys::badge(id));
        transaction.commit().await
    }
}
