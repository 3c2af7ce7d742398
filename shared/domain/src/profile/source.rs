//! The texts that a profile is read from, and where in them a member stands.

use serde_json::{Value, value::RawValue};
use std::collections::BTreeMap;

/// A preset, and what the deployment writes over it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) preset: &'a str,
    pub(crate) file: Option<&'a str>,
}

/// A step on the way to a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// Of an object.
    Member(String),
    /// Of a list, from 0.
    Item(usize),
}

impl From<&str> for Step {
    fn from(name: &str) -> Self {
        Self::Member(name.to_owned())
    }
}

impl From<usize> for Step {
    fn from(index: usize) -> Self {
        Self::Item(index)
    }
}

impl Source<'_> {
    /// In which text a member stands, and on which line (from 1): in the deployment's file when that says anything of it.
    pub(crate) fn place(self, path: &[Step]) -> (&'static str, usize) {
        // What a file writes over a part of a member, it writes over: the longest way into it counts.
        let found = self.file.map(|file| deepest(file, path));
        match found {
            Some((depth, line)) if depth > 0 || path.is_empty() => ("the file", line),
            _ => ("the preset", deepest(self.preset, path).1),
        }
    }
}

/// How many steps of `path` a text has, and the line of the last of them.
fn deepest(text: &str, path: &[Step]) -> (usize, usize) {
    let Ok(mut here) = serde_json::from_str::<&RawValue>(text) else {
        return (0, 1);
    };
    let mut depth = 0;
    for step in path {
        let Some(next) = into(here, step) else { break };
        here = next;
        depth += 1;
    }
    let offset = here.get().as_ptr() as usize - text.as_ptr() as usize;
    let line = 1 + text[..offset].bytes().filter(|b| *b == b'\n').count();
    (depth, line)
}

fn into<'a>(value: &'a RawValue, step: &Step) -> Option<&'a RawValue> {
    match step {
        Step::Member(name) => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(value.get()).ok()?;
            members.get(name).copied()
        }
        Step::Item(index) => {
            let items: Vec<&RawValue> = serde_json::from_str(value.get()).ok()?;
            items.get(*index).copied()
        }
    }
}

/// A JSON merge patch (RFC 7396).
pub(crate) fn merge(target: &mut Value, patch: Value) {
    let Value::Object(patch) = patch else {
        *target = patch;
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(members) = target else {
        return;
    };
    for (name, value) in patch {
        if value.is_null() {
            members.remove(&name);
        } else {
            merge(members.entry(name).or_insert(Value::Null), value);
        }
    }
}
