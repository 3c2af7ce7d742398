//! `ReceiveMessage`, and waiting for messages without polling.

use super::actions::{arn, queue_of, seconds};
use super::digest::{of_attributes, of_body};
use super::protocol::{Refusal, Server};
use super::store::{Received, Store, Stored};
use crate::clock::until;
use crate::template::{ACCOUNT, Queue};
use serde_json::{Map, Value as Json, json};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Waits up to `wait` until there is something to receive.
pub(crate) async fn wait_for(
    store: &Store,
    queue: &Queue,
    limit: usize,
    visibility: Duration,
    wait: Duration,
) -> Stored<Vec<Received>> {
    let deadline = Instant::now() + wait;
    loop {
        let mut changes = store.listen();
        changes.mark_unchanged();
        let received = store.receive(queue, limit, visibility)?;
        if !received.is_empty() || Instant::now() >= deadline {
            return Ok(received);
        }
        // A message that is hidden now appears by itself.
        let appears = store
            .next_visible_at(queue)?
            .map(|at| Instant::now() + until(at, store.now_ms()));
        let wake = appears.map_or(deadline, |appears| appears.min(deadline));
        let _ = timeout_at(wake, changes.changed()).await;
    }
}

pub(super) async fn receive(server: &Server, request: &Json) -> Result<Json, Refusal> {
    let queue = queue_of(server, request)?;
    let limit = match request.get("MaxNumberOfMessages") {
        None | Some(Json::Null) => 1,
        Some(value) => value
            .as_u64()
            .filter(|n| (1..=10).contains(n))
            .and_then(|n| usize::try_from(n).ok())
            .ok_or_else(|| Refusal::invalid("MaxNumberOfMessages must be between 1 and 10"))?,
    };
    let visibility = seconds(request, "VisibilityTimeout", 43_200)?.unwrap_or(queue.visibility);
    let wait = seconds(request, "WaitTimeSeconds", 20)?.unwrap_or(queue.receive_wait);
    let messages = wait_for(&server.store, queue, limit, visibility, wait).await?;
    let wanted = |list: &str, name: &str| {
        let names = request.get(list).and_then(Json::as_array);
        names.is_some_and(|names| {
            names.iter().filter_map(Json::as_str).any(|wanted| {
                wanted == "All"
                    || wanted == name
                    || wanted
                        .strip_suffix(".*")
                        .is_some_and(|p| name.starts_with(p))
            })
        })
    };
    let messages: Vec<Json> = messages
        .into_iter()
        .map(|mut message| {
            message
                .attributes
                .retain(|name, _| wanted("MessageAttributeNames", name));
            let system: Map<String, Json> = system_attributes(server, &message)
                .into_iter()
                .filter(|(name, _)| {
                    wanted("MessageSystemAttributeNames", name) || wanted("AttributeNames", name)
                })
                .map(|(name, value)| (name.to_owned(), value.into()))
                .collect();
            let mut out = json!({
                "MessageId": message.id,
                "ReceiptHandle": message.receipt,
                "MD5OfBody": of_body(&message.body),
                "Body": message.body,
            });
            if !system.is_empty() {
                out["Attributes"] = Json::Object(system);
            }
            if let Some(sum) = of_attributes(&message.attributes) {
                out["MD5OfMessageAttributes"] = sum.into();
                out["MessageAttributes"] = json!(message.attributes);
            }
            out
        })
        .collect();
    Ok(if messages.is_empty() {
        json!({})
    } else {
        json!({"Messages": messages})
    })
}

fn system_attributes(server: &Server, message: &Received) -> Vec<(&'static str, String)> {
    let mut out = system(message);
    out.extend(
        message
            .source
            .as_deref()
            .map(|source| ("DeadLetterQueueSourceArn", arn(server, source))),
    );
    out
}

/// System attributes of a message, as receivers and functions see them.
pub(crate) fn system(message: &Received) -> Vec<(&'static str, String)> {
    vec![
        ("ApproximateReceiveCount", message.receives.to_string()),
        ("SentTimestamp", message.sent_at.to_string()),
        ("SenderId", ACCOUNT.to_owned()),
        (
            "ApproximateFirstReceiveTimestamp",
            message.first_received_at.to_string(),
        ),
    ]
}
