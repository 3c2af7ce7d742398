//! What is shown of notifications.

use jiff::Timestamp;
use registrar_domain::{
    id::NotificationId,
    notification::{Inbox, Kind, Notification},
    page::Page,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A notification as its reader sees it.
#[derive(Debug, Serialize)]
pub(crate) struct NotificationView {
    id: NotificationId,
    r#type: Kind,
    icon: &'static str,
    title: String,
    message: String,
    /// Where it leads: a path of the product.
    link: String,
    metadata: BTreeMap<String, String>,
    /// Null while it is unread.
    read_at: Option<Timestamp>,
    is_read: bool,
    created_at: Timestamp,
    /// When it goes by itself.
    expires_at: Timestamp,
}

impl NotificationView {
    /// A notification beside what is known of all of them.
    pub(crate) fn new(notification: Notification, inbox: &Inbox) -> Self {
        let expires_at = notification.expires_at();
        let is_read = !notification.is_unread(inbox);
        let seen = notification.as_seen(inbox);
        Self {
            id: seen.id,
            r#type: seen.kind,
            icon: seen.kind.icon(),
            title: seen.title,
            message: seen.message,
            link: seen.link,
            metadata: seen.metadata,
            read_at: seen.read_at,
            is_read,
            created_at: seen.created_at,
            expires_at,
        }
    }
}

/// A page of them.
#[derive(Debug, Serialize)]
pub(crate) struct ListView {
    notifications: Vec<NotificationView>,
    /// On all pages together.
    unread_count: u64,
    /// Where the next page starts, if there is one.
    next_cursor: Option<String>,
}

impl ListView {
    pub(crate) fn new(page: Page<Notification>, inbox: &Inbox) -> Self {
        let shown = page.map(|row| NotificationView::new(row, inbox));
        Self {
            notifications: shown.rows,
            unread_count: inbox.unread,
            next_cursor: shown.next_cursor,
        }
    }
}

/// How many are unread.
#[derive(Debug, Serialize)]
pub(crate) struct CountView {
    /// What clients of the first plan read.
    pub(crate) count: u64,
    /// The same.
    pub(crate) unread_count: u64,
}

/// All were marked as read.
#[derive(Debug, Serialize)]
pub(crate) struct AllReadView {
    pub(crate) read_at: Timestamp,
    pub(crate) unread_count: u64,
}
