//! Schedules: `EventBridge` sends `{"task": "<name>"}`, with `"at": "<RFC 3339>"` where a task asks what is due by then.

use jiff::Timestamp;
use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;
use std::fmt::Display;

/// A task that is due.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Task {
    /// Its name.
    pub task: String,
    /// The time that the schedule runs for, which the scheduler knows better than a function that starts late.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// Serves schedules: `handler` gets the task that is due. A failure is reported to Lambda; the next run of the schedule tries again.
pub async fn serve_schedule<H, E>(handler: H) -> Result<(), Error>
where
    H: AsyncFn(Task) -> Result<(), E>,
    E: Display,
{
    let handler = &handler;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Task>| async move {
        let name = event.payload.task.clone();
        handler(event.payload).await.map_err(|error| {
            tracing::error!(task = name, cause = %error, "a scheduled task failed");
            Error::from(format!("the task {name} failed"))
        })
    }))
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_names_its_task() {
        let task: Task =
            serde_json::from_str(include_str!("../../tests/events/schedule.json")).unwrap();
        assert_eq!((task.task.as_str(), task.at), ("sweep_outbox", None));
        let timed = r#"{"task": "send_due_webhooks", "at": "2026-11-21T10:00:00Z"}"#;
        let task: Task = serde_json::from_str(timed).unwrap();
        assert_eq!(task.at, "2026-11-21T10:00:00Z".parse().ok());
        assert!(serde_json::from_str::<Task>("{}").is_err());
    }
}
