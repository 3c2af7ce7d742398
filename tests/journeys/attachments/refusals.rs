//! What is refused before anything is uploaded, and for whom there is nothing.

use super::{PNG, path};
use crate::house::{ADMIN, Ask, House, STUDENT, YORUBA};
use reqwest::Method;
use serde_json::json;

const MB: usize = 1024 * 1024;

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_says_which_types_and_sizes_are_taken() {
    for (profile, most, taken, refused) in [
        ("edu", 10 * MB, "text/*", "application/msword"),
        ("tutoring", 32 * MB, "application/msword", "image/svg+xml"),
    ] {
        let house = House::with_profile(profile).await;
        let student = house.sign_in(STUDENT).await;
        let ticket = path(&house.open_ticket(&student).await);
        for base in [ticket.as_str(), "/tickets"] {
            for kind in [refused, "application/x-msdownload", "video/mp4"] {
                let answer = house.begin(&student, base, "a", kind, 10).await;
                answer.is_problem(422, "attachment_type_refused");
                assert_eq!(answer.at("/errors/0/pointer"), "/content_type");
                let types = answer.body["allowed_types"].as_array().expect("a list");
                assert!(types.contains(&json!(taken)), "{answer:?}");
                assert_eq!(answer.body["max_bytes"], most);
            }
            for size in [0, most + 1, usize::MAX] {
                let answer = house
                    .begin(&student, base, "a.png", "image/png", size)
                    .await;
                answer.is_problem(422, "attachment_size_refused");
                assert_eq!(answer.at("/errors/0/pointer"), "/size");
                assert_eq!(answer.body["max_bytes"], most);
            }
            let largest = house
                .begin(&student, base, "a.png", "image/png", most)
                .await;
            assert_eq!(largest.status, 201, "{largest:?}");
        }
        for (body, pointer) in [
            (
                json!({"file_name": "a", "content_type": "png", "size": 1}),
                "/content_type",
            ),
            (
                json!({"file_name": "a", "content_type": "image/png", "size": -1}),
                "/size",
            ),
            (
                json!({"file_name": 7, "content_type": "image/png", "size": 1}),
                "/file_name",
            ),
            (
                json!({"content_type": "image/png", "size": 1}),
                "/file_name",
            ),
        ] {
            let answer = house
                .post(&student, &format!("{ticket}/attachments"), body)
                .await;
            answer.is_problem(422, "invalid_body");
            assert_eq!(answer.at("/errors/0/pointer"), pointer);
        }
        house.finish().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_of_every_kind_become_harmless_ones() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let ticket = path(&house.open_ticket(&student).await);
    for (given, kept) in [
        ("../../../etc/passwd.png", "passwd.png"),
        ("..\\..\\boot.png", "boot.png"),
        ("photo\u{202e}gnp.exe", "photognp.exe.png"),
        ("a\u{0}b\r\nSet-Cookie: x.png", "abSet-Cookie_ x.png"),
        ("", "file.png"),
        ("請求書 №5.PNG", "請求書 №5.PNG"),
        ("page.html", "page.html.png"),
    ] {
        let file = house
            .upload(&student, &ticket, given, "image/png", PNG)
            .await;
        assert_eq!(file.at("/file_name"), kept);
        let served = house.download(&student, file.at("/url")).await;
        assert_eq!(served.bytes().await.expect("a body"), PNG);
    }
    let long = format!("{}.png", "ñ".repeat(3000));
    let file = house
        .upload(&student, &ticket, &long, "image/png", PNG)
        .await;
    assert_eq!(file.at("/file_name").chars().count(), 150);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn for_a_stranger_there_is_neither_ticket_nor_file() {
    let house = House::start().await;
    let (student, stranger) = (house.sign_in(STUDENT).await, house.sign_in(YORUBA).await);
    let ticket = path(&house.open_ticket(&student).await);
    let file = house
        .upload(&student, &ticket, "a.png", "image/png", PNG)
        .await;
    let url = file.at("/url");
    let own = path(&house.open_ticket(&stranger).await);
    let through_own = format!("{own}/attachments/{}", file.at("/id"));
    let complete = format!("{url}/complete");
    let all = format!("{ticket}/attachments");
    for (method, path) in [
        (Method::GET, url),
        (Method::DELETE, url),
        (Method::POST, &complete),
        (Method::GET, &all),
        (Method::GET, &through_own),
        (Method::DELETE, &through_own),
        (Method::GET, "/tickets/attachments/not-an-id"),
    ] {
        let request = house
            .request(method.clone(), path)
            .bearer_auth(&stranger.token);
        let answer = request.answer().await;
        assert_eq!(answer.status, 404, "{method} {path}: {answer:?}");
        let anonymous = house.request(method, path).answer().await;
        anonymous.is_problem(401, "token_missing");
    }
    let begun = house
        .begin(&stranger, &ticket, "a.png", "image/png", 1)
        .await;
    begun.is_problem(404, "not_found");
    let taken = house.say(&stranger, &own, &[file.at("/id")], false).await;
    taken.is_problem(422, "attachment_unusable");
    // Staff see the file and complete nothing that is not theirs.
    let admin = house.sign_in(ADMIN).await;
    assert_eq!(house.get(&admin, url).await.status, 200);
    let pending = house
        .begin(&student, &ticket, "b.png", "image/png", PNG.len())
        .await;
    house
        .complete(&admin, &pending)
        .await
        .is_problem(404, "not_found");
    house.finish().await;
}
