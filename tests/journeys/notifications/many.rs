//! Many notifications, old ones, and the cost of the count.

use super::{bell, unread};
use crate::house::{ADMIN, House};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    clock::Moment,
    delivery::{Channel, Delivery, Entry},
    effect::Fact,
    id::AccountId,
    notification::{Kind, Notification, Told},
};
use registrar_runtime::sources::SystemIds;
use registrar_store::{Table, answers::Answer};
use std::collections::BTreeSet;

const MANY: usize = 150;

/// Makes a notification, as the worker does.
async fn rung(table: &Table, person: AccountId, at: Timestamp) -> Notification {
    let ids = SystemIds;
    let moment = Moment::new(at, &ids);
    let told = Told {
        kind: Kind::System,
        title: "A title".to_owned(),
        message: "A message.".to_owned(),
        link: "/".to_owned(),
        metadata: [("event".to_owned(), "trial".to_owned())].into(),
    };
    let notification = Notification::new(person, told, moment);
    let delivery = Delivery {
        person,
        channel: Channel::InApp,
        fact: Fact::TicketAssigned {
            ticket_id: moment.id(),
            history_id: moment.id(),
        },
    };
    let entry = Entry::done(delivery, notification.id.to_string(), at);
    let notified = table.notify(&notification, &entry, at).await;
    notified.expect("it is written");
    notification
}

fn nothing_to_keep() -> Answer {
    Answer {
        status: 200,
        body: String::new(),
        etag: None,
        location: None,
        shows: None,
    }
}

/// What one request reads of the table.
async fn units(table: &Table, person: AccountId, now: Timestamp) -> f64 {
    let before = table.consumed().read;
    table.inbox(person, now).await.expect("it is read");
    table.consumed().read - before
}

#[tokio::test(flavor = "multi_thread")]
async fn many_come_in_parts_and_counting_and_marking_them_costs_what_one_costs() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (table, person) = (house.table(), admin.id.parse().expect("an id"));
    let now = Timestamp::now();
    let mut made = BTreeSet::new();
    let first = rung(&table, person, now).await;
    made.insert(first.id.to_string());
    let of_one = units(&table, person, now).await;
    for n in 1..MANY {
        let days = i64::try_from(n % 60).expect("a small number");
        let at = now - SignedDuration::from_hours(24 * days);
        made.insert(rung(&table, person, at).await.id.to_string());
    }
    assert_eq!(unread(&house, &admin).await, MANY as u64);
    let of_many = units(&table, person, now).await;
    assert!(of_many <= of_one + 0.5, "{of_many} after {of_one}");

    for filter in ["", "&unread=true"] {
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        let mut pages = 0;
        loop {
            let path = format!("/api/notifications?limit=40{filter}{cursor}");
            let page = house.get(&admin, &path).await;
            assert_eq!(page.body["unread_count"], MANY, "{page:?}");
            let rows = page.body["notifications"].as_array().expect("a list");
            assert!(rows.len() <= 40);
            let id = |row: &serde_json::Value| row["id"].as_str().expect("an id").to_owned();
            seen.extend(rows.iter().map(id));
            pages += 1;
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!((seen.len(), pages), (MANY, 4), "{filter}");
        assert!(seen.is_sorted_by(|a, b| a > b), "newest first");
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), made);
    }

    let (before, ids) = (table.consumed().write, SystemIds);
    let (moment, nothing) = (Moment::new(Timestamp::now(), &ids), nothing_to_keep());
    let marked = table.read_all(person, moment, None, &nothing).await;
    marked.expect("all are marked");
    let written = table.consumed().write - before;
    assert!(written <= 6.0, "one item in a transaction: {written}");
    assert_eq!(unread(&house, &admin).await, 0);
    let left = house.get(&admin, "/api/notifications?unread=true").await;
    assert_eq!(left.body["notifications"].as_array().map(Vec::len), Some(0));
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_ninety_days_a_notification_is_gone_and_counted_no_more() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (table, person) = (house.table(), admin.id.parse().expect("an id"));
    let now = Timestamp::now();
    let ago = |days: i64| now - SignedDuration::from_hours(24 * days);
    let over = rung(&table, person, ago(91)).await;
    let last = rung(&table, person, ago(90)).await;
    let new = rung(&table, person, now).await;
    assert_eq!(unread(&house, &admin).await, 2);
    let shown = bell(&house, &admin).await;
    let ids: Vec<_> = shown.iter().map(|one| one["id"].as_str()).collect();
    let of = |one: &Notification| one.id.to_string();
    assert_eq!(ids, [Some(of(&new).as_str()), Some(of(&last).as_str())]);
    let gone = format!("/api/notifications/{}", over.id);
    house.get(&admin, &gone).await.is_problem(404, "not_found");

    // The table takes it away by itself, and the count stays right.
    let swept = house.platform.sweep_ttl().await.expect("what is over goes");
    assert!(swept > 0);
    assert_eq!(unread(&house, &admin).await, 2);
    house.finish().await;
}
