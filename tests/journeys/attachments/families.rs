//! Types that have more than one name, and texts in more than one character set.

use super::{PNG, path};
use crate::house::{ADMIN, House, STUDENT};

const HEIC: &[u8] = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat";

/// A text in the order of its bytes.
fn utf_16(text: &str, order: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(order).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_of_a_phone_and_a_text_in_any_character_set_are_taken_and_downloaded_only() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let ticket = path(&house.open_ticket(&student).await);
    let marked = utf_16("\u{feff}Notes, café\r\n", u16::to_le_bytes);
    let unmarked = utf_16("Name\tGrade\r\n", u16::to_be_bytes);
    let files: [(&str, &str, &[u8]); 7] = [
        ("photo.heic", "image/heic", HEIC),
        ("photo.heif", "image/heif", HEIC),
        ("notes.txt", "text/plain", &marked),
        ("list.csv", "text/csv", &unmarked),
        (
            "notes.txt",
            "text/plain",
            b"na\xefve \x93d\xe9j\xe0\x94\r\n",
        ),
        ("notes.txt", "text/plain", b"\x83e\x83X\x83g\r\n"),
        (
            "photo.jpg",
            "image/pjpeg",
            b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01",
        ),
    ];
    for (name, declared, bytes) in files {
        let told = house.upload(&student, &ticket, name, declared, bytes).await;
        assert_eq!(told.at("/state"), "visible", "{told:?}");
        let download = house.download(&admin, told.at("/url")).await;
        let shown = download.headers()["content-disposition"].to_str();
        let inline = declared == "image/pjpeg";
        let begins = if inline { "inline" } else { "attachment" };
        assert!(shown.expect("ASCII").starts_with(begins), "{told:?}");
        assert_eq!(download.bytes().await.expect("a body"), bytes);
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_family_and_a_character_set_let_nothing_in_by_another_name() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let ticket = path(&house.open_ticket(&student).await);
    let page = utf_16("\u{feff}<script>alert(1)</script>", u16::to_le_bytes);
    let files: [(&str, &[u8]); 5] = [
        ("image/png", HEIC),
        ("image/heic", PNG),
        ("text/plain", &page),
        ("text/plain", b"<html><p>d\xe9j\xe0"),
        ("image/jpeg", b"d\xe9j\xe0, not a picture"),
    ];
    for (declared, bytes) in files {
        let told = house.upload(&student, &ticket, "a", declared, bytes).await;
        assert_eq!(told.at("/state"), "quarantined", "{told:?}");
    }
    house.finish().await;
}
