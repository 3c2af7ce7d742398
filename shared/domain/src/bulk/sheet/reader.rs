//! Rows as table programs and people write them.

use super::{Fault, ROW_BYTES};
use csv::ByteRecord;

/// A row, and where it was found.
pub(super) struct Row {
    /// The line that it begins in, from 1.
    pub(super) line: u64,
    pub(super) fields: ByteRecord,
}

/// Reads rows one after the other; rows without any text are passed over.
pub(super) struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    line: u64,
    delimiter: u8,
    /// How many rows were found.
    rows: u32,
    past_header: bool,
}

/// What comes behind a field.
enum Behind {
    Field,
    Row,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a [u8], delimiter: u8) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            delimiter,
            rows: 0,
            past_header: false,
        }
    }

    /// Passes over the first line that has something.
    pub(super) fn pass_delimiter_line(&mut self) {
        while matches!(self.peek(), Some(b'\r' | b'\n')) {
            self.end_line();
        }
        while !matches!(self.peek(), None | Some(b'\r' | b'\n')) {
            self.at += 1;
        }
        self.end_line();
    }

    /// What comes from here on is counted from 1: the header is no row.
    pub(super) fn begin_rows(&mut self) {
        self.rows = 0;
        self.past_header = true;
    }

    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    /// Passes over a line's end, if one stands here.
    fn end_line(&mut self) {
        match self.text.get(self.at..) {
            Some([b'\r', b'\n', ..]) => self.at += 2,
            Some([b'\r' | b'\n', ..]) => self.at += 1,
            Some(_) | None => return,
        }
        self.line += 1;
    }

    fn row(&mut self) -> Result<Row, Fault> {
        let (began, line) = (self.at, self.line);
        let mut fields = ByteRecord::new();
        let mut field = Vec::new();
        loop {
            field.clear();
            let behind = self.field(&mut field, began, line)?;
            fields.push_field(&field);
            if matches!(behind, Behind::Row) {
                return Ok(Row { line, fields });
            }
        }
    }

    /// Reads a field, and what parts it from the next.
    fn field(&mut self, into: &mut Vec<u8>, began: usize, line: u64) -> Result<Behind, Fault> {
        let start = self.at;
        self.pass_blanks();
        if self.peek() == Some(b'"') {
            self.quoted(into, began, line)?;
            self.pass_blanks();
        } else {
            self.at = start;
        }
        loop {
            self.check_length(began, line)?;
            match self.peek() {
                Some(byte) if byte == self.delimiter => {
                    self.at += 1;
                    return Ok(Behind::Field);
                }
                Some(b'\r' | b'\n') => {
                    self.end_line();
                    return Ok(Behind::Row);
                }
                None => return Ok(Behind::Row),
                Some(byte) => {
                    into.push(byte);
                    self.at += 1;
                }
            }
        }
    }

    fn pass_blanks(&mut self) {
        while let Some(b' ' | b'\t') = self.peek().filter(|byte| *byte != self.delimiter) {
            self.at += 1;
        }
    }

    /// Reads what stands between quotes, and sees to it that the field ends there.
    fn quoted(&mut self, into: &mut Vec<u8>, began: usize, line: u64) -> Result<(), Fault> {
        let opened = self.line;
        self.at += 1;
        loop {
            self.check_length(began, line)?;
            match self.text.get(self.at..) {
                Some([b'"', b'"', ..]) => {
                    into.push(b'"');
                    self.at += 2;
                }
                Some([b'"', ..]) => {
                    self.at += 1;
                    break;
                }
                Some([byte @ (b'\r' | b'\n'), ..]) => {
                    into.push(*byte);
                    let from = self.at + 1;
                    self.end_line();
                    into.extend(self.text.get(from..self.at).unwrap_or_default());
                }
                Some([byte, ..]) => {
                    into.push(*byte);
                    self.at += 1;
                }
                Some([]) | None => return Err(Fault::OpenQuote { line: opened }),
            }
        }
        let closed = self.at;
        self.pass_blanks();
        let ends = match self.peek() {
            None | Some(b'\r' | b'\n') => true,
            Some(byte) => byte == self.delimiter,
        };
        self.at = closed;
        if ends {
            Ok(())
        } else if self.line == opened {
            Err(Fault::MisplacedQuote { line: opened })
        } else {
            // What closed it opens a field of a later row.
            Err(Fault::OpenQuote { line: opened })
        }
    }

    fn check_length(&self, began: usize, line: u64) -> Result<(), Fault> {
        if (self.at - began) as u64 > ROW_BYTES {
            let row = if self.past_header { self.rows + 1 } else { 0 };
            return Err(Fault::RowTooLong { row, line });
        }
        Ok(())
    }
}

impl Iterator for Reader<'_> {
    type Item = Result<Row, Fault>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.at < self.text.len() {
            match self.row() {
                Ok(row) if row.fields.iter().all(is_blank) => {}
                Ok(row) => {
                    self.rows += 1;
                    return Some(Ok(row));
                }
                Err(fault) => return Some(Err(fault)),
            }
        }
        None
    }
}

/// Whether a field says nothing.
pub(super) fn is_blank(field: &[u8]) -> bool {
    std::str::from_utf8(field).is_ok_and(|text| text.trim().is_empty())
}
