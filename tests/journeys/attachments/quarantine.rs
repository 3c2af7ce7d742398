//! Bytes that are not what they say.

use super::{PNG, path, texts};
use crate::house::{ADMIN, House, STUDENT};

const PAGE: &[u8] = b"<!DOCTYPE html><script>alert(document.cookie)</script>";
const SVG: &[u8] = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
const PROGRAM: &[u8] = b"MZ\x90\0\x03\0\0\0\x04\0\0\0\xff\xff\0\0";

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_not_what_they_say_are_quarantined_and_the_author_is_told() {
    for (profile, lies) in [
        (
            "edu",
            [
                ("image/png", PAGE, "text/html"),
                ("text/plain", PROGRAM, "application/"),
            ],
        ),
        (
            "tutoring",
            [
                ("image/gif", SVG, "image/svg+xml"),
                ("application/pdf", PNG, "image/png"),
            ],
        ),
    ] {
        let house = House::with_profile(profile).await;
        let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
        let ticket = path(&house.open_ticket(&student).await);
        for (declared, bytes, found) in lies {
            let told = house
                .upload(&student, &ticket, "holiday", declared, bytes)
                .await;
            assert_eq!(told.at("/state"), "quarantined");
            assert_eq!(told.at("/quarantine/code"), "not_what_it_says");
            assert_eq!(told.at("/quarantine/declared"), declared);
            assert!(told.at("/quarantine/found").starts_with(found), "{told:?}");
            assert!(told.at("/quarantine/detail").contains(declared), "{told:?}");

            for who in [&student, &admin] {
                let refused = house.get(who, told.at("/url")).await;
                refused.is_problem(409, "attachment_quarantined");
            }
            let said = house.say(&student, &ticket, &[told.at("/id")], false).await;
            said.is_problem(422, "attachment_unusable");
            assert_eq!(said.at("/errors/0/code"), "attachment_quarantined");
        }
        for who in [&student, &admin] {
            let listed = house.get(who, &format!("{ticket}/attachments")).await;
            let files = &listed.body["attachments"];
            assert_eq!(texts(files, "state"), ["quarantined"; 2]);
            assert!(!files[0]["quarantine"]["detail"].is_null(), "{listed:?}");
        }
        let whole = house.get(&admin, &ticket).await;
        let changes = texts(&whole.body["history"], "change");
        assert_eq!(changes[1..], ["attachment_quarantined"; 2]);
        assert_eq!(house.stored_files(), 0, "nothing of it is kept");

        let draft = house
            .upload(&student, "/tickets", "a.png", "image/png", PAGE)
            .await;
        assert_eq!(draft.at("/state"), "quarantined");
        house.finish().await;
    }
}
