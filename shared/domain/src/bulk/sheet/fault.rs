//! What is wrong with a file, or with a row as a row.

use super::{MOST_COLUMNS, ROW_BYTES};

/// Why a file is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It has no bytes, or nothing but empty lines.
    #[error("the file is empty")]
    Empty,
    /// The header is no UTF-8.
    #[error("the header is not UTF-8: save the file as CSV UTF-8")]
    NotUtf8,
    /// It began as UTF-16 and does not go on so.
    #[error("line {line} is broken UTF-16: save the file as CSV UTF-8")]
    BrokenUtf16 {
        /// Where.
        line: u64,
    },
    /// More columns than any file needs.
    #[error("the header has {has} columns, at most {MOST_COLUMNS} are read")]
    TooManyColumns {
        /// How many it has.
        has: usize,
    },
    /// Columns that nothing is known about.
    #[error(
        "unknown columns: {}; known are {}: write one of these, or leave the column out",
        .names.join(", "),
        .known.join(", ")
    )]
    UnknownColumns {
        /// Their names, cut, at most five.
        names: Vec<String>,
        /// What is known.
        known: Vec<&'static str>,
    },
    /// A column twice.
    #[error("the column {0} is there twice")]
    RepeatedColumn(String),
    /// A column that has to be there.
    #[error("the column {0} is missing")]
    MissingColumn(&'static str),
    /// A header and nothing else.
    #[error("the file has a header and no rows")]
    NoRows,
    /// More rows than one file may have.
    #[error("the file has more than {most} rows")]
    TooManyRows {
        /// How many it may have.
        most: u32,
    },
    /// A row beyond all measure.
    #[error(
        "row {row} (line {line}) is longer than {ROW_BYTES} bytes: is a quote opened there and not closed?"
    )]
    RowTooLong {
        /// Which, from 1; 0 is the header.
        row: u32,
        /// The line that it begins in.
        line: u64,
    },
    /// A field that begins with a quote and does not end with one.
    #[error(
        "line {line}: a quote is opened and not closed, so the rows behind it cannot be told apart"
    )]
    OpenQuote {
        /// Where it is opened.
        line: u64,
    },
    /// Text behind a field's last quote.
    #[error(
        "line {line}: text follows a closing quote; write a quote that belongs to the text twice"
    )]
    MisplacedQuote {
        /// Where.
        line: u64,
    },
}

impl Fault {
    /// The fault's stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::NotUtf8 | Self::BrokenUtf16 { .. } => "not_utf8",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::UnknownColumns { .. } => "unknown_column",
            Self::RepeatedColumn(_) => "repeated_column",
            Self::MissingColumn(_) => "missing_column",
            Self::NoRows => "no_rows",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::RowTooLong { .. } => "row_too_long",
            Self::OpenQuote { .. } => "open_quote",
            Self::MisplacedQuote { .. } => "misplaced_quote",
        }
    }
}

/// What is wrong with a row as a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It has more fields than the header.
    #[error("the row has {has} fields, the header {wanted}")]
    FieldCount {
        /// How many it has, up to the last that says something.
        has: usize,
        /// How many the header has.
        wanted: usize,
    },
    /// A field says something under a column that the header does not name.
    #[error("field {} stands under a column without a name", .column + 1)]
    NoName {
        /// Which column, from 0.
        column: usize,
    },
    /// A field is no UTF-8.
    #[error("the field is not UTF-8: save the file as CSV UTF-8")]
    NotUtf8 {
        /// Which column, from 0.
        column: usize,
    },
}

impl Malformed {
    /// The fault's stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::FieldCount { .. } => "wrong_field_count",
            Self::NoName { .. } => "unnamed_column",
            Self::NotUtf8 { .. } => "not_utf8",
        }
    }
}
