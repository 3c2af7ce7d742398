//! `Events` of a function: what starts it.

use super::evaluate::Evaluator;
use super::ignored;
use super::model::{Deployment, Filter, QueueSource, Retry, Route, Schedule, StreamSource};
use super::properties::Properties;
use crate::error::{Error, Result};
use serde_json::Value as Json;

/// Adds one event of `function` to the deployment.
pub(super) fn read(
    deployment: &mut Deployment,
    evaluator: &Evaluator<'_>,
    function: &str,
    event: &str,
    body: &Json,
    path: String,
) -> Result<()> {
    let kind = body.get("Type").and_then(Json::as_str).unwrap_or_default();
    let ignored: &[&str] = match kind {
        "HttpApi" => &ignored::HTTP_EVENT,
        "SQS" => &ignored::QUEUE_EVENT,
        "DynamoDB" => &ignored::STREAM_EVENT,
        "Schedule" | "ScheduleV2" => &ignored::SCHEDULE_EVENT,
        _ => {
            return Err(Error::template(
                path,
                format!("an event of type `{kind}` is not understood"),
            ));
        }
    };
    let mut properties = Properties::new(
        evaluator,
        body.get("Properties"),
        format!("{path}.Properties"),
        ignored,
    )?;
    match kind {
        "HttpApi" => {
            let method = properties
                .text("Method")?
                .unwrap_or_else(|| "ANY".into())
                .to_uppercase();
            let path = properties
                .text("Path")?
                .unwrap_or_else(|| "$default".into());
            let method = if method == "X-AMAZON-APIGATEWAY-ANY-METHOD" || method == "*" {
                "ANY".into()
            } else {
                method
            };
            deployment.routes.push(Route {
                method,
                path,
                function: function.into(),
            });
        }
        "SQS" => deployment
            .queue_sources
            .push(queue(&mut properties, function)?),
        "DynamoDB" => deployment
            .stream_sources
            .push(stream(&mut properties, function, event)?),
        _ => deployment.schedules.push(schedule(
            &mut properties,
            function,
            event,
            kind == "ScheduleV2",
        )?),
    }
    properties.done()
}

fn queue(properties: &mut Properties<'_>, function: &str) -> Result<QueueSource> {
    let arn = properties.required_text("Queue")?;
    let concurrency = match properties.below("ScalingConfig", &[])? {
        Some(mut scaling) => scaling.number("MaximumConcurrency")?,
        None => None,
    };
    Ok(QueueSource {
        queue: last(&arn, ':'),
        function: function.into(),
        batch_size: properties.number("BatchSize")?.unwrap_or(10),
        window: properties
            .seconds("MaximumBatchingWindowInSeconds")?
            .unwrap_or_default(),
        partial: partial(properties)?,
        concurrency,
        filter: filter(properties)?,
    })
}

fn stream(properties: &mut Properties<'_>, function: &str, event: &str) -> Result<StreamSource> {
    let arn = properties.required_text("Stream")?;
    let path = properties.path("Stream");
    let table = arn
        .split('/')
        .nth(1)
        .ok_or_else(|| Error::template(path, format!("{arn} is no stream's ARN")))?;
    // A record is never too old here: the stream begins with the table and is read as it grows.
    properties.take("MaximumRecordAgeInSeconds")?;
    Ok(StreamSource {
        id: format!("{function}/{event}"),
        table: table.into(),
        function: function.into(),
        batch_size: properties.number("BatchSize")?.unwrap_or(100),
        window: properties
            .seconds("MaximumBatchingWindowInSeconds")?
            .unwrap_or_default(),
        partial: partial(properties)?,
        bisect: properties
            .flag("BisectBatchOnFunctionError")?
            .unwrap_or(false),
        retry: Retry {
            attempts: attempts(properties)?,
            failure_queue: failure_queue(properties)?,
        },
        filter: filter(properties)?,
    })
}

fn schedule(
    properties: &mut Properties<'_>,
    function: &str,
    event: &str,
    scheduler: bool,
) -> Result<Schedule> {
    let expression = properties.required_text(if scheduler {
        "ScheduleExpression"
    } else {
        "Schedule"
    })?;
    let state = properties.text("State")?;
    let enabled =
        properties.flag("Enabled")?.unwrap_or(true) && state.as_deref() != Some("DISABLED");
    let mut retry = Retry::default();
    if let Some(mut policy) = properties.below("RetryPolicy", &["MaximumEventAgeInSeconds"])? {
        retry.attempts = policy.number("MaximumRetryAttempts")?;
    }
    if let Some(mut dead) = properties.below("DeadLetterConfig", &["QueueLogicalId", "Type"])? {
        retry.failure_queue = dead.text("Arn")?.map(|arn| last(&arn, ':'));
    }
    Ok(Schedule {
        id: format!("{function}/{event}"),
        event: event.into(),
        function: function.into(),
        expression,
        timezone: properties.text("ScheduleExpressionTimezone")?,
        input: properties.text("Input")?,
        scheduler,
        enabled,
        retry,
    })
}

/// `FunctionResponseTypes: [ReportBatchItemFailures]`.
fn partial(properties: &mut Properties<'_>) -> Result<bool> {
    Ok(properties
        .texts("FunctionResponseTypes")?
        .iter()
        .any(|kind| kind == "ReportBatchItemFailures"))
}

/// `MaximumRetryAttempts`; -1 means for ever.
pub(super) fn attempts(properties: &mut Properties<'_>) -> Result<Option<u64>> {
    let path = properties.path("MaximumRetryAttempts");
    match properties.take("MaximumRetryAttempts")? {
        None => Ok(None),
        Some(value) if value.as_i64() == Some(-1) => Ok(None),
        Some(value) => super::number(&value, &path).map(Some),
    }
}

/// `DestinationConfig.OnFailure`, a queue.
pub(super) fn failure_queue(properties: &mut Properties<'_>) -> Result<Option<String>> {
    let Some(mut destinations) = properties.below("DestinationConfig", &[])? else {
        return Ok(None);
    };
    let Some(mut failure) = destinations.below("OnFailure", &["Type"])? else {
        destinations.done()?;
        return Ok(None);
    };
    let arn = failure.required_text("Destination")?;
    if !arn.contains(":sqs:") {
        return Err(Error::template(
            failure.path("Destination"),
            "only a queue can be the destination here",
        ));
    }
    failure.done()?;
    destinations.done()?;
    Ok(Some(last(&arn, ':')))
}

fn filter(properties: &mut Properties<'_>) -> Result<Filter> {
    let Some(mut criteria) = properties.below("FilterCriteria", &[])? else {
        return Ok(Filter::default());
    };
    let mut patterns = Vec::new();
    for mut filter in criteria.list("Filters", &[])? {
        let text = filter.required_text("Pattern")?;
        let path = filter.path("Pattern");
        let pattern =
            serde_json::from_str(&text).map_err(|e| Error::template(&path, e.to_string()))?;
        crate::sources::filter::check(&pattern)
            .map_err(|problem| Error::template(&path, problem))?;
        patterns.push(pattern);
        filter.done()?;
    }
    criteria.done()?;
    Ok(Filter { patterns })
}

fn last(text: &str, separator: char) -> String {
    text.rsplit(separator).next().unwrap_or(text).to_owned()
}
