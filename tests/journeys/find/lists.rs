//! Filters, orders, pages, totals, and what a row carries.

use crate::house::{ADMIN, Answer, House, OTHER_ADMIN, STUDENT, Session, YORUBA};
use serde_json::{Value, json};

/// The ticket numbers of a page.
pub(super) fn numbers(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let rows = answer.body["tickets"].as_array().expect("a list");
    let number = |row: &Value| row["ticket_number"].as_str().expect("a number").to_owned();
    rows.iter().map(number).collect()
}

/// Opens a ticket and gives its number.
pub(super) async fn open(
    house: &House,
    who: &Session,
    subject: &str,
    category: &str,
    priority: &str,
) -> String {
    let body = json!({
        "subject": subject,
        "description": "Please have a look at this when you find the time.",
        "category": category,
        "priority": priority,
    });
    let answer = house.post(who, "/tickets", body).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    answer.at("/ticket_number").to_owned()
}

const ALL: &str = "/api/admin/support/tickets";

#[tokio::test(flavor = "multi_thread")]
async fn staff_filter_and_sort_by_everything_and_every_walk_meets_each_ticket_once() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let other = house.sign_in(OTHER_ADMIN).await;
    let student = house.sign_in(STUDENT).await;
    let priorities = ["low", "medium", "high", "urgent"];
    let categories = ["payment", "technical", "course"];
    let mut opened = Vec::new();
    for n in 0..12 {
        let (priority, category) = (priorities[n % 4], categories[n % 3]);
        let number = open(&house, &student, "Some question", category, priority).await;
        opened.push(number);
    }
    // Each third is in progress, each fourth assigned, and so changed last in this order.
    for number in opened.iter().step_by(3) {
        let path = format!("{ALL}/{number}/status");
        let moved = house
            .patch(&admin, &path, json!({"status": "in_progress"}))
            .await;
        assert_eq!(moved.status, 200, "{moved:?}");
    }
    for number in opened.iter().step_by(4) {
        let path = format!("{ALL}/{number}/assign");
        let given = house
            .patch(&admin, &path, json!({"assigned_to": other.id}))
            .await;
        assert_eq!(given.status, 200, "{given:?}");
    }
    house.platform.quiesce().await;
    let newest_first = |wanted: &dyn Fn(usize) -> bool| -> Vec<String> {
        let chosen = (0..12).rev().filter(|n| wanted(*n));
        chosen.map(|n| opened[n].clone()).collect()
    };
    let oldest_first = |wanted: &dyn Fn(usize) -> bool| -> Vec<String> {
        newest_first(wanted).into_iter().rev().collect()
    };
    let by_priority = || -> Vec<String> {
        (0..4)
            .rev()
            .flat_map(|p| newest_first(&|n| n % 4 == p))
            .collect()
    };
    let mut by_change = opened.clone();
    for step in [3, 4] {
        for number in opened.iter().step_by(step) {
            by_change.retain(|other| other != number);
            by_change.push(number.clone());
        }
    }
    by_change.reverse();
    let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
    let cases: Vec<(String, Vec<String>, Option<u64>)> = vec![
        (String::new(), newest_first(&|_| true), Some(12)),
        ("order=asc".into(), oldest_first(&|_| true), Some(12)),
        (
            "status=in_progress".into(),
            newest_first(&|n| n.is_multiple_of(3)),
            Some(4),
        ),
        (
            "status=OPEN".into(),
            newest_first(&|n| !n.is_multiple_of(3)),
            Some(8),
        ),
        ("status=closed".into(), vec![], Some(0)),
        (
            "priority=urgent".into(),
            newest_first(&|n| n % 4 == 3),
            Some(3),
        ),
        (
            "category=payment".into(),
            newest_first(&|n| n.is_multiple_of(3)),
            Some(4),
        ),
        (
            "status=open&priority=high".into(),
            newest_first(&|n| !n.is_multiple_of(3) && n % 4 == 2),
            Some(2),
        ),
        (
            "priority=low&category=payment".into(),
            newest_first(&|n| n.is_multiple_of(12)),
            None,
        ),
        (
            format!("assigned_to={}", other.id),
            newest_first(&|n| n.is_multiple_of(4)),
            None,
        ),
        (
            format!("assigned_to={}&status=open", other.id),
            newest_first(&|n| n.is_multiple_of(4) && !n.is_multiple_of(3)),
            None,
        ),
        (
            "unassigned=true".into(),
            newest_first(&|n| !n.is_multiple_of(4)),
            Some(9),
        ),
        (
            "unassigned=true&status=open&category=course".into(),
            newest_first(&|n| !n.is_multiple_of(4) && n % 3 == 2),
            None,
        ),
        ("sort=priority".into(), by_priority(), Some(12)),
        (
            "sort=priority&status=in_progress".into(),
            by_priority()
                .into_iter()
                .filter(|number| opened.iter().step_by(3).any(|n| n == number))
                .collect(),
            Some(4),
        ),
        ("sort=updated_at".into(), by_change.clone(), Some(12)),
        (
            "sort=updated_at&order=asc".into(),
            by_change.iter().rev().cloned().collect(),
            Some(12),
        ),
        (
            "sort=status".into(),
            [
                newest_first(&|n| !n.is_multiple_of(3)),
                newest_first(&|n| n.is_multiple_of(3)),
            ]
            .concat(),
            Some(12),
        ),
        (
            format!("from={today}&to={today}"),
            newest_first(&|_| true),
            None,
        ),
        ("to=2020-01-01".into(), vec![], None),
        ("from=2199-01-01T00:00:00Z".into(), vec![], None),
    ];
    for list in [
        ALL.to_owned(),
        format!("/api/admin/support/students/{}/tickets", student.id),
    ] {
        for (query, wanted, total) in &cases {
            let whole = house
                .get(&admin, &format!("{list}?limit=100&{query}"))
                .await;
            assert_eq!(&numbers(&whole), wanted, "{list}?{query}");
            assert_eq!(whole.body["total"].as_u64(), *total, "{list}?{query}");
            let walked = walk(&house, &admin, &format!("{list}?limit=5&{query}")).await;
            assert_eq!(&walked, wanted, "{list}?{query}, page by page");
            let skipped = house
                .get(&admin, &format!("{list}?limit=100&skip=2&{query}"))
                .await;
            assert_eq!(
                numbers(&skipped),
                wanted.get(2..).unwrap_or_default(),
                "{query}"
            );
        }
    }
    house.finish().await;
}

/// The numbers of all pages.
async fn walk(house: &House, who: &Session, list: &str) -> Vec<String> {
    let (mut met, mut cursor) = (Vec::new(), String::new());
    for _ in 0..50 {
        let answer = house.get(who, &format!("{list}{cursor}")).await;
        met.extend(numbers(&answer));
        let Some(next) = answer.body["next_cursor"].as_str() else {
            return met;
        };
        cursor = format!("&cursor={next}");
    }
    panic!("{list} does not end");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_does_not_take_is_refused_with_what_it_takes() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    for query in [
        "limit=0",
        "limit=101",
        "skip=1001",
        "skip=-1",
        "sort=subject",
        "order=up",
        "status=lost",
        "priority=extreme",
        "from=yesterday",
        "unassigned=maybe",
        "search=",
        "search=%21%3F",
        "search=refund&sort=priority",
        "colour=red",
        "cursor=AAAA",
    ] {
        let answer = house.get(&admin, &format!("{ALL}?{query}")).await;
        assert_eq!(answer.status, 400, "{query}: {answer:?}");
    }
    let both = format!("{ALL}?unassigned=true&assigned_to={}", admin.id);
    house
        .get(&admin, &both)
        .await
        .is_problem(400, "invalid_query");
    let unknown = house.get(&admin, &format!("{ALL}?category=weather")).await;
    unknown.is_problem(422, "unknown_category");
    for query in [
        "unassigned=true".to_owned(),
        format!("assigned_to={}", admin.id),
    ] {
        let answer = house.get(&student, &format!("/tickets?{query}")).await;
        answer.is_problem(400, "invalid_query");
    }
    // A cursor fits the query that gave it, and no other.
    for _ in 0..3 {
        house.open_ticket(&student).await;
    }
    let page = house
        .get(&admin, &format!("{ALL}?limit=1&status=open"))
        .await;
    let cursor = page.at("/next_cursor");
    let other = format!("{ALL}?limit=1&status=closed&cursor={cursor}");
    assert_eq!(house.get(&admin, &other).await.status, 400);
    house.get(&student, ALL).await.is_problem(403, "forbidden");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_carries_who_asks_who_works_and_what_was_said_last() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let number = open(&house, &student, "Certificate name", "certificate", "low").await;
    let path = format!("{ALL}/{number}");
    let row = |answer: Answer| answer.body["tickets"][0].clone();
    let mine = row(house.get(&student, "/tickets").await);
    assert_eq!(
        (&mine["unread"], &mine["message_count"]),
        (&json!(false), &json!(0))
    );
    let theirs = row(house.get(&admin, ALL).await);
    assert_eq!(theirs["unread"], true, "staff have not seen it");
    assert_eq!(theirs["requester"]["name"], "Asha Rao");
    assert_eq!(
        theirs["last_message"]["snippet"],
        "Please have a look at this when you find the time."
    );

    let given = json!({"assigned_to": admin.id});
    assert_eq!(
        house
            .patch(&admin, &format!("{path}/assign"), given)
            .await
            .status,
        200
    );
    let said = json!({"message": "It is   spelled\nas you wrote it."});
    assert_eq!(
        house
            .post(&admin, &format!("{path}/replies"), said)
            .await
            .status,
        201
    );
    let note = json!({"message": "a secret among staff", "is_internal_note": true});
    assert_eq!(
        house
            .post(&admin, &format!("{path}/replies"), note)
            .await
            .status,
        201
    );

    let mine = row(house.get(&student, "/tickets").await);
    assert_eq!(mine["unread"], true, "{mine}");
    assert_eq!(mine["message_count"], 1);
    assert_eq!(
        mine["last_message"]["snippet"],
        "It is spelled as you wrote it."
    );
    assert_eq!(mine["last_message"]["sender_type"], "staff");
    assert_eq!(mine["last_message"]["at"], mine["last_message_at"]);
    let theirs = row(house.get(&admin, ALL).await);
    assert_eq!(theirs["unread"], false, "their own word is not new to them");
    assert_eq!(
        theirs["assignee"],
        json!({"id": admin.id, "name": "Meera Iyer"})
    );
    let other = house.sign_in(OTHER_ADMIN).await;
    assert_eq!(row(house.get(&other, ALL).await)["unread"], true);

    let read = house
        .post(&student, &format!("/tickets/{number}/read"), json!({}))
        .await;
    assert_eq!(read.status, 200, "{read:?}");
    assert_eq!(row(house.get(&student, "/tickets").await)["unread"], false);
    assert_eq!(
        row(house.get(&other, ALL).await)["unread"],
        true,
        "each reads for themselves"
    );
    let foreign = house.sign_in(YORUBA).await;
    let read = house
        .post(&foreign, &format!("/tickets/{number}/read"), json!({}))
        .await;
    read.is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_tutoring_hides_is_in_no_list_and_no_filter() {
    let house = House::with_profile("tutoring").await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let number = open(&house, &student, "Une question", "technical", "high").await;
    let path = format!("{ALL}/{number}");
    let given = json!({"assigned_to": admin.id});
    assert_eq!(
        house
            .patch(&admin, &format!("{path}/assign"), given)
            .await
            .status,
        200
    );
    let said = json!({"message": "Voilà, c'est fait."});
    assert_eq!(
        house
            .post(&admin, &format!("{path}/replies"), said)
            .await
            .status,
        201
    );
    for path in [
        "/tickets",
        "/tickets?search=question",
        "/tickets/stats",
        "/tickets?sort=status",
    ] {
        let answer = house.get(&student, path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        for hidden in ["priority", "Meera", &admin.id] {
            assert!(
                !answer.text.contains(hidden),
                "{path} shows {hidden}: {answer:?}"
            );
        }
    }
    assert_eq!(
        house.get(&student, "/tickets").await.body["tickets"][0]["is_assigned"],
        true
    );
    for query in ["priority=high", "sort=priority"] {
        let answer = house.get(&student, &format!("/tickets?{query}")).await;
        answer.is_problem(400, "invalid_query");
    }
    house.finish().await;
}
