//! Which buckets the roles of functions may list.
//!
//! Of the roles nothing else is read here: all functions share one key on this machine. But S3 answers 404 for what is missing
//! only to whom may list the whole bucket, and 403 to others, and a function that takes the one for the other must not be
//! found out on AWS alone.

use super::evaluate::Evaluator;
use super::join;
use crate::error::Result;
use serde_json::Value as Json;
use std::collections::BTreeSet;

/// The buckets, by their ARNs, that any statement in the resource's `Policies` lets somebody list.
pub(super) fn listed(
    evaluator: &Evaluator<'_>,
    resource: &Json,
    path: &str,
) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let policies = resource.pointer("/Properties/Policies");
    let policies = policies.and_then(Json::as_array).into_iter().flatten();
    let statements = policies
        .filter_map(|policy| policy.pointer("/PolicyDocument/Statement")?.as_array())
        .flatten();
    for statement in statements.filter(|statement| allows_listing(statement)) {
        let resource = statement.get("Resource").unwrap_or(&Json::Null);
        let path = join(path, "Properties.Policies");
        let each = resource
            .as_array()
            .map_or(std::slice::from_ref(resource), Vec::as_slice);
        for resource in each {
            found.insert(evaluator.text(resource, &path)?);
        }
    }
    Ok(found)
}

fn allows_listing(statement: &Json) -> bool {
    let action = statement.get("Action").unwrap_or(&Json::Null);
    let each = action
        .as_array()
        .map_or(std::slice::from_ref(action), Vec::as_slice);
    statement.get("Effect").and_then(Json::as_str) == Some("Allow")
        && statement.get("Condition").is_none()
        && each.iter().any(|action| action == "s3:ListBucket")
}
