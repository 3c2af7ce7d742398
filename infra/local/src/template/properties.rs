//! A resource's properties, taken one by one; what is left over and not listed as ignored is an error.

use super::evaluate::Evaluator;
use super::{flag, join, number};
use crate::error::{Error, Result};
use serde_json::{Map, Value as Json};
use std::time::Duration;

/// Properties still to be read.
pub(super) struct Properties<'a> {
    evaluator: &'a Evaluator<'a>,
    left: Map<String, Json>,
    path: String,
}

impl<'a> Properties<'a> {
    /// Begins to read; `ignored` names disappear without being evaluated.
    pub(super) fn new(
        evaluator: &'a Evaluator<'a>,
        body: Option<&Json>,
        path: String,
        ignored: &[&str],
    ) -> Result<Self> {
        let mut left = match body {
            None | Some(Json::Null) => Map::new(),
            Some(Json::Object(object)) => object.clone(),
            Some(_) => return Err(Error::template(path, "a map is needed")),
        };
        left.retain(|key, _| !ignored.contains(&key.as_str()));
        Ok(Self {
            evaluator,
            left,
            path,
        })
    }

    pub(super) fn path(&self, key: &str) -> String {
        join(&self.path, key)
    }

    /// The evaluated value, `None` when absent or `AWS::NoValue`.
    pub(super) fn take(&mut self, key: &str) -> Result<Option<Json>> {
        match self.left.remove(key) {
            None => Ok(None),
            Some(value) => self.evaluator.value(&value, &self.path(key)),
        }
    }

    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>> {
        let path = self.path(key);
        let value = self.take(key)?;
        value
            .map(|v| super::text_of(&v).ok_or_else(|| Error::template(path, "a text is needed")))
            .transpose()
    }

    pub(super) fn required_text(&mut self, key: &str) -> Result<String> {
        self.text(key)?
            .ok_or_else(|| Error::template(self.path(key), "missing"))
    }

    pub(super) fn number(&mut self, key: &str) -> Result<Option<u64>> {
        let path = self.path(key);
        self.take(key)?
            .map(|value| number(&value, &path))
            .transpose()
    }

    pub(super) fn seconds(&mut self, key: &str) -> Result<Option<Duration>> {
        Ok(self.number(key)?.map(Duration::from_secs))
    }

    pub(super) fn flag(&mut self, key: &str) -> Result<Option<bool>> {
        let path = self.path(key);
        self.take(key)?.map(|value| flag(&value, &path)).transpose()
    }

    /// Texts of a list; absent = empty.
    pub(super) fn texts(&mut self, key: &str) -> Result<Vec<String>> {
        let path = self.path(key);
        match self.take(key)? {
            None => Ok(Vec::new()),
            Some(Json::Array(items)) => {
                let texts = items.iter().map(super::text_of).collect::<Option<_>>();
                texts.ok_or_else(|| Error::template(path, "a list of texts is needed"))
            }
            Some(_) => Err(Error::template(path, "a list is needed")),
        }
    }

    /// A map below, read the same way.
    pub(super) fn below(&mut self, key: &str, ignored: &[&str]) -> Result<Option<Self>> {
        let path = self.path(key);
        match self.take(key)? {
            None => Ok(None),
            Some(body) => Self::new(self.evaluator, Some(&body), path, ignored).map(Some),
        }
    }

    /// A list of maps below, read the same way.
    pub(super) fn list(&mut self, key: &str, ignored: &[&str]) -> Result<Vec<Self>> {
        let path = self.path(key);
        match self.take(key)? {
            None => Ok(Vec::new()),
            Some(Json::Array(items)) => {
                let items = items.iter().enumerate();
                items
                    .map(|(i, item)| {
                        Self::new(self.evaluator, Some(item), format!("{path}[{i}]"), ignored)
                    })
                    .collect()
            }
            Some(_) => Err(Error::template(path, "a list is needed")),
        }
    }

    /// Refuses what nobody asked for.
    pub(super) fn done(self) -> Result<()> {
        match self.left.keys().next() {
            None => Ok(()),
            Some(key) => Err(Error::template(
                self.path(key),
                "this property is not understood",
            )),
        }
    }
}
