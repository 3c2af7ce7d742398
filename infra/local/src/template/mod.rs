//! The deployment's template, read as AWS reads it.
//!
//! Covered: parameters (defaults, `AllowedValues`, `MinValue`, `MaxValue`), `Rules`, `Mappings`, `Conditions`, `Globals.Function`,
//! the intrinsic functions in `evaluate`, dynamic references, and the resource types in `resources`.
//! What only matters on AWS is listed in `ignored`; everything else is an error that names its path.

mod document;
mod evaluate;
mod events;
mod ignored;
mod kms;
mod model;
mod parameters;
mod policies;
mod properties;
mod resources;
mod world;

pub use kms::{KmsKey, KmsSpec};
pub use model::{
    Bucket, CorsRule, Deployment, Filter, Function, HttpCors, Queue, QueueSource, Redrive, Retry,
    Route, Schedule, StreamSource, Table,
};
pub use policies::{Condition, Operator, Statement};
pub use world::{ACCOUNT, API_ID, Secrets, World, parameter_arn};

use crate::error::{Error, Result};
use evaluate::Evaluator;
use serde_json::{Map, Value as Json};

/// Evaluates a template's text against this machine.
///
/// # Errors
/// [`Error::Template`] with the path of the first thing that is not understood.
pub fn load(text: &str, world: &World) -> Result<Deployment> {
    let document = document::parse(text)?;
    for key in document.as_object().map(Map::keys).into_iter().flatten() {
        if !ignored::SECTIONS.contains(&key.as_str()) {
            return Err(Error::template(key, "this section is not understood"));
        }
    }
    let section = |name: &str| {
        document
            .get(name)
            .cloned()
            .unwrap_or_else(|| Json::Object(Map::new()))
    };
    let mut evaluator = Evaluator {
        world,
        parameters: parameters::read(&section("Parameters"), world)?,
        mappings: section("Mappings"),
        conditions: section("Conditions")
            .as_object()
            .cloned()
            .unwrap_or_default(),
        resources: std::collections::BTreeMap::new(),
    };
    parameters::check_rules(&evaluator, &section("Rules"))?;
    resources::read(&mut evaluator, &section("Resources"), &section("Globals"))
}

/// Names of the parameters that a template declares.
///
/// # Errors
/// When the text is no template.
pub fn parameter_names(text: &str) -> Result<Vec<String>> {
    let document = document::parse(text)?;
    let parameters = document.get("Parameters").and_then(Json::as_object);
    Ok(parameters
        .map(|parameters| parameters.keys().cloned().collect())
        .unwrap_or_default())
}

/// `a` + `b` = `a.b`.
fn join(path: &str, key: &str) -> String {
    if path.is_empty() {
        key.to_owned()
    } else {
        format!("{path}.{key}")
    }
}

/// A scalar as `CloudFormation` writes it.
fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::String(text) => Some(text.clone()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(value) => Some(value.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

/// A count that may be written as a number or, through `Ref`, as a text.
fn number(value: &Json, path: &str) -> Result<u64> {
    let parsed = match value {
        Json::Number(number) => number.as_u64(),
        Json::String(text) => text.trim().parse().ok(),
        _ => None,
    };
    parsed.ok_or_else(|| Error::template(path, format!("a whole number is needed, not {value}")))
}

/// A flag that may be written as a boolean or as a text.
fn flag(value: &Json, path: &str) -> Result<bool> {
    match value {
        Json::Bool(value) => Ok(*value),
        Json::String(text) if text == "true" => Ok(true),
        Json::String(text) if text == "false" => Ok(false),
        _ => Err(Error::template(
            path,
            format!("true or false is needed, not {value}"),
        )),
    }
}

#[cfg(test)]
mod tests;
