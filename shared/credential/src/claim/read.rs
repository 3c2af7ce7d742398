//! Reading the binary form. What is read here came from a stranger.

use super::text::Form;
use super::{
    CONTEXT, Claim, DIGEST_FOLLOWS, PLAIN_BYTES, SIGNATURE_BYTES, SignedClaim, Text, TokenError,
    VERSION,
};
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

    fn id(&mut self, day: Day) -> Result<CertificateId, TokenError> {
        let symbols = usize::from(self.byte()?);
        if !CertificateId::hash_may_have(symbols) {
            return Err(TokenError::HashLength);
        }
        let packed = self.slice((symbols * 5).div_ceil(8))?;
        CertificateId::unpack_hash(day, symbols, packed).ok_or(TokenError::PaddingBits)
    }

    fn text(&mut self) -> Result<Text, TokenError> {
        let length = self.byte()?;
        if length == DIGEST_FOLLOWS {
            return Ok(Text::from_form(Form::Digest(self.take()?)));
        }
        let length = usize::from(length);
        if length == 0 || length > PLAIN_BYTES {
            return Err(TokenError::TextLength);
        }
        let text = std::str::from_utf8(self.slice(length)?).map_err(|_| TokenError::Utf8)?;
        Ok(Text::from_form(Form::Plain(text.to_owned())))
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
    let key_id = reader.short()?;
    let issued = Day::from_days(reader.short()?);
    let expires = match reader.short()? {
        0 => None,
        days => Some(Day::from_days(days)),
    };
    let id = reader.id(issued)?;
    let status_index = u32::from_be_bytes(reader.take()?);
    let holder = reader.text()?;
    let course = reader.text()?;
    let signed_bytes = binary.len() - reader.0.len();
    let signature = reader.take::<SIGNATURE_BYTES>()?;
    if !reader.0.is_empty() {
        return Err(TokenError::TrailingBytes);
    }
    if expires.is_some_and(|day| day < issued) {
        return Err(TokenError::ExpiresBeforeIssue);
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
