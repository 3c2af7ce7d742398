//! The certificate's public number: `CERT-YYYYMMDD-HASH`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::day::{Day, DayError, digits, two_digits};

/// Crockford's base32 alphabet: no I, L, O or U, so that a number read aloud or retyped stays the same.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const PREFIX: &str = "CERT-";
/// `CERT-YYYYMMDD-`.
const HASH_AT: usize = 14;
/// Fewest and most symbols of the hash that are read; new ids have ten.
const HASH_SYMBOLS: std::ops::RangeInclusive<usize> = 6..=16;
const ISSUED_SYMBOLS: usize = 10;

/// A certificate's id. Its date is the day of issue.
///
/// Read in any letter case and with Crockford's aliases (I and L are 1, O is 0); shown in upper case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CertificateId {
    text: String,
    day: Day,
}

/// Why a text is not a [`CertificateId`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateIdError {
    /// Not `CERT-`, eight digits, a hyphen and something.
    #[error("a certificate id looks like CERT-YYYYMMDD-HASH")]
    Shape,
    /// The date part is not a day of the calendar.
    #[error("the certificate id's date is not a day of the calendar")]
    Date(#[source] DayError),
    /// The last part is shorter than 6 or longer than 16 symbols.
    #[error("the certificate id's last part must have 6 to 16 symbols")]
    HashLength,
    /// The last part has a symbol outside Crockford's base32.
    #[error("the certificate id's last part has a symbol that is never used")]
    HashSymbol,
}

impl CertificateId {
    /// A new id of ten symbols, from the first 50 bits of `random`.
    pub fn new(day: Day, random: [u8; 7]) -> Self {
        let bits = random
            .iter()
            .fold(0_u64, |sum, &byte| sum << 8 | u64::from(byte));
        let symbols = (0..ISSUED_SYMBOLS).map(|at| symbol(bits >> (51 - 5 * at)));
        Self::assemble(day, symbols)
    }

    /// The day of issue.
    pub fn day(&self) -> Day {
        self.day
    }

    /// The last part: 6 to 16 Crockford base32 symbols.
    pub fn hash(&self) -> &str {
        &self.text[HASH_AT..]
    }

    /// The whole id in its one written form.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The number of symbols less six in 4 bits, then 5 bits a symbol, the last bits zero.
    pub(crate) fn pack_hash(&self, out: &mut Vec<u8>) {
        let hash = self.hash().as_bytes();
        let mut bits = (hash.len() - HASH_SYMBOLS.start()) as u128;
        for &byte in hash {
            let symbol = value(byte).expect("an id holds only symbols of the alphabet");
            bits = bits << 5 | u128::from(symbol);
        }
        let bytes = (4 + 5 * hash.len()).div_ceil(8);
        // To the upper end of the bytes that are written.
        bits <<= 128 - (4 + 5 * hash.len());
        out.extend_from_slice(&bits.to_be_bytes()[..bytes]);
    }

    /// How many bytes a packed hash takes, by its first one; `None` when no hash begins so.
    pub(crate) fn packed_bytes(first: u8) -> Option<usize> {
        let symbols = symbols_of(first);
        HASH_SYMBOLS
            .contains(&symbols)
            .then(|| (4 + 5 * symbols).div_ceil(8))
    }

    /// Reads what [`Self::pack_hash`] wrote; `None` when a padding bit is set.
    pub(crate) fn unpack_hash(day: Day, packed: &[u8]) -> Option<Self> {
        let symbols = symbols_of(*packed.first()?);
        let bits = packed
            .iter()
            .fold(0_u128, |sum, &byte| sum << 8 | u128::from(byte));
        let padding = (packed.len() * 8).checked_sub(4 + symbols * 5)?;
        if bits & ((1 << padding) - 1) != 0 {
            return None;
        }
        let bits = bits >> padding;
        let symbols = (0..symbols)
            .rev()
            .map(|at| symbol(u64::try_from(bits >> (5 * at) & 31).expect("five bits fit")));
        Some(Self::assemble(day, symbols))
    }

    fn assemble(day: Day, symbols: impl Iterator<Item = char>) -> Self {
        let (year, month, dom) = day.to_civil();
        let mut text = format!("{PREFIX}{year:04}{month:02}{dom:02}-");
        text.extend(symbols);
        Self { text, day }
    }
}

/// How many symbols the hash has whose packed form begins with this byte.
fn symbols_of(first: u8) -> usize {
    usize::from(first >> 4) + HASH_SYMBOLS.start()
}

fn symbol(bits: u64) -> char {
    let index = usize::try_from(bits & 31).expect("five bits fit");
    char::from(ALPHABET[index])
}

fn value(symbol: u8) -> Option<u8> {
    let at = ALPHABET.iter().position(|&known| known == symbol)?;
    u8::try_from(at).ok()
}

/// Upper case, and Crockford's aliases replaced by what they stand for.
fn normal(byte: u8) -> u8 {
    match byte.to_ascii_uppercase() {
        b'I' | b'L' => b'1',
        b'O' => b'0',
        upper => upper,
    }
}

impl FromStr for CertificateId {
    type Err = CertificateIdError;

    fn from_str(text: &str) -> Result<Self, CertificateIdError> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() > HASH_AT
            && bytes[..PREFIX.len()].eq_ignore_ascii_case(PREFIX.as_bytes())
            && bytes[HASH_AT - 1] == b'-';
        if !shaped {
            return Err(CertificateIdError::Shape);
        }
        if !HASH_SYMBOLS.contains(&(bytes.len() - HASH_AT)) {
            return Err(CertificateIdError::HashLength);
        }
        let date: Vec<u8> = bytes[PREFIX.len()..HASH_AT - 1]
            .iter()
            .map(|&byte| normal(byte))
            .collect();
        let year = digits(&date[..4]).ok_or(CertificateIdError::Shape)?;
        let month = two_digits(&date[4..6]).ok_or(CertificateIdError::Shape)?;
        let dom = two_digits(&date[6..]).ok_or(CertificateIdError::Shape)?;
        let day = Day::from_civil(year, month, dom).map_err(CertificateIdError::Date)?;
        let hash: Vec<u8> = bytes[HASH_AT..].iter().map(|&byte| normal(byte)).collect();
        if hash.iter().any(|&byte| value(byte).is_none()) {
            return Err(CertificateIdError::HashSymbol);
        }
        Ok(Self::assemble(day, hash.into_iter().map(char::from)))
    }
}

impl fmt::Display for CertificateId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl TryFrom<String> for CertificateId {
    type Error = CertificateIdError;

    fn try_from(text: String) -> Result<Self, CertificateIdError> {
        text.parse()
    }
}

impl From<CertificateId> for String {
    fn from(id: CertificateId) -> Self {
        id.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_new_id_has_ten_symbols_of_its_random_bytes() {
        let day = "2026-03-07".parse().unwrap();
        assert_eq!(
            CertificateId::new(day, [0; 7]).as_str(),
            "CERT-20260307-0000000000"
        );
        assert_eq!(
            CertificateId::new(day, [255; 7]).as_str(),
            "CERT-20260307-ZZZZZZZZZZ"
        );
        let id = CertificateId::new(day, [0x08, 0x86, 0x42, 0x98, 0xE8, 0x4A, 0x80]);
        assert_eq!((id.hash(), id.day()), ("123456789A", day));
    }

    #[test]
    fn letter_case_and_look_alikes_do_not_matter() {
        let id: CertificateId = "cert-2o26o3o7-oil23abcxyz".parse().unwrap();
        assert_eq!(id.as_str(), "CERT-20260307-01123ABCXYZ");
        let read: CertificateId = serde_json::from_str("\"Cert-20260307-abcdef\"").unwrap();
        assert_eq!(
            serde_json::to_string(&read).unwrap(),
            "\"CERT-20260307-ABCDEF\""
        );
    }

    #[test]
    fn what_is_not_an_id_is_refused_with_its_reason() {
        use CertificateIdError::{Date, HashLength, HashSymbol, Shape};
        for (text, reason) in [
            ("", Shape),
            ("CERT-20260307-", Shape),
            ("DIPL-20260307-ABCDEF", Shape),
            ("CERT-2026030X-ABCDEF", Shape),
            ("CERT_20260307_ABCDEF", Shape),
            ("CERT-20260230-ABCDEF", Date(DayError::NoSuchDay)),
            ("CERT-18991231-ABCDEF", Date(DayError::OutOfRange)),
            ("CERT-20260307-ABCDE", HashLength),
            ("CERT-20260307-ABCDEFGHJKMNPQRST", HashLength),
            ("CERT-20260307-ABCDEU", HashSymbol),
            ("CERT-20260307-ABC-EF", HashSymbol),
            ("CERT-20260307-ABCDÉ", HashSymbol),
        ] {
            assert_eq!(text.parse::<CertificateId>(), Err(reason), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,40}") {
            let _ = text.parse::<CertificateId>();
        }

        #[test]
        fn packing_the_hash_loses_nothing(days: u16, hash in "[0-9A-HJKMNP-TV-Z]{6,16}") {
            let day = Day::from_days(days);
            let id = CertificateId::assemble(day, hash.chars());
            prop_assert_eq!(id.as_str().parse(), Ok(id.clone()));
            let mut packed = Vec::new();
            id.pack_hash(&mut packed);
            prop_assert_eq!(CertificateId::packed_bytes(packed[0]), Some(packed.len()));
            prop_assert_eq!(CertificateId::unpack_hash(day, &packed), Some(id));
        }
    }
}
