//! Schedules: `EventBridge` sends `{"task": "<name>"}`.

use lambda_runtime::{Error, LambdaEvent, service_fn};
use serde::Deserialize;
use std::fmt::Display;

#[derive(Debug, Deserialize)]
struct Task {
    task: String,
}

/// Serves schedules: `handler` gets the name of the task that is due. A failure is reported to Lambda; the next run of the schedule tries again.
pub async fn serve_schedule<H, E>(handler: H) -> Result<(), Error>
where
    H: AsyncFn(String) -> Result<(), E>,
    E: Display,
{
    let handler = &handler;
    lambda_runtime::run(service_fn(move |event: LambdaEvent<Task>| async move {
        let name = event.payload.task.clone();
        handler(event.payload.task).await.map_err(|error| {
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
        assert_eq!(task.task, "sweep_outbox");
        assert!(serde_json::from_str::<Task>("{}").is_err());
    }
}
