//! Lists and conversations, page by page.

use crate::house::{ADMIN, DEVANAGARI, House, STUDENT, Session};
use futures_util::future::join_all;
use serde_json::json;

/// Walks a list from its newest row on; `between` happens after each page. Gives the ids in order.
async fn walk(
    house: &House,
    who: &Session,
    list: &str,
    limit: usize,
    between: impl AsyncFn(usize),
) -> Vec<String> {
    let (mut ids, mut cursor, mut pages) = (Vec::new(), String::new(), 0);
    loop {
        let joint = if list.contains('?') { '&' } else { '?' };
        let answer = house
            .get(who, &format!("{list}{joint}limit={limit}{cursor}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let rows = answer.body["tickets"].as_array().expect("a list");
        assert!(
            rows.len() <= limit,
            "{} rows on a page of {limit}",
            rows.len()
        );
        ids.extend(
            rows.iter()
                .map(|row| row["id"].as_str().expect("an id").to_owned()),
        );
        let Some(next) = answer.body["next_cursor"].as_str() else {
            return ids;
        };
        assert_eq!(rows.len(), limit, "a page that is not the last is full");
        let opaque = next
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
        assert!(opaque, "{next} needs escaping");
        cursor = format!("&cursor={next}");
        pages += 1;
        assert!(pages < 100, "the walk does not end");
        between(pages).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_meets_every_ticket_once_while_new_ones_arrive() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (student, other) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    let mut opened = Vec::new();
    for _ in 0..9 {
        let five = [&student, &other, &student, &other, &student];
        let answers = join_all(five.map(|who| house.open_ticket(who))).await;
        opened.extend(answers.iter().map(|answer| {
            (
                answer.at("/student_id").to_owned(),
                answer.at("/id").to_owned(),
            )
        }));
    }
    let mut all: Vec<String> = opened.iter().map(|(_, id)| id.clone()).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(all.len(), 45);

    let list = "/api/admin/support/tickets";
    let met = walk(&house, &admin, list, 20, async |_| {
        house.open_ticket(&other).await;
    });
    assert_eq!(
        met.await,
        all,
        "newest first, each once, and none that came later"
    );
    let met = walk(&house, &student, "/tickets", 4, async |_| {
        house.open_ticket(&other).await;
    });
    let own = |id: &String| opened.contains(&(student.id.clone(), id.clone()));
    let own: Vec<_> = all.iter().filter(|id| own(id)).cloned().collect();
    assert_eq!((met.await, own.len()), (own.clone(), 27));

    let resolved: Vec<_> = all.iter().step_by(4).cloned().collect();
    join_all(resolved.iter().map(async |id| {
        let path = format!("/tickets/{id}/status");
        let moved = house
            .patch(&admin, &path, json!({"status": "resolved"}))
            .await;
        assert_eq!(moved.status, 200, "{moved:?}");
    }))
    .await;
    for limit in [1, 3, 5, 12, 100] {
        let list = "/api/admin/support/tickets?status=resolved";
        let met = walk(&house, &admin, list, limit, async |_| {}).await;
        assert_eq!(met, resolved, "with a limit of {limit}");
    }
    let own: Vec<_> = resolved
        .iter()
        .filter(|id| own.contains(id))
        .cloned()
        .collect();
    let met = walk(
        &house,
        &student,
        "/tickets?status=resolved",
        2,
        async |_| {},
    )
    .await;
    assert_eq!(met, own);
    assert_eq!(
        walk(
            &house,
            &student,
            "/tickets?status=waiting_ai",
            2,
            async |_| {}
        )
        .await,
        [""; 0]
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_conversation_is_read_backwards_page_by_page() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let path = format!("/tickets/{}", opened.at("/id"));
    let messages = format!("{path}/messages");
    let mut written = Vec::new();
    for number in 0..25 {
        let text = format!("message {number}");
        let is_note = number % 6 == 0;
        let who = if number % 2 == 0 { &admin } else { &student };
        let body = json!({"message": text, "is_internal_note": is_note});
        assert_eq!(house.post(who, &messages, body).await.status, 201);
        written.push((text, is_note));
    }
    let everything: Vec<_> = written.iter().map(|(text, _)| text.clone()).collect();
    let public = written
        .iter()
        .filter(|(_, note)| !note)
        .map(|(text, _)| text.clone());
    let public: Vec<_> = public.collect();
    for limit in [1, 4, 10, 20, 100] {
        assert_eq!(
            backwards(&house, &student, &path, limit).await,
            public,
            "limit {limit}"
        );
        assert_eq!(
            backwards(&house, &admin, &path, limit).await,
            everything,
            "limit {limit}"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_longest_messages_lacks_none_of_them() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let path = format!("/tickets/{}", opened.at("/id"));
    let mut written = Vec::new();
    // 20 KB each: a page of them is more than one answer of the table holds, which is 1 MB.
    for number in 0..60 {
        let text = format!("{number:04}{}", "\u{1F600}".repeat(4996));
        let body = json!({"message": text, "is_internal_note": number % 20 == 0});
        let posted = house.post(&admin, &format!("{path}/messages"), body).await;
        assert_eq!(posted.status, 201, "{posted:?}");
        written.push(text);
    }
    let read = backwards(&house, &admin, &path, 100).await;
    assert!(read == written, "{} of {}", read.len(), written.len());
    house.finish().await;
}

/// The texts of a conversation, oldest first, read from its newest page backwards.
async fn backwards(house: &House, who: &Session, path: &str, limit: usize) -> Vec<String> {
    let (mut texts, mut cursor) = (Vec::new(), String::new());
    for _ in 0..100 {
        let answer = house
            .get(who, &format!("{path}?limit={limit}{cursor}"))
            .await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let page = answer.body["messages"].as_array().expect("a list");
        let public = page
            .iter()
            .filter(|message| message["is_internal_note"] == false);
        assert!(public.count() <= limit, "{answer:?}");
        let page = page
            .iter()
            .map(|message| message["message"].as_str().expect("a text").to_owned());
        texts.splice(0..0, page);
        let Some(next) = answer.body["next_cursor"].as_str() else {
            return texts;
        };
        cursor = format!("&cursor={next}");
    }
    panic!("the conversation does not end");
}
