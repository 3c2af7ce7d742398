use super::Outcome;
use crate::testing::{Bench, End};
use bytes::Bytes;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::time::Duration;

fn event(text: &str) -> Bytes {
    Bytes::from(json!({"say": text}).to_string())
}

fn script(bench: &Bench, text: &str) {
    let path = bench.binaries().join("registrar-echo");
    std::fs::write(&path, text).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[tokio::test]
async fn an_event_reaches_the_process_and_its_answer_comes_back() {
    let bench = Bench::new().await;
    bench.play("EchoFunction", |event| {
        End::Answer(json!({"heard": event["say"]}))
    });
    for text in ["one", "two"] {
        let outcome = bench.functions.invoke("EchoFunction", event(text)).await;
        assert_eq!(
            outcome,
            Outcome::Answer(Bytes::from(json!({"heard": text}).to_string()))
        );
    }
    assert_eq!(bench.functions.in_flight(), 0);
}

#[tokio::test]
async fn an_error_is_the_functions_own_words() {
    let bench = Bench::new().await;
    bench.play("EchoFunction", |_| {
        End::Error(json!({"errorType": "E", "errorMessage": "no"}))
    });
    let problem = bench
        .functions
        .invoke("EchoFunction", event("x"))
        .await
        .problem()
        .unwrap();
    assert!(problem.contains("no"), "{problem}");
}

#[tokio::test]
async fn an_invocation_that_takes_too_long_times_out() {
    let quick = |deployment: &mut crate::template::Deployment| {
        deployment
            .functions
            .get_mut("EchoFunction")
            .unwrap()
            .timeout = Duration::from_millis(30);
    };
    let bench = Bench::with(quick).await;
    bench.play("EchoFunction", |_| End::Silence);
    assert_eq!(
        bench.functions.invoke("EchoFunction", event("x")).await,
        Outcome::TimedOut
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_invocations_run_in_two_processes_at_once() {
    let bench = Bench::new().await;
    let first = std::sync::Arc::new(std::sync::Barrier::new(2));
    let second = std::sync::Arc::clone(&first);
    // Each answers only when the other has its event too.
    for barrier in [first, second] {
        bench.play("EchoFunction", move |_| {
            tokio::task::block_in_place(|| barrier.wait());
            End::Answer(json!(1))
        });
    }
    let functions = std::sync::Arc::clone(&bench.functions);
    let other = tokio::spawn(async move { functions.invoke("EchoFunction", event("a")).await });
    let one = bench.functions.invoke("EchoFunction", event("b")).await;
    assert!(one.problem().is_none() && other.await.unwrap().problem().is_none());
}

#[tokio::test]
async fn a_missing_binary_is_named() {
    let bench = Bench::new().await;
    let problem = bench
        .functions
        .invoke("EchoFunction", event("x"))
        .await
        .problem()
        .unwrap();
    assert!(problem.contains("registrar-echo"), "{problem}");
}

#[tokio::test]
async fn a_process_that_ends_at_once_fails_its_invocation_and_leaves_its_output_in_the_log() {
    let bench = Bench::new().await;
    script(
        &bench,
        "#!/bin/sh\necho \"region $AWS_REGION table $TABLE_NAME\"\nexit 3\n",
    );
    let problem = bench
        .functions
        .invoke("EchoFunction", event("x"))
        .await
        .problem()
        .unwrap();
    assert!(problem.contains("exit status: 3"), "{problem}");
    let log = std::fs::read_to_string(bench.folder.path().join("logs/EchoFunction.log")).unwrap();
    assert_eq!(log, "region us-east-1 table registrar-Table\n");
}

#[tokio::test]
async fn stopping_kills_processes_and_fails_what_waits() {
    let bench = Bench::new().await;
    script(&bench, "#!/bin/sh\nexec sleep 1000\n");
    let functions = std::sync::Arc::clone(&bench.functions);
    let waiting = tokio::spawn(async move { functions.invoke("EchoFunction", event("x")).await });
    bench
        .until(|bench| !bench.functions.process_ids("EchoFunction").is_empty())
        .await;
    bench.functions.stop().await;
    assert!(waiting.await.unwrap().problem().is_some());
    assert!(bench.functions.process_ids("EchoFunction").is_empty());
}
