//! Passwords: argon2id with the parameters of OWASP's Password Storage Cheat Sheet (19 MiB, 2 passes, 1 lane).

use argon2::{
    Algorithm, Argon2, Params, Version,
    password_hash::{PasswordHasher, PasswordVerifier, phc},
};
use registrar_domain::{account::PasswordHash, value::ValueError};
use serde::Deserialize;

/// Kibibytes of memory.
const MEMORY_KIB: u32 = 19_456;
/// Passes over the memory.
const PASSES: u32 = 2;
/// Lanes.
const LANES: u32 = 1;
/// The shortest salt.
const SALT_BYTES: usize = 16;
/// The lengths that a password may have, in Unicode scalar values. The upper one bounds the work.
const LENGTHS: (usize, usize) = (8, 200);

/// A hash of random bytes that belongs to no known password: what a password for an unknown address is compared with.
pub(crate) const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$2vWTp5Gw1uZ7E/UjthAARg$TdhOlCbI03cgcRULSSxLb7B3v8yce+8lbp8k7WzyO64";

/// A password as it was typed. Never shown, never trimmed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Password(String);

impl TryFrom<String> for Password {
    type Error = ValueError;
    fn try_from(text: String) -> Result<Self, ValueError> {
        let ((min, max), has) = (LENGTHS, text.chars().count());
        if has < min {
            Err(ValueError::TooShort { min, has })
        } else if has > max {
            Err(ValueError::TooLong { max, has })
        } else {
            Ok(Self(text))
        }
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Why a password cannot be hashed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HashError {
    /// A salt shorter than 16 bytes, or longer than argon2's limit of 48 as the PHC format holds it.
    #[error("the salt must have 16 to 48 bytes")]
    Salt,
    /// A password that nobody could sign in with.
    #[error("the password must have 8 to 200 characters")]
    Password,
}

/// Hashes `password` with a salt of random bytes (at least 16).
pub fn hash_password(password: &str, salt: &[u8]) -> Result<PasswordHash, HashError> {
    let password = Password::try_from(password.to_owned()).map_err(|_| HashError::Password)?;
    hash(&password, salt)
}

/// As [`hash_password`], of one that was read.
pub(crate) fn hash(password: &Password, salt: &[u8]) -> Result<PasswordHash, HashError> {
    if salt.len() < SALT_BYTES {
        return Err(HashError::Salt);
    }
    let hash: phc::PasswordHash = argon2id()
        .hash_password_with_salt(password.0.as_bytes(), salt)
        .map_err(|_| HashError::Salt)?;
    Ok(PasswordHash::from_phc(hash.to_string()))
}

/// Whether `password` is the one that `phc` was made from. The parameters are those of the hash, so that old hashes stay good.
pub(crate) fn verify(password: &Password, phc: &str) -> bool {
    phc::PasswordHash::new(phc).is_ok_and(|hash| {
        argon2id()
            .verify_password(password.0.as_bytes(), &hash)
            .is_ok()
    })
}

fn argon2id() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .expect("the parameters are in argon2's limits");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::try_from(text.to_owned()).unwrap()
    }

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let hash = hash_password("correct horse", &[7; 16]).unwrap();
        assert!(
            hash.as_phc().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"),
            "{}",
            hash.as_phc()
        );
        assert!(verify(&password("correct horse"), hash.as_phc()));
        assert!(!verify(&password("correct horsf"), hash.as_phc()));
        assert!(
            !verify(&password("correct horse "), hash.as_phc()),
            "passwords are not trimmed"
        );
    }

    #[test]
    fn the_same_password_has_another_hash_with_another_salt() {
        assert_ne!(
            hash_password("correct horse", &[7; 16]),
            hash_password("correct horse", &[8; 16])
        );
    }

    #[test]
    fn an_unknown_address_costs_the_work_of_a_known_one() {
        let parameters = |phc: &str| phc::PasswordHash::new(phc).unwrap().params.to_string();
        assert_eq!(
            parameters(NOBODYS),
            parameters(hash_password("correct horse", &[7; 16]).unwrap().as_phc())
        );
        assert!(!verify(&password("correct horse"), NOBODYS));
    }

    #[test]
    fn a_password_has_8_to_200_characters_and_is_never_shown() {
        for good in ["12345678", &"é".repeat(200)] {
            assert!(Password::try_from(good.to_owned()).is_ok());
        }
        for bad in ["", "1234567", &"é".repeat(201)] {
            assert!(Password::try_from(bad.to_owned()).is_err());
            assert_eq!(hash_password(bad, &[7; 16]), Err(HashError::Password));
        }
        assert_eq!(
            hash_password("correct horse", &[7; 15]),
            Err(HashError::Salt)
        );
        assert_eq!(
            hash_password("correct horse", &[7; 200]),
            Err(HashError::Salt)
        );
        assert!(!format!("{:?}", password("correct horse")).contains("horse"));
    }

    #[test]
    fn a_hash_that_is_none_matches_nothing() {
        for odd in ["", "plain", "$argon2id$v=19$m=19456,t=2,p=1$", "$2b$12$abc"] {
            assert!(!verify(&password("correct horse"), odd), "{odd}");
        }
    }
}
