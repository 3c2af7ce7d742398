//! Records of attachments. Their files are in [`crate::blobs`].
//!
//! What only staff knows of sorts under another prefix than what both sides know of, and a draft lies in its author's own
//! partition: who asks decides which keys are read, and nothing has to be filtered out.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    lists::cursor,
    table::{LAST, Range, sort_key},
    transaction::{Transaction, UNLISTED},
};
use jiff::Timestamp;
use registrar_domain::{
    attachment::{Attachment, Audience, Inspected, Place, Placed, Removed},
    id::{AccountId, AttachmentId, TicketId},
    page::{Limit, Page},
    ticket::HistoryEntry,
};

/// Whose attachments are asked for, and who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// A person's own drafts.
    Drafts(AccountId),
    /// A ticket's, for its requester.
    Requester(TicketId),
    /// A ticket's, for staff.
    Staff(TicketId),
}

impl Shelf {
    /// The places where one of them may lie.
    fn places(self) -> Vec<Place> {
        let of = |ticket_id, audience| Place::Ticket {
            ticket_id,
            audience,
            bound: None,
        };
        match self {
            Self::Drafts(owner) => vec![Place::Draft { owner }],
            Self::Requester(ticket) => vec![of(ticket, Audience::Everyone)],
            Self::Staff(ticket) => {
                vec![of(ticket, Audience::Everyone), of(ticket, Audience::Staff)]
            }
        }
    }

    /// The partition, and what the sort keys start with.
    fn ranges(self) -> (String, &'static [&'static str]) {
        match self {
            Self::Drafts(owner) => (keys::drafts(owner), &[keys::ATTACHMENT]),
            Self::Requester(ticket) => (keys::ticket_partition(ticket), &[keys::ATTACHMENT]),
            Self::Staff(ticket) => (
                keys::ticket_partition(ticket),
                &[keys::ATTACHMENT, keys::STAFF_ATTACHMENT],
            ),
        }
    }
}

impl Table {
    /// An attachment, unless it is over by `now`.
    pub async fn attachment(
        &self,
        on: Shelf,
        id: AttachmentId,
        now: Timestamp,
    ) -> Result<Option<Attachment>, StoreError> {
        for place in on.places() {
            let found: Option<Attachment> = self.get(&keys::attachment(&place, id)).await?;
            if let Some(found) = found.filter(|found| !found.is_over(now)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A page of attachments, newest first, without those that are over by `now`.
    pub async fn attachments(
        &self,
        on: Shelf,
        after: Option<&str>,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Page<Attachment>, StoreError> {
        let (pk, prefixes) = on.ranges();
        let list = format!("{pk}/attachments");
        let end = match after {
            Some(after) => cursor::decode(&list, after)?,
            None => LAST.to_string(),
        };
        let mut found = Vec::new();
        for prefix in prefixes {
            let (from, to) = ((*prefix).to_owned(), format!("{prefix}{end}"));
            let range = Range {
                pk: &pk,
                from: &from,
                to: &to,
                oldest_first: false,
                // The cursor's own row, the page, and one more that tells whether there is another page.
                limit: limit.get() + 2,
            };
            let items = self.range(range).await?;
            found.extend(items.into_iter().filter(|item| sort_key(item) != to));
        }
        let mut rows: Vec<Attachment> = serde_dynamo::from_items(found)?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.id));
        let more = rows.len() > limit.get();
        rows.truncate(limit.get());
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .map(|last| cursor::encode(&list, &last.id.to_string()));
        rows.retain(|row| !row.is_over(now));
        Ok(Page { rows, next_cursor })
    }

    /// Commits the beginning of an upload.
    pub async fn begin_attachment(
        &self,
        attachment: &Attachment,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction
            .create(
                &keys::attachment(&attachment.place, attachment.id),
                attachment,
                UNLISTED,
            )?
            .answer(claim, answer);
        transaction.commit().await
    }

    /// Commits what looking at an upload led to.
    pub async fn commit_inspected(
        &self,
        before: &Attachment,
        inspected: &Inspected,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        let after = &inspected.attachment;
        let key = keys::attachment(&after.place, after.id);
        transaction.replace(&key, before.version, after, UNLISTED)?;
        put_entry(&mut transaction, after, inspected.history.as_ref())?;
        transaction.answer(claim, answer);
        transaction.commit().await
    }

    /// Commits a deletion.
    pub async fn commit_removed(
        &self,
        before: &Attachment,
        removed: &Removed,
    ) -> Result<(), StoreError> {
        let key = keys::attachment(&before.place, before.id);
        let mut transaction = self.transaction();
        match &removed.attachment {
            None => {
                transaction.take(&key, before.version);
            }
            Some(after) if after.version == before.version => return Ok(()),
            Some(after) => {
                transaction.replace(&key, before.version, after, UNLISTED)?;
                put_entry(&mut transaction, after, removed.history.as_ref())?;
            }
        }
        transaction.commit().await
    }
}

fn put_entry(
    transaction: &mut Transaction<'_>,
    attachment: &Attachment,
    entry: Option<&HistoryEntry>,
) -> Result<(), StoreError> {
    if let (Some(ticket), Some(entry)) = (attachment.ticket_id(), entry) {
        transaction.create(&keys::history(ticket, entry.id), entry, UNLISTED)?;
    }
    Ok(())
}

/// Adds what a decision on a ticket takes. A record that was changed or moved since it was read refuses the whole.
pub(crate) fn put_attachments(
    transaction: &mut Transaction<'_>,
    placed: &[Placed],
) -> Result<(), StoreError> {
    for Placed { before, after, .. } in placed {
        let key = keys::attachment(&after.place, after.id);
        match before {
            Some((place, version)) => {
                let former = keys::attachment(place, after.id);
                if former == key {
                    transaction.replace(&key, *version, after, UNLISTED)?;
                } else {
                    transaction
                        .take(&former, *version)
                        .create(&key, after, UNLISTED)?;
                }
            }
            None => {
                transaction.create(&key, after, UNLISTED)?;
            }
        }
    }
    Ok(())
}
