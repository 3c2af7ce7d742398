//! Redriving dead letters: `StartMessageMoveTask` does its work at once, `ListMessageMoveTasks` shows what it did.

use super::actions::{queue_of_arn, text};
use super::protocol::{Refusal, Server};
use serde_json::{Value as Json, json};
use std::sync::{Mutex, PoisonError};

/// Tasks since the start, newest first.
#[derive(Debug, Default)]
pub(crate) struct Tasks(Mutex<Vec<Json>>);

impl Tasks {
    pub(super) fn start(&self, server: &Server, request: &Json) -> Result<Json, Refusal> {
        let source_arn = text(request, "SourceArn")?;
        let source = queue_of_arn(server, source_arn)?;
        let is_dead = server
            .store
            .queues()
            .any(|q| q.redrive.as_ref().is_some_and(|r| r.queue == source.name));
        if !is_dead {
            return Err(Refusal::invalid(
                "Source queue must be configured as a Dead Letter Queue.",
            ));
        }
        let destination_arn = request.get("DestinationArn").and_then(Json::as_str);
        let destination = destination_arn
            .map(|arn| queue_of_arn(server, arn))
            .transpose()?;
        let started = server.store.now_ms();
        let (moved, left) = server.store.move_back(source, destination)?;
        let handle = uuid::Uuid::new_v4().to_string();
        let mut task = json!({
            "SourceArn": source_arn,
            "Status": if left == 0 { "COMPLETED" } else { "FAILED" },
            "ApproximateNumberOfMessagesMoved": moved,
            "ApproximateNumberOfMessagesToMove": moved + left,
            "StartedTimestamp": started,
        });
        if left > 0 {
            // Sent to the dead-letter queue directly: only the sender knows where it belongs.
            task["FailureReason"] = "CouldNotDetermineMessageSource".into();
        }
        if let Some(arn) = destination_arn {
            task["DestinationArn"] = arn.into();
        }
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(0, task);
        Ok(json!({"TaskHandle": handle}))
    }

    pub(super) fn list(&self, request: &Json) -> Result<Json, Refusal> {
        let source = text(request, "SourceArn")?;
        let limit = request
            .get("MaxResults")
            .and_then(Json::as_u64)
            .unwrap_or(1);
        let tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fitting = tasks.iter().filter(|task| task["SourceArn"] == source);
        let fitting: Vec<_> = fitting
            .take(usize::try_from(limit).unwrap_or(10))
            .cloned()
            .collect();
        Ok(json!({"Results": fitting}))
    }
}
