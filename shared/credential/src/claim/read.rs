//! Reading the binary form. What is read here came from a stranger.

use super::{CONTEXT, Claim, SIGNATURE_BYTES, SignedClaim, Text, TokenError, VERSION};
use crate::day::Day;
use crate::id::CertificateId;

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], TokenError> {
        let (head, rest) = self.0.split_first_chunk().ok_or(TokenError::Truncated)?;
        self.0 = rest;
        Ok(*head)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], TokenError> {
        let (head, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(TokenError::Truncated)?;
        self.0 = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, TokenError> {
        self.take::<1>().map(|[byte]| byte)
    }

    fn short(&mut self) -> Result<u16, TokenError> {
        self.take().map(u16::from_be_bytes)
    }

    /// A number in its shortest form.
    fn number(&mut self) -> Result<u32, TokenError> {
        let mut number = 0_u32;
        loop {
            let byte = self.byte()?;
            if number == 0 && byte == 0x80 || number > u32::MAX >> 7 {
                return Err(TokenError::Number);
            }
            number = number << 7 | u32::from(byte & 0x7f);
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
    }

    fn id(&mut self, day: Day) -> Result<CertificateId, TokenError> {
        let &first = self.0.first().ok_or(TokenError::Truncated)?;
        let bytes = CertificateId::packed_bytes(first).ok_or(TokenError::HashLength)?;
        CertificateId::unpack_hash(day, self.slice(bytes)?).ok_or(TokenError::PaddingBits)
    }

    fn text(&mut self) -> Result<Text, TokenError> {
        Text::read(|length| self.slice(length))
    }
}

pub(super) fn signed_claim(binary: &[u8]) -> Result<SignedClaim, TokenError> {
    let mut reader = Reader(binary);
    let version = reader.byte()?;
    if version != VERSION {
        // A token of whatever version is longer than a signature; what is shorter is no token.
        return Err(if binary.len() > SIGNATURE_BYTES {
            TokenError::UnknownVersion(version)
        } else {
            TokenError::Truncated
        });
    }
    let key_id = u16::try_from(reader.number()?).map_err(|_| TokenError::Number)?;
    let issued = Day::from_days(reader.short()?);
    let expires = match reader.number()? {
        0 => None,
        lasts => Some(last_day(issued, lasts)?),
    };
    let id = reader.id(issued)?;
    let status_index = reader.number()?;
    let holder = reader.text()?;
    let course = reader.text()?;
    let signed_bytes = binary.len() - reader.0.len();
    let signature = reader.take::<SIGNATURE_BYTES>()?;
    if !reader.0.is_empty() {
        return Err(TokenError::TrailingBytes);
    }
    let claim = Claim {
        key_id,
        expires,
        id,
        status_index,
        holder,
        course,
    };
    let message = [CONTEXT, &binary[..signed_bytes]].concat();
    Ok(SignedClaim {
        claim,
        message,
        signature,
    })
}

fn last_day(issued: Day, lasts: u32) -> Result<Day, TokenError> {
    let last = u32::from(issued.days()).checked_add(lasts - 1);
    let last = last.and_then(|last| u16::try_from(last).ok());
    last.map(Day::from_days).ok_or(TokenError::Number)
}
