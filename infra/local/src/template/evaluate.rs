//! Intrinsic functions, conditions and parameters of `CloudFormation`.
//!
//! An evaluated value is `None` where the template says `AWS::NoValue`; its key or list item disappears.

use super::world::{ACCOUNT, API_ID, World, resolve_references};
use super::{join, text_of};
use crate::error::{Error, Result};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;

/// What `Ref` and `Fn::GetAtt` say of a resource.
#[derive(Clone, Debug)]
pub(super) struct Named {
    pub(super) reference: String,
    /// `None`: the type is one that does not exist here, any attribute is an ARN-like text.
    pub(super) attributes: Option<BTreeMap<String, String>>,
}

pub(super) struct Evaluator<'a> {
    pub(super) world: &'a World,
    pub(super) parameters: BTreeMap<String, Json>,
    pub(super) mappings: Json,
    pub(super) conditions: Map<String, Json>,
    pub(super) resources: BTreeMap<String, Named>,
}

impl Evaluator<'_> {
    /// The value with every intrinsic function replaced.
    pub(super) fn value(&self, value: &Json, path: &str) -> Result<Option<Json>> {
        match value {
            Json::Object(object) => {
                if object.len() == 1
                    && let Some((key, argument)) = object.iter().next()
                    && (key == "Ref" || key == "Condition" || key.starts_with("Fn::"))
                {
                    // `Condition: Name` is also an ordinary key of resources and IAM statements.
                    if key != "Condition" {
                        return self.intrinsic(key, argument, path);
                    }
                }
                let mut out = Map::new();
                for (key, value) in object {
                    if let Some(value) = self.value(value, &join(path, key))? {
                        out.insert(key.clone(), value);
                    }
                }
                Ok(Some(Json::Object(out)))
            }
            Json::Array(items) => {
                let mut out = Vec::with_capacity(items.len());
                for (i, item) in items.iter().enumerate() {
                    out.extend(self.value(item, &format!("{path}[{i}]"))?);
                }
                Ok(Some(Json::Array(out)))
            }
            Json::String(text) => Ok(Some(Json::String(self.finish(text, path)?))),
            Json::Null | Json::Bool(_) | Json::Number(_) => Ok(Some(value.clone())),
        }
    }

    /// The value as one text: numbers and booleans as `CloudFormation` writes them.
    pub(super) fn text(&self, value: &Json, path: &str) -> Result<String> {
        let value = self.value(value, path)?;
        value
            .as_ref()
            .and_then(text_of)
            .ok_or_else(|| Error::template(path, "a text is needed here"))
    }

    fn finish(&self, text: &str, path: &str) -> Result<String> {
        let text = if text.contains("{{resolve:") {
            resolve_references(text, &self.world.secrets).map_err(|e| Error::template(path, e))?
        } else {
            text.to_owned()
        };
        let public = format!(
            "https://{API_ID}.execute-api.{}.amazonaws.com",
            self.world.region
        );
        Ok(text.replace(&public, &self.world.api_url))
    }

    fn intrinsic(&self, name: &str, argument: &Json, path: &str) -> Result<Option<Json>> {
        let wrong = |problem: &str| Error::template(path, format!("{name}: {problem}"));
        let list = |least: usize| {
            argument
                .as_array()
                .filter(|a| a.len() >= least)
                .ok_or_else(|| wrong("too few arguments"))
        };
        match name {
            "Ref" => self.reference(
                argument.as_str().ok_or_else(|| wrong("a name is needed"))?,
                path,
            ),
            "Fn::GetAtt" => {
                let (resource, attribute) = match argument {
                    Json::String(text) => text
                        .split_once('.')
                        .ok_or_else(|| wrong("Resource.Attribute is needed"))?,
                    _ => match list(2)?.as_slice() {
                        [Json::String(a), Json::String(b)] => (a.as_str(), b.as_str()),
                        _ => return Err(wrong("two texts are needed")),
                    },
                };
                Ok(Some(Json::String(
                    self.attribute(resource, attribute, path)?,
                )))
            }
            "Fn::Sub" => self
                .substitute(argument, path)
                .map(|text| Some(Json::String(text))),
            "Fn::Join" => {
                let [separator, items] = list(2)?.as_slice() else {
                    return Err(wrong("two arguments are needed"));
                };
                let separator = self.text(separator, path)?;
                let items = self.value(items, path)?.unwrap_or_default();
                let items = items.as_array().ok_or_else(|| wrong("a list is needed"))?;
                let texts: Option<Vec<_>> = items.iter().map(text_of).collect();
                let texts = texts.ok_or_else(|| wrong("only texts can be joined"))?;
                Ok(Some(Json::String(
                    self.finish(&texts.join(&separator), path)?,
                )))
            }
            "Fn::If" => {
                let [condition, yes, no] = list(3)?.as_slice() else {
                    return Err(wrong("three arguments are needed"));
                };
                let condition = condition
                    .as_str()
                    .ok_or_else(|| wrong("a condition's name comes first"))?;
                self.value(
                    if self.named_condition(condition, path)? {
                        yes
                    } else {
                        no
                    },
                    path,
                )
            }
            "Fn::FindInMap" | "Fn::Select" | "Fn::Split" => {
                self.pick(name, list(2)?, path).map(Some)
            }
            "Fn::Base64" => {
                let text = self.text(argument, path)?;
                Ok(Some(Json::String(
                    data_encoding::BASE64.encode(text.as_bytes()),
                )))
            }
            "Fn::Equals" | "Fn::Not" | "Fn::And" | "Fn::Or" => {
                let whole = Json::Object(Map::from_iter([(name.to_owned(), argument.clone())]));
                Ok(Some(Json::Bool(self.condition(&whole, path)?)))
            }
            _ => Err(wrong("this function is not understood")),
        }
    }

    /// Functions that take something out of a map, a list or a text.
    fn pick(&self, name: &str, arguments: &[Json], path: &str) -> Result<Json> {
        let wrong = |problem: &str| Error::template(path, format!("{name}: {problem}"));
        if name == "Fn::FindInMap" {
            let keys = arguments.iter().map(|key| self.text(key, path));
            let keys: Vec<_> = keys.collect::<Result<_>>()?;
            let found = keys
                .iter()
                .try_fold(&self.mappings, |at, key| at.get(key.as_str()));
            return found
                .cloned()
                .ok_or_else(|| wrong(&format!("no {}", keys.join("."))));
        }
        let [first, second] = arguments else {
            return Err(wrong("two arguments are needed"));
        };
        let first = self.text(first, path)?;
        if name == "Fn::Split" {
            let text = self.text(second, path)?;
            return Ok(text.split(first.as_str()).collect());
        }
        let index: usize = first
            .parse()
            .map_err(|_| wrong("the index is not a number"))?;
        let items = self.value(second, path)?.unwrap_or_default();
        items
            .get(index)
            .cloned()
            .ok_or_else(|| wrong("no such item"))
    }

    fn reference(&self, name: &str, path: &str) -> Result<Option<Json>> {
        let text = match name {
            "AWS::NoValue" => return Ok(None),
            "AWS::Region" => self.world.region.clone(),
            "AWS::AccountId" => ACCOUNT.into(),
            "AWS::StackName" => self.world.stack.clone(),
            "AWS::StackId" => {
                format!(
                    "arn:aws:cloudformation:{}:{ACCOUNT}:stack/{}/local",
                    self.world.region, self.world.stack
                )
            }
            "AWS::Partition" => "aws".into(),
            "AWS::URLSuffix" => "amazonaws.com".into(),
            _ => {
                if let Some(value) = self.parameters.get(name) {
                    return self.value(value, path);
                }
                match self.resources.get(name) {
                    Some(resource) => resource.reference.clone(),
                    None => {
                        return Err(Error::template(
                            path,
                            format!("Ref: no parameter or resource {name}"),
                        ));
                    }
                }
            }
        };
        Ok(Some(Json::String(text)))
    }

    fn attribute(&self, resource: &str, attribute: &str, path: &str) -> Result<String> {
        let Some(named) = self.resources.get(resource) else {
            return Err(Error::template(
                path,
                format!("Fn::GetAtt: no resource {resource}"),
            ));
        };
        match &named.attributes {
            None => Ok(format!(
                "arn:aws:local:{}:{ACCOUNT}:{}/{attribute}",
                self.world.region, named.reference
            )),
            Some(attributes) => attributes.get(attribute).cloned().ok_or_else(|| {
                Error::template(
                    path,
                    format!("Fn::GetAtt: {resource} has no attribute {attribute} here"),
                )
            }),
        }
    }

    fn substitute(&self, argument: &Json, path: &str) -> Result<String> {
        let (text, own) = match argument {
            Json::String(text) => (text.as_str(), None),
            Json::Array(items) => match items.as_slice() {
                [Json::String(text), Json::Object(own)] => (text.as_str(), Some(own)),
                _ => {
                    return Err(Error::template(
                        path,
                        "Fn::Sub: a text and a map are needed",
                    ));
                }
            },
            _ => return Err(Error::template(path, "Fn::Sub: a text is needed")),
        };
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            out.push_str(&rest[..start]);
            let after = &rest[start + 2..];
            let end = after
                .find('}')
                .ok_or_else(|| Error::template(path, "Fn::Sub: ${ is not closed"))?;
            let name = after[..end].trim();
            if let Some(literal) = name.strip_prefix('!') {
                out.push_str("${");
                out.push_str(literal);
                out.push('}');
            } else if let Some(value) = own.and_then(|own| own.get(name)) {
                out.push_str(&self.text(value, path)?);
            } else if let Some((resource, attribute)) = name.split_once('.') {
                out.push_str(&self.attribute(resource, attribute, path)?);
            } else {
                let value = self.reference(name, path)?;
                let value = value.as_ref().and_then(text_of);
                out.push_str(
                    &value.ok_or_else(|| {
                        Error::template(path, format!("Fn::Sub: {name} is no text"))
                    })?,
                );
            }
            rest = &after[end + 1..];
        }
        out.push_str(rest);
        self.finish(&out, path)
    }

    /// Whether the condition of that name holds.
    pub(super) fn named_condition(&self, name: &str, path: &str) -> Result<bool> {
        let condition = self.conditions.get(name);
        let condition =
            condition.ok_or_else(|| Error::template(path, format!("no condition {name}")))?;
        self.condition(condition, &join("Conditions", name))
    }

    /// Whether a condition's body holds.
    pub(super) fn condition(&self, body: &Json, path: &str) -> Result<bool> {
        let wrong = || Error::template(path, "a condition is Equals, Not, And, Or or Condition");
        let (name, argument) = body
            .as_object()
            .and_then(|o| o.iter().next())
            .ok_or_else(wrong)?;
        let items = argument.as_array().map(Vec::as_slice);
        match (name.as_str(), items) {
            ("Condition", _) => self.named_condition(argument.as_str().ok_or_else(wrong)?, path),
            ("Fn::Equals", Some([left, right])) => {
                Ok(self.text(left, path)? == self.text(right, path)?)
            }
            ("Fn::Not", Some([inner])) => Ok(!self.condition(inner, path)?),
            ("Fn::And", Some(all)) => all
                .iter()
                .try_fold(true, |holds, c| Ok(holds && self.condition(c, path)?)),
            ("Fn::Or", Some(any)) => any
                .iter()
                .try_fold(false, |holds, c| Ok(holds || self.condition(c, path)?)),
            _ => Err(wrong()),
        }
    }
}
