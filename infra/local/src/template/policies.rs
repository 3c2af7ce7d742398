//! What the roles of functions allow, so that it is not found out on AWS alone what one lacks or has too much of.
//!
//! Read are the statements of `AWS::IAM::Role`: their actions, resources and conditions. Everything that would change what
//! they mean and is not known here (denials, managed policies, other operators) ends the start.

use super::join;
use super::properties::Properties;
use crate::error::{Error, Result};
use serde_json::Value as Json;

/// Properties of a role that only matter on AWS.
pub(super) const IGNORED: [&str; 6] = [
    "AssumeRolePolicyDocument",
    "Description",
    "MaxSessionDuration",
    "Path",
    "RoleName",
    "Tags",
];

/// One statement that allows something.
#[derive(Clone, Debug, Default)]
pub struct Statement {
    /// `Sid`.
    pub sid: String,
    /// Actions, by name.
    pub actions: Vec<String>,
    /// ARNs; `*` stands for any text.
    pub resources: Vec<String>,
    /// All of them must hold.
    pub conditions: Vec<Condition>,
}

/// `<operator>: {<key>: <values>}`.
#[derive(Clone, Debug)]
pub struct Condition {
    /// How the values of the request are compared.
    pub operator: Operator,
    /// What of the request.
    pub key: String,
    /// With what.
    pub values: Vec<String>,
}

/// Operators of conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `Null`: whether the request has no such key.
    Null,
    /// `StringEquals`: it has the key, with one of the values.
    Equals,
    /// `StringLike`: the same with `*` for any text.
    Like,
    /// `ForAllValues:StringLike`: each value that it has fits, also when it has none.
    AllLike,
    /// `ForAnyValue:StringLike`: one of its values fits.
    AnyLike,
}

impl Operator {
    fn read(text: &str) -> Option<Self> {
        Some(match text {
            "Null" => Self::Null,
            "StringEquals" => Self::Equals,
            "StringLike" => Self::Like,
            "ForAllValues:StringLike" => Self::AllLike,
            "ForAnyValue:StringLike" => Self::AnyLike,
            _ => return None,
        })
    }
}

/// The statements of a role.
pub(super) fn statements(mut properties: Properties<'_>) -> Result<Vec<Statement>> {
    let mut out = Vec::new();
    for mut policy in properties.list("Policies", &["PolicyName"])? {
        let path = policy.path("PolicyDocument");
        let document = policy.take("PolicyDocument")?.unwrap_or_default();
        policy.done()?;
        for statement in each(&document["Statement"]) {
            out.push(read(statement, &join(&path, "Statement"))?);
        }
    }
    properties.done()?;
    Ok(out)
}

fn read(statement: &Json, path: &str) -> Result<Statement> {
    let unknown = |what: &str| Error::template(path, format!("{what} is not understood"));
    let mut out = Statement::default();
    for (key, value) in statement.as_object().ok_or_else(|| unknown("no map"))? {
        match key.as_str() {
            "Sid" => out.sid = texts(value).concat(),
            "Effect" if value == "Allow" => {}
            "Action" => out.actions = texts(value),
            "Resource" => out.resources = texts(value),
            "Condition" => {
                for (operator, tests) in value.as_object().into_iter().flatten() {
                    let known = Operator::read(operator).ok_or_else(|| unknown(operator))?;
                    for (key, values) in tests.as_object().into_iter().flatten() {
                        out.conditions.push(Condition {
                            operator: known,
                            key: key.clone(),
                            values: texts(values),
                        });
                    }
                }
            }
            other => return Err(unknown(other)),
        }
    }
    Ok(out)
}

/// The items of a list, or the one that stands in its place.
fn each(value: &Json) -> &[Json] {
    value
        .as_array()
        .map_or(std::slice::from_ref(value), Vec::as_slice)
}

fn texts(value: &Json) -> Vec<String> {
    let text = |item: &Json| super::text_of(item).unwrap_or_default();
    each(value).iter().map(text).collect()
}
