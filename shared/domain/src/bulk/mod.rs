//! Many things done from one list: a CSV file, or a cohort of students.
//!
//! A bulk issue of certificates is a file of rows, each of which becomes a certificate or an error, and never both, and
//! never twice. The parts are apart so that an import of anything else can stand on the same base:
//!
//! | module | what |
//! |---|---|
//! | [`sheet`] | CSV: header, rows from anywhere in the file, what is wrong with either; knows no certificate |
//! | `day` | a day as it is written in a cell |
//! | [`row`] | what a row of a bulk issue asks for |
//! | [`ids`] | the ids of what a row makes, the same whenever the row is worked on |
//! | this one | the bulk issue itself: where it stands, and what may happen next |
//!
//! | state | next rows worked on | cancelled by staff | stopped |
//! |---|---|---|---|
//! | `waiting` | `running`, or `finished` with the last row | `cancelling` | `failed` |
//! | `running` | `running`, or `finished` with the last row | `cancelling` | `failed` |
//! | `cancelling` | `cancelled` | refused | `failed` |
//! | `cancelled`, `finished`, `failed` | nothing | refused | nothing |
//!
//! `finished` and `failed` tell whoever began it, by e-mail. `cancelling` is there because a worker may be in the middle of some
//! rows: what they came to is still counted, then nothing more is issued.
//!
//! # What can go wrong
//!
//! A worker may die at any point, and messages may come twice. The cursor, the counters and the errors of some rows commit
//! together, on condition of the version that was read; so rows are counted once. Rows behind the cursor may have been
//! issued by a worker that died: their certificates have the ids that [`ids`] says, so they are found and counted, not
//! issued again. A row that fails because something cannot be reached is no error: its worker begins at the cursor again.

mod day;
pub mod ids;
pub mod row;
mod run;
pub mod sheet;

pub use run::{Decision, Progress, Refusal};

use crate::{
    attachment::FileName,
    id::{AccountId, BulkId},
};
use jiff::Timestamp;
use row::Defaults;
use serde::{Deserialize, Serialize};
use sheet::{Cursor, Layout};

/// The largest file, in bytes: what one request can read and check within its time.
pub const MOST_BYTES: u64 = 16 * 1024 * 1024;
/// The most rows of one file.
pub const MOST_ROWS: u32 = 100_000;
/// The most students of a cohort: their ids fill a request's body.
pub const MOST_STUDENTS: usize = 5_000;

/// Where uploads go; what is there a day later is deleted. The id follows.
pub const INCOMING: &str = "imports/incoming/";
/// Where the rows of a bulk issue are kept, in the form that [`sheet::rows`] reads, out of reach of the upload's signed
/// request. The id follows.
pub const KEPT: &str = "imports/certificates/";

/// A bulk issue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bulk {
    /// Its id.
    pub id: BulkId,
    /// Who began it, in whose name everything is issued.
    pub started_by: AccountId,
    /// What the file is called; a cohort has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<FileName>,
    /// Which column is what.
    pub layout: Layout,
    /// What holds where a row says nothing.
    #[serde(default)]
    pub defaults: Defaults,
    /// How many rows there are.
    pub total: u32,
    /// Where the next row begins.
    pub cursor: Cursor,
    /// How many certificates were issued.
    pub issued: u32,
    /// How many rows are errors.
    pub failed: u32,
    /// Where it stands.
    pub status: Status,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When the first rows were done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When anything of it last changed.
    pub updated_at: Timestamp,
    /// When it came to its end, whichever.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Counts the changes, from 1; what a conditional write compares.
    pub version: u64,
}

/// Where a bulk issue stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Status {
    /// No row was done yet.
    Waiting,
    /// Some rows were done.
    Running,
    /// It was cancelled; rows that a worker has begun are still counted.
    Cancelling,
    /// It was cancelled; nothing more comes of it.
    Cancelled,
    /// Every row is a certificate or an error.
    Finished,
    /// It cannot go on.
    Failed {
        /// Why.
        reason: Stop,
    },
}

/// Why a bulk issue cannot go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// The file is gone, or is not the one that was checked.
    FileGone,
    /// Whoever began it is no longer staff.
    NotStaff,
}

impl Status {
    /// The state's name in answers.
    pub fn code(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Cancelling => "cancelling",
            Self::Cancelled => "cancelled",
            Self::Finished => "finished",
            Self::Failed { .. } => "failed",
        }
    }

    /// Whether nothing more comes of it.
    pub fn is_over(self) -> bool {
        match self {
            Self::Waiting | Self::Running | Self::Cancelling => false,
            Self::Cancelled | Self::Finished | Self::Failed { .. } => true,
        }
    }
}

impl Stop {
    /// The reason's stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::FileGone => "file_gone",
            Self::NotStaff => "not_staff",
        }
    }
}

/// What is wrong with a row: what the list of errors shows. It never repeats what the row says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowError {
    /// Which row, from 1; the header is not counted.
    pub row: u32,
    /// The line of the file that it begins in, from 1, the header's included.
    pub line: u64,
    /// The column at fault, where it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What kind of fault, stable.
    pub code: String,
    /// The fault in words.
    pub detail: String,
}

impl Bulk {
    /// Where an upload goes that this id was given for.
    pub fn incoming_key(id: BulkId) -> String {
        format!("{INCOMING}{id}.csv")
    }

    /// Where its rows are kept.
    pub fn object_key(&self) -> String {
        Self::kept_key(self.id)
    }

    /// Where the rows of the bulk issue `id` is kept.
    pub fn kept_key(id: BulkId) -> String {
        format!("{KEPT}{id}.csv")
    }
}

#[cfg(test)]
mod tests;
