//! Records of attachments. Their files are in [`crate::blobs`].
//!
//! What only staff knows of sorts under another prefix than what both sides know of, and a draft lies in its author's own
//! partition: who asks decides which keys are read, and nothing has to be filtered out.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys::{self, Key},
    lists::cursor,
    table::{Item, LAST, Range, sort_key},
    transaction::{Transaction, UNLISTED},
};
use jiff::Timestamp;
use registrar_domain::{
    attachment::{Attachment, Inspected, Placed, Removed},
    id::{AccountId, AttachmentId, TicketId},
    page::{Limit, Page},
    ticket::{FilesOf, HistoryEntry, Ticket},
};

/// Whose attachments are asked for, and who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// A person's own drafts.
    Drafts(AccountId),
    /// A ticket's, for its requester.
    Requester(OfTicket),
    /// A ticket's, for staff.
    Staff(OfTicket),
}

/// The files of a ticket, and of others what it shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OfTicket {
    id: TicketId,
    others: Vec<FilesOf>,
}

impl From<TicketId> for OfTicket {
    /// Its own alone.
    fn from(id: TicketId) -> Self {
        let others = Vec::new();
        Self { id, others }
    }
}

impl From<&Ticket> for OfTicket {
    /// All that it shows.
    fn from(ticket: &Ticket) -> Self {
        Self {
            id: ticket.id,
            others: ticket.files_of.clone(),
        }
    }
}

/// A part of a shelf: a range of one partition.
struct Part {
    pk: String,
    prefix: &'static str,
    /// These alone; all if there are none.
    only: Vec<AttachmentId>,
}

impl Part {
    fn key(&self, id: AttachmentId) -> Key {
        keys::attachment_in(&self.pk, self.prefix, id)
    }

    fn has(&self, id: AttachmentId) -> bool {
        self.only.is_empty() || self.only.contains(&id)
    }
}

impl Shelf {
    /// The list that a cursor belongs to.
    fn name(&self) -> String {
        match self {
            Self::Drafts(owner) => format!("{}/attachments", keys::drafts(*owner)),
            Self::Requester(of) | Self::Staff(of) => {
                format!("{}/attachments", keys::ticket_partition(of.id))
            }
        }
    }

    fn parts(&self) -> Vec<Part> {
        let (of, prefixes): (_, &'static [&'static str]) = match self {
            Self::Drafts(owner) => {
                return vec![Part {
                    pk: keys::drafts(*owner),
                    prefix: keys::ATTACHMENT,
                    only: Vec::new(),
                }];
            }
            Self::Requester(of) => (of, &[keys::ATTACHMENT]),
            Self::Staff(of) => (of, &[keys::ATTACHMENT, keys::STAFF_ATTACHMENT]),
        };
        let others = of.others.iter();
        let others = others.map(|files| (files.ticket_id, files.only.as_slice()));
        let tickets = std::iter::once((of.id, &[][..])).chain(others);
        tickets
            .flat_map(|(ticket, only)| {
                prefixes.iter().map(move |prefix| Part {
                    pk: keys::ticket_partition(ticket),
                    prefix,
                    only: only.to_vec(),
                })
            })
            .collect()
    }
}

impl Table {
    /// An attachment, unless it is over by `now`.
    pub async fn attachment(
        &self,
        on: &Shelf,
        id: AttachmentId,
        now: Timestamp,
    ) -> Result<Option<Attachment>, StoreError> {
        for part in on.parts().iter().filter(|part| part.has(id)) {
            let found: Option<Attachment> = self.get(&part.key(id)).await?;
            if let Some(found) = found.filter(|found| !found.is_over(now)) {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    /// A page of attachments, newest first, without those that are over by `now`.
    pub async fn attachments(
        &self,
        on: &Shelf,
        after: Option<&str>,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Page<Attachment>, StoreError> {
        let list = on.name();
        let end = match after {
            Some(after) => cursor::decode(&list, after)?,
            None => LAST.to_string(),
        };
        let mut found = Vec::new();
        for part in on.parts() {
            found.extend(self.part(&part, &end, limit).await?);
        }
        let mut rows: Vec<Attachment> = serde_dynamo::from_items(found)?;
        rows.sort_by_key(|row| std::cmp::Reverse(row.id));
        rows.dedup_by_key(|row| row.id);
        let more = rows.len() > limit.get();
        rows.truncate(limit.get());
        let next_cursor = rows
            .last()
            .filter(|_| more)
            .map(|last| cursor::encode(&list, &last.id.to_string()));
        rows.retain(|row| !row.is_over(now));
        Ok(Page { rows, next_cursor })
    }

    /// What a part of a shelf has before `end`, newest first, at least one more than a page.
    async fn part(&self, part: &Part, end: &str, limit: Limit) -> Result<Vec<Item>, StoreError> {
        let to = format!("{}{end}", part.prefix);
        if !part.only.is_empty() {
            let keys: Vec<Key> = part.only.iter().map(|id| part.key(*id)).collect();
            let mut items = self.get_many(&keys, &[]).await?;
            items.retain(|item| sort_key(item) < to.as_str());
            return Ok(items);
        }
        let range = Range {
            pk: &part.pk,
            from: part.prefix,
            to: &to,
            oldest_first: false,
            // The cursor's own row, the page, and one more that tells whether there is another page.
            limit: limit.get() + 2,
        };
        let mut items = self.range(range).await?;
        items.retain(|item| sort_key(item) != to);
        Ok(items)
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
