//! Reading, marking and deleting.

use super::{bell, unread};
use crate::house::{ADMIN, Ask, House, OTHER_ADMIN, STUDENT, Session};
use reqwest::Method;
use serde_json::{Value, json};

const BASE: &str = "/api/notifications";

async fn patch(house: &House, who: &Session, path: &str) -> (u16, Value) {
    let answer = house.patch(who, path, json!({})).await;
    (answer.status, answer.body)
}

async fn delete(house: &House, who: &Session, path: &str) -> u16 {
    let request = house.request(Method::DELETE, path).bearer_auth(&who.token);
    request.answer().await.status
}

async fn ids(house: &House, who: &Session, query: &str) -> Vec<String> {
    let answer = house.get(who, &format!("{BASE}?{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let list = answer.body["notifications"].as_array().expect("a list");
    let id = |one: &Value| one["id"].as_str().expect("an id").to_owned();
    list.iter().map(id).collect()
}

/// Opens tickets until an admin's bell shows so many.
async fn with_unread(house: &House, count: usize) -> Session {
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    for _ in 0..count {
        house.open_ticket(&student).await;
    }
    assert_eq!(bell(house, &admin).await.len(), count);
    admin
}

#[tokio::test(flavor = "multi_thread")]
async fn one_is_marked_as_read_and_as_unread_and_counted_each_time() {
    let house = House::start().await;
    let admin = with_unread(&house, 3).await;
    let all = ids(&house, &admin, "limit=100").await;
    assert_eq!(all, ids(&house, &admin, "unread=true").await);
    let one = format!("{BASE}/{}", all[1]);

    for _ in 0..2 {
        let (status, read) = patch(&house, &admin, &format!("{one}/read")).await;
        assert_eq!((status, &read["is_read"]), (200, &json!(true)), "{read}");
        assert!(read["read_at"].is_string(), "{read}");
        assert_eq!(unread(&house, &admin).await, 2, "twice is once");
    }
    assert_eq!(
        ids(&house, &admin, "unread=true").await,
        [all[0].clone(), all[2].clone()]
    );
    assert_eq!(
        ids(&house, &admin, "limit=100").await,
        all,
        "the list keeps its order"
    );
    let shown = house.get(&admin, &one).await;
    assert!(shown.body["read_at"].is_string(), "{shown:?}");

    for _ in 0..2 {
        let (status, back) = patch(&house, &admin, &format!("{one}/unread")).await;
        assert_eq!((status, &back["read_at"]), (200, &json!(null)), "{back}");
        assert_eq!(unread(&house, &admin).await, 3);
    }
    let first = all[1].clone();
    assert_eq!(
        ids(&house, &admin, "unread=true").await,
        [first, all[0].clone(), all[2].clone()],
        "what was just marked as unread comes first"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn all_are_marked_as_read_at_once_and_what_comes_later_is_not() {
    let house = House::start().await;
    let admin = with_unread(&house, 3).await;
    let all = ids(&house, &admin, "limit=100").await;
    let read_all = || {
        let request = house
            .request(Method::POST, &format!("{BASE}/read-all"))
            .bearer_auth(&admin.token);
        request.header("idempotency-key", "all-1").answer()
    };
    let marked = read_all().await;
    assert_eq!(
        (marked.status, &marked.body["unread_count"]),
        (200, &json!(0)),
        "{marked:?}"
    );
    assert_eq!(unread(&house, &admin).await, 0);
    assert!(ids(&house, &admin, "unread=true").await.is_empty());
    for shown in bell(&house, &admin).await {
        assert_eq!(shown["read_at"], marked.body["read_at"], "{shown}");
    }

    // One of them again, and a new one.
    let (_, back) = patch(&house, &admin, &format!("{BASE}/{}/unread", all[2])).await;
    assert_eq!(back["is_read"], false, "{back}");
    let student = house.sign_in(STUDENT).await;
    house.open_ticket(&student).await;
    house.platform.quiesce().await;
    assert_eq!(unread(&house, &admin).await, 2);
    let left = ids(&house, &admin, "unread=true").await;
    assert_eq!((left.len(), &left[1]), (2, &all[2]));

    // The same request once more is answered as before, and does nothing.
    let again = read_all().await;
    assert_eq!(
        (again.header("idempotency-replayed"), &again.body),
        ("true", &marked.body)
    );
    assert_eq!(unread(&house, &admin).await, 2);
    // What is read with all stays so when it is marked by itself.
    let (status, shown) = patch(&house, &admin, &format!("{BASE}/{}/read", all[0])).await;
    assert_eq!((status, &shown["read_at"]), (200, &marked.body["read_at"]));
    assert_eq!(unread(&house, &admin).await, 2);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_one_is_gone_and_counted_no_more() {
    let house = House::start().await;
    let admin = with_unread(&house, 3).await;
    let all = ids(&house, &admin, "limit=100").await;
    let path = |n: usize| format!("{BASE}/{}", all[n]);
    patch(&house, &admin, &format!("{}/read", path(0))).await;
    assert_eq!(delete(&house, &admin, &path(0)).await, 204);
    assert_eq!(unread(&house, &admin).await, 2, "it was read");
    assert_eq!(delete(&house, &admin, &path(1)).await, 204);
    assert_eq!(unread(&house, &admin).await, 1, "it was not");
    assert_eq!(ids(&house, &admin, "limit=100").await, [all[2].clone()]);
    assert_eq!(ids(&house, &admin, "unread=true").await, [all[2].clone()]);
    assert_eq!(delete(&house, &admin, &path(1)).await, 404);
    assert_eq!(house.get(&admin, &path(1)).await.status, 404);
    house
        .request(Method::POST, &format!("{BASE}/read-all"))
        .bearer_auth(&admin.token)
        .answer()
        .await;
    assert_eq!(delete(&house, &admin, &path(2)).await, 204);
    assert_eq!(unread(&house, &admin).await, 0);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_persons_is_as_good_as_absent_to_everybody() {
    let house = House::start().await;
    let admin = with_unread(&house, 1).await;
    let (student, other) = (
        house.sign_in(STUDENT).await,
        house.sign_in(OTHER_ADMIN).await,
    );
    let one = ids(&house, &admin, "limit=100").await.remove(0);
    for who in [&student, &other] {
        for base in [BASE, "/api/admin/notifications"] {
            let path = format!("{base}/{one}");
            house.get(who, &path).await.is_problem(404, "not_found");
            for mark in ["read", "unread"] {
                let marked = house.patch(who, &format!("{path}/{mark}"), json!({})).await;
                marked.is_problem(404, "not_found");
            }
            assert_eq!(delete(&house, who, &path).await, 404);
            for path in [base.to_owned(), format!("{base}/unread-count")] {
                let answer = house
                    .get(who, &format!("{path}?user_id={}", admin.id))
                    .await;
                answer.is_problem(403, "forbidden");
                let own = house.get(who, &format!("{path}?user_id={}", who.id)).await;
                assert_eq!(own.status, 200, "{own:?}");
            }
        }
    }
    assert_eq!(unread(&house, &admin).await, 1);

    let asked = |method, path: &str| house.request(method, path).answer();
    asked(Method::GET, BASE)
        .await
        .is_problem(401, "token_missing");
    asked(Method::POST, &format!("{BASE}/read-all"))
        .await
        .is_problem(401, "token_missing");
    for bad in [
        "cursor=AAAA",
        "limit=0",
        "limit=101",
        "unread=perhaps",
        "x=1",
    ] {
        let answer = house.get(&admin, &format!("{BASE}?{bad}")).await;
        assert_eq!(answer.status, 400, "{bad}: {answer:?}");
    }
    for nothing in ["7", "not-an-id", "0193a5e0-0000-7000-8000-000000000001"] {
        let answer = house.get(&admin, &format!("{BASE}/{nothing}")).await;
        answer.is_problem(404, "not_found");
    }
    house.finish().await;
}
