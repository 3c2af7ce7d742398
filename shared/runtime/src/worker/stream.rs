//! The table's stream: records in order, stopping at the first that fails.

use aws_lambda_events::event::{
    dynamodb::{Event, EventRecord},
    streams::{DynamoDbBatchItemFailure, DynamoDbEventResponse},
};
use futures_util::FutureExt;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use std::{fmt::Display, panic::AssertUnwindSafe};

/// Serves the batches of the table's stream.
pub async fn serve_stream<H, E>(handler: H) -> Result<(), Error>
where
    H: AsyncFn(EventRecord) -> Result<(), E>,
    E: Display,
{
    let handler = &handler;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Event>| async move {
        Ok::<_, Error>(take_records(handler, event.payload).await)
    }))
    .await
}

/// Hands each record to `handler`. The first that fails is reported; Lambda sends it and what follows again, so that the
/// order of a key's records is kept.
pub async fn take_records<H, E>(handler: &H, event: Event) -> DynamoDbEventResponse
where
    H: AsyncFn(EventRecord) -> Result<(), E>,
    E: Display,
{
    let mut response = DynamoDbEventResponse::default();
    for record in event.records {
        let (id, number) = (
            record.event_id.clone(),
            record.change.sequence_number.clone(),
        );
        let taken = AssertUnwindSafe(async { handler(record).await })
            .catch_unwind()
            .await;
        let failure = match taken {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => error.to_string(),
            Err(_) => "the handler panicked".to_owned(),
        };
        tracing::error!(event.id = id, cause = failure, "a stream record failed");
        let mut item = DynamoDbBatchItemFailure::default();
        item.item_identifier = number;
        response.batch_item_failures.push(item);
        break;
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    fn event() -> Event {
        serde_json::from_str(include_str!("../../tests/events/stream.json")).unwrap()
    }

    async fn take(failing: &str) -> (Vec<String>, DynamoDbEventResponse) {
        let seen = RefCell::new(Vec::new());
        let handler = |record: EventRecord| {
            let number = record.change.sequence_number.unwrap();
            seen.borrow_mut().push(number.clone());
            async move { if number == failing { Err("no") } else { Ok(()) } }
        };
        let response = take_records(&handler, event()).await;
        (seen.into_inner(), response)
    }

    #[tokio::test]
    async fn a_batch_that_goes_well_reports_nothing() {
        let (seen, response) = take("none").await;
        assert_eq!(seen, ["111", "222", "333"]);
        assert_eq!(
            serde_json::to_value(response).unwrap(),
            serde_json::json!({"batchItemFailures": []})
        );
    }

    #[tokio::test]
    async fn a_batch_stops_at_the_first_record_that_fails() {
        let (seen, response) = take("222").await;
        assert_eq!(seen, ["111", "222"]);
        assert_eq!(
            serde_json::to_value(response).unwrap(),
            serde_json::json!({"batchItemFailures": [{"itemIdentifier": "222"}]})
        );
    }

    #[tokio::test]
    async fn a_panic_fails_its_record_only_and_ends_the_batch() {
        let handler = |record: EventRecord| async move {
            assert_ne!(record.change.sequence_number.as_deref(), Some("333"));
            Ok::<(), &str>(())
        };
        let response = take_records(&handler, event()).await;
        assert_eq!(
            response.batch_item_failures[0].item_identifier.as_deref(),
            Some("333")
        );
    }
}
