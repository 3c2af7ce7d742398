//! Whoever asks too often is told when to come back, and nobody else is held up (checklist I-05).

mod passwords;

use crate::house::{ADMIN, Answer, Ask, DEVANAGARI, House, STUDENT};
use futures_util::future::join_all;
use jiff::Timestamp;
use registrar_domain::actor::Role;
use reqwest::Method;
use serde_json::json;

/// Which window of so many seconds it is.
fn window(seconds: i64) -> i64 {
    Timestamp::now().as_second() / seconds
}

/// Asserts that an answer says in how many seconds to come back.
#[track_caller]
fn is_too_often(answer: &Answer, code: &str, seconds: u32) {
    answer.is_problem(429, code);
    let wait: u32 = answer.header("retry-after").parse().expect("seconds");
    assert!((1..=seconds).contains(&wait), "{wait}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_student_opens_sixty_tickets_an_hour_and_no_more() {
    const MOST: usize = 60;
    let house = House::limited().await;
    let student = house.sign_in(STUDENT).await;
    let hour = window(3600);
    let mut made = Vec::new();
    let key = |n: usize| format!("ticket-{n}");
    let open = async |n: usize| {
        let body =
            json!({"subject": "Recordings", "description": format!("I cannot see recording {n}.")});
        let request = house.request(Method::POST, "/tickets");
        let request = request.bearer_auth(&student.token).json(&body);
        request.header("idempotency-key", key(n)).answer().await
    };
    // Several at once are not more than one after another.
    for round in 0..10 {
        made.extend(join_all((0..8).map(|n| open(round * 8 + n))).await);
    }
    if window(3600) != hour {
        return;
    }
    let opened = made.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(opened, MOST);
    for refused in made.iter().filter(|answer| answer.status != 201) {
        is_too_often(refused, "too_many_tickets", 3600);
        assert_eq!(refused.body["most_an_hour"], MOST);
    }
    // What was answered is answered again, and counts nothing.
    let first = made.iter().position(|answer| answer.status == 201);
    let again = open(first.expect("one was opened")).await;
    assert_eq!(
        (again.status, again.header("idempotency-replayed")),
        (201, "true")
    );
    // Nobody else is held up, nor anything else of theirs.
    let (other, admin) = (house.sign_in(DEVANAGARI).await, house.sign_in(ADMIN).await);
    house.open_ticket(&other).await;
    let ticket = format!("/tickets/{}/messages", again.at("/id"));
    let said = house
        .post(&student, &ticket, json!({"message": "Thank you."}))
        .await;
    assert_eq!(said.status, 201, "{said:?}");
    let counted = house.get(&admin, "/api/admin/support/tickets").await;
    assert_eq!(counted.body["total"], MOST + 1, "{counted:?}");
    let statistics = house.get(&student, "/tickets/stats").await;
    assert_eq!(statistics.status, 200, "{statistics:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_limit_of_tickets_costs_no_write() {
    let house = House::limited().await;
    let student = house.sign_in(STUDENT).await;
    for _ in 0..3 {
        house.open_ticket(&student).await;
    }
    let log = house.log_of("TicketsFunction");
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let opened: Vec<f64> = lines
        .filter(|line| line["message"] == "request" && line["http.status"] == 201)
        .filter_map(|line| line["write_units"].as_f64())
        .collect();
    assert_eq!(opened.len(), 3, "{log}");
    assert!(opened.iter().all(|units| *units <= 19.0), "{opened:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profiles_file_says_how_many() {
    let members = json!({"limits": {"requester": {"tickets": 2, "messages": 3, "writes": 20}, "staff": {"tickets": 1}}});
    let patched = House::patched(&members).await;
    let house = &patched.house;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let hour = window(3600);
    let body = json!({"subject": "Recordings", "description": "I cannot see any of them."});
    let ticket = house.open_ticket(&student).await;
    house.open_ticket(&student).await;
    let third = house
        .post(
            &student,
            "/api/support/tickets",
            json!({"issue_description": "And a third."}),
        )
        .await;
    // Staff opens for others too, and is counted as themselves.
    let mut theirs = body.clone();
    theirs["student_id"] = json!(student.id);
    let staffs = house.post(&admin, "/tickets", theirs.clone()).await;
    let second = house.post(&admin, "/tickets", theirs).await;
    let path = format!("/tickets/{}/messages", ticket.at("/id"));
    let mut said = Vec::new();
    for _ in 0..4 {
        said.push(
            house
                .post(&student, &path, json!({"message": "And this."}))
                .await,
        );
    }
    let mut writes = Vec::new();
    let read = format!("/tickets/{}/read", ticket.at("/id"));
    for _ in 0..20 {
        writes.push(house.post(&student, &read, json!({})).await.status);
    }
    if window(3600) != hour {
        return;
    }
    is_too_often(&third, "too_many_tickets", 3600);
    assert_eq!(staffs.status, 201, "{staffs:?}");
    is_too_often(&second, "too_many_tickets", 3600);
    assert!(
        said[..3].iter().all(|answer| answer.status == 201),
        "{said:?}"
    );
    is_too_often(&said[3], "too_many_messages", 3600);
    // Four messages were writes as well.
    assert_eq!(writes.iter().filter(|status| **status == 200).count(), 16);
    assert_eq!(writes.last(), Some(&429));
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lists_are_read_as_often_as_a_person_turns_pages() {
    let house = House::limited().await;
    let student = house.sign_in(STUDENT).await;
    let ticket = house.open_ticket(&student).await;
    let minute = window(60);
    let mut answers = Vec::new();
    for _ in 0..30 {
        answers.extend(join_all((0..10).map(|_| house.get(&student, "/tickets"))).await);
    }
    let good = answers.iter().filter(|answer| answer.status == 200).count();
    let refused = answers.iter().find(|answer| answer.status != 200);
    let one = house
        .get(&student, &format!("/tickets/{}", ticket.at("/id")))
        .await;
    if window(60) == minute {
        assert!((100..200).contains(&good), "{good}");
        is_too_often(refused.expect("300 are too many"), "too_many_requests", 60);
    }
    assert_eq!(one.status, 200, "{one:?}");
    let other = house.sign_in(DEVANAGARI).await;
    assert_eq!(house.get(&other, "/tickets").await.status, 200);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_public_and_costs_is_limited_by_network() {
    let members = json!({"limits": {"public_a_minute": 10}});
    let patched = House::patched(&members).await;
    let house = &patched.house;
    let minute = window(60);
    let path = "/api/admin/certificates/CERT-20260307-ABCDEFGHJK";
    let mut answers = Vec::new();
    for _ in 0..15 {
        answers.push(house.request(Method::GET, path).answer().await);
    }
    if window(60) == minute {
        assert!(
            answers[..10].iter().all(|answer| answer.status == 404),
            "{answers:?}"
        );
        is_too_often(&answers[14], "too_many_requests", 60);
    }
    // The edge asks for what it lacks in everybody's name.
    let edge = house.request(
        Method::GET,
        "/api/certificates/CERT-20260307-ABCDEFGHJK/edge",
    );
    assert_eq!(edge.answer().await.status, 404);
    patched.house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tutor_opens_no_ticket_and_uploads_nothing_for_one() {
    let house = House::start().await;
    let tutor = house.somebody(Role::Tutor).await;
    let body = json!({"subject": "Recordings", "description": "I cannot see any of them."});
    for path in ["/tickets", "/tickets/", "/api/admin/support/tickets"] {
        house
            .post(&tutor, path, body.clone())
            .await
            .is_problem(403, "forbidden");
    }
    let chat = json!({"issue_description": "I cannot see any."});
    let channel = house.post(&tutor, "/api/support/tickets", chat).await;
    channel.is_problem(403, "forbidden");
    let file = json!({"file_name": "x.png", "content_type": "image/png", "size": 7});
    let draft = house.post(&tutor, "/tickets/attachments", file).await;
    draft.is_problem(403, "forbidden");
    house.finish().await;
}
