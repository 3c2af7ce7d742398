//! Event filtering as event source mappings do it: exact values, `prefix`, `suffix`, `exists`, `anything-but`, `equals-ignore-case`, `numeric`.

use serde_json::Value as Json;

/// Refuses patterns that [`matches`] would not understand.
pub(crate) fn check(pattern: &Json) -> Result<(), String> {
    let Json::Object(object) = pattern else {
        return Err("a pattern is a JSON object".into());
    };
    for (key, value) in object {
        match value {
            Json::Object(_) if key != "$or" => check(value)?,
            Json::Array(rules) if key == "$or" => rules.iter().try_for_each(check)?,
            Json::Array(rules) => rules.iter().try_for_each(check_rule)?,
            _ => return Err(format!("`{key}` needs a list of rules or an object")),
        }
    }
    Ok(())
}

fn check_rule(rule: &Json) -> Result<(), String> {
    let Json::Object(rule) = rule else {
        return Ok(());
    };
    let known = [
        "prefix",
        "suffix",
        "exists",
        "anything-but",
        "equals-ignore-case",
        "numeric",
    ];
    match rule.keys().find(|key| !known.contains(&key.as_str())) {
        Some(key) => Err(format!("the rule `{key}` is not understood")),
        None if rule.len() == 1 => Ok(()),
        None => Err("a rule has one key".into()),
    }
}

/// Whether the event fits one of the patterns; no pattern fits everything.
pub(crate) fn passes(patterns: &[Json], event: &Json) -> bool {
    patterns.is_empty() || patterns.iter().any(|pattern| matches(pattern, Some(event)))
}

fn matches(pattern: &Json, event: Option<&Json>) -> bool {
    let Json::Object(pattern) = pattern else {
        return false;
    };
    pattern.iter().all(|(key, rules)| match rules {
        Json::Array(alternatives) if key == "$or" => {
            alternatives.iter().any(|pattern| matches(pattern, event))
        }
        Json::Array(rules) => any_rule(rules, event.and_then(|event| event.get(key))),
        below => matches(below, event.and_then(|event| event.get(key))),
    })
}

fn any_rule(rules: &[Json], value: Option<&Json>) -> bool {
    rules.iter().any(|rule| match value {
        // A list in the event fits when one of its items does.
        Some(Json::Array(items)) if !items.is_empty() => {
            items.iter().any(|item| fits(rule, Some(item)))
        }
        value => fits(rule, value),
    })
}

fn fits(rule: &Json, value: Option<&Json>) -> bool {
    let Json::Object(rule) = rule else {
        return value == Some(rule);
    };
    let Some((name, argument)) = rule.iter().next() else {
        return false;
    };
    let text = value.and_then(Json::as_str);
    match name.as_str() {
        "exists" => argument.as_bool() == Some(value.is_some()),
        "prefix" => text
            .zip(argument.as_str())
            .is_some_and(|(text, prefix)| text.starts_with(prefix)),
        "suffix" => text
            .zip(argument.as_str())
            .is_some_and(|(text, suffix)| text.ends_with(suffix)),
        "equals-ignore-case" => text
            .zip(argument.as_str())
            .is_some_and(|(text, other)| text.to_lowercase() == other.to_lowercase()),
        "anything-but" => value.is_some_and(|value| match argument {
            Json::Array(none) => !none.contains(value),
            Json::Object(_) => !fits(argument, Some(value)),
            other => value != other,
        }),
        "numeric" => value
            .and_then(Json::as_f64)
            .is_some_and(|number| compare(argument, number)),
        _ => false,
    }
}

fn compare(argument: &Json, number: f64) -> bool {
    let Some(parts) = argument.as_array() else {
        return false;
    };
    parts.chunks(2).all(|pair| match pair {
        [Json::String(operator), bound] => {
            bound.as_f64().is_some_and(|bound| match operator.as_str() {
                "<" => number < bound,
                "<=" => number <= bound,
                ">" => number > bound,
                ">=" => number >= bound,
                "=" => (number - bound).abs() < f64::EPSILON,
                _ => false,
            })
        }
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn only_inserted_outbox_items_pass_the_relays_filter() {
        let pattern = json!({"eventName": ["INSERT"], "dynamodb": {"Keys": {"PK": {"S": [{"prefix": "OUTBOX#"}]}}}});
        check(&pattern).unwrap();
        let record = |name: &str, key: &str| json!({"eventName": name, "dynamodb": {"Keys": {"PK": {"S": key}}}});
        let patterns = [pattern];
        assert!(passes(&patterns, &record("INSERT", "OUTBOX#1")));
        assert!(!passes(&patterns, &record("REMOVE", "OUTBOX#1")));
        assert!(!passes(&patterns, &record("INSERT", "TICKET#1")));
        assert!(!passes(&patterns, &json!({"eventName": "INSERT"})));
    }

    #[test]
    fn exists_anything_but_and_numeric_rules_hold() {
        let event = json!({"a": "x", "n": 5, "list": ["p", "q"]});
        for (pattern, expected) in [
            (json!({"a": [{"exists": true}]}), true),
            (json!({"b": [{"exists": false}]}), true),
            (json!({"b": [{"exists": true}]}), false),
            (json!({"a": [{"anything-but": ["x", "y"]}]}), false),
            (json!({"a": [{"anything-but": {"prefix": "z"}}]}), true),
            (json!({"n": [{"numeric": [">", 3, "<=", 5]}]}), true),
            (json!({"n": [{"numeric": ["<", 3]}]}), false),
            (json!({"list": ["q"]}), true),
            (json!({"$or": [{"a": ["no"]}, {"n": [5]}]}), true),
        ] {
            check(&pattern).unwrap();
            assert_eq!(
                passes(std::slice::from_ref(&pattern), &event),
                expected,
                "{pattern}"
            );
        }
    }

    #[test]
    fn a_rule_that_is_not_understood_is_refused() {
        assert!(
            check(&json!({"a": [{"cidr": "10.0.0.0/8"}]}))
                .unwrap_err()
                .contains("cidr")
        );
        assert!(check(&json!({"a": "x"})).is_err());
    }
}
