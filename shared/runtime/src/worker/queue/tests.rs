use super::*;
use std::sync::Mutex;

/// What was done to messages.
#[derive(Debug, Default)]
struct Journal {
    done: Mutex<Vec<String>>,
    broken: bool,
}

impl Journal {
    fn note(&self, line: String) -> Result<(), StoreError> {
        if self.broken {
            return Err(StoreError::Unavailable {
                service: "SQS",
                cause: "time-out".to_owned(),
            });
        }
        self.done.lock().unwrap().push(line);
        Ok(())
    }
}

impl Channel for Journal {
    async fn hide(
        &self,
        queue_url: &str,
        receipt_handle: &str,
        pause: SignedDuration,
    ) -> Result<(), StoreError> {
        self.note(format!(
            "hide {receipt_handle} of {queue_url} for {}",
            pause.as_secs()
        ))
    }

    async fn bury(
        &self,
        dead_letter_queue_url: &str,
        body: &str,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.note(format!(
            "bury '{body}' in {dead_letter_queue_url}: {reason}"
        ))
    }
}

/// A worker that does to the message `two` what it is told, and everything else well.
struct Script<F>(F);

impl<F: Fn(Attempt) -> Outcome + Sync> Worker for Script<F> {
    async fn work(&self, body: &str, attempt: Attempt) -> Outcome {
        if body == "two" {
            (self.0)(attempt)
        } else {
            Outcome::Done
        }
    }
}

const SECOND: &str = "2e1424d4-f796-459a-8184-9c92662be6da";

fn event() -> SqsEvent {
    serde_json::from_str(include_str!("../../../tests/events/queue.json")).unwrap()
}

fn shell(max_attempts: u32, broken: bool) -> QueueShell<Journal> {
    let queues = Journal {
        broken,
        ..Journal::default()
    };
    let backoff = SignedDuration::from_secs(4);
    QueueShell {
        queues,
        queue_url: "q".into(),
        dead_letter_queue_url: "dlq".into(),
        max_attempts,
        backoff,
    }
}

/// Ids that come again, and the journal.
async fn run(
    shell: QueueShell<Journal>,
    script: impl Fn(Attempt) -> Outcome + Sync,
) -> (Vec<String>, Vec<String>) {
    let response = work_batch(&Script(script), &shell, event()).await;
    let failed = response
        .batch_item_failures
        .into_iter()
        .map(|item| item.item_identifier)
        .collect();
    (failed, shell.queues.done.into_inner().unwrap())
}

#[tokio::test]
async fn messages_that_are_done_are_not_reported() {
    let (failed, journal) = run(shell(8, false), |_| Outcome::Done).await;
    assert!(failed.is_empty() && journal.is_empty());
}

#[tokio::test]
async fn a_failed_message_is_hidden_and_comes_again_alone() {
    let (failed, journal) = run(shell(8, false), |_| Outcome::again("no answer")).await;
    assert_eq!(failed, [SECOND]);
    // The third attempt: 4 s doubled twice, less up to a quarter.
    let pause: i64 = journal[0]
        .strip_prefix("hide AQEBzWwaftRI0KuVm4tP of q for ")
        .unwrap()
        .parse()
        .unwrap();
    assert!((12..=16).contains(&pause), "{pause}");
}

#[tokio::test]
async fn a_message_that_waits_is_hidden_for_its_pause_and_uses_up_no_attempt() {
    let (failed, journal) = run(shell(3, false), |attempt| {
        assert_eq!(
            attempt,
            Attempt {
                number: 3,
                last: true
            }
        );
        Outcome::wait(SignedDuration::from_secs(61), "not due")
    })
    .await;
    assert_eq!(failed, [SECOND]);
    assert_eq!(journal, ["hide AQEBzWwaftRI0KuVm4tP of q for 61"]);
}

#[tokio::test]
async fn a_message_whose_attempts_are_used_up_is_buried_with_its_reason() {
    let (failed, journal) = run(shell(3, false), |_| Outcome::again("no answer")).await;
    assert!(failed.is_empty());
    assert_eq!(journal, ["bury 'two' in dlq: no answer"]);
}

#[tokio::test]
async fn a_message_that_can_never_succeed_is_buried_at_once() {
    let (failed, journal) = run(shell(8, false), |_| decode::<u32>("[]").unwrap_err()).await;
    assert!(failed.is_empty());
    assert_eq!(
        journal,
        ["bury 'two' in dlq: the message cannot be read: line 1, column 0"]
    );
}

#[tokio::test]
async fn a_panic_costs_its_message_an_attempt_and_no_other_anything() {
    let (failed, journal) = run(shell(8, false), |_| panic!("at the worker")).await;
    assert_eq!(failed, [SECOND]);
    assert!(journal[0].starts_with("hide "), "{journal:?}");
    let (failed, journal) = run(shell(3, false), |_| panic!("at the worker")).await;
    assert!(failed.is_empty());
    assert_eq!(journal, ["bury 'two' in dlq: the worker panicked"]);
}

#[tokio::test]
async fn a_message_that_can_be_neither_hidden_nor_buried_comes_again() {
    for outcome in [Outcome::give_up("never"), Outcome::again("no answer")] {
        let (failed, _) = run(shell(8, true), |_| outcome.clone()).await;
        assert_eq!(failed, [SECOND], "{outcome:?}");
    }
}

#[tokio::test]
async fn a_message_without_a_count_is_at_its_first_attempt() {
    let mut event = event();
    event.records[1].attributes.clear();
    event.records[0].body = None;
    let shell = shell(3, false);
    let worker = Script(|attempt: Attempt| {
        assert_eq!(
            attempt,
            Attempt {
                number: 1,
                last: false
            }
        );
        Outcome::Done
    });
    assert!(
        work_batch(&worker, &shell, event)
            .await
            .batch_item_failures
            .is_empty()
    );
}

#[test]
fn back_off_doubles_has_jitter_and_ends_at_a_quarter_of_an_hour() {
    let of = |number, id: &str| backoff(SignedDuration::from_secs(4), number, id);
    for number in 1..=7 {
        let full = SignedDuration::from_secs(4 << (number - 1));
        let pause = of(number, "a");
        assert!(
            pause <= full && pause >= full.mul_f64(0.74),
            "{number}: {pause:?}"
        );
    }
    let pauses: std::collections::BTreeSet<_> = (0..50).map(|n| of(5, &n.to_string())).collect();
    assert!(
        pauses.len() > 20,
        "messages that failed together are spread"
    );
    assert!(of(u32::MAX, "a") <= LONGEST && of(0, "a") <= SignedDuration::from_secs(4));
}

#[tokio::test]
async fn a_worker_that_counts_for_itself_gets_the_back_off_of_its_own_count() {
    let (failed, journal) = run(shell(3, false), |_| Outcome::back_off(1, "busy")).await;
    assert_eq!(failed, [SECOND]);
    let pause: i64 = journal[0].rsplit_once(' ').unwrap().1.parse().unwrap();
    assert!((3..=4).contains(&pause), "{pause}");
}
