use super::schedule::Timer;
use super::stream::Stream;
use super::{Verdict, queue, verdict};
use crate::sqs::NewMessage;
use crate::testing::{Bench, End};
use dynoxide::actions::put_item::PutItemRequest;
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::watch;

const WORK: &str = "registrar-WorkQueue";

fn send(bench: &Bench, bodies: &[&str]) {
    let queue = bench.store.queue(WORK).unwrap();
    let messages: Vec<_> = bodies
        .iter()
        .map(|body| NewMessage {
            body: (*body).into(),
            ..NewMessage::default()
        })
        .collect();
    bench.store.send(queue, &messages).unwrap();
}

fn start_queue(bench: &Bench) {
    let queue = bench.store.queue(WORK).unwrap();
    queue::start(
        &bench.deployment.queue_sources[0],
        queue,
        &bench.store,
        &bench.functions,
        "us-east-1",
        &bench.stop,
    );
}

fn put(bench: &Bench, key: &str) {
    let item = json!({"PK": {"S": key}, "SK": {"S": "x"}, "body": {"S": "text"}});
    let request: PutItemRequest =
        serde_json::from_value(json!({"TableName": "registrar-Table", "Item": item})).unwrap();
    bench.tables.database().put_item(request).unwrap();
}

fn stream(bench: &Bench) -> Arc<Stream> {
    let source = bench.deployment.stream_sources[0].clone();
    Stream::new(
        source,
        Arc::clone(&bench.tables),
        Arc::clone(&bench.store),
        Arc::clone(&bench.functions),
        "us-east-1",
        true,
    )
}

fn keys(event: &Json) -> Vec<String> {
    let records = event["Records"].as_array().unwrap();
    records
        .iter()
        .map(|r| {
            r["dynamodb"]["Keys"]["PK"]["S"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect()
}

#[test]
fn answers_to_batches_are_read_as_lambda_reads_them() {
    let read = |answer: &str| verdict(answer.as_bytes(), true, &["a", "b"]);
    assert_eq!(read("null"), Verdict::Done);
    assert_eq!(read(""), Verdict::Done);
    assert_eq!(read(r#"{"batchItemFailures": []}"#), Verdict::Done);
    assert_eq!(
        read(r#"{"batchItemFailures": [{"itemIdentifier": "b"}]}"#),
        Verdict::Failed(vec!["b".into()])
    );
    assert_eq!(
        read(r#"{"batchItemFailures": [{"itemIdentifier": "c"}]}"#),
        Verdict::AllFailed
    );
    assert_eq!(
        read(r#"{"batchItemFailures": [{"itemIdentifier": ""}]}"#),
        Verdict::AllFailed
    );
    assert_eq!(read("no json"), Verdict::AllFailed);
    assert_eq!(verdict(b"anything", false, &[]), Verdict::Done);
}

#[tokio::test]
async fn only_the_messages_that_failed_stay_on_the_queue() {
    let bench = Bench::new().await;
    bench.play("WorkFunction", |event| {
        let records = event["Records"].as_array().unwrap();
        let failed = records
            .iter()
            .filter(|r| r["body"] == "bad")
            .map(|r| json!({"itemIdentifier": r["messageId"]}));
        End::Answer(json!({"batchItemFailures": failed.collect::<Vec<_>>()}))
    });
    send(&bench, &["good", "bad", "good"]);
    start_queue(&bench);
    let queue = bench.store.queue(WORK).unwrap();
    bench
        .until(|bench| {
            let counts = bench.store.counts(queue).unwrap();
            (counts.visible, counts.in_flight, counts.busy) == (0, 1, 0)
        })
        .await;
}

#[tokio::test]
async fn a_message_that_always_fails_ends_in_the_dead_letter_queue() {
    let bench = Bench::new().await;
    bench.play("WorkFunction", |_| {
        End::Error(json!({"errorMessage": "no"}))
    });
    send(&bench, &["bad"]);
    start_queue(&bench);
    let work = bench.store.queue(WORK).unwrap();
    for _ in 0..3 {
        bench
            .until(|bench| {
                let c = bench.store.counts(work).unwrap();
                c.in_flight == 1 && c.busy == 0
            })
            .await;
        bench.clock.advance(Duration::from_secs(31));
        bench.store.wake();
    }
    let dead = bench.store.queue("registrar-DeadQueue").unwrap();
    bench
        .until(|bench| bench.store.counts(dead).unwrap().visible == 1)
        .await;
}

#[tokio::test]
async fn a_stream_hands_over_what_fits_in_order_and_remembers_where_it_was() {
    let bench = Bench::new().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    bench.play("WorkFunction", move |event| {
        noted.lock().unwrap().extend(keys(&event));
        End::Answer(json!({"batchItemFailures": []}))
    });
    for key in ["OUTBOX#1", "TICKET#1", "OUTBOX#2"] {
        put(&bench, key);
    }
    let first = stream(&bench);
    assert!(!first.drained().await);
    first.start(&bench.stop);
    bench.until(|_| seen.lock().unwrap().len() == 2).await;
    assert_eq!(*seen.lock().unwrap(), ["OUTBOX#1", "OUTBOX#2"]);
    bench.until(|bench| bench.functions.in_flight() == 0).await;
    // Another reader of the same position finds nothing old.
    let again = stream(&bench);
    while !again.drained().await {
        tokio::task::yield_now().await;
    }
    put(&bench, "OUTBOX#3");
    bench.until(|_| seen.lock().unwrap().len() == 3).await;
}

#[tokio::test]
async fn a_record_that_always_fails_is_given_up_and_the_others_get_through() {
    let bench = Bench::new().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    bench.play("WorkFunction", move |event| {
        if keys(&event).contains(&"OUTBOX#bad".to_owned()) {
            return End::Error(json!({"errorMessage": "no"}));
        }
        noted.lock().unwrap().extend(keys(&event));
        End::Answer(Json::Null)
    });
    for key in ["OUTBOX#1", "OUTBOX#bad", "OUTBOX#2"] {
        put(&bench, key);
    }
    stream(&bench).start(&bench.stop);
    let dead = bench.store.queue("registrar-DeadQueue").unwrap();
    bench
        .until(|bench| {
            bench.store.counts(dead).unwrap().visible == 1 && seen.lock().unwrap().len() == 2
        })
        .await;
    assert_eq!(*seen.lock().unwrap(), ["OUTBOX#1", "OUTBOX#2"]);
}

#[tokio::test]
async fn a_trimmed_stream_goes_on_where_it_was() {
    let bench = Bench::new().await;
    for key in ["OUTBOX#1", "OUTBOX#2"] {
        put(&bench, key);
    }
    let records = bench
        .tables
        .records("registrar-Table", None, 10)
        .await
        .unwrap();
    let last = records[1]["dynamodb"]["SequenceNumber"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.tables.trim("registrar-Table", &last).await.unwrap();
    assert_eq!(
        bench
            .tables
            .records("registrar-Table", None, 10)
            .await
            .unwrap()
            .len(),
        1
    );
    put(&bench, "OUTBOX#3");
    let next = bench
        .tables
        .records("registrar-Table", Some(last), 10)
        .await
        .unwrap();
    assert_eq!(next.len(), 1);
    assert_eq!(next[0]["dynamodb"]["Keys"]["PK"]["S"], "OUTBOX#3");
}

#[tokio::test]
async fn the_newest_record_is_looked_up_and_not_searched_for() {
    let bench = Bench::new().await;
    let database = rusqlite::Connection::open(bench.tables.file()).unwrap();
    for (question, answer) in [
        (
            "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1",
            "",
        ),
        (
            "SELECT keys_json",
            "AND CAST(sequence_number AS INTEGER) > 1 ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT 10",
        ),
    ] {
        let plan: Vec<String> = database
            .prepare(&format!(
                "EXPLAIN QUERY PLAN {question} FROM _stream_records WHERE table_name = 'registrar-Table' {answer}"
            ))
            .unwrap()
            .query_map([], |row| row.get("detail"))
            .unwrap()
            .collect::<Result<_, _>>()
            .unwrap();
        let [step] = &plan[..] else {
            panic!("{plan:?}");
        };
        assert!(
            step.contains("USING") && step.contains("stream_records_by_number"),
            "{step}"
        );
    }
}

#[tokio::test]
async fn a_schedule_fires_when_the_clock_reaches_it_and_not_while_paused() {
    let bench = Bench::new().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    bench.play("WorkFunction", move |event| {
        noted.lock().unwrap().push(event);
        End::Answer(Json::Null)
    });
    let schedule = bench.deployment.schedules[0].clone();
    let (clock, store, functions) = (
        Arc::clone(&bench.clock),
        Arc::clone(&bench.store),
        Arc::clone(&bench.functions),
    );
    let timer = Timer::new(schedule, clock, store, functions, "us-east-1").unwrap();
    assert_eq!(timer.fire().await, None);
    let paused = watch::Sender::new(true);
    timer.start(paused.subscribe(), &bench.stop);
    bench.clock.advance(Duration::from_secs(61));
    assert_eq!(seen.lock().unwrap().len(), 1, "paused");
    // Its first minute counts from when it began to run, which may be after the clock moved.
    paused.send_replace(false);
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
    bench.clock.advance(Duration::from_secs(61));
    bench.until(|_| seen.lock().unwrap().len() >= 2).await;
    assert_eq!(seen.lock().unwrap()[1], json!({"task": "tick"}));
}
