//! The header: which column is what, and what parts the fields.

use super::{
    Fault, MOST_COLUMNS,
    reader::{Reader, is_blank},
};
use crate::text;
use csv::ByteRecord;
use serde::{Deserialize, Serialize};

/// The most characters of a column's name that a fault repeats.
const NAME_CHARS: usize = 40;
/// The most names that a fault repeats.
const NAMES: usize = 5;
/// What fields are parted by, where no line says; of those that read the header equally well, the first.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Which column is what: the names as they are known, in the file's order; empty for a column without one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Layout(pub(super) Vec<String>);

impl Layout {
    /// Reads a header's fields, of which every one must be `known` or empty.
    fn of(header: &ByteRecord, known: &[&'static str]) -> Result<Self, Fault> {
        let last = header.iter().rposition(|name| !is_blank(name));
        let named = last.map_or(0, |last| last + 1);
        if named > MOST_COLUMNS {
            return Err(Fault::TooManyColumns { has: header.len() });
        }
        let mut columns: Vec<String> = Vec::with_capacity(named);
        let mut unknown = Vec::new();
        for field in header.iter().take(named) {
            let name = std::str::from_utf8(field).map_err(|_| Fault::NotUtf8)?;
            let meant = if is_blank(field) {
                Some("")
            } else {
                meant(name, known)
            };
            match meant {
                Some(name) if !name.is_empty() && columns.iter().any(|other| other == name) => {
                    return Err(Fault::RepeatedColumn(name.to_owned()));
                }
                Some(name) => columns.push(name.to_owned()),
                None => unknown.push(shown(name)),
            }
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

/// The column that a header means: `E-mail` is `email`, `Course Name` is `course_name`.
fn meant(name: &str, known: &[&'static str]) -> Option<&'static str> {
    let wanted = squeezed(name);
    let mut known = known.iter().copied();
    known.find(|known| squeezed(known) == wanted)
}

/// The letters and digits of a name, as texts are searched.
fn squeezed(name: &str) -> String {
    let mut name = text::searched(name);
    name.retain(char::is_alphanumeric);
    name
}

/// A name as a fault may repeat it: short, and nothing in it controls a terminal or turns a line.
fn shown(name: &str) -> String {
    text::fit_line(name).chars().take(NAME_CHARS).collect()
}

/// Reads the header of a text; what parts its fields, and a reader of its rows.
pub(super) fn header<'a>(
    text: &'a [u8],
    known: &[&'static str],
) -> Result<(Layout, Reader<'a>), Fault> {
    let mut found: Option<(usize, usize, ByteRecord, Reader<'a>)> = None;
    let mut fault = Fault::Empty;
    let said = delimiter_line(text);
    let delimiters = said.as_ref().map_or(&DELIMITERS[..], std::slice::from_ref);
    for delimiter in delimiters {
        let mut reader = Reader::new(text, *delimiter);
        if said.is_some() {
            reader.pass_delimiter_line();
        }
        match reader.next() {
            Some(Ok(row)) => {
                let names = row
                    .fields
                    .iter()
                    .filter_map(|name| std::str::from_utf8(name).ok());
                let understood = names.filter(|name| meant(name, known).is_some()).count();
                let fields = row.fields.len();
                let better = found.as_ref();
                let better = better.is_none_or(|best| (understood, fields) > (best.0, best.1));
                if better {
                    reader.begin_rows();
                    found = Some((understood, fields, row.fields, reader));
                }
            }
            Some(Err(found)) => fault = found,
            // It has nothing but this delimiter.
            None => return Err(Fault::Empty),
        }
    }
    let (_, _, header, reader) = found.ok_or(fault)?;
    Ok((Layout::of(&header, known)?, reader))
}

/// What a first line `sep=;` says, which table programs write for one another.
fn delimiter_line(text: &[u8]) -> Option<u8> {
    let mut lines = text.split(|byte| b"\r\n".contains(byte));
    let line = lines.find(|line| !line.is_empty())?;
    let line = line.strip_prefix(b"\"").unwrap_or(line);
    let line = line.strip_suffix(b"\"").unwrap_or(line);
    let (name, said) = line.split_at_checked(4)?;
    match said {
        [delimiter] if name.eq_ignore_ascii_case(b"sep=") && parts(*delimiter) => Some(*delimiter),
        _ => None,
    }
}

fn parts(byte: u8) -> bool {
    byte == b'\t' || (byte.is_ascii_punctuation() && byte != b'"')
}
