//! CSV (RFC 4180), read from anywhere in the file.
//!
//! A file is looked through once as a whole ([`survey`]): its header, how many rows it has, and whether any of them is
//! so long that a quote was surely left open. From then on [`rows`] reads some rows at a time, from the byte where a row
//! begins, so that whoever goes on needs neither the file's beginning nor its length in memory.
//!
//! * Columns are named by the header, in any order and letter case; a byte order mark before it is passed over.
//! * A name that is not known, is empty or comes twice refuses the file: a misspelt column must not look like an empty one.
//! * A comma parts fields; a semicolon does where the header line has one and no comma, as table programs write it whose
//!   numbers have a comma for their decimals. No column's name has either.
//! * Quoted fields may hold commas, semicolons, quotes and line breaks. Lines end with LF, CR LF or CR. Empty lines are no rows.
//! * White space around a field is passed over; an empty field is a field that says nothing.
//! * Bytes that are no UTF-8 are a fault of their row alone, except in the header.

use csv::{ByteRecord, Reader, ReaderBuilder};
use serde::{Deserialize, Serialize};

/// The longest row in bytes. A longer one is a quote that was opened and never closed.
pub const ROW_BYTES: u64 = 64 * 1024;
/// What table programs write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The most columns of a header.
pub const MOST_COLUMNS: usize = 32;
/// The most characters of a column's name that a fault repeats.
const NAME_CHARS: usize = 40;
/// The most names that a fault repeats.
const NAMES: usize = 5;

/// Which column is what: the header's names, in the file's order, in lower case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Layout(Vec<String>);

/// What parts the fields of a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delimiter {
    /// `,`
    #[default]
    Comma,
    /// `;`
    Semicolon,
}

impl Delimiter {
    /// What the header line of a file is parted by.
    fn of(file: &[u8]) -> Self {
        let line = file
            .split(|byte| b"\r\n".contains(byte))
            .find(|line| !line.is_empty() && *line != BYTE_ORDER_MARK);
        let line = line.unwrap_or_default();
        if line.contains(&b';') && !line.contains(&b',') {
            Self::Semicolon
        } else {
            Self::Comma
        }
    }

    fn byte(self) -> u8 {
        match self {
            Self::Comma => b',',
            Self::Semicolon => b';',
        }
    }
}

/// Where a row begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The byte of the file, from 0.
    pub byte: u64,
    /// The line of the file, from 1.
    pub line: u64,
    /// How many rows come before it; the header is none.
    pub row: u32,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Its columns.
    pub layout: Layout,
    /// What parts them.
    pub delimiter: Delimiter,
    /// How many rows it has, at least one.
    pub rows: u32,
    /// Where the first one begins.
    pub start: Cursor,
}

/// Why a file is refused as a whole.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It has no bytes, or nothing but empty lines.
    #[error("the file is empty")]
    Empty,
    /// The header is no UTF-8.
    #[error("the header is not UTF-8: save the file as CSV UTF-8")]
    NotUtf8,
    /// More columns than any file needs.
    #[error("the header has {has} columns, at most {MOST_COLUMNS} are read")]
    TooManyColumns {
        /// How many it has.
        has: usize,
    },
    /// Columns that nothing is known about.
    #[error("unknown columns: {}; known are {}", .names.join(", "), .known.join(", "))]
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
}

impl Fault {
    /// The fault's stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::NotUtf8 => "not_utf8",
            Self::TooManyColumns { .. } => "too_many_columns",
            Self::UnknownColumns { .. } => "unknown_column",
            Self::RepeatedColumn(_) => "repeated_column",
            Self::MissingColumn(_) => "missing_column",
            Self::NoRows => "no_rows",
            Self::TooManyRows { .. } => "too_many_rows",
            Self::RowTooLong { .. } => "row_too_long",
        }
    }
}

/// A row as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// Where it begins.
    pub at: Cursor,
    /// Where the next one begins.
    pub next: Cursor,
    record: ByteRecord,
}

/// What is wrong with a row as a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It has another number of fields than the header.
    #[error("the row has {has} fields, the header {wanted}")]
    FieldCount {
        /// How many it has.
        has: usize,
        /// How many the header has.
        wanted: usize,
    },
    /// A field is no UTF-8.
    #[error("the field is not UTF-8")]
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
            Self::NotUtf8 { .. } => "not_utf8",
        }
    }
}

impl Layout {
    /// Reads a header's fields, of which every one must be `known`.
    fn of(header: &ByteRecord, known: &[&'static str]) -> Result<Self, Fault> {
        if header.len() > MOST_COLUMNS {
            return Err(Fault::TooManyColumns { has: header.len() });
        }
        let mut columns: Vec<String> = Vec::with_capacity(header.len());
        let mut unknown = Vec::new();
        for name in header {
            let name = std::str::from_utf8(name).map_err(|_| Fault::NotUtf8)?;
            let name = name.trim().to_lowercase();
            if columns.contains(&name) && known.contains(&name.as_str()) {
                return Err(Fault::RepeatedColumn(name));
            }
            if !known.contains(&name.as_str()) {
                unknown.push(shown(&name));
            }
            columns.push(name);
        }
        if unknown.is_empty() {
            return Ok(Self(columns));
        }
        unknown.truncate(NAMES);
        Err(Fault::UnknownColumns {
            names: unknown,
            known: known.to_vec(),
        })
    }

    /// Whether there is such a column.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|column| column == name)
    }
}

/// A name as a fault may repeat it: short, and nothing in it controls a terminal.
fn shown(name: &str) -> String {
    let shown: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_CHARS)
        .collect();
    if shown.is_empty() {
        "(no name)".to_owned()
    } else {
        shown
    }
}

impl Raw {
    /// The row's fields, by the header's names.
    ///
    /// # Errors
    /// [`Malformed`], and the name of the column where it is one.
    pub fn fields<'a>(
        &'a self,
        layout: &'a Layout,
    ) -> Result<Fields<'a>, (Malformed, Option<&'a str>)> {
        if self.record.len() != layout.0.len() {
            let has = self.record.len();
            let wanted = layout.0.len();
            return Err((Malformed::FieldCount { has, wanted }, None));
        }
        let mut fields = Vec::with_capacity(layout.0.len());
        for (column, (name, field)) in layout.0.iter().zip(&self.record).enumerate() {
            let field = std::str::from_utf8(field)
                .map_err(|_| (Malformed::NotUtf8 { column }, Some(name.as_str())))?;
            fields.push((name.as_str(), field.trim()));
        }
        Ok(Fields(fields))
    }
}

/// A row's fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Fields<'a> {
    /// What a column says; nothing when it is empty or not there.
    pub fn get(&self, name: &str) -> Option<&'a str> {
        let found = self.0.iter().find(|(column, _)| *column == name);
        found.map(|(_, field)| *field).filter(|f| !f.is_empty())
    }
}

/// Looks a whole file through.
///
/// # Errors
/// The first [`Fault`].
pub fn survey(file: &[u8], known: &[&'static str], most_rows: u32) -> Result<Survey, Fault> {
    let file_begins = Cursor {
        byte: 0,
        line: 1,
        row: 0,
    };
    let delimiter = Delimiter::of(file);
    let mut records = Records::new(file, file_begins, delimiter);
    let header = records.next().ok_or(Fault::Empty)?;
    if header.next.byte - header.at.byte > ROW_BYTES {
        return Err(Fault::RowTooLong { row: 0, line: 1 });
    }
    let layout = Layout::of(&header.record, known)?;
    let start = Cursor {
        row: 0,
        ..header.next
    };
    records.row = 0;
    let mut rows = 0;
    for raw in records {
        if raw.next.byte - raw.at.byte > ROW_BYTES {
            let (row, line) = (raw.next.row, raw.at.line);
            return Err(Fault::RowTooLong { row, line });
        }
        rows += 1;
        if rows > most_rows {
            return Err(Fault::TooManyRows { most: most_rows });
        }
    }
    if rows == 0 {
        return Err(Fault::NoRows);
    }
    Ok(Survey {
        layout,
        delimiter,
        rows,
        start,
    })
}

/// The first rows, at most `most`, of a `part` of the file that begins `at` a row. Unless the part `ends` with the file,
/// a row that reaches its last byte is left out: it may go on behind it. A part of more than [`ROW_BYTES`] has at least
/// one row, so when there is none, the file has no more or is not the one that was surveyed.
pub fn rows(part: &[u8], at: Cursor, delimiter: Delimiter, ends: bool, most: usize) -> Vec<Raw> {
    let end = at.byte + part.len() as u64;
    Records::new(part, at, delimiter)
        .take_while(|raw| ends || raw.next.byte < end)
        .take(most)
        .collect()
}

/// The rows of a part, one after the other.
struct Records<'a> {
    part: &'a [u8],
    reader: Reader<&'a [u8]>,
    base: Cursor,
    row: u32,
}

impl<'a> Records<'a> {
    fn new(part: &'a [u8], base: Cursor, delimiter: Delimiter) -> Self {
        let reader = ReaderBuilder::new()
            .delimiter(delimiter.byte())
            .has_headers(false)
            .flexible(true)
            .from_reader(part);
        Self {
            part,
            reader,
            base,
            row: base.row,
        }
    }

    fn here(&self) -> Cursor {
        let position = self.reader.position();
        Cursor {
            byte: self.base.byte + position.byte(),
            line: self.base.line + position.line() - 1,
            row: self.row,
        }
    }
}

impl Iterator for Records<'_> {
    type Item = Raw;

    fn next(&mut self) -> Option<Raw> {
        let mut at = self.here();
        // The reader passes over line ends before a record: the LF of the row before, and empty lines.
        let skipped = usize::try_from(at.byte - self.base.byte).unwrap_or(usize::MAX);
        let ahead = self.part.get(skipped..).unwrap_or_default();
        for byte in ahead.iter().take_while(|byte| b"\r\n".contains(byte)) {
            at.byte += 1;
            at.line += u64::from(*byte == b'\n');
        }
        let mut record = ByteRecord::new();
        // Reading from memory does not fail, and rows may have any number of fields.
        if !self.reader.read_byte_record(&mut record).unwrap_or(false) {
            return None;
        }
        self.row += 1;
        let next = self.here();
        Some(Raw { at, next, record })
    }
}

#[cfg(test)]
mod tests;
