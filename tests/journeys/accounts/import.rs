//! Many accounts from a CSV file, and lists of accounts.

use super::{ACCOUNTS, list};
use crate::house::{ADMIN, Answer, Ask, House, Session};
use reqwest::Method;
use serde_json::json;
use std::collections::BTreeSet;

async fn import(house: &House, who: &Session, file: &str) -> Answer {
    let request = house.request(Method::POST, &format!("{ACCOUNTS}/import"));
    let request = request
        .bearer_auth(&who.token)
        .header("content-type", "text/csv");
    request.body(file.to_owned()).answer().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_row_is_told_and_stops_no_other_and_a_file_may_come_twice() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let file = "email,name,role,phone,locale\n\
                a@example.net,Ana,student,+2348123456789,fr\n\
                not an address,,pope,12,xx\n\
                b@example.net,Ben,admin,,\n\
                asha@example.org,Another Asha,student,,\n\
                c@example.net,Cem,Tutor,,\n";
    let answer = import(&house, &admin, file).await;
    let rows = list(&answer, "rows");
    let results: Vec<_> = rows
        .iter()
        .map(|row| row["result"].as_str().expect("one"))
        .collect();
    assert_eq!(
        results,
        ["created", "failed", "failed", "failed", "created"]
    );
    assert_eq!(answer.body["created"], 2);
    let columns: Vec<_> = list_of(&rows[1]["errors"], "column");
    assert_eq!(
        columns,
        ["email", "name", "role", "phone", "locale"],
        "{answer:?}"
    );
    assert_eq!(list_of(&rows[2]["errors"], "code"), ["forbidden"]);
    assert_eq!(list_of(&rows[3]["errors"], "code"), ["email_taken"]);

    let again = import(&house, &admin, file).await;
    assert_eq!(
        (&again.body["created"], &again.body["existing"]),
        (&json!(0), &json!(2))
    );
    for (to, mails) in [
        ("a@example.net", 1),
        ("c@example.net", 1),
        ("b@example.net", 0),
    ] {
        let query = format!("provider=sendgrid&to={to}");
        assert_eq!(house.journal_count_when_idle(&query).await, mails, "{to}");
    }
    for (bad, code) in [
        ("email,name\na@b.net,A\n", "missing_column"),
        ("", "empty_file"),
    ] {
        let refused = import(&house, &admin, bad).await;
        refused.is_problem(422, "invalid_file");
        assert_eq!(refused.body["errors"][0]["code"], code, "{refused:?}");
    }
    let as_json = house
        .post(&admin, &format!("{ACCOUNTS}/import"), json!({}))
        .await;
    as_json.is_problem(415, "unsupported_media_type");
    house.finish().await;
}

fn list_of<'a>(errors: &'a serde_json::Value, member: &str) -> Vec<&'a str> {
    let errors = errors.as_array().expect("errors").iter();
    errors
        .map(|error| error[member].as_str().expect("a text"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_walk_meets_every_account_once() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let rows: Vec<_> = (0..12)
        .map(|n| format!("p{n}@example.net,P{n},customer"))
        .collect();
    let rows = rows.join("\n");
    let answer = import(&house, &admin, &format!("email,name,role\n{rows}")).await;
    assert_eq!(answer.body["created"], 12, "{answer:?}");
    for (filter, total) in [("", 19), ("&role=customer", 12), ("&role=tutor", 0)] {
        let (mut seen, mut cursor) = (BTreeSet::new(), String::new());
        loop {
            let page = house
                .get(&admin, &format!("{ACCOUNTS}?limit=5{filter}{cursor}"))
                .await;
            for row in list(&page, "accounts") {
                assert!(
                    seen.insert(row["id"].as_str().expect("an id").to_owned()),
                    "{page:?}"
                );
            }
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), total, "{filter}");
    }
    house.finish().await;
}
