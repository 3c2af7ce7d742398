//! Files of tickets that become other tickets.

use super::{PDF, PNG, path, texts};
use crate::house::{ADMIN, House, STUDENT};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_a_closed_ticket_takes_its_file_along_to_the_one_it_opens() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let closed = path(&house.open_ticket(&student).await);
    let to_closed = json!({"status": "closed"});
    let answer = house
        .patch(&admin, &format!("{closed}/status"), to_closed)
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");

    let file = house
        .upload(&student, &closed, "बिल 2.png", "image/png", PNG)
        .await;
    let said = house.say(&student, &closed, &[file.at("/id")], false).await;
    assert_eq!(said.status, 201, "{said:?}");
    let listed = house.get(&student, "/tickets").await;
    let opened = format!("/tickets/{}", listed.at("/tickets/0/ticket_id"));
    assert_ne!(opened, closed);
    let seen = house.get(&student, &opened).await;
    assert_eq!(texts(&seen.body["attachments"], "file_name"), ["बिल 2.png"]);
    let served = house
        .download(&student, seen.at("/attachments/0/url"))
        .await;
    assert!(
        served.url().path().contains(&opened[9..]),
        "{}",
        served.url()
    );
    assert_eq!(served.bytes().await.expect("a body"), PNG);
    house
        .get(&student, file.at("/url"))
        .await
        .is_problem(404, "not_found");
    assert_eq!(house.stored_files(), 1);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn merged_and_split_tickets_keep_their_files() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let stays = path(&house.open_ticket(&student).await);
    let goes = path(&house.open_ticket(&student).await);
    let bill = house
        .upload(&student, &goes, "bill.pdf", "application/pdf", PDF)
        .await;
    let said = house.say(&student, &goes, &[bill.at("/id")], false).await;
    let secret = house
        .upload(&admin, &goes, "secret.png", "image/png", PNG)
        .await;
    house.say(&admin, &goes, &[secret.at("/id")], true).await;

    let split = json!({"message_id": said.at("/id")});
    let staffs = format!("/api/admin/support{goes}");
    let split = house.post(&admin, &format!("{staffs}/split"), split).await;
    assert_eq!(split.status, 201, "{split:?}");
    assert_eq!(split.at("/attachments/0/file_name"), "bill.pdf");

    let merge = json!({"into": stays[9..].to_owned()});
    let merged = house.post(&admin, &format!("{staffs}/merge"), merge).await;
    assert_eq!(merged.status, 200, "{merged:?}");
    let seen = house.get(&student, &stays).await;
    let messages = seen.body["messages"].as_array().expect("a list");
    let file = messages
        .iter()
        .find_map(|message| message["attachments"][0]["url"].as_str());
    let served = house.download(&student, file.expect("the file")).await;
    assert_eq!(served.bytes().await.expect("a body"), PDF);
    assert!(!seen.text.contains("secret.png"), "{seen:?}");
    let whole = house.get(&admin, &stays).await;
    assert!(whole.text.contains("secret.png"), "{whole:?}");
    house
        .get(&student, secret.at("/url"))
        .await
        .is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_list_says_of_merged_and_split_tickets_is_what_they_say_themselves() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let stays = path(&house.open_ticket(&student).await);
    let goes = path(&house.open_ticket(&student).await);
    let bill = house
        .upload(&student, &goes, "bill.pdf", "application/pdf", PDF)
        .await;
    let said = house.say(&student, &goes, &[bill.at("/id")], false).await;
    let photo = house
        .upload(&student, &goes, "photo.png", "image/png", PNG)
        .await;
    house.say(&student, &goes, &[photo.at("/id")], false).await;
    let secret = house
        .upload(&admin, &goes, "secret.png", "image/png", PNG)
        .await;
    house.say(&admin, &goes, &[secret.at("/id")], true).await;
    let staffs = format!("/api/admin/support{goes}");
    let body = json!({"message_id": said.at("/id")});
    let split = house.post(&admin, &format!("{staffs}/split"), body).await;
    assert_eq!(split.status, 201, "{split:?}");
    let part = path(&split);
    // A part of what goes is merged too, before what it came from.
    for from in [&part, &goes] {
        let merge = json!({"into": stays[9..].to_owned()});
        let merged = house
            .post(&admin, &format!("/api/admin/support{from}/merge"), merge)
            .await;
        assert_eq!(merged.status, 200, "{merged:?}");
    }
    house.platform.quiesce().await;

    let names = async |who, ticket: &str, query: &str| -> Vec<String> {
        let list = house
            .get(who, &format!("{ticket}/attachments{query}"))
            .await;
        assert_eq!(list.status, 200, "{list:?}");
        let mut names: Vec<String> = texts(&list.body["attachments"], "file_name")
            .into_iter()
            .map(str::to_owned)
            .collect();
        names.sort();
        names
    };
    assert_eq!(names(&student, &stays, "").await, ["bill.pdf", "photo.png"]);
    assert_eq!(names(&student, &part, "").await, ["bill.pdf"]);
    assert_eq!(names(&student, &goes, "").await, ["bill.pdf", "photo.png"]);
    let all = ["bill.pdf", "photo.png", "secret.png"];
    assert_eq!(names(&admin, &stays, "").await, all);
    for (ticket, file, bytes) in [
        (&stays, &bill, PDF),
        (&stays, &photo, PNG),
        (&part, &bill, PDF),
    ] {
        let own = format!("{ticket}/attachments/{}", file.at("/id"));
        let served = house.download(&student, &own).await;
        assert_eq!(served.bytes().await.expect("a body"), bytes, "{own}");
    }
    for (ticket, file) in [(&part, &photo), (&stays, &secret), (&part, &secret)] {
        let own = format!("{ticket}/attachments/{}", file.at("/id"));
        house.get(&student, &own).await.is_problem(404, "not_found");
    }
    // Page by page it is the same list.
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("{stays}/attachments?limit=1{cursor}");
        let page = house.get(&admin, &path).await;
        seen.extend(
            texts(&page.body["attachments"], "file_name")
                .into_iter()
                .map(str::to_owned),
        );
        match page.body["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["secret.png", "photo.png", "bill.pdf"]);

    let rows = house.get(&student, "/tickets").await;
    for row in rows.body["tickets"].as_array().expect("a list") {
        let one = house
            .get(
                &student,
                &format!("/tickets/{}", row["id"].as_str().expect("an id")),
            )
            .await;
        let messages = one.body["messages"].as_array().expect("a list");
        assert_eq!(row["message_count"], json!(messages.len()), "{row}");
        assert_eq!(row["message_count"], one.body["message_count"], "{row}");
        let (text, at) = match messages.last() {
            Some(last) => (last["message"].clone(), last["created_at"].clone()),
            None => (
                one.body["description"].clone(),
                one.body["created_at"].clone(),
            ),
        };
        assert_eq!(row["last_message"]["snippet"], text, "{row}");
        assert_eq!(row["last_message_at"], at, "{row}");
    }
    house.finish().await;
}
