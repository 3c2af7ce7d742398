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

/// Twelve tickets of one student, in the order in which they were opened. Each third is in progress, each fourth is
/// assigned, and they were changed in this order.
struct Dozen {
    student: Session,
    other: Session,
    numbers: Vec<String>,
}

/// A query, what it finds, and how many the answer says there are.
type Case = (String, Vec<String>, Option<u64>);

impl Dozen {
    async fn open(house: &House, admin: &Session) -> Self {
        let dozen = Self {
            student: house.sign_in(STUDENT).await,
            other: house.sign_in(OTHER_ADMIN).await,
            numbers: Vec::new(),
        };
        let mut numbers = Vec::new();
        for n in 0..12 {
            let priority = ["low", "medium", "high", "urgent"][n % 4];
            let category = ["payment", "technical", "course"][n % 3];
            let subject = "Some question";
            numbers.push(open(house, &dozen.student, subject, category, priority).await);
        }
        for number in numbers.iter().step_by(3) {
            let path = format!("{ALL}/{number}/status");
            let body = json!({"status": "in_progress"});
            assert_eq!(house.patch(admin, &path, body).await.status, 200);
        }
        for number in numbers.iter().step_by(4) {
            let path = format!("{ALL}/{number}/assign");
            let body = json!({"assigned_to": dozen.other.id});
            assert_eq!(house.patch(admin, &path, body).await.status, 200);
        }
        house.platform.quiesce().await;
        Self { numbers, ..dozen }
    }

    /// The numbers of some, the newest first.
    fn newest(&self, wanted: impl Fn(usize) -> bool) -> Vec<String> {
        let chosen = (0..12).rev().filter(|n| wanted(*n));
        chosen.map(|n| self.numbers[n].clone()).collect()
    }

    fn filters(&self) -> Vec<Case> {
        let other = &self.other.id;
        let today = jiff::Timestamp::now().strftime("%Y-%m-%d").to_string();
        let third = |n: usize| n.is_multiple_of(3);
        let fourth = |n: usize| n.is_multiple_of(4);
        let case = |query: &str, found: Vec<String>, total| (query.to_owned(), found, total);
        vec![
            case("", self.newest(|_| true), Some(12)),
            case("status=in_progress", self.newest(third), Some(4)),
            case("status=OPEN", self.newest(|n| !third(n)), Some(8)),
            case("status=closed", vec![], Some(0)),
            case("priority=urgent", self.newest(|n| n % 4 == 3), Some(3)),
            case("category=payment", self.newest(third), Some(4)),
            case(
                "status=open&priority=high",
                self.newest(|n| !third(n) && n % 4 == 2),
                Some(2),
            ),
            case(
                "priority=low&category=payment",
                self.newest(|n| n.is_multiple_of(12)),
                None,
            ),
            case(&format!("assigned_to={other}"), self.newest(fourth), None),
            case(
                &format!("assigned_to={other}&status=open"),
                self.newest(|n| fourth(n) && !third(n)),
                None,
            ),
            case("unassigned=true", self.newest(|n| !fourth(n)), Some(9)),
            case(
                "unassigned=true&status=open&category=course",
                self.newest(|n| !fourth(n) && n % 3 == 2),
                None,
            ),
            case(
                &format!("from={today}&to={today}"),
                self.newest(|_| true),
                None,
            ),
            case("to=2020-01-01", vec![], None),
            case("from=2199-01-01T00:00:00Z", vec![], None),
        ]
    }

    fn orders(&self) -> Vec<Case> {
        let third = |n: usize| n.is_multiple_of(3);
        let by_priority = |wanted: &dyn Fn(usize) -> bool| -> Vec<String> {
            let of = |p: usize| self.newest(move |n| n % 4 == p && wanted(n));
            (0..4).rev().flat_map(of).collect()
        };
        let mut by_change = self.numbers.clone();
        for step in [3, 4] {
            for number in self.numbers.iter().step_by(step) {
                by_change.retain(|other| other != number);
                by_change.push(number.clone());
            }
        }
        let oldest_change = by_change.clone();
        by_change.reverse();
        let case = |query: &str, found: Vec<String>, total| (query.to_owned(), found, total);
        vec![
            case("order=asc", self.numbers.clone(), Some(12)),
            case("sort=priority", by_priority(&|_| true), Some(12)),
            case(
                "sort=priority&status=in_progress",
                by_priority(&third),
                Some(4),
            ),
            case("sort=updated_at", by_change, Some(12)),
            case("sort=updated_at&order=asc", oldest_change, Some(12)),
            case(
                "sort=status",
                [self.newest(|n| !third(n)), self.newest(third)].concat(),
                Some(12),
            ),
        ]
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_filter_and_sort_by_everything_and_every_walk_meets_each_ticket_once() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let dozen = Dozen::open(&house, &admin).await;
    let own = format!("/api/admin/support/students/{}/tickets", dozen.student.id);
    let cases: Vec<Case> = [dozen.filters(), dozen.orders()].concat();
    for list in [ALL, &own] {
        for (query, wanted, total) in &cases {
            let whole = house
                .get(&admin, &format!("{list}?limit=100&{query}"))
                .await;
            assert_eq!(&numbers(&whole), wanted, "{list}?{query}");
            assert_eq!(whole.body["total"].as_u64(), *total, "{list}?{query}");
            let walked = walk(&house, &admin, &format!("{list}?limit=5&{query}")).await;
            assert_eq!(&walked, wanted, "{list}?{query}, page by page");
            let skipped = format!("{list}?limit=100&skip=2&{query}");
            let skipped = numbers(&house.get(&admin, &skipped).await);
            assert_eq!(skipped, wanted.get(2..).unwrap_or_default(), "{query}");
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
