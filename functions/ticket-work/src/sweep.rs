//! Files that nobody has.
//!
//! A file is copied to where it stays before what takes it is committed. Whoever dies in between leaves a copy that no record
//! names; so does a record that was forgotten because nothing took it. Once a day the bucket is walked, a thousand objects a
//! message, and what is older than a day and named by no visible record of its ticket is deleted.
//!
//! | found | what is done |
//! |---|---|
//! | younger than a day | nothing: what takes it may be on its way |
//! | older than eight days | nothing: seven walks have looked at it |
//! | named by a visible record of its ticket | nothing |
//! | of a ticket of which a record cannot be read | nothing |
//! | any other | deleted |
//!
//! A record that moves to another ticket gets a copy of its own there, so an object is only ever named by the ticket in its
//! key. Walked twice, or from anywhere, it deletes the same. Uploads that nobody completed are S3's own to delete.

use crate::TicketWork;
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    attachment::{Attachment, INCOMING, OBJECTS},
    effect::Effect,
    id::TicketId,
    page::Limit,
};
use registrar_store::{StoreError, attachments::Shelf, blobs::Object};

/// How long an object is left alone.
const YOUNG: SignedDuration = SignedDuration::from_hours(24);
/// For how long it is looked at.
const LOOKED_AT: SignedDuration = SignedDuration::from_hours(24 * 8);

impl TicketWork {
    /// Walks on behind the objects of the ticket `after`, as of `at`.
    #[tracing::instrument(name = "ticket_work.sweep", skip_all)]
    pub(crate) async fn sweep(
        &self,
        at: Timestamp,
        after: Option<TicketId>,
    ) -> Result<(), StoreError> {
        // A tilde sorts behind every character of a key that people can write on a keyboard; what does not is found again.
        let mut from = after.map(|ticket| format!("{OBJECTS}{ticket}/~"));
        let (mut last, mut swept) = (after, 0);
        loop {
            let page = self.files.list(OBJECTS, from.as_deref()).await?;
            let mine = page
                .objects
                .iter()
                .take_while(|o| !o.key.starts_with(INCOMING));
            let objects: Vec<&Object> = mine.collect();
            let through = objects.len() < page.objects.len() || !page.more;
            let mut nobodys = Vec::new();
            for of_one in objects.chunk_by(|a, b| ticket_of(a) == ticket_of(b)) {
                nobodys.extend(self.nobodys(of_one, at).await?);
            }
            self.files.delete_all(&nobodys).await?;
            swept += nobodys.len();
            let end = objects.last().and_then(|object| ticket_of(object));
            if through {
                break;
            }
            // The last ticket of a page may go on behind it: it is begun anew, unless it is the only one.
            let begun = |object: &&&Object| ticket_of(object) != end;
            match objects.iter().rev().find(begun).and_then(|o| ticket_of(o)) {
                Some(whole) => {
                    last = Some(whole);
                    let next = Effect::SweepFiles { at, after: last };
                    self.queues.send(&self.queue_url, &[next]).await?;
                    break;
                }
                None => from = objects.last().map(|object| object.key.clone()),
            }
        }
        tracing::info!(swept, after = ?last, "files that nobody has");
        Ok(())
    }

    /// The keys of what no record of a ticket names.
    async fn nobodys<'a>(
        &self,
        objects: &[&'a Object],
        at: Timestamp,
    ) -> Result<Vec<&'a str>, StoreError> {
        let looked_at =
            |object: &&&Object| object.modified <= at - YOUNG && object.modified > at - LOOKED_AT;
        let keys: Vec<&str> = objects
            .iter()
            .filter(looked_at)
            .map(|object| object.key.as_str())
            .collect();
        let Some(ticket) = objects.first().and_then(|object| ticket_of(object)) else {
            return Ok(Vec::new());
        };
        if keys.is_empty() {
            return Ok(keys);
        }
        let records = match self.records(ticket).await {
            // Whose they are cannot be told: they stay, and the walk goes on.
            Err(StoreError::Corrupt(cause)) => {
                tracing::error!(ticket.id = %ticket, cause, "files of a ticket are left alone");
                return Ok(Vec::new());
            }
            records => records?,
        };
        let serves = |key: &&str| records.iter().any(|record| record.serves(key));
        Ok(keys.into_iter().filter(|key| !serves(key)).collect())
    }

    async fn records(&self, ticket: TicketId) -> Result<Vec<Attachment>, StoreError> {
        let (mut records, mut cursor) = (Vec::new(), None);
        let limit = Limit::try_from(100).unwrap_or_default();
        loop {
            let (of_ticket, now) = (Shelf::Staff(ticket.into()), self.shell.now());
            let table = &self.shell.table;
            let page = table.attachments(&of_ticket, cursor.as_deref(), limit, now);
            let page = page.await?;
            records.extend(page.rows);
            cursor = page.next_cursor;
            if cursor.is_none() {
                return Ok(records);
            }
        }
    }
}

/// The ticket that an object's key names.
fn ticket_of(object: &Object) -> Option<TicketId> {
    let rest = object.key.strip_prefix(OBJECTS)?;
    rest.split('/').next()?.parse().ok()
}
