//! Lists over the indexes.
//!
//! The list of all rows of a kind is spread over `shards` partitions, so that no partition takes every write. A page asks
//! each shard for its share, merges by sort key, and asks again only the shards that ran out. The cursor holds the sort key
//! of the page's last row, and fits no other list.

pub(crate) mod cursor;
pub(crate) mod merge;

use crate::{
    StoreError, Table,
    table::{LAST, readable_row},
};
use merge::{Entry, Merge, Span};
use registrar_domain::page::{Limit, Page};
use serde::de::DeserializeOwned;

/// Which index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Index {
    /// The table itself.
    Table,
    First,
    Second,
    Third,
    Fourth,
    Fifth,
    Sixth,
}

impl Index {
    /// What the names of its attributes start with.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Table => "",
            Self::First => "GSI1",
            Self::Second => "GSI2",
            Self::Third => "GSI3",
            Self::Fourth => "GSI4",
            Self::Fifth => "GSI5",
            Self::Sixth => "GSI6",
        }
    }

    fn index_name(self) -> Option<String> {
        (self != Self::Table).then(|| self.name().to_owned())
    }

    /// The attributes of partition and sort key.
    fn key_names(self) -> (String, String) {
        (format!("{}PK", self.name()), format!("{}SK", self.name()))
    }
}

/// What to list.
#[derive(Clone, Debug)]
pub(crate) struct Listed {
    pub(crate) index: Index,
    /// The partitions of the list.
    pub(crate) partitions: Vec<String>,
    /// What the sort keys start with; empty for all.
    pub(crate) prefix: &'static str,
    /// Keep only rows whose `row.<field>` equals the value.
    pub(crate) filter: Option<(&'static str, String)>,
}

impl Listed {
    /// What tells this list from others: a person has several in one partition.
    fn name(&self) -> String {
        let first = self.partitions.first().map_or("", String::as_str);
        format!("{first}/{}", self.prefix)
    }
}

impl Table {
    /// A page of a list, newest first.
    pub(crate) async fn page<T: DeserializeOwned>(
        &self,
        listed: &Listed,
        cursor: Option<&str>,
        limit: Limit,
    ) -> Result<Page<T>, StoreError> {
        let after = cursor
            .map(|cursor| cursor::decode(&listed.name(), cursor))
            .transpose()?;
        let span = Span {
            index: listed.index,
            partitions: listed.partitions.clone(),
            from: first(listed.prefix),
            to: format!("{}{LAST}", listed.prefix),
            descending: true,
            filter: listed.filter.clone(),
        };
        let mut merge = Merge::start(self, span, after.as_deref(), limit.get()).await?;
        let mut rows = Vec::with_capacity(limit.get());
        let mut last = None;
        while rows.len() < limit.get() {
            let Some(Entry { key, row }) = merge.next().await? else {
                break;
            };
            rows.extend(readable_row::<T>(row));
            last = Some(key);
        }
        let next_cursor = last
            .filter(|_| merge.may_have_more())
            .map(|key| cursor::encode(&listed.name(), &key));
        Ok(Page { rows, next_cursor })
    }
}

/// The least sort key with a prefix; a key must not be empty.
pub(crate) fn first(prefix: &str) -> String {
    if prefix.is_empty() {
        "!".to_owned()
    } else {
        prefix.to_owned()
    }
}
