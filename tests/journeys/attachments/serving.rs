//! How files are served: nothing that can run is shown inline, and links end.

use super::{PDF, PNG, path, texts};
use crate::house::{ADMIN, Ask, House, STUDENT};
use jiff::{SignedDuration, Timestamp};
use registrar_store::blobs::Served;
use reqwest::Method;

#[tokio::test(flavor = "multi_thread")]
async fn what_a_browser_could_run_is_never_served_inline() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let ticket = path(&house.open_ticket(&student).await);
    let page = b"<html><script>alert(1)</script></html>";
    let svg = b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>";
    for (name, content_type, bytes, inline) in [
        ("page.html", "text/html", &page[..], false),
        ("logo.svg", "image/svg+xml", &svg[..], false),
        (
            "feed.xml",
            "text/xml",
            &b"<?xml version='1.0'?><x/>"[..],
            false,
        ),
        ("code.js", "text/javascript", &b"alert(1)"[..], false),
        (
            "notes.txt",
            "text/plain; charset=utf-8",
            &b"hello"[..],
            false,
        ),
        ("shot.png", "image/png", PNG, true),
        ("bill.pdf", "application/pdf", PDF, true),
    ] {
        let file = house
            .upload(&student, &ticket, name, content_type, bytes)
            .await;
        assert_eq!(file.at("/state"), "visible", "{file:?}");
        let served = house.download(&student, file.at("/url")).await;
        let header = |name: &str| served.headers()[name].to_str().expect("ASCII").to_owned();
        let kind = if inline { "inline;" } else { "attachment;" };
        assert!(
            header("content-disposition").starts_with(kind),
            "{name}: {served:?}"
        );
        assert_eq!(header("content-type"), file.at("/content_type"), "{name}");

        // Whoever changes what the link says about it has no link any more.
        let link = house.get(&student, file.at("/url")).await;
        let changed = link.at("/download_url").replace("=attachment", "=inline");
        let changed = changed.replace("=inline%3B", "=inline%20%3B");
        assert_eq!(
            house.http.get(&changed).answer().await.status,
            403,
            "{name}"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_after_five_minutes_and_opens_nothing_else() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let ticket = path(&house.open_ticket(&student).await);
    let file = house
        .upload(&student, &ticket, "a.png", "image/png", PNG)
        .await;
    let link = house.get(&student, file.at("/url")).await;
    let url = link.at("/download_url");
    assert!(url.contains("X-Amz-Expires=300"), "{url}");
    let ends: Timestamp = link.at("/expires_at").parse().expect("a time");
    assert!(ends <= Timestamp::now() + SignedDuration::from_secs(300));

    // The same link, as it was signed five minutes and a second ago.
    let bucket = house.bucket("attachments");
    let mut keys = house.keys("attachments").into_iter();
    let key = keys.find(|key| key.ends_with("_a.png")).expect("the file");
    let served = Served {
        disposition: "attachment",
        content_type: None,
    };
    for (ago, status) in [(301, 403), (290, 200)] {
        let signed_at = Timestamp::now() - SignedDuration::from_secs(ago);
        let old = bucket.download(&key, served, signed_at, 300).await;
        let old = old.expect("a link").url;
        assert_eq!(
            house.http.get(&old).answer().await.status,
            status,
            "{ago} s ago"
        );
    }
    let unsigned = url.split('?').next().expect("an address");
    assert_eq!(house.http.get(unsigned).answer().await.status, 403);
    let incoming = url.replace("/ticket-attachments/", "/ticket-attachments/../");
    assert_ne!(house.http.get(&incoming).answer().await.status, 200);
    assert_ne!(house.http.put(url).body("x").answer().await.status, 200);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_is_gone_and_staff_know_who_did_it() {
    let house = House::with_profile("tutoring").await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let ticket = path(&house.open_ticket(&student).await);
    let remove = async |who: &crate::house::Session, url: &str| {
        let request = house.request(Method::DELETE, url).bearer_auth(&who.token);
        request.answer().await
    };
    let loose = house
        .upload(&student, &ticket, "a.png", "image/png", PNG)
        .await;
    let said = house
        .upload(&student, &ticket, "b.png", "image/png", PNG)
        .await;
    let draft = house
        .upload(&student, "/tickets", "c.png", "image/png", PNG)
        .await;
    let answer = house.say(&student, &ticket, &[said.at("/id")], false).await;
    assert_eq!(answer.status, 201, "{answer:?}");
    assert_eq!(house.stored_files(), 3);

    assert_eq!(remove(&student, loose.at("/url")).await.status, 200);
    assert_eq!(remove(&student, draft.at("/url")).await.status, 200);
    remove(&student, said.at("/url"))
        .await
        .is_problem(403, "forbidden");
    assert_eq!(
        remove(&admin, said.at("/url")).await.at("/state"),
        "removed"
    );
    assert_eq!(
        remove(&admin, said.at("/url")).await.status,
        200,
        "twice is once"
    );
    assert_eq!(house.stored_files(), 0);
    for (file, status, code) in [
        (&loose, 410, "attachment_removed"),
        (&said, 410, "attachment_removed"),
        (&draft, 404, "not_found"),
    ] {
        house
            .get(&student, file.at("/url"))
            .await
            .is_problem(status, code);
    }
    let seen = house.get(&student, &ticket).await;
    assert_eq!(seen.at("/messages/0/attachments/0/file_name"), "b.png");
    let whole = house.get(&admin, &ticket).await;
    let history = whole.body["history"].as_array().expect("a list");
    let removed: Vec<_> = history
        .iter()
        .filter(|entry| entry["change"] == "attachment_removed")
        .map(|entry| (entry["file_name"].as_str(), entry["by"].as_str()))
        .collect();
    let by = |name: &'static str, who: &'static str| (Some(name), Some(who));
    let (student_id, admin_id) = (student.id.clone().leak(), admin.id.clone().leak());
    assert_eq!(removed, [by("a.png", student_id), by("b.png", admin_id)]);
    assert!(texts(&whole.body["history"], "change").contains(&"attachment_added"));
    house.finish().await;
}
