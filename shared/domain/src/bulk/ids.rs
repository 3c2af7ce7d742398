//! The ids of what a row makes: drawn from the bulk issue's own id and the row's number.
//!
//! ```text
//! SHA-256("registrar-bulk-row\0" · bulk id, 36 characters · row u32 · block u8) for each 32 bytes that are drawn
//! ```
//!
//! A certificate's number has its day of issue and 50 of these bits. A row that is worked on again, after its worker died,
//! makes the same number, and the table takes it once. The bulk issue's id has 74 random bits that only staff sees, so
//! nobody guesses the numbers from it. Every draw of as many bytes gives the same ones, so that it does not matter what else
//! is drawn before.

use crate::{clock::Ids, id::BulkId};
use registrar_credential::{CertificateId, Day};
use sha2::{Digest, Sha256};

/// Where the ids of a row come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RowIds {
    /// The bulk issue.
    pub bulk: BulkId,
    /// The row, from 1.
    pub row: u32,
}

impl RowIds {
    /// The number of the row's certificate when it is issued on `day`.
    pub fn certificate(self, day: Day) -> CertificateId {
        let mut random = [0; 7];
        self.fill(&mut random);
        CertificateId::new(day, random)
    }

    /// Whether a certificate is the one that this row makes, on whichever day.
    pub fn made(self, certificate: &CertificateId) -> bool {
        self.certificate(certificate.day()) == *certificate
    }
}

impl Ids for RowIds {
    fn fill(&self, out: &mut [u8]) {
        for (block, out) in (0_u8..).zip(out.chunks_mut(32)) {
            let mut hash = Sha256::new();
            hash.update(b"registrar-bulk-row\0");
            hash.update(self.bulk.to_string());
            hash.update(self.row.to_be_bytes());
            hash.update([block]);
            out.copy_from_slice(&hash.finalize()[..out.len()]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn day(text: &str) -> Day {
        let id: CertificateId = format!("CERT-{text}-ABCDEFGHJK").parse().unwrap();
        id.day()
    }

    #[test]
    fn a_row_makes_the_same_number_always_and_no_other_row_makes_it() {
        let bulk = BulkId::from(Uuid::from_u128(7));
        let row = RowIds { bulk, row: 3 };
        let made = row.certificate(day("20261121"));
        assert_eq!(made, row.certificate(day("20261121")));
        assert!(row.made(&made));
        assert!(row.made(&row.certificate(day("20261122"))));
        assert!(!RowIds { bulk, row: 4 }.made(&made));
        let other = BulkId::from(Uuid::from_u128(8));
        assert!(
            !RowIds {
                bulk: other,
                row: 3
            }
            .made(&made)
        );
    }

    #[test]
    fn a_hundred_thousand_rows_make_as_many_numbers() {
        let bulk = BulkId::from(Uuid::from_u128(7));
        let numbers: std::collections::BTreeSet<_> = (1..=100_000)
            .map(|row| RowIds { bulk, row }.certificate(day("20261121")))
            .collect();
        assert_eq!(numbers.len(), 100_000);
    }
}
