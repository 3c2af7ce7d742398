//! CSV, as table programs and people write it (RFC 4180 and what there is beside it).
//!
//! A file is looked through once as a whole ([`survey`]), which is tolerant, and written down in one form, which is strict:
//! UTF-8, a comma between fields, LF behind rows, no header, no empty rows, and before each row's fields the line of the
//! file where it begins. From then on [`rows`] reads that form, some rows at a time, from the byte where a row begins, so
//! that whoever goes on needs neither the file's beginning nor its length in memory, and knows nothing of encodings.
//!
//! | what is found | what it is |
//! |---|---|
//! | a byte order mark; a last Ctrl-Z | passed over |
//! | UTF-16, with a byte order mark or without | text; a broken one refuses the file |
//! | bytes that are no UTF-8 | a fault of their row alone, except in the header |
//! | LF, CR LF or CR; lines and rows without any text | ends of lines; no rows |
//! | a first line `sep=;` | what parts fields |
//! | no such line | of comma, semicolon, tab and bar, that under which most of the header's names are known parts fields |
//! | `E-mail`, `Course Name` | the column whose letters and digits these are, in any case and order |
//! | a column without a name | nothing, as long as no row has something there |
//! | another name that is not known, or one twice | refuses the file: a misspelt column must not look like an empty one |
//! | a row with fewer fields than the header | has nothing in the others |
//! | a row with more fields, of which one says something | a fault of that row |
//! | white space around fields, also around their quotes | passed over; an empty field is a field that says nothing |
//! | a quoted field | may hold delimiters, quotes (written twice) and line breaks |
//! | a quote that is not closed, or is closed by the quote of a later row | refuses the file with the line where it is opened |
//! | text behind a closing quote | refuses the file with its line |

mod decode;
mod fault;
mod layout;
mod reader;
#[cfg(test)]
mod tests;

pub use fault::{Fault, Malformed};
pub use layout::Layout;

use csv::{ByteRecord, ReaderBuilder, WriterBuilder};
use reader::is_blank;
use serde::{Deserialize, Serialize};

/// The longest row in bytes. A longer one is a quote that was opened and never closed. In the form that is kept, a row may
/// have twice as many, and its line.
pub const ROW_BYTES: u64 = 64 * 1024;
/// What table programs write before UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
/// The most columns of a header.
pub const MOST_COLUMNS: usize = 32;

/// Where a row begins in what is kept of a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The byte, from 0.
    pub byte: u64,
    /// How many rows come before it.
    pub row: u32,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Its columns.
    pub layout: Layout,
    /// How many rows it has, at least one.
    pub rows: u32,
    /// The rows, in the form that [`rows`] reads.
    pub kept: Vec<u8>,
}

/// A row of what is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// Where it begins.
    pub at: Cursor,
    /// Where the next one begins.
    pub next: Cursor,
    /// The line of the file that it began in, from 1, the header's included.
    pub line: u64,
    /// The line once more, then the fields.
    record: ByteRecord,
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
        let (has, wanted) = (self.record.len() - 1, layout.0.len());
        if has > wanted {
            return Err((Malformed::FieldCount { has, wanted }, None));
        }
        let mut fields = Vec::with_capacity(has);
        let found = self.record.iter().skip(1);
        for (column, (name, field)) in layout.0.iter().zip(found).enumerate() {
            let name = Some(name.as_str()).filter(|name| !name.is_empty());
            let field = std::str::from_utf8(field)
                .map_err(|_| (Malformed::NotUtf8 { column }, name))?
                .trim();
            match name {
                Some(name) => fields.push((name, field)),
                None if field.is_empty() => {}
                None => return Err((Malformed::NoName { column }, None)),
            }
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
    let text = decode::utf8(file)?;
    let (layout, found) = layout::header(&text, known)?;
    let mut kept = WriterBuilder::new()
        .flexible(true)
        .from_writer(Vec::with_capacity(text.len()));
    let mut rows = 0;
    for row in found {
        let row = row?;
        rows += 1;
        if rows > most_rows {
            return Err(Fault::TooManyRows { most: most_rows });
        }
        let last = row.fields.iter().rposition(|field| !is_blank(field));
        let fields = row.fields.iter().take(last.map_or(0, |last| last + 1));
        let line = row.line.to_string();
        kept.write_record(std::iter::once(line.as_bytes()).chain(fields))
            .expect("rows of any width are written to memory");
    }
    if rows == 0 {
        return Err(Fault::NoRows);
    }
    let kept = kept.into_inner().expect("memory takes what is left");
    Ok(Survey { layout, rows, kept })
}

/// The first rows, at most `most`, of a `part` of what is kept that begins `at` a row. Unless the part `ends` with it, a row
/// that reaches its last byte is left out: it may go on behind it. A part of three times [`ROW_BYTES`] has at least one row,
/// so when there is none, there are no more, or this is not what was surveyed.
pub fn rows(part: &[u8], at: Cursor, ends: bool, most: usize) -> Vec<Raw> {
    let end = at.byte + part.len() as u64;
    let mut reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .from_reader(part);
    let mut here = at;
    let next = || {
        let mut record = ByteRecord::new();
        // Reading from memory does not fail, and rows may have any number of fields.
        if !reader.read_byte_record(&mut record).unwrap_or(false) {
            return None;
        }
        let line = std::str::from_utf8(record.get(0)?).ok()?.parse().ok()?;
        let begins = here;
        here = Cursor {
            byte: at.byte + reader.position().byte(),
            row: here.row + 1,
        };
        Some(Raw {
            at: begins,
            next: here,
            line,
            record,
        })
    };
    std::iter::from_fn(next)
        .take_while(|raw| ends || raw.next.byte < end)
        .take(most)
        .collect()
}
