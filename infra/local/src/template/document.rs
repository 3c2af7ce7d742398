//! YAML with `CloudFormation`'s short tags → JSON in the long form, so that one evaluator reads both:
//! `!Ref A` = `{"Ref": "A"}`, `!GetAtt A.Arn` = `{"Fn::GetAtt": ["A", "Arn"]}`, `!Sub "…"` = `{"Fn::Sub": "…"}`.

use crate::error::{Error, Result};
use serde_json::{Map, Value as Json};
use serde_yaml_ng::Value as Yaml;

/// Intrinsic functions known to the evaluator, by short name; all but `Ref` and `Condition` carry `Fn::` in the long form.
const TAGS: [&str; 14] = [
    "Ref",
    "Condition",
    "GetAtt",
    "Sub",
    "Join",
    "If",
    "Equals",
    "Not",
    "And",
    "Or",
    "FindInMap",
    "Select",
    "Split",
    "Base64",
];

/// Reads a template's text. Anchors and merge keys are resolved; an unknown tag is an error with its path.
pub(super) fn parse(text: &str) -> Result<Json> {
    let mut yaml: Yaml =
        serde_yaml_ng::from_str(text).map_err(|e| Error::template("(syntax)", e.to_string()))?;
    yaml.apply_merge()
        .map_err(|e| Error::template("(merge keys)", e.to_string()))?;
    convert(yaml, "")
}

fn convert(yaml: Yaml, path: &str) -> Result<Json> {
    Ok(match yaml {
        Yaml::Null => Json::Null,
        Yaml::Bool(value) => Json::Bool(value),
        Yaml::Number(value) => {
            serde_json::to_value(value).map_err(|e| Error::template(path, e.to_string()))?
        }
        Yaml::String(value) => Json::String(value),
        Yaml::Sequence(items) => {
            let items = items.into_iter().enumerate();
            Json::Array(
                items
                    .map(|(i, item)| convert(item, &format!("{path}[{i}]")))
                    .collect::<Result<_>>()?,
            )
        }
        Yaml::Mapping(entries) => {
            let mut object = Map::new();
            for (key, value) in entries {
                let key = plain_key(&key)
                    .ok_or_else(|| Error::template(path, "a key that is not a text"))?;
                let below = super::join(path, &key);
                object.insert(key, convert(value, &below)?);
            }
            Json::Object(object)
        }
        Yaml::Tagged(tagged) => {
            let tag = tagged.tag.to_string();
            let name = tag.trim_start_matches('!');
            if !TAGS.contains(&name) {
                return Err(Error::template(
                    path,
                    format!("the tag {tag} is not understood"),
                ));
            }
            let value = convert(tagged.value, path)?;
            long_form(name, value)
        }
    })
}

fn plain_key(key: &Yaml) -> Option<String> {
    match key {
        Yaml::String(text) => Some(text.clone()),
        Yaml::Number(number) => Some(number.to_string()),
        Yaml::Bool(value) => Some(value.to_string()),
        Yaml::Null | Yaml::Sequence(_) | Yaml::Mapping(_) | Yaml::Tagged(_) => None,
    }
}

fn long_form(name: &str, value: Json) -> Json {
    let key = match name {
        "Ref" | "Condition" => name.to_owned(),
        _ => format!("Fn::{name}"),
    };
    let value = match (name, value) {
        ("GetAtt", Json::String(text)) => match text.split_once('.') {
            Some((resource, attribute)) => serde_json::json!([resource, attribute]),
            None => Json::String(text),
        },
        (_, value) => value,
    };
    Json::Object(Map::from_iter([(key, value)]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn short_tags_become_the_long_form() {
        let read =
            parse("a: !Ref Table\nb: !GetAtt Queue.Arn\nc: !If [Live, !Sub '${A}', x]\n").unwrap();
        assert_eq!(
            read,
            json!({
                "a": {"Ref": "Table"},
                "b": {"Fn::GetAtt": ["Queue", "Arn"]},
                "c": {"Fn::If": ["Live", {"Fn::Sub": "${A}"}, "x"]},
            })
        );
    }

    #[test]
    fn an_unknown_tag_is_an_error_that_says_where() {
        let error = parse("Resources:\n  A:\n    Properties: !Cidr [1]\n")
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("Resources.A.Properties") && error.contains("!Cidr"),
            "{error}"
        );
    }

    #[test]
    fn anchors_and_merge_keys_are_resolved() {
        let read = parse("base: &b {x: 1}\nuse:\n  <<: *b\n  y: 2\n").unwrap();
        assert_eq!(read["use"], json!({"x": 1, "y": 2}));
    }
}
