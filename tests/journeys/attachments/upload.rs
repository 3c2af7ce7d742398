//! Uploading by the signed request, and nothing but it.

use super::{PDF, PNG, path, texts};
use crate::house::{ADMIN, Ask, House, STUDENT};
use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_file_goes_straight_to_the_bucket_and_comes_back_under_its_message() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let ticket = path(&opened);

    let name = "../बिल की रसीद.png";
    let file = house
        .upload(&student, &ticket, name, "image/png", PNG)
        .await;
    assert_eq!(file.at("/state"), "visible");
    assert_eq!(file.at("/file_name"), "बिल की रसीद.png");
    let id = file.at("/attachment_id");
    let before = house.get(&student, &ticket).await;
    assert!(
        before.body["messages"]
            .as_array()
            .is_some_and(Vec::is_empty)
    );
    let said = house.say(&student, &ticket, &[id], false).await;
    assert_eq!(said.status, 201, "{said:?}");
    assert_eq!(said.at("/attachments/0/id"), id);

    for who in [&student, &admin] {
        let seen = house.get(who, &ticket).await;
        let files = &seen.body["messages"][0]["attachments"];
        assert_eq!(texts(files, "file_name"), ["बिल की रसीद.png"]);
        assert_eq!(files[0]["size"], PNG.len());
        let download = house
            .download(who, files[0]["url"].as_str().expect("a path"))
            .await;
        let key = download.url().path().to_owned();
        let headers = download.headers().clone();
        assert_eq!(headers["content-type"], "image/png");
        let disposition = headers["content-disposition"].to_str().expect("ASCII");
        assert!(
            disposition.starts_with("inline; filename=\""),
            "{disposition}"
        );
        assert!(
            disposition.contains("filename*=UTF-8''%E0%A4%AC"),
            "{disposition}"
        );
        assert_eq!(download.bytes().await.expect("a body"), PNG);
        let folder = format!("/ticket-attachments/{}/2", opened.at("/id"));
        assert!(
            key.contains(&folder) && key.rsplit('.').next() == Some("png"),
            "{key}"
        );
    }
    let whole = house.get(&admin, &ticket).await;
    let history = &whole.body["history"];
    assert_eq!(
        texts(history, "change")[..2],
        ["created", "attachment_added"]
    );
    assert_eq!(history[1]["file_name"], "बिल की रसीद.png");
    let listed = house.get(&student, &format!("{ticket}/attachments")).await;
    assert_eq!(listed.at("/attachments/0/message_id"), said.at("/id"));
    assert_eq!(
        house.stored_files(),
        1,
        "what was uploaded is not kept twice"
    );
    house.finish().await;
}

/// Sends a `PUT` whose headers after the type, and whose body, are these bytes; the status.
async fn raw(url: &str, rest: &[u8]) -> u16 {
    let (host, path) = url
        .strip_prefix("http://")
        .and_then(|address| address.split_once('/'))
        .expect("an address on this machine");
    let mut stream = TcpStream::connect(host).await.expect("S3 listens");
    let head = format!("PUT /{path} HTTP/1.1\r\nhost: {host}\r\ncontent-type: image/png\r\n");
    stream
        .write_all(head.as_bytes())
        .await
        .expect("it is taken");
    stream.write_all(rest).await.expect("it is taken");
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.expect("an answer");
    let text = std::str::from_utf8(&status[9..]).expect("digits");
    text.parse().expect("a status")
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_refuses_another_size_another_type_and_another_key() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let ticket = path(&house.open_ticket(&student).await);
    let begun = house
        .begin(&student, &ticket, "a.png", "image/png", PNG.len())
        .await;
    let url = begun.at("/upload/url").to_owned();
    assert!(
        ["content-length", "content-type"]
            .iter()
            .all(|name| url.contains(name)),
        "both are signed: {url}"
    );

    let mut longer = PNG.to_vec();
    longer.push(0);
    assert_eq!(house.send(&begun, &longer).await, 403, "a byte more");
    assert_eq!(house.send(&begun, &PNG[1..]).await, 403, "a byte less");
    let put = |url: &str| house.http.request(Method::PUT, url).body(PNG.to_vec());
    let html = put(&url).header(CONTENT_TYPE, "text/html").answer().await;
    assert_eq!(html.status, 403, "another type: {html:?}");
    assert_eq!(put(&url).answer().await.status, 403, "no type");
    let other = url.replace("/incoming/", "/incoming/0");
    let other = put(&other).header(CONTENT_TYPE, "image/png").answer().await;
    assert_eq!(other.status, 403, "another key: {other:?}");
    let chunked = format!("transfer-encoding: chunked\r\n\r\n{:x}\r\n", PNG.len());
    let chunked = [chunked.as_bytes(), PNG, b"\r\n0\r\n\r\n"].concat();
    assert_eq!(raw(&url, &chunked).await, 403, "a body of unsaid length");
    assert_eq!(house.stored_files(), 0);
    house
        .complete(&student, &begun)
        .await
        .is_problem(409, "not_uploaded");

    assert_eq!(house.send(&begun, PNG).await, 200);
    let completed = house.complete(&student, &begun).await;
    assert_eq!(completed.at("/state"), "visible");

    // The signed request still works, on an object that nobody is served: what was looked at stays as it was.
    let mut other = PNG.to_vec();
    other[60] ^= 1;
    assert_eq!(house.send(&begun, &other).await, 200);
    let again = house.complete(&student, &begun).await;
    assert_eq!(again.body, completed.body);
    let served = house.download(&student, begun.at("/url")).await;
    assert_eq!(served.bytes().await.expect("a body"), PNG);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn beginning_twice_with_one_key_is_beginning_once() {
    let house = House::with_profile("tutoring").await;
    let student = house.sign_in(STUDENT).await;
    let ticket = path(&house.open_ticket(&student).await);
    let body = json!({"file_name": "a.pdf", "content_type": "application/pdf", "size": PDF.len()});
    let begin = |body: Value| {
        let request = house.request(Method::POST, &format!("{ticket}/attachments"));
        let request = request.bearer_auth(&student.token);
        request.header("idempotency-key", "a-1").json(&body)
    };
    let first = begin(body.clone()).answer().await;
    let second = begin(body.clone()).answer().await;
    assert_eq!((first.status, &first.body), (201, &second.body));
    assert_eq!(second.header("idempotency-replayed"), "true");
    let mut other = body;
    other["size"] = json!(1);
    begin(other)
        .answer()
        .await
        .is_problem(422, "idempotency_key_reused");
    assert_eq!(house.send(&second, PDF).await, 200);
    assert_eq!(
        house.complete(&student, &second).await.at("/state"),
        "visible"
    );
    let listed = house.get(&student, &format!("{ticket}/attachments")).await;
    assert_eq!(texts(&listed.body["attachments"], "state"), ["visible"]);
    house.finish().await;
}
