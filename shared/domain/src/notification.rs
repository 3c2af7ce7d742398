//! In-app notifications: what the bell shows (checklist T-19, N-01, N-02).
//!
//! A notification is one person's and is made once a fact, together with its entry in the ledger ([`crate::delivery`]). It
//! says what was true when it was made, in the person's language, and links to where it can be looked at. It is kept for
//! [`KEPT_DAYS`] days.
//!
//! ```text
//!   (fact) ──▶ unread ──mark read, mark all read──▶ read
//!                ▲                                   │
//!                └────────────mark unread────────────┘        both ──delete, 90 days──▶ gone
//! ```
//!
//! Marking all as read writes no notification: it moves the mark "read through" of the person's [`Inbox`]. Each unread
//! notification has a place among what is unread, an id that sorts by time: its own at first, a later one once it was marked
//! as unread again. What stands at or below the mark is read. So marking all costs one write, however many there are, and
//! what arrives meanwhile stays unread.
//!
//! | tried | what happens |
//! |---|---|
//! | marked as what it is already | nothing, and the answer is the same |
//! | another person's, or one that is gone | as good as absent |
//! | made at the same moment as all were marked | it takes a place above the mark |

use crate::{
    clock::Moment,
    id::{AccountId, NotificationId},
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// For how many days a notification is kept, the one on which it was made not counted.
pub const KEPT_DAYS: i64 = 90;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a notification is about; the eight types of the plan, each with its icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Money came or is due.
    Payment,
    /// Somebody answered a call to action.
    Cta,
    /// Course work was handed in.
    Assignment,
    /// Somebody wrote.
    Message,
    /// A lesson is near or was moved.
    Session,
    /// A recording can be watched.
    Recording,
    /// A certificate was issued.
    Certificate,
    /// Something else happened in the product.
    System,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Payment,
        Self::Cta,
        Self::Assignment,
        Self::Message,
        Self::Session,
        Self::Recording,
        Self::Certificate,
        Self::System,
    ];

    /// What stands beside it.
    pub const fn icon(self) -> &'static str {
        match self {
            Self::Payment => "💰",
            Self::Cta => "📣",
            Self::Assignment => "📚",
            Self::Message => "💬",
            Self::Session => "🎓",
            Self::Recording => "🎥",
            Self::Certificate => "🏆",
            Self::System => "ℹ️",
        }
    }
}

/// A notification of one person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notification {
    /// Its id; sorts by time.
    pub id: NotificationId,
    /// Whose it is.
    pub person: AccountId,
    /// What it is about.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// A sentence or two.
    pub message: String,
    /// Where it leads: a path of the product.
    pub link: String,
    /// What programs need of it: names and ids, no text of people.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was read by itself; see [`Notification::as_seen`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// Its place among what is unread, until it is read by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unread: Option<NotificationId>,
    /// Counts the changes, from 1; what a conditional write compares.
    pub version: u64,
}

/// What a notification says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it is about.
    pub kind: Kind,
    /// One line.
    pub title: String,
    /// A sentence or two.
    pub message: String,
    /// Where it leads: a path of the product.
    pub link: String,
    /// What programs need of it.
    pub metadata: BTreeMap<String, String>,
}

/// What is known of all of a person's notifications together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Inbox {
    /// What stands among the unread at or below this is read.
    pub read_through: Option<NotificationId>,
    /// When that was said.
    pub read_through_at: Option<Timestamp>,
    /// How many are unread.
    pub unread: u64,
}

/// The day of a time, counted from 1970-01-01, in UTC.
pub fn day(time: Timestamp) -> i64 {
    time.as_second().div_euclid(DAY.as_secs())
}

/// The beginning of the oldest day of which there still are notifications at `now`.
pub fn oldest(now: Timestamp) -> Timestamp {
    let second = (day(now) - KEPT_DAYS) * DAY.as_secs();
    Timestamp::from_second(second).unwrap_or(Timestamp::MIN)
}

impl Notification {
    /// A new one.
    pub fn new(person: AccountId, told: Told, moment: Moment<'_>) -> Self {
        let id = moment.id();
        Self {
            id,
            person,
            kind: told.kind,
            title: told.title,
            message: told.message,
            link: told.link,
            metadata: told.metadata,
            created_at: moment.now,
            read_at: None,
            unread: Some(id),
            version: 1,
        }
    }

    /// When it goes: at the end of its last day, so that all of one day go together.
    pub fn expires_at(&self) -> Timestamp {
        let second = (day(self.created_at) + KEPT_DAYS + 1) * DAY.as_secs();
        Timestamp::from_second(second).unwrap_or(Timestamp::MAX)
    }

    /// Whether it is over by `now`: the table takes away within days what has expired.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at() <= now
    }

    /// Whether nobody has read it.
    pub fn is_unread(&self, inbox: &Inbox) -> bool {
        self.unread.is_some() && self.unread > inbox.read_through
    }

    /// The notification with the time at which it was read, by itself or with all.
    #[must_use]
    pub fn as_seen(mut self, inbox: &Inbox) -> Self {
        if !self.is_unread(inbox) {
            self.read_at = self.read_at.or(inbox.read_through_at);
        }
        self
    }

    /// The notification as read at `now`; nothing if it is read.
    pub fn marked_read(&self, inbox: &Inbox, now: Timestamp) -> Option<Self> {
        self.is_unread(inbox).then(|| Self {
            read_at: Some(now),
            unread: None,
            version: self.version + 1,
            ..self.clone()
        })
    }

    /// The notification as unread again, the newest of all that are; nothing if it is unread.
    pub fn marked_unread(&self, inbox: &Inbox, moment: Moment<'_>) -> Option<Self> {
        (!self.is_unread(inbox)).then(|| Self {
            read_at: None,
            unread: Some(moment.id()),
            version: self.version + 1,
            ..self.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::fixed::Fixed;

    fn at(time: &str) -> Fixed {
        Fixed::at(time)
    }

    fn told() -> Told {
        Told {
            kind: Kind::Message,
            title: "a title".to_owned(),
            message: "a message".to_owned(),
            link: "/tickets/1".to_owned(),
            metadata: BTreeMap::new(),
        }
    }

    fn someone() -> AccountId {
        AccountId::SYSTEM
    }

    #[test]
    fn marking_all_reads_what_there_is_and_nothing_that_comes_later() {
        let (early, mark, late) = (
            at("2026-11-21T10:00:00Z"),
            at("2026-11-21T11:00:00Z"),
            at("2026-11-21T12:00:00Z"),
        );
        let before = Notification::new(someone(), told(), early.moment());
        let after = Notification::new(someone(), told(), late.moment());
        let inbox = Inbox {
            read_through: Some(mark.moment().id()),
            read_through_at: Some(mark.moment().now),
            unread: 1,
        };
        assert!(before.is_unread(&Inbox::default()));
        assert!(!before.is_unread(&inbox) && after.is_unread(&inbox));
        assert_eq!(
            before.clone().as_seen(&inbox).read_at,
            inbox.read_through_at
        );
        assert_eq!(after.clone().as_seen(&inbox).read_at, None);
        assert_eq!(before.marked_read(&inbox, late.moment().now), None);

        let again = before.marked_unread(&inbox, late.moment()).unwrap();
        assert!(again.is_unread(&inbox) && again.version == 2);
        assert_eq!(again.marked_unread(&inbox, late.moment()), None);
        let read = again.marked_read(&inbox, late.moment().now).unwrap();
        assert_eq!(read.as_seen(&inbox).read_at, Some(late.moment().now));
    }

    #[test]
    fn all_of_a_day_go_together_ninety_days_after_it() {
        let morning = Notification::new(someone(), told(), at("2026-01-01T00:00:00Z").moment());
        let night = Notification::new(someone(), told(), at("2026-01-01T23:59:59Z").moment());
        for one in [&morning, &night] {
            assert!(!one.is_over("2026-04-01T23:59:59Z".parse().unwrap()));
            assert!(one.is_over("2026-04-02T00:00:00Z".parse().unwrap()));
        }
        let last: Timestamp = "2026-04-01T23:59:59Z".parse().unwrap();
        assert_eq!(oldest(last).to_string(), "2026-01-01T00:00:00Z");
        assert_eq!(day(morning.created_at), day(night.created_at));
    }

    #[test]
    fn every_kind_has_an_icon_of_its_own() {
        let icons: std::collections::BTreeSet<_> = Kind::ALL.iter().map(|k| k.icon()).collect();
        assert_eq!(icons.len(), Kind::ALL.len());
    }
}
