use super::*;
use crate::clock::Clock;
use crate::template::{Queue, Redrive};
use axum::Router;
use axum::body::Body;
use http::Request;
use serde_json::{Value as Json, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;

fn queue(name: &str, redrive: Option<Redrive>) -> Queue {
    Queue {
        name: name.into(),
        visibility: Duration::from_secs(30),
        delay: Duration::ZERO,
        receive_wait: Duration::ZERO,
        retention: Duration::from_hours(96),
        redrive,
    }
}

fn store(folder: &Path, clock: &Arc<Clock>) -> Arc<Store> {
    let redrive = Redrive {
        queue: "dead".into(),
        max_receives: 2,
    };
    let queues = [queue("work", Some(redrive)), queue("dead", None)];
    Arc::new(Store::open(&folder.join("q.sqlite"), queues, Arc::clone(clock)).unwrap())
}

struct Service {
    _folder: tempfile::TempDir,
    clock: Arc<Clock>,
    router: Router,
}

fn service() -> Service {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Clock::default());
    let store = store(folder.path(), &clock);
    let server = Server {
        store,
        url: "http://sqs".into(),
        region: "us-east-1".into(),
        tasks: Tasks::default(),
    };
    Service {
        _folder: folder,
        clock,
        router: router(Arc::new(server)),
    }
}

impl Service {
    async fn call(&self, action: &str, mut body: Json) -> (u16, Json) {
        if body.get("QueueUrl").is_none() {
            body["QueueUrl"] = "http://sqs/000000000000/work".into();
        }
        let request = Request::post("/")
            .header("x-amz-target", format!("AmazonSQS.{action}"))
            .body(Body::from(body.to_string()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status().as_u16();
        let bytes = axum::body::to_bytes(response.into_body(), 1 << 20)
            .await
            .unwrap();
        (status, serde_json::from_slice(&bytes).unwrap())
    }

    async fn receive(&self) -> Vec<Json> {
        let body = json!({"MaxNumberOfMessages": 10, "MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]});
        let (_, answer) = self.call("ReceiveMessage", body).await;
        answer["Messages"].as_array().cloned().unwrap_or_default()
    }
}

#[tokio::test]
async fn a_message_goes_in_and_out_with_its_sums_and_attributes() {
    let service = service();
    let attribute = json!({"DataType": "Number", "StringValue": "1493147359900"});
    let body = json!({"MessageBody": "This is a test message", "MessageAttributes": {"timestamp": attribute}});
    let (status, sent) = service.call("SendMessage", body).await;
    assert_eq!(
        (status, &sent["MD5OfMessageBody"]),
        (200, &json!("fafb00f5732ab283681e124bf8747ed1"))
    );
    assert_eq!(
        sent["MD5OfMessageAttributes"],
        "235c5c510d26fb653d073faed50ae77c"
    );
    let received = service.receive().await;
    assert_eq!(received[0]["MD5OfBody"], "fafb00f5732ab283681e124bf8747ed1");
    assert_eq!(
        received[0]["MD5OfMessageAttributes"],
        "235c5c510d26fb653d073faed50ae77c"
    );
    assert_eq!(received[0]["Attributes"]["ApproximateReceiveCount"], "1");
    assert!(service.receive().await.is_empty(), "it is hidden");
    service
        .call(
            "DeleteMessage",
            json!({"ReceiptHandle": received[0]["ReceiptHandle"]}),
        )
        .await;
    service.clock.advance(Duration::from_mins(1));
    assert!(service.receive().await.is_empty(), "it is gone");
}

#[tokio::test]
async fn a_message_received_too_often_ends_in_the_dead_letter_queue_and_comes_back_by_a_move_task()
{
    let service = service();
    service
        .call("SendMessage", json!({"MessageBody": "x"}))
        .await;
    for _ in 0..2 {
        assert_eq!(service.receive().await.len(), 1);
        service.clock.advance(Duration::from_secs(31));
    }
    assert!(service.receive().await.is_empty());
    let dead = json!({"QueueUrl": "http://sqs/0/dead", "AttributeNames": ["All"]});
    let (_, counts) = service.call("GetQueueAttributes", dead).await;
    assert_eq!(counts["Attributes"]["ApproximateNumberOfMessages"], "1");
    let source = json!({"SourceArn": "arn:aws:sqs:us-east-1:000000000000:dead"});
    service.call("StartMessageMoveTask", source.clone()).await;
    let (_, tasks) = service.call("ListMessageMoveTasks", source).await;
    assert_eq!(tasks["Results"][0]["Status"], "COMPLETED");
    assert_eq!(
        service.receive().await[0]["Attributes"]["ApproximateReceiveCount"],
        "1"
    );
}

#[tokio::test]
async fn a_dead_letter_sent_by_hand_moves_only_to_a_named_queue() {
    let service = service();
    service
        .call(
            "SendMessage",
            json!({"QueueUrl": "http://sqs/0/dead", "MessageBody": "x"}),
        )
        .await;
    let source = "arn:aws:sqs:us-east-1:000000000000:dead";
    service
        .call("StartMessageMoveTask", json!({"SourceArn": source}))
        .await;
    let (_, tasks) = service
        .call("ListMessageMoveTasks", json!({"SourceArn": source}))
        .await;
    assert_eq!(
        tasks["Results"][0]["FailureReason"],
        "CouldNotDetermineMessageSource"
    );
    let to =
        json!({"SourceArn": source, "DestinationArn": "arn:aws:sqs:us-east-1:000000000000:work"});
    service.call("StartMessageMoveTask", to).await;
    assert_eq!(service.receive().await.len(), 1);
}

#[tokio::test]
async fn delay_and_visibility_hide_a_message_until_the_clock_reaches_them() {
    let service = service();
    service
        .call(
            "SendMessage",
            json!({"MessageBody": "x", "DelaySeconds": 900}),
        )
        .await;
    assert!(service.receive().await.is_empty());
    service.clock.advance(Duration::from_mins(15));
    let received = service.receive().await;
    let hide = json!({"ReceiptHandle": received[0]["ReceiptHandle"], "VisibilityTimeout": 120});
    assert_eq!(service.call("ChangeMessageVisibility", hide).await.0, 200);
    service.clock.advance(Duration::from_mins(1));
    assert!(service.receive().await.is_empty());
    service.clock.advance(Duration::from_mins(1));
    assert_eq!(
        service.receive().await[0]["Attributes"]["ApproximateReceiveCount"],
        "2"
    );
}

#[tokio::test]
async fn a_long_poll_ends_when_a_message_arrives() {
    let service = service();
    let waiting = service.call("ReceiveMessage", json!({"WaitTimeSeconds": 20}));
    let sending = service.call("SendMessage", json!({"MessageBody": "x"}));
    let ((_, received), _) = tokio::join!(waiting, sending);
    assert_eq!(received["Messages"][0]["Body"], "x");
}

#[tokio::test]
async fn a_batch_says_of_each_entry_what_became_of_it() {
    let service = service();
    let entries = json!([{"Id": "a", "MessageBody": "1"}, {"Id": "b", "MessageBody": "2", "DelaySeconds": 901}]);
    let (status, answer) = service
        .call("SendMessageBatch", json!({"Entries": entries}))
        .await;
    assert_eq!(
        (
            status,
            &answer["Successful"][0]["Id"],
            &answer["Failed"][0]["Id"]
        ),
        (200, &json!("a"), &json!("b"))
    );
    for (entries, shape) in [
        (json!([]), "EmptyBatchRequest"),
        (
            json!([{"Id": "a", "MessageBody": "1"}, {"Id": "a", "MessageBody": "1"}]),
            "BatchEntryIdsNotDistinct",
        ),
        (
            json!(vec![json!({"Id": "a", "MessageBody": "1"}); 11]),
            "TooManyEntriesInBatchRequest",
        ),
    ] {
        let (status, answer) = service
            .call("SendMessageBatch", json!({"Entries": entries}))
            .await;
        assert_eq!(
            (status, answer["__type"].as_str()),
            (400, Some(format!("com.amazonaws.sqs#{shape}").as_str()))
        );
    }
}

#[tokio::test]
async fn bad_requests_are_refused_with_the_shape_that_sdks_know() {
    let service = service();
    for (action, body, shape) in [
        (
            "SendMessage",
            json!({"QueueUrl": "http://sqs/0/none", "MessageBody": "x"}),
            "QueueDoesNotExist",
        ),
        ("SendMessage", json!({}), "MissingParameter"),
        (
            "SendMessage",
            json!({"MessageBody": "x", "DelaySeconds": -1}),
            "InvalidParameterValueException",
        ),
        (
            "ReceiveMessage",
            json!({"MaxNumberOfMessages": 11}),
            "InvalidParameterValueException",
        ),
        (
            "ChangeMessageVisibility",
            json!({"ReceiptHandle": "x", "VisibilityTimeout": 1}),
            "MessageNotInflight",
        ),
        ("DanceMessage", json!({}), "UnsupportedOperation"),
        (
            "StartMessageMoveTask",
            json!({"SourceArn": "arn:aws:sqs:r:0:work"}),
            "InvalidParameterValueException",
        ),
    ] {
        let (status, answer) = service.call(action, body).await;
        assert_eq!(status, 400, "{action}");
        assert_eq!(
            answer["__type"],
            format!("com.amazonaws.sqs#{shape}"),
            "{action}"
        );
    }
}

#[test]
fn a_reopened_store_has_every_message_and_releases_those_that_a_killed_process_held() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Clock::default());
    let first = store(folder.path(), &clock);
    let work = first.queue("work").unwrap().clone();
    let message = |body: &str| NewMessage {
        body: body.into(),
        ..NewMessage::default()
    };
    first
        .send(
            &work,
            &[message("held"), message("backing off"), message("new")],
        )
        .unwrap();
    let received = first.receive(&work, 2, Duration::from_secs(30)).unwrap();
    first
        .hide(&work, &received[1].receipt, Duration::from_mins(10))
        .unwrap();
    drop(first);
    let second = store(folder.path(), &clock);
    let bodies: Vec<_> = second
        .receive(&work, 10, Duration::from_secs(30))
        .unwrap()
        .into_iter()
        .map(|m| (m.body, m.receives))
        .collect();
    assert_eq!(bodies, [("held".to_owned(), 2), ("new".to_owned(), 1)]);
}

#[test]
fn an_old_receipt_deletes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(Clock::default());
    let store = store(folder.path(), &clock);
    let work = store.queue("work").unwrap().clone();
    store
        .send(
            &work,
            &[NewMessage {
                body: "x".into(),
                ..NewMessage::default()
            }],
        )
        .unwrap();
    let first = store.receive(&work, 1, Duration::ZERO).unwrap();
    let second = store.receive(&work, 1, Duration::from_secs(30)).unwrap();
    assert!(!store.delete(&work, &first[0].receipt).unwrap());
    assert!(store.delete(&work, &second[0].receipt).unwrap());
}
