//! One text, typed in many ways, is one: for facts, in searches and in lists of many.

use crate::house::{ADMIN, DEVANAGARI, House, STUDENT, Session};
use serde_json::json;

/// A value in a query string.
fn encoded(text: &str) -> String {
    use std::fmt::Write;
    text.bytes().fold(String::new(), |mut encoded, byte| {
        write!(encoded, "%{byte:02X}").expect("writing to a text does not fail");
        encoded
    })
}

async fn tickets(house: &House, who: &Session, path: &str, text: &str) -> Vec<String> {
    let path = format!("{path}?search={}", encoded(text));
    let answer = house.get(who, &path).await;
    assert_eq!(answer.status, 200, "{text}: {answer:?}");
    let rows = answer.body["tickets"].as_array().expect("a list");
    let number = |row: &serde_json::Value| row["ticket_number"].as_str().map(str::to_owned);
    rows.iter().filter_map(number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_course_that_is_typed_another_way_is_the_same_fact() {
    let house = House::start().await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    for typed in [
        ["Café Basics", "Cafe\u{301} Basics", "Café  Basics"],
        ["Straßenbau", "STRASSENBAU", "strassenbau"],
        ["İstanbul", "istanbul", "ISTANBUL"],
        ["a\u{a0}b", "A \u{200b}B", "a\u{feff} b"],
    ] {
        let mut ids = Vec::new();
        for course in typed {
            let answer = house.generate(&admin, &student.id, course).await;
            let status = if ids.is_empty() { 201 } else { 200 };
            assert_eq!(answer.status, status, "{course:?}: {answer:?}");
            ids.push(answer.at("/certificate_id").to_owned());
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "{typed:?}");
        house.platform.quiesce().await;
        for course in typed {
            let path = format!("/api/admin/certificates?course={}", encoded(course));
            let found = house.get(&admin, &path).await;
            assert_eq!(
                found.at("/certificates/0/certificate_id"),
                ids[0],
                "{course:?}"
            );
        }
    }
    // A letter without its accent is another text.
    let other = house.generate(&admin, &student.id, "Cafe Basics").await;
    assert_eq!(other.status, 201, "{other:?}");
    house.platform.quiesce().await;
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_is_found_by_its_number_and_by_words_without_their_marks() {
    let house = House::start().await;
    let admin = house.sign_in(ADMIN).await;
    let (asha, anushka) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
    );
    let mut numbers = Vec::new();
    for subject in [
        "Łukasz cannot sign in",
        "The Straße is closed",
        "مُحَمَّد لا يرى الدرس",
        "Işık and Søren",
    ] {
        let body = json!({"subject": subject, "description": "Please have a look at this."});
        let opened = house.post(&asha, "/tickets", body).await;
        assert_eq!(opened.status, 201, "{opened:?}");
        numbers.push(opened.at("/ticket_number").to_owned());
    }
    let speaks = format!("It is as in {}.", numbers[0]);
    let body = json!({"subject": "Another one", "description": speaks});
    let speaks = house.post(&anushka, "/tickets", body).await;
    let speaks = speaks.at("/ticket_number").to_owned();
    house.platform.quiesce().await;

    let (all, own) = ("/api/admin/support/tickets", "/tickets");
    for (text, n) in [
        ("lukasz", 0),
        ("ŁUKASZ", 0),
        ("strasse", 1),
        ("STRASSE", 1),
        ("straße", 1),
        ("محمد", 2),
        ("isik", 3),
        ("IŞIK", 3),
        ("soren", 3),
    ] {
        for (who, path) in [(&admin, all), (&asha, own)] {
            assert_eq!(
                tickets(&house, who, path, text).await,
                [numbers[n].clone()],
                "{text}"
            );
        }
    }
    for number in &numbers[1..] {
        for text in [
            number.clone(),
            number.to_lowercase(),
            format!(" ({number}) "),
        ] {
            for (who, path) in [(&admin, all), (&asha, own)] {
                assert_eq!(
                    tickets(&house, who, path, &text).await,
                    std::slice::from_ref(number),
                    "{text}"
                );
            }
            assert!(tickets(&house, &anushka, own, &text).await.is_empty());
        }
    }
    // What speaks of a ticket is found by its number too.
    let both = tickets(&house, &admin, all, &numbers[0]).await;
    assert_eq!(both, [speaks.clone(), numbers[0].clone()]);
    let with_word = format!("{} another", numbers[0]);
    assert_eq!(tickets(&house, &admin, all, &with_word).await, [speaks]);
    house.finish().await;
}
