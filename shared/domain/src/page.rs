//! Pages of lists.

use serde::{Deserialize, Serialize};

/// How many rows a page has: 1–100, 20 unless said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32")]
pub struct Limit(u32);

impl Default for Limit {
    fn default() -> Self {
        Self(20)
    }
}

impl Limit {
    /// The number of rows.
    pub fn get(self) -> usize {
        self.0 as usize
    }
}

impl TryFrom<u32> for Limit {
    type Error = crate::value::ValueError;
    fn try_from(rows: u32) -> Result<Self, Self::Error> {
        if (1..=100).contains(&rows) {
            Ok(Self(rows))
        } else {
            Err(crate::value::ValueError::Form("a number from 1 to 100"))
        }
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the list's order.
    pub rows: Vec<T>,
    /// Where the next page starts, if there is one; opaque to whoever asks.
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// The same page of other rows.
    pub fn map<U>(self, each: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(each).collect(),
            next_cursor: self.next_cursor,
        }
    }
}
