//! The public half of an RSA key: what a wallet checks an `RS256` credential with.
//!
//! The two numbers are read out of DER (X.690) as RFC 8017 (A.1) and RFC 5208 lay them out, and written as a JWK; nothing
//! here computes with them. The edge reads and keeps them only to pass them on: claims and lists are Ed25519.
//!
//! ```text
//! SubjectPublicKeyInfo  = SEQUENCE { SEQUENCE { rsaEncryption, NULL }, BIT STRING { 0, RSAPublicKey } }
//! RSAPublicKey          = SEQUENCE { INTEGER n, INTEGER e }
//! PrivateKeyInfo        = SEQUENCE { INTEGER 0, SEQUENCE { rsaEncryption, NULL }, OCTET STRING { RSAPrivateKey }, … }
//! RSAPrivateKey         = SEQUENCE { INTEGER 0, INTEGER n, INTEGER e, … }
//! ```

use super::validity::Validity;

/// `SEQUENCE { OBJECT IDENTIFIER 1.2.840.113549.1.1.1, NULL }` without its tag and length.
const RSA_ENCRYPTION: [u8; 13] = [
    0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01, 0x05, 0x00,
];
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const SEQUENCE: u8 = 0x30;
/// The shortest modulus that RFC 7518 (3.3) allows, in bytes.
const SHORTEST: usize = 256;
/// The longest that verifiers take, in bytes.
const LONGEST: usize = 1024;

/// Modulus and exponent, big-endian without leading zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaPublic {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

/// The bytes are not an RSA key of 2048 to 8192 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these are not the bytes of an RSA key of 2048 to 8192 bits")]
pub struct BadRsaKey;

impl RsaPublic {
    /// The key of these numbers, big-endian without leading zeros.
    pub fn new(modulus: Vec<u8>, exponent: Vec<u8>) -> Result<Self, BadRsaKey> {
        let no_leading_zero = |bytes: &[u8]| bytes.first().is_some_and(|first| *first != 0);
        let odd = |bytes: &[u8]| bytes.last().is_some_and(|last| last % 2 == 1);
        let fits = (SHORTEST..=LONGEST).contains(&modulus.len())
            && modulus[0] >= 0x80
            && odd(&modulus)
            && (1..=4).contains(&exponent.len())
            && no_leading_zero(&exponent)
            && odd(&exponent)
            && exponent != [1];
        fits.then_some(Self { modulus, exponent }).ok_or(BadRsaKey)
    }

    /// Reads a `SubjectPublicKeyInfo`, as `kms:GetPublicKey` answers.
    pub fn from_spki(der: &[u8]) -> Result<Self, BadRsaKey> {
        Self::in_spki(der).ok_or(BadRsaKey)?
    }

    /// Reads the public half out of an unencrypted PKCS#8 `PrivateKeyInfo`.
    pub fn from_pkcs8(der: &[u8]) -> Result<Self, BadRsaKey> {
        Self::in_pkcs8(der).ok_or(BadRsaKey)?
    }

    fn in_spki(der: &[u8]) -> Option<Result<Self, BadRsaKey>> {
        let mut info = Der(der).whole(SEQUENCE)?;
        if info.read(SEQUENCE)? != RSA_ENCRYPTION {
            return None;
        }
        let bits = info.read(BIT_STRING)?;
        let mut key = Der(bits.strip_prefix(&[0])?).whole(SEQUENCE)?;
        Self::numbers(&mut key)
    }

    fn in_pkcs8(der: &[u8]) -> Option<Result<Self, BadRsaKey>> {
        let mut info = Der(der).whole(SEQUENCE)?;
        info.read(INTEGER)?;
        if info.read(SEQUENCE)? != RSA_ENCRYPTION {
            return None;
        }
        let mut key = Der(info.read(OCTET_STRING)?).whole(SEQUENCE)?;
        key.read(INTEGER)?;
        Self::numbers(&mut key)
    }

    fn numbers(key: &mut Der<'_>) -> Option<Result<Self, BadRsaKey>> {
        // A positive number whose highest bit is set has a zero before it.
        let mut number = || {
            let bytes = key.read(INTEGER)?;
            Some(bytes.strip_prefix(&[0]).unwrap_or(bytes).to_vec())
        };
        let (modulus, exponent) = (number()?, number()?);
        Some(Self::new(modulus, exponent))
    }

    /// The modulus, big-endian.
    pub fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// The exponent, big-endian.
    pub fn exponent(&self) -> &[u8] {
        &self.exponent
    }
}

/// A public RSA key of the issuer and the time for which it speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RsaKey {
    /// The number that credentials name it by; no other key of the set has it.
    pub kid: u16,
    /// Modulus and exponent.
    pub public: RsaPublic,
    /// Its time.
    pub validity: Validity,
}

/// What is left to read.
struct Der<'a>(&'a [u8]);

impl<'a> Der<'a> {
    /// The content of the next value, which must have this tag.
    fn read(&mut self, tag: u8) -> Option<&'a [u8]> {
        let rest = self.0.strip_prefix(&[tag])?;
        let (&first, rest) = rest.split_first()?;
        let (length, rest) = match first {
            0..=0x7F => (usize::from(first), rest),
            0x81 => (usize::from(*rest.first()?), &rest[1..]),
            0x82 => {
                let (bytes, rest) = rest.split_first_chunk::<2>()?;
                (usize::from(u16::from_be_bytes(*bytes)), rest)
            }
            _ => return None,
        };
        let (content, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(content)
    }

    /// The content of a value with this tag, after which nothing follows.
    fn whole(mut self, tag: u8) -> Option<Self> {
        let content = self.read(tag)?;
        self.0.is_empty().then_some(Der(content))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(tag: u8, content: &[u8]) -> Vec<u8> {
        let mut out = vec![tag];
        match content.len() {
            length @ 0..0x80 => out.push(u8::try_from(length).unwrap()),
            length @ 0x80..0x100 => out.extend([0x81, u8::try_from(length).unwrap()]),
            length => {
                out.push(0x82);
                out.extend(u16::try_from(length).unwrap().to_be_bytes());
            }
        }
        out.extend(content);
        out
    }

    fn numbers(modulus: &[u8]) -> Vec<u8> {
        [
            value(INTEGER, &[&[0], modulus].concat()),
            value(INTEGER, &[1, 0, 1]),
        ]
        .concat()
    }

    fn spki(modulus: &[u8]) -> Vec<u8> {
        let key = value(SEQUENCE, &numbers(modulus));
        let content = [
            value(SEQUENCE, &RSA_ENCRYPTION),
            value(BIT_STRING, &[&[0], key.as_slice()].concat()),
        ];
        value(SEQUENCE, &content.concat())
    }

    #[test]
    fn the_numbers_are_read_out_of_a_public_and_a_private_key() {
        let modulus = vec![0xC5; 256];
        let public = RsaPublic::from_spki(&spki(&modulus)).unwrap();
        assert_eq!(public.modulus(), modulus);
        assert_eq!(public.exponent(), [1, 0, 1]);
        let private = [value(INTEGER, &[0]), numbers(&modulus)].concat();
        let content = [
            value(INTEGER, &[0]),
            value(SEQUENCE, &RSA_ENCRYPTION),
            value(OCTET_STRING, &value(SEQUENCE, &private)),
        ];
        let pkcs8 = value(SEQUENCE, &content.concat());
        assert_eq!(RsaPublic::from_pkcs8(&pkcs8), Ok(public));
    }

    #[test]
    fn what_is_cut_short_weak_or_something_else_is_refused() {
        let good = spki(&[0xC5; 256]);
        for length in 0..good.len() {
            assert_eq!(RsaPublic::from_spki(&good[..length]), Err(BadRsaKey));
        }
        let longer = [good.as_slice(), &[0]].concat();
        assert_eq!(RsaPublic::from_spki(&longer), Err(BadRsaKey));
        assert_eq!(RsaPublic::from_pkcs8(&good), Err(BadRsaKey));
        assert_eq!(RsaPublic::from_spki(&spki(&[0xC5; 128])), Err(BadRsaKey));
        assert_eq!(RsaPublic::from_spki(&spki(&[0xC4; 256])), Err(BadRsaKey));
        let new = |exponent: &[u8]| RsaPublic::new(vec![0xC5; 256], exponent.to_vec());
        for exponent in [&[][..], &[1], &[0, 3], &[2], &[1, 0, 0, 0, 1]] {
            assert_eq!(new(exponent), Err(BadRsaKey), "{exponent:?}");
        }
        assert!(new(&[3]).is_ok());
    }
}
