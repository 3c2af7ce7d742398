//! `Parameters` and `Rules`: what was typed at deployment, checked before anything runs.

use super::evaluate::Evaluator;
use super::world::World;
use super::{join, text_of};
use crate::error::{Error, Result};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// Values of all parameters: given, else their default. `AllowedPattern` is left to `CloudFormation`.
pub(super) fn read(section: &Json, world: &World) -> Result<BTreeMap<String, Json>> {
    let declared = section
        .as_object()
        .ok_or_else(|| Error::template("Parameters", "a map is needed"))?;
    if let Some(unknown) = world
        .parameters
        .keys()
        .find(|name| !declared.contains_key(*name))
    {
        return Err(Error::template(
            "Parameters",
            format!("{unknown} was given, the template has no such parameter"),
        ));
    }
    let mut values = BTreeMap::new();
    for (name, declaration) in declared {
        let path = join("Parameters", name);
        let given = world.parameters.get(name).cloned();
        let text = given
            .or_else(|| declaration.get("Default").and_then(text_of))
            .ok_or_else(|| Error::template(&path, "no value was given and it has no default"))?;
        check(&text, declaration, &path)?;
        let list = declaration
            .get("Type")
            .and_then(Json::as_str)
            .is_some_and(|kind| kind.contains("List"));
        let value = if list {
            text.split(',').map(str::trim).collect()
        } else {
            Json::String(text)
        };
        values.insert(name.clone(), value);
    }
    Ok(values)
}

fn check(text: &str, declaration: &Json, path: &str) -> Result<()> {
    if let Some(allowed) = declaration.get("AllowedValues").and_then(Json::as_array)
        && !allowed
            .iter()
            .filter_map(text_of)
            .any(|value| value == text)
    {
        return Err(Error::template(
            path,
            format!("`{text}` is not one of the allowed values"),
        ));
    }
    let kind = declaration
        .get("Type")
        .and_then(Json::as_str)
        .unwrap_or("String");
    if kind != "Number" {
        return Ok(());
    }
    let value: f64 = text
        .parse()
        .map_err(|_| Error::template(path, format!("`{text}` is not a number")))?;
    let bound = |name: &str| {
        declaration
            .get(name)
            .and_then(text_of)
            .and_then(|text| text.parse::<f64>().ok())
    };
    if bound("MinValue").is_some_and(|least| value < least)
        || bound("MaxValue").is_some_and(|most| value > most)
    {
        return Err(Error::template(
            path,
            format!("{text} is outside MinValue and MaxValue"),
        ));
    }
    Ok(())
}

/// Refuses parameters that contradict each other, with the template's own words.
pub(super) fn check_rules(evaluator: &Evaluator<'_>, section: &Json) -> Result<()> {
    for (name, rule) in section.as_object().into_iter().flatten() {
        let path = join("Rules", name);
        if let Some(condition) = rule.get("RuleCondition")
            && !evaluator.condition(condition, &path)?
        {
            continue;
        }
        for assertion in rule
            .get("Assertions")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
        {
            let body = assertion
                .get("Assert")
                .ok_or_else(|| Error::template(&path, "an assertion without Assert"))?;
            if !evaluator.condition(body, &path)? {
                let words = assertion.get("AssertDescription").and_then(Json::as_str);
                return Err(Error::template(
                    path,
                    words.unwrap_or("the parameters break this rule"),
                ));
            }
        }
    }
    Ok(())
}
