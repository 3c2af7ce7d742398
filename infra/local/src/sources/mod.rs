//! What starts functions beside HTTP: queues, streams and schedules.

pub(crate) mod filter;
pub(crate) mod queue;
pub(crate) mod schedule;
pub(crate) mod stream;
mod timing;

#[cfg(test)]
mod tests;

use serde_json::Value as Json;

/// What a function said about a batch.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// Everything is done.
    Done,
    /// These item identifiers failed.
    Failed(Vec<String>),
    /// All of it failed, or the answer cannot be read.
    AllFailed,
}

/// Reads `{"batchItemFailures": [{"itemIdentifier": "…"}]}`; `known` are the identifiers of the batch.
pub(crate) fn verdict(answer: &[u8], partial: bool, known: &[&str]) -> Verdict {
    if !partial {
        return Verdict::Done;
    }
    if answer.trim_ascii().is_empty() {
        return Verdict::Done;
    }
    let Ok(answer) = serde_json::from_slice::<Json>(answer) else {
        return Verdict::AllFailed;
    };
    let failures = match answer.get("batchItemFailures") {
        None | Some(Json::Null) => return Verdict::Done,
        Some(Json::Array(failures)) => failures,
        Some(_) => return Verdict::AllFailed,
    };
    let mut failed = Vec::with_capacity(failures.len());
    for failure in failures {
        match failure.get("itemIdentifier").and_then(Json::as_str) {
            Some(id) if known.contains(&id) => failed.push(id.to_owned()),
            _ => return Verdict::AllFailed,
        }
    }
    if failed.is_empty() {
        Verdict::Done
    } else {
        Verdict::Failed(failed)
    }
}
