//! Keys of notifications, and of how often a person did something.

use super::{Key, Place, key};
use registrar_domain::id::{AccountId, NotificationId};

/// What starts the sort key of a notification.
pub const NOTIFICATION: &str = "NOTIFICATION#";

/// The partition of a person's notifications.
pub fn notifications(person: AccountId) -> String {
    format!("NOTIFICATIONS#{person}")
}

/// A notification.
pub fn notification(person: AccountId, id: NotificationId) -> Key {
    key(notifications(person), format!("{NOTIFICATION}{id}"))
}

/// What is known of all of a person's notifications.
pub fn inbox(person: AccountId) -> Key {
    key(notifications(person), "INBOX")
}

/// A person's unread notifications, in the first index.
pub fn unread(person: AccountId) -> String {
    format!("UNREAD#{person}")
}

/// A place among those.
pub fn unread_at(person: AccountId, place: NotificationId) -> Place {
    Place {
        pk: unread(person),
        sk: place.to_string(),
    }
}

/// How often something was done by whoever has an id or a digest, in a window of time counted from 1970.
pub fn limit(what: &'static str, whose: &str, window: i64) -> Key {
    key(format!("LIMIT#{what}#{whose}"), format!("{window:010}"))
}

/// That a network is known to an address that signs in: both are keyed digests.
pub fn network(address: &str, network: &str) -> Key {
    key(format!("NETWORK#{address}"), network)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_notifications_are_what_they_always_were() {
        let text = "0193a5e0-0000-7000-8000-000000000001";
        let (person, id) = (text.parse().expect("a UUID"), text.parse().expect("a UUID"));
        assert_eq!(
            notification(person, id),
            key(
                format!("NOTIFICATIONS#{text}"),
                format!("NOTIFICATION#{text}")
            )
        );
        assert_eq!(inbox(person).sk, "INBOX");
        assert_eq!(
            limit("uploads", &person.to_string(), 7),
            key(format!("LIMIT#uploads#{text}"), "0000000007")
        );
        let place = unread_at(person, id);
        assert_eq!(
            (place.pk, place.sk),
            (format!("UNREAD#{text}"), text.to_owned())
        );
    }
}
