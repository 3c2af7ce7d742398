//! What staff is told of a bulk issue.

use super::{Composed, Unsaid};
use crate::Deliveries;
use registrar_domain::{
    account::Account,
    bulk::{Bulk, Status},
    id::BulkId,
};
use registrar_store::StoreError;
use registrar_templates::{BulkFinished, Message};

impl Deliveries {
    /// To whoever began it, when it is finished or cannot go on.
    pub(super) async fn bulk_finished(
        &self,
        id: BulkId,
        person: &Account,
    ) -> Result<Composed<Message>, StoreError> {
        let bulk = self.shell.table.bulk(id).await?;
        Ok(bulk
            .ok_or(Unsaid::Never("the bulk issue is gone"))
            .and_then(|bulk| self.bulk_mail(bulk, person)))
    }

    fn bulk_mail(&self, bulk: Bulk, person: &Account) -> Composed<Message> {
        if bulk.started_by != person.id {
            return Err(Unsaid::Never("somebody else began the bulk issue"));
        }
        match bulk.status {
            Status::Finished | Status::Failed { .. } => {}
            Status::Waiting | Status::Running | Status::Cancelling | Status::Cancelled => {
                return Err(Unsaid::Never("the bulk issue did not come to its end"));
            }
        }
        Ok(Message::BulkFinished(BulkFinished {
            file_name: bulk.file_name.map(|name| name.as_str().to_owned()),
            total: bulk.total,
            issued: bulk.issued,
            failed: bulk.failed,
            bulk_id: bulk.id.to_string(),
            url: self.portal_url(&format!("admin/certificates/bulk/{}", bulk.id)),
        }))
    }
}
