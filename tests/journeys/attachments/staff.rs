//! What staff attach among themselves never reaches a requester, by any path.

use super::{PDF, PNG, path, texts};
use crate::house::{ADMIN, Answer, Ask, House, OTHER_ADMIN, STUDENT, Session};
use reqwest::Method;
use serde_json::json;

const SECRET: &str = "fraud-check.pdf";

/// Asserts that an answer to a requester holds nothing of what is among staff.
#[track_caller]
fn is_clean(answer: &Answer, ids: &[&str]) {
    let whole = format!("{answer:?}");
    assert!(!whole.contains("fraud-check"), "{whole}");
    for id in ids {
        assert!(!whole.contains(id), "{id}: {whole}");
    }
}

/// Asks as the requester by every path there is.
async fn sees_nothing(house: &House, student: &Session, ticket: &str, ids: &[&str]) {
    let admin_path = format!("/api/admin/support{ticket}");
    for base in [ticket, admin_path.as_str()] {
        for path in [base.to_owned(), format!("{base}/attachments")] {
            is_clean(&house.get(student, &path).await, ids);
        }
        for id in ids {
            let one = format!("{base}/attachments/{id}");
            let complete = format!("{one}/complete");
            for (method, path) in [
                (Method::GET, &one),
                (Method::DELETE, &one),
                (Method::POST, &complete),
            ] {
                let request = house
                    .request(method.clone(), path)
                    .bearer_auth(&student.token);
                let answer = request.answer().await;
                assert_eq!(answer.status, 404, "{method} {path}: {answer:?}");
            }
            let cursor = format!("{base}/attachments?cursor={id}");
            house
                .get(student, &cursor)
                .await
                .is_problem(400, "invalid_cursor");
        }
    }
    for id in ids {
        let draft = format!("/tickets/attachments/{id}");
        house
            .get(student, &draft)
            .await
            .is_problem(404, "not_found");
        let taken = house.say(student, ticket, &[id], false).await;
        taken.is_problem(422, "attachment_unusable");
        assert_eq!(taken.at("/errors/0/code"), "not_found");
    }
    is_clean(&house.get(student, "/tickets").await, ids);
    is_clean(&house.get(student, "/tickets/attachments").await, ids);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notes_file_never_reaches_a_requester() {
    for profile in ["edu", "tutoring"] {
        let house = House::with_profile(profile).await;
        let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
        let opened = house.open_ticket(&student).await;
        let ticket = path(&opened);
        let before = house.get(&student, &ticket).await;

        let file = house
            .upload(&admin, &ticket, SECRET, "application/pdf", PDF)
            .await;
        let loose = house
            .upload(&admin, &ticket, SECRET, "application/pdf", PDF)
            .await;
        let pending = house
            .begin(&admin, &ticket, SECRET, "application/pdf", 10)
            .await;
        let ids = [file.at("/id"), loose.at("/id"), pending.at("/id")];
        let noted = house.say(&admin, &ticket, &ids[..1], true).await;
        assert_eq!((noted.status, noted.at("/attachments/0/id")), (201, ids[0]));
        let deleted = house.request(Method::DELETE, loose.at("/url"));
        let deleted = deleted.bearer_auth(&admin.token).answer().await;
        assert_eq!(deleted.status, 200, "{deleted:?}");

        sees_nothing(&house, &student, &ticket, &ids).await;
        let after = house.get(&student, &ticket).await;
        assert_eq!(before.body, after.body, "not even a time tells of it");
        assert_eq!(before.header("etag"), after.header("etag"));

        // Staff have it, each of them; and what a note has no message takes any more.
        let other = house.sign_in(OTHER_ADMIN).await;
        let whole = house.get(&other, &ticket).await;
        assert_eq!(whole.at("/messages/0/attachments/0/file_name"), SECRET);
        let bytes = house.download(&other, file.at("/url")).await.bytes().await;
        assert_eq!(bytes.expect("a body"), PDF);
        let listed = house.get(&other, &format!("{ticket}/attachments")).await;
        assert_eq!(
            texts(&listed.body["attachments"], "state"),
            ["pending", "removed", "visible"]
        );
        let taken = house.say(&admin, &ticket, &ids[..1], false).await;
        taken.is_problem(422, "attachment_unusable");
        assert_eq!(taken.at("/errors/0/code"), "attachment_taken");
        sees_nothing(&house, &student, &ticket, &ids).await;
        house.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_staff_upload_is_among_staff_until_a_message_says_it() {
    let house = House::with_profile("tutoring").await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let ticket = path(&house.open_ticket(&student).await);
    let file = house
        .upload(&admin, &ticket, "answer.png", "image/png", PNG)
        .await;
    let id = file.at("/id");
    house
        .get(&student, file.at("/url"))
        .await
        .is_problem(404, "not_found");
    let listed = house.get(&student, &format!("{ticket}/attachments")).await;
    assert_eq!(listed.body["attachments"], json!([]));

    assert_eq!(house.say(&admin, &ticket, &[id], false).await.status, 201);
    let seen = house.get(&student, &ticket).await;
    assert_eq!(seen.at("/messages/0/attachments/0/id"), id);
    let bytes = house
        .download(&student, file.at("/url"))
        .await
        .bytes()
        .await;
    assert_eq!(bytes.expect("a body"), PNG);
    let listed = house.get(&student, &format!("{ticket}/attachments")).await;
    assert_eq!(texts(&listed.body["attachments"], "id"), [id]);
    for answer in [&seen, &listed] {
        assert!(
            !answer.text.contains(&admin.id),
            "staff stay unnamed there: {answer:?}"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_is_read_page_by_page() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let ticket = path(&house.open_ticket(&student).await);
    let mut begun = Vec::new();
    for n in 0..5 {
        let who = if n % 2 == 0 { &student } else { &admin };
        let file = house
            .begin(who, &ticket, &format!("{n}.png"), "image/png", 9)
            .await;
        begun.push(file.at("/id").to_owned());
    }
    begun.reverse();
    let staffs = begun.clone();
    let own: Vec<_> = begun.into_iter().step_by(2).collect();
    for (who, all) in [(&student, own), (&admin, staffs)] {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = house
                .get(who, &format!("{ticket}/attachments?limit=2{cursor}"))
                .await;
            assert_eq!(page.status, 200, "{page:?}");
            let ids = texts(&page.body["attachments"], "id");
            assert!(ids.len() <= 2);
            found.extend(ids.into_iter().map(str::to_owned));
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(found, all);
    }
    house.finish().await;
}
