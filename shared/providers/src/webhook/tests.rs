//! The guard at the socket: what is connected to, and what is not.

use super::*;
use crate::stub::{Stub, nowhere};
use std::sync::atomic::{AtomicUsize, Ordering};

const PATIENCE: Duration = Duration::from_secs(20);

fn message() -> Message<'static> {
    Message {
        id: "msg_1",
        timestamp: 1_795_255_200,
        signature: "v1,abc v1,def",
        body: r#"{"type":"webhook.test"}"#.to_owned(),
    }
}

fn local() -> Client {
    Client::new(Reach::PublicAndLoopback, PATIENCE)
}

/// A client whose names lead to these addresses, one list after the other.
fn named(reach: Reach, answers: &[&str]) -> (Client, Arc<AtomicUsize>) {
    let answers: Vec<SocketAddr> = answers
        .iter()
        .map(|text| text.parse().expect("an address"))
        .collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let lookup = move |_: String| -> Found {
        let n = counted.fetch_add(1, Ordering::Relaxed);
        let answer = answers[n.min(answers.len() - 1)];
        Box::pin(async move { Ok(vec![answer]) })
    };
    (
        Client::with_lookup(reach, PATIENCE, Arc::new(lookup)),
        asked,
    )
}

fn port(stub: &Stub) -> String {
    let url = stub.url();
    let address = url.trim_start_matches("http://");
    address.split('/').next().expect("an address").to_owned()
}

#[tokio::test]
async fn a_message_carries_its_three_headers_and_its_body_as_signed() {
    let stub = Stub::answering("HTTP/1.1 204 No Content\r\n\r\n").await;
    let status = local()
        .send(&stub.url(), message())
        .await
        .expect("an answer");
    assert_eq!(status, 204);
    let request = stub.request().await.to_ascii_lowercase();
    for line in [
        "webhook-id: msg_1\r\n",
        "webhook-timestamp: 1795255200\r\n",
        "webhook-signature: v1,abc v1,def\r\n",
        "content-type: application/json\r\n",
    ] {
        assert!(request.contains(line), "{line}: {request}");
    }
    assert!(request.ends_with(r#"{"type":"webhook.test"}"#), "{request}");
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let second = Stub::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let answer = format!(
        "HTTP/1.1 307 Temporary Redirect\r\nlocation: {}\r\ncontent-length: 0\r\n\r\n",
        second.url()
    );
    let first = Stub::answering(&answer).await;
    assert_eq!(
        local()
            .send(&first.url(), message())
            .await
            .expect("an answer"),
        307
    );
}

#[tokio::test]
async fn a_name_that_leads_to_this_machine_is_refused_before_a_connection_is_made() {
    let stub = Stub::answering("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await;
    let (client, asked) = named(Reach::Public, &[&port(&stub)]);
    let url = format!(
        "https://hooks.example:{}/",
        port(&stub).rsplit(':').next().expect("a port")
    );
    let error = client.send(&url, message()).await.expect_err("refused");
    assert!(
        matches!(error, SendError::Refused(Refused::Private)),
        "{error:?}"
    );
    assert_eq!(asked.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_name_that_is_public_when_judged_and_private_a_moment_later_is_resolved_once() {
    // Nothing answers at the documentation's address; what counts is that nobody asks a second time.
    let (client, asked) = named(Reach::PublicAndLoopback, &["127.0.0.1:0", "10.0.0.1:0"]);
    let gone = nowhere().await;
    let closed = gone
        .trim_end_matches('/')
        .rsplit(':')
        .next()
        .expect("a port")
        .to_owned();
    let error = client
        .send(&format!("https://hooks.example:{closed}/"), message())
        .await
        .expect_err("nobody listens");
    assert!(matches!(error, SendError::Unreachable(_)), "{error:?}");
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    let error = client
        .send(&format!("https://hooks.example:{closed}/"), message())
        .await
        .expect_err("it is private now");
    assert!(
        matches!(error, SendError::Refused(Refused::Private)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_receiver_that_says_nothing_costs_the_time_limit_and_no_more() {
    let stub = Stub::silent().await;
    let client = Client::new(Reach::PublicAndLoopback, Duration::from_millis(80));
    let error = client.send(&stub.url(), message()).await.expect_err("late");
    assert!(matches!(error, SendError::TimeOut), "{error:?}");
}

#[tokio::test]
async fn a_body_without_end_is_read_no_further_than_the_limit() {
    let body = "x".repeat(LARGEST_ANSWER + 4096);
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: 99999999\r\n\r\n{body}");
    let stub = Stub::answering(&answer).await;
    assert_eq!(
        local()
            .send(&stub.url(), message())
            .await
            .expect("a status"),
        200
    );
}

#[tokio::test]
async fn what_goes_wrong_names_no_address() {
    let url = nowhere().await;
    let error = local()
        .send(&url, message())
        .await
        .expect_err("nobody there");
    assert_eq!(error.to_string(), "no connection was made");
    assert!(!format!("{error:?}").contains("127.0.0.1"), "{error:?}");
}

#[test]
fn the_setting_is_one_of_two_words() {
    assert_eq!(Reach::of_setting(None), Some(Reach::Public));
    assert_eq!(Reach::of_setting(Some("false")), Some(Reach::Public));
    assert_eq!(
        Reach::of_setting(Some("true")),
        Some(Reach::PublicAndLoopback)
    );
    assert_eq!(Reach::of_setting(Some("yes")), None);
}
