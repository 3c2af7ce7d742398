//! The postings by which certificates are found: a word each of holder, course and id, and one of the whole course.
//!
//! What a certificate shows never changes, so its postings are written once and taken away when it is withdrawn. They are
//! written behind the outbox, a second later. Whoever writes them looks afterwards whether the certificate was withdrawn
//! meanwhile, and takes them away again.

use super::CertificateRow;
use crate::{
    StoreError, Table,
    keys::{self, Key},
    table::item,
    transaction::UNLISTED,
};
use aws_sdk_dynamodb::types::{DeleteRequest, PutRequest, WriteRequest};
use registrar_domain::{
    certificate::{CertificateId, Kept},
    text::{folded, words},
};
use serde::{Deserialize, Serialize};

/// The most items of one batch.
const BATCH: usize = 25;

/// What was posted of a certificate: partitions, which are digests of words.
#[derive(Debug, Serialize, Deserialize)]
struct Indexed {
    partitions: Vec<String>,
}

/// The words by which a certificate is found.
pub(super) fn words_of(row: &CertificateRow) -> Vec<String> {
    let (holder, course) = (row.holder.as_ref(), row.course.as_ref());
    let text = format!(
        "{} {} {}",
        holder.map_or("", |name| name.as_str()),
        course.map_or("", |course| course.as_str()),
        row.id.as_str().trim_start_matches("CERT-"),
    );
    words(&text)
}

/// The term of a word: certificates and tickets are not found by the same postings.
pub(super) fn word(word: &str) -> String {
    format!("=certificate/word/{word}")
}

/// The term of a course.
pub(super) fn course(name: &str) -> String {
    format!("=certificate/course/{}", folded(name))
}

fn terms(row: &CertificateRow) -> Vec<String> {
    let mut terms: Vec<String> = words_of(row).iter().map(|text| word(text)).collect();
    terms.extend(row.course.iter().map(|name| course(name.as_str())));
    terms
}

impl Table {
    /// Brings a certificate's postings to what it shows. Done again, late, or by two at once, it does no harm.
    pub async fn index_certificate(&self, id: &CertificateId) -> Result<(), StoreError> {
        match self.kept_certificate(id).await? {
            None => Ok(()),
            Some(Kept::Withdrawn(_)) => self.unindex(id).await,
            Some(Kept::Whole(certificate)) => {
                let row = CertificateRow::from(&*certificate);
                let postings: Vec<Key> = terms(&row)
                    .iter()
                    .map(|term| keys::certificate_posting(term, id, row.issued_at, self.shards))
                    .collect();
                let indexed = Indexed {
                    partitions: postings.iter().map(|key| key.pk.clone()).collect(),
                };
                let mut transaction = self.transaction();
                transaction.set(&keys::certificate_indexed(id), &indexed, UNLISTED)?;
                transaction.commit().await?;
                self.write(&postings, &[]).await?;
                match self.kept_certificate(id).await? {
                    Some(Kept::Withdrawn(_)) => self.write(&[], &postings).await,
                    Some(Kept::Whole(_)) | None => Ok(()),
                }
            }
        }
    }

    async fn unindex(&self, id: &CertificateId) -> Result<(), StoreError> {
        let key = keys::certificate_indexed(id);
        let Some(Kept::Withdrawn(left)) = self.kept_certificate(id).await? else {
            return Ok(());
        };
        let Some(indexed) = self.get::<Indexed>(&key).await? else {
            return Ok(());
        };
        let sk = keys::certificate_place(left.issued_at, id);
        let postings: Vec<Key> = indexed
            .partitions
            .into_iter()
            .map(|pk| Key { pk, sk: sk.clone() })
            .collect();
        self.write(&[], &postings).await?;
        let mut transaction = self.transaction();
        transaction.delete(&key);
        transaction.commit().await
    }

    async fn write(&self, new: &[Key], old: &[Key]) -> Result<(), StoreError> {
        #[derive(Serialize)]
        struct Nothing {}
        let mut requests = Vec::with_capacity(new.len() + old.len());
        for key in new {
            let put = PutRequest::builder().set_item(Some(item(key, &Nothing {})?));
            let put = put.build().expect("the item is set");
            requests.push(WriteRequest::builder().put_request(put).build());
        }
        for key in old {
            let delete = DeleteRequest::builder().set_key(Some(item(key, &Nothing {})?));
            let delete = delete.build().expect("the key is set");
            requests.push(WriteRequest::builder().delete_request(delete).build());
        }
        for batch in requests.chunks(BATCH) {
            self.write_batch(batch.to_vec()).await?;
        }
        Ok(())
    }
}
