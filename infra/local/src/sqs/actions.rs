//! The actions, by name.

use super::digest::{Attributes, of_attributes, of_body};
use super::protocol::{Refusal, Server};
use super::receive;
use super::store::NewMessage;
use crate::template::{ACCOUNT, Queue};
use serde_json::{Map, Value as Json, json};
use std::time::Duration;

/// Most bytes of a message, and of a batch together.
const MESSAGE_LIMIT: usize = 1_048_576;

pub(super) async fn run(server: &Server, action: &str, request: &Json) -> Result<Json, Refusal> {
    match action {
        "SendMessage" => send(server, request),
        "SendMessageBatch" => send_batch(server, request),
        "ReceiveMessage" => receive::receive(server, request).await,
        "DeleteMessage" => {
            let queue = queue_of(server, request)?;
            server
                .store
                .delete(queue, text(request, "ReceiptHandle")?)?;
            Ok(json!({}))
        }
        "DeleteMessageBatch" => batch(server, request, |queue, entry| {
            server.store.delete(queue, text(entry, "ReceiptHandle")?)?;
            Ok(json!({}))
        }),
        "ChangeMessageVisibility" => hide(server, queue_of(server, request)?, request),
        "ChangeMessageVisibilityBatch" => {
            batch(server, request, |queue, entry| hide(server, queue, entry))
        }
        "GetQueueUrl" => {
            let name = text(request, "QueueName")?;
            let queue = server.store.queue(name).ok_or_else(missing)?;
            Ok(json!({"QueueUrl": url(server, queue)}))
        }
        "GetQueueAttributes" => attributes(server, queue_of(server, request)?, request),
        "ListQueues" => {
            let prefix = request
                .get("QueueNamePrefix")
                .and_then(Json::as_str)
                .unwrap_or_default();
            let queues = server
                .store
                .queues()
                .filter(|queue| queue.name.starts_with(prefix));
            Ok(json!({"QueueUrls": queues.map(|queue| url(server, queue)).collect::<Vec<_>>()}))
        }
        "ListDeadLetterSourceQueues" => {
            let dead = queue_of(server, request)?;
            let sources = server.store.queues().filter(|q| {
                q.redrive
                    .as_ref()
                    .is_some_and(|redrive| redrive.queue == dead.name)
            });
            Ok(json!({"queueUrls": sources.map(|queue| url(server, queue)).collect::<Vec<_>>()}))
        }
        "PurgeQueue" => {
            server.store.purge(queue_of(server, request)?)?;
            Ok(json!({}))
        }
        "StartMessageMoveTask" => server.tasks.start(server, request),
        "ListMessageMoveTasks" => server.tasks.list(request),
        _ => Err(Refusal::new(
            "UnsupportedOperation",
            "AWS.SimpleQueueService.UnsupportedOperation",
            action,
        )),
    }
}

fn missing() -> Refusal {
    Refusal::new(
        "QueueDoesNotExist",
        "AWS.SimpleQueueService.NonExistentQueue",
        "The specified queue does not exist.",
    )
}

pub(super) fn text<'a>(request: &'a Json, name: &str) -> Result<&'a str, Refusal> {
    request
        .get(name)
        .and_then(Json::as_str)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| {
            Refusal::new(
                "MissingParameter",
                "MissingParameter",
                format!("The request must contain the parameter {name}."),
            )
        })
}

pub(super) fn queue_of<'a>(server: &'a Server, request: &Json) -> Result<&'a Queue, Refusal> {
    let url = text(request, "QueueUrl")?;
    server
        .store
        .queue(url.rsplit('/').next().unwrap_or_default())
        .ok_or_else(missing)
}

pub(super) fn queue_of_arn<'a>(server: &'a Server, arn: &str) -> Result<&'a Queue, Refusal> {
    let known = arn
        .rsplit(':')
        .next()
        .and_then(|name| server.store.queue(name));
    known.ok_or_else(|| {
        Refusal::new(
            "ResourceNotFoundException",
            "ResourceNotFoundException",
            "no such queue",
        )
    })
}

fn url(server: &Server, queue: &Queue) -> String {
    format!("{}/{ACCOUNT}/{}", server.url, queue.name)
}

/// A duration in whole seconds, at most `most`.
pub(super) fn seconds(request: &Json, name: &str, most: u64) -> Result<Option<Duration>, Refusal> {
    match request.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(value) => match value.as_u64().filter(|value| *value <= most) {
            Some(value) => Ok(Some(Duration::from_secs(value))),
            None => Err(Refusal::invalid(format!(
                "{name} must be a number of seconds from 0 to {most}, not {value}"
            ))),
        },
    }
}

fn parse(request: &Json) -> Result<NewMessage, Refusal> {
    let body = text(request, "MessageBody")?;
    if body.len() > MESSAGE_LIMIT {
        return Err(Refusal::invalid(format!(
            "One or more parameters are invalid. Reason: Message must be shorter than {MESSAGE_LIMIT} bytes."
        )));
    }
    let attributes = match request.get("MessageAttributes") {
        None | Some(Json::Null) => Attributes::new(),
        Some(value) => {
            serde_json::from_value(value.clone()).map_err(|e| Refusal::invalid(e.to_string()))?
        }
    };
    if let Some((name, _)) = attributes
        .iter()
        .find(|(_, a)| a.string_value.is_none() == a.binary_value.is_none())
    {
        return Err(Refusal::invalid(format!(
            "The message attribute '{name}' must contain one value."
        )));
    }
    Ok(NewMessage {
        body: body.into(),
        attributes,
        delay: seconds(request, "DelaySeconds", 900)?,
    })
}

fn sent(message: &NewMessage, id: &str) -> Json {
    let mut out = Map::new();
    out.insert("MessageId".into(), id.into());
    out.insert("MD5OfMessageBody".into(), of_body(&message.body).into());
    out.extend(
        of_attributes(&message.attributes).map(|sum| ("MD5OfMessageAttributes".into(), sum.into())),
    );
    Json::Object(out)
}

fn send(server: &Server, request: &Json) -> Result<Json, Refusal> {
    let queue = queue_of(server, request)?;
    let message = parse(request)?;
    let ids = server.store.send(queue, std::slice::from_ref(&message))?;
    Ok(sent(&message, &ids[0]))
}

fn send_batch(server: &Server, request: &Json) -> Result<Json, Refusal> {
    let total: usize = entries(request)?
        .iter()
        .filter_map(|e| e.get("MessageBody")?.as_str())
        .map(str::len)
        .sum();
    if total > MESSAGE_LIMIT {
        return Err(Refusal::new(
            "BatchRequestTooLong",
            "AWS.SimpleQueueService.BatchRequestTooLong",
            "Batch requests cannot be longer than 1048576 bytes.",
        ));
    }
    batch(server, request, |queue, entry| {
        let message = parse(entry)?;
        let ids = server.store.send(queue, std::slice::from_ref(&message))?;
        Ok(sent(&message, &ids[0]))
    })
}

fn entries(request: &Json) -> Result<&[Json], Refusal> {
    let entries = request
        .get("Entries")
        .and_then(Json::as_array)
        .map_or(&[][..], Vec::as_slice);
    let prefix = "AWS.SimpleQueueService";
    match entries.len() {
        0 => Err(Refusal::new(
            "EmptyBatchRequest",
            "AWS.SimpleQueueService.EmptyBatchRequest",
            "There are no entries.",
        )),
        1..=10 => Ok(entries),
        more => Err(Refusal::new(
            "TooManyEntriesInBatchRequest",
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            format!("{prefix}: at most 10 entries, not {more}"),
        )),
    }
}

/// Runs `each` on every entry; what it refuses becomes a failed entry.
fn batch(
    server: &Server,
    request: &Json,
    each: impl Fn(&Queue, &Json) -> Result<Json, Refusal>,
) -> Result<Json, Refusal> {
    let queue = queue_of(server, request)?;
    let entries = entries(request)?;
    let mut ids = std::collections::BTreeSet::new();
    for entry in entries {
        if !ids.insert(text(entry, "Id")?) {
            return Err(Refusal::new(
                "BatchEntryIdsNotDistinct",
                "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
                "Two entries have the same Id.",
            ));
        }
    }
    let (mut successful, mut failed) = (Vec::new(), Vec::new());
    for entry in entries {
        let id = text(entry, "Id")?;
        match each(queue, entry) {
            Ok(mut done) => {
                done["Id"] = id.into();
                successful.push(done);
            }
            Err(refusal) => failed.push(json!({
                "Id": id,
                "SenderFault": !refusal.status.is_server_error(),
                "Code": refusal.code,
                "Message": refusal.message,
            })),
        }
    }
    Ok(json!({"Successful": successful, "Failed": failed}))
}

fn hide(server: &Server, queue: &Queue, request: &Json) -> Result<Json, Refusal> {
    let visibility = seconds(request, "VisibilityTimeout", 43_200)?;
    let visibility = visibility.ok_or_else(|| Refusal::invalid("VisibilityTimeout is missing"))?;
    if server
        .store
        .hide(queue, text(request, "ReceiptHandle")?, visibility)?
    {
        Ok(json!({}))
    } else {
        Err(Refusal::new(
            "MessageNotInflight",
            "AWS.SimpleQueueService.MessageNotInflight",
            "The message referred to isn't in flight.",
        ))
    }
}

fn attributes(server: &Server, queue: &Queue, request: &Json) -> Result<Json, Refusal> {
    let wanted = request
        .get("AttributeNames")
        .and_then(Json::as_array)
        .map_or(&[][..], Vec::as_slice);
    let all = wanted.iter().any(|name| name == "All");
    let counts = server.store.counts(queue)?;
    let mut values = vec![
        ("ApproximateNumberOfMessages", counts.visible.to_string()),
        (
            "ApproximateNumberOfMessagesNotVisible",
            counts.in_flight.to_string(),
        ),
        (
            "ApproximateNumberOfMessagesDelayed",
            counts.delayed.to_string(),
        ),
        ("VisibilityTimeout", queue.visibility.as_secs().to_string()),
        ("DelaySeconds", queue.delay.as_secs().to_string()),
        (
            "ReceiveMessageWaitTimeSeconds",
            queue.receive_wait.as_secs().to_string(),
        ),
        (
            "MessageRetentionPeriod",
            queue.retention.as_secs().to_string(),
        ),
        ("MaximumMessageSize", MESSAGE_LIMIT.to_string()),
        ("QueueArn", arn(server, &queue.name)),
    ];
    if let Some(redrive) = &queue.redrive {
        let policy = json!({
            "deadLetterTargetArn": arn(server, &redrive.queue),
            "maxReceiveCount": redrive.max_receives,
        });
        values.push(("RedrivePolicy", policy.to_string()));
    }
    let chosen = values
        .into_iter()
        .filter(|(name, _)| all || wanted.iter().any(|wanted| wanted == name));
    Ok(
        json!({"Attributes": chosen.map(|(name, value)| (name.to_owned(), value.into())).collect::<Map<_, _>>()}),
    )
}

pub(super) fn arn(server: &Server, queue: &str) -> String {
    format!("arn:aws:sqs:{}:{ACCOUNT}:{queue}", server.region)
}
