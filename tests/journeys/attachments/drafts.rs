//! Files that come before their ticket.

use super::{PDF, PNG, texts};
use crate::house::{ADMIN, House, STUDENT, Session, YORUBA};
use futures_util::future::{join, join_all};
use serde_json::{Value, json};

fn ticket(files: &[&str]) -> Value {
    json!({
        "subject": "Unable to access recordings",
        "description": "I can't see any recordings in my dashboard...",
        "attachment_ids": files,
    })
}

async fn opens_with_files(house: &House, student: &Session, admin: &Session) {
    let picture = house
        .upload(student, "/tickets", "shot.png", "image/png", PNG)
        .await;
    let bill = house
        .upload(student, "/tickets", "bill.pdf", "application/pdf", PDF)
        .await;
    let (picture, bill) = (picture.at("/id"), bill.at("/id"));
    let drafts = house.get(student, "/tickets/attachments").await;
    assert_eq!(texts(&drafts.body["attachments"], "id"), [bill, picture]);
    // Staff have no part in drafts, and neither have other people.
    for stranger in [admin, &house.sign_in(YORUBA).await] {
        let path = format!("/tickets/attachments/{picture}");
        house
            .get(stranger, &path)
            .await
            .is_problem(404, "not_found");
        let taken = house.post(stranger, "/tickets", ticket(&[picture])).await;
        taken.is_problem(422, "attachment_unusable");
        assert_eq!(taken.at("/errors/0/code"), "not_found");
    }

    let opened = house
        .post(student, "/tickets", ticket(&[picture, bill]))
        .await;
    assert_eq!(opened.status, 201, "{opened:?}");
    for who in [student, admin] {
        let seen = house
            .get(who, &format!("/tickets/{}", opened.at("/id")))
            .await;
        let files = &seen.body["attachments"];
        assert_eq!(texts(files, "file_name"), ["shot.png", "bill.pdf"]);
        let url = files[1]["url"].as_str().expect("a path");
        let bytes = house.download(who, url).await.bytes().await;
        assert_eq!(bytes.expect("a body"), PDF);
    }
    let drafts = house.get(student, "/tickets/attachments").await;
    assert_eq!(drafts.body["attachments"], json!([]));
    assert_eq!(house.stored_files(), 2);

    let again = house.post(student, "/tickets", ticket(&[bill])).await;
    again.is_problem(422, "attachment_unusable");
    assert_eq!(again.at("/errors/0/pointer"), "/attachment_ids/0");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_uploaded_before_the_ticket_come_with_it_and_with_no_other() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    opens_with_files(&house, &student, &admin).await;
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_serves_a_message_too_and_each_file_one_message() {
    let house = House::with_profile("tutoring").await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    opens_with_files(&house, &student, &admin).await;

    let opened = house.open_ticket(&student).await;
    let mine = format!("/tickets/{}", opened.at("/id"));
    let draft = house
        .upload(&student, "/tickets", "b.png", "image/png", PNG)
        .await;
    let pending = house
        .begin(&student, &mine, "c.png", "image/png", PNG.len())
        .await;
    let (draft, pending) = (draft.at("/id"), pending.at("/id"));
    let refused = house.say(&student, &mine, &[draft, pending], false).await;
    refused.is_problem(422, "attachment_unusable");
    assert_eq!(refused.at("/errors/0/pointer"), "/attachment_ids/1");
    assert_eq!(refused.at("/errors/0/code"), "attachment_pending");
    let twice = house.say(&student, &mine, &[draft, draft], false).await;
    twice.is_problem(422, "attachment_unusable");
    assert_eq!(
        house.say(&student, &mine, &[draft], false).await.status,
        201
    );
    let again = house.say(&student, &mine, &[draft], false).await;
    again.is_problem(422, "attachment_unusable");
    assert_eq!(again.at("/errors/0/code"), "attachment_taken");
    let many = vec![draft; 11];
    let many = house.say(&student, &mine, &many, false).await;
    many.is_problem(422, "too_many_attachments");
    assert_eq!(many.body["max_per_message"], 10);
    let seen = house.get(&student, &mine).await;
    assert_eq!(
        seen.body["messages"].as_array().map(Vec::len),
        Some(1),
        "{seen:?}"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn many_messages_and_tickets_at_once_take_a_file_once() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let mine = format!("/tickets/{}", opened.at("/id"));

    let file = house
        .upload(&student, &mine, "a.png", "image/png", PNG)
        .await;
    let files = [file.at("/id")];
    let said = join_all((0..8).map(|_| house.say(&student, &mine, &files, false))).await;
    let taken = said.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(taken, 1, "{said:?}");

    let draft = house
        .upload(&student, "/tickets", "b.png", "image/png", PNG)
        .await;
    let body = ticket(&[draft.at("/id")]);
    let opened = join_all((0..8).map(|_| house.post(&student, "/tickets", body.clone()))).await;
    let taken = opened.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(taken, 1, "{opened:?}");
    for refused in said
        .iter()
        .chain(&opened)
        .filter(|answer| answer.status != 201)
    {
        assert!(matches!(refused.status, 409 | 422), "{refused:?}");
    }

    // A note and a public message race for what staff uploaded: whichever has it, the other has nothing.
    for n in 0..4 {
        let name = format!("race-{n}.png");
        let file = house.upload(&admin, &mine, &name, "image/png", PNG).await;
        let files = [file.at("/id")];
        let (public, note) = join(
            house.say(&admin, &mine, &files, false),
            house.say(&admin, &mine, &files, true),
        )
        .await;
        assert_ne!(
            public.status == 201,
            note.status == 201,
            "{public:?} {note:?}"
        );
        let seen = house.get(&student, &mine).await.text.contains(&name);
        let served = house.get(&student, file.at("/url")).await.status == 200;
        assert_eq!((seen, served), (public.status == 201, public.status == 201));
    }
    house.finish().await;
}
