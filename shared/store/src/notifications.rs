//! Notifications and what is known of all of a person's together: the rules are [`registrar_domain::notification`]'s.
//!
//! | access | reads or writes |
//! |---|---|
//! | a page of all, newest first | the inbox, one range of the person's partition |
//! | a page of what is unread | the inbox, one range of the first index, the rows by their keys |
//! | how many are unread | the inbox |
//! | a new one | itself, its ledger entry, a counter of the inbox: one transaction |
//! | mark one, delete one | itself, a counter of the inbox |
//! | mark all as read | the inbox |
//!
//! The inbox counts the unread of each day in an attribute of its own (`d20778`): what expires goes by whole days, so the
//! count of a day that is over is left out of the sum and nothing has to be told when the table takes items away. Every
//! change of a counter holds only while the notification stands above the mark "read through"; marking all moves the mark
//! and takes the counters away in one update.

use crate::{
    StoreError, Table,
    answers::{Answer, Claim},
    keys,
    ledger::unless_withdrawn,
    lists::{
        Index, cursor,
        merge::{Merge, Span},
    },
    table::{LAST, Range, readable, readable_row, sort_key},
    transaction::{Listing, Transaction, UNLISTED},
};
use aws_sdk_dynamodb::types::{AttributeValue, Update};
use jiff::Timestamp;
use registrar_domain::{
    clock::Moment,
    delivery::Entry,
    id::{AccountId, NotificationId},
    notification::{self, Inbox, KEPT_DAYS, Notification},
    page::{Limit, Page},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// For how many days after they are over counters are taken away by what comes next.
const SWEPT: i64 = 30;

/// A person's inbox as it is stored.
#[derive(Deserialize)]
struct Head {
    #[serde(default)]
    read_through: Option<NotificationId>,
    #[serde(default)]
    read_through_at: Option<Timestamp>,
    #[serde(flatten)]
    others: BTreeMap<String, serde_json::Value>,
}

#[derive(Serialize)]
struct Stored<'a> {
    #[serde(flatten)]
    notification: &'a Notification,
    expires_at: i64,
}

/// What the index of unread ones shows.
#[derive(Serialize, Deserialize)]
struct Row {
    id: NotificationId,
}

impl Table {
    /// What is known of all of a person's notifications.
    pub async fn inbox(&self, person: AccountId, now: Timestamp) -> Result<Inbox, StoreError> {
        let head: Option<Head> = self.get(&keys::inbox(person)).await?;
        let Some(head) = head else {
            return Ok(Inbox::default());
        };
        let today = notification::day(now);
        // A clock that is ahead may have counted for tomorrow already.
        let unread: i64 = (today - KEPT_DAYS..=today + 1)
            .filter_map(|day| head.others.get(&counter(day))?.as_i64())
            .sum();
        Ok(Inbox {
            read_through: head.read_through,
            read_through_at: head.read_through_at,
            unread: u64::try_from(unread).unwrap_or(0),
        })
    }

    /// Adds a notification with its entry in the ledger.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when the ledger has an entry already, when all were marked as read at this moment, or when
    /// what it is about was withdrawn.
    pub async fn notify(
        &self,
        notification: &Notification,
        entry: &Entry,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        transaction.create(&keys::ledger(&entry.delivery), entry, UNLISTED)?;
        unless_withdrawn(&mut transaction, &entry.delivery.fact);
        let stored = stored(notification);
        let key = keys::notification(notification.person, notification.id);
        transaction.create(&key, &stored, listing(notification))?;
        if let Some(place) = notification.unread {
            transaction.update(self.counted(notification, place, 1, Some(now)));
        }
        transaction.commit().await
    }

    /// A notification of a person, as it is seen now.
    pub async fn notification(
        &self,
        person: AccountId,
        id: NotificationId,
        now: Timestamp,
    ) -> Result<Option<Notification>, StoreError> {
        let found: Option<Notification> = self.get(&keys::notification(person, id)).await?;
        Ok(found.filter(|found| !found.is_over(now)))
    }

    /// Commits what was marked; `after` is nothing where it was so already.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it changed since it was read, also by marking all.
    pub async fn commit_marked(
        &self,
        before: &Notification,
        after: &Notification,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        let key = keys::notification(after.person, after.id);
        transaction.replace(&key, before.version, &stored(after), listing(after))?;
        match (before.unread, after.unread) {
            (Some(place), None) => transaction.update(self.counted(after, place, -1, None)),
            (_, Some(place)) => transaction.update(self.counted(after, place, 1, None)),
            (None, None) => &mut transaction,
        };
        transaction.commit().await
    }

    /// Takes a notification away.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when it changed since it was read, also by marking all.
    pub async fn delete_notification(
        &self,
        notification: &Notification,
        inbox: &Inbox,
    ) -> Result<(), StoreError> {
        let mut transaction = self.transaction();
        self.take_notification(&mut transaction, notification, inbox);
        transaction.commit().await
    }

    pub(crate) fn take_notification(
        &self,
        transaction: &mut Transaction<'_>,
        notification: &Notification,
        inbox: &Inbox,
    ) {
        let key = keys::notification(notification.person, notification.id);
        transaction.take(&key, notification.version);
        if let Some(place) = notification
            .unread
            .filter(|_| notification.is_unread(inbox))
        {
            transaction.update(self.counted(notification, place, -1, None));
        }
    }

    /// Marks all of a person's notifications as read.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when somebody with a later clock just did.
    pub async fn read_all(
        &self,
        person: AccountId,
        moment: Moment<'_>,
        claim: Option<&Claim>,
        answer: &Answer,
    ) -> Result<(), StoreError> {
        let through: NotificationId = moment.id();
        let today = notification::day(moment.now);
        let counters: Vec<_> = (today - KEPT_DAYS..=today + 1).map(counter).collect();
        let head = keys::inbox(person);
        let update = Update::builder()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(head.pk))
            .key("SK", AttributeValue::S(head.sk))
            .update_expression(format!(
                "SET read_through = :place, read_through_at = :at REMOVE {}",
                counters.join(", ")
            ))
            .condition_expression(ABOVE)
            .expression_attribute_values(":place", AttributeValue::S(through.to_string()))
            .expression_attribute_values(":at", AttributeValue::S(moment.now.to_string()))
            .build()
            .expect("table name, key and expression are set");
        let mut transaction = self.transaction();
        transaction.update(update).answer(claim, answer);
        transaction.commit().await
    }

    /// A page of a person's notifications, newest first, as they are seen now; of the unread ones, the one that was last
    /// marked so comes first.
    pub async fn notifications(
        &self,
        person: AccountId,
        unread_only: bool,
        after: Option<&str>,
        limit: Limit,
        now: Timestamp,
    ) -> Result<(Page<Notification>, Inbox), StoreError> {
        let inbox = self.inbox(person, now).await?;
        let mut page = if unread_only {
            self.unread_page(person, &inbox, after, limit, now).await?
        } else {
            self.whole_page(person, after, limit, now).await?
        };
        page.rows.retain(|row| !row.is_over(now));
        let page = page.map(|row| row.as_seen(&inbox));
        Ok((page, inbox))
    }

    async fn whole_page(
        &self,
        person: AccountId,
        after: Option<&str>,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Page<Notification>, StoreError> {
        let pk = keys::notifications(person);
        let from = format!(
            "{}{}",
            keys::NOTIFICATION,
            keys::ids_at(notification::oldest(now), false)
        );
        let to = match after {
            Some(after) => cursor::decode(&pk, after)?,
            None => format!("{}{LAST}", keys::NOTIFICATION),
        };
        if from > to {
            return Ok(nothing());
        }
        let range = Range {
            pk: &pk,
            from: &from,
            to: &to,
            oldest_first: false,
            // The cursor's own row, the page, and one more that tells whether there is another page.
            limit: limit.get() + 2,
        };
        let mut items = self.range(range).await?;
        items.retain(|item| sort_key(item) != to);
        let more = items.len() > limit.get();
        items.truncate(limit.get());
        let next_cursor = items
            .last()
            .filter(|_| more)
            .map(|last| cursor::encode(&pk, sort_key(last)));
        let rows = readable(items);
        Ok(Page { rows, next_cursor })
    }

    async fn unread_page(
        &self,
        person: AccountId,
        inbox: &Inbox,
        after: Option<&str>,
        limit: Limit,
        now: Timestamp,
    ) -> Result<Page<Notification>, StoreError> {
        let list = keys::unread(person);
        let oldest = keys::ids_at(notification::oldest(now), false);
        // What stands at the mark or below it is read.
        let mark = inbox.read_through.map(|place| place.to_string());
        let span = Span {
            index: Index::First,
            partitions: vec![list.clone()],
            from: mark.map_or(oldest.clone(), |mark| mark.max(oldest)),
            to: LAST.to_string(),
            descending: true,
            filter: None,
        };
        let after = after
            .map(|after| cursor::decode(&list, after))
            .transpose()?;
        let mut merge = Merge::start(self, span, after.as_deref(), limit.get()).await?;
        let (mut ids, mut end) = (Vec::with_capacity(limit.get()), None);
        while ids.len() < limit.get() {
            let Some(entry) = merge.next().await? else {
                break;
            };
            ids.extend(readable_row::<Row>(entry.row).map(|row| row.id));
            end = Some(entry.key);
        }
        let next_cursor = end
            .filter(|_| merge.may_have_more())
            .map(|key| cursor::encode(&list, &key));
        let wanted: Vec<_> = ids
            .iter()
            .map(|id| keys::notification(person, *id))
            .collect();
        let mut rows: Vec<Notification> = readable(self.get_many(&wanted, &[]).await?);
        // The index lags a little behind the rows.
        rows.retain(|row| row.is_unread(inbox));
        rows.sort_by_key(|row| std::cmp::Reverse(row.unread));
        Ok(Page { rows, next_cursor })
    }

    /// The update of the inbox for a notification that stands at `place`; `sweep` takes counters away that are over.
    fn counted(
        &self,
        notification: &Notification,
        place: NotificationId,
        change: i64,
        sweep: Option<Timestamp>,
    ) -> Update {
        let mut expression = format!(
            "ADD {} :change",
            counter(notification::day(notification.created_at))
        );
        if let Some(now) = sweep {
            let over = notification::day(now) - KEPT_DAYS;
            let counters: Vec<_> = (over - SWEPT..over).map(counter).collect();
            expression = format!("{expression} REMOVE {}", counters.join(", "));
        }
        let head = keys::inbox(notification.person);
        Update::builder()
            .table_name(&self.name)
            .key("PK", AttributeValue::S(head.pk))
            .key("SK", AttributeValue::S(head.sk))
            .update_expression(expression)
            .condition_expression(ABOVE)
            .expression_attribute_values(":change", AttributeValue::N(change.to_string()))
            .expression_attribute_values(":place", AttributeValue::S(place.to_string()))
            .build()
            .expect("table name, key and expression are set")
    }
}

/// That a place is above the mark: ids of the same time order by their text.
const ABOVE: &str = "attribute_not_exists(read_through) OR read_through < :place";

/// The attribute that counts the unread of a day.
fn counter(day: i64) -> String {
    format!("d{day}")
}

fn stored(notification: &Notification) -> Stored<'_> {
    Stored {
        notification,
        expires_at: notification.expires_at().as_second(),
    }
}

fn listing(notification: &Notification) -> Listing<Row> {
    let place = notification.unread;
    Listing {
        first: place.map(|place| keys::unread_at(notification.person, place)),
        second: None,
        row: place.map(|_| Row {
            id: notification.id,
        }),
    }
}

fn nothing() -> Page<Notification> {
    Page {
        rows: Vec::new(),
        next_cursor: None,
    }
}
