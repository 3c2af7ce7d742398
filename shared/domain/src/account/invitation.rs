//! The link by which a person chooses a password.
//!
//! ```text
//! <app>/auth/set-password?token=<account id>.<base64url(HMAC-SHA256(key, "set-password/<account id>/<invitation id>"))>
//! ```
//!
//! The table keeps the token's digest, and no message holds the token: whoever writes the letter derives it again. An
//! account has one invitation; a new one takes the place of the one before, and using it takes it away.

use crate::{
    clock::Moment,
    id::{AccountId, InvitationId},
};
use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// For how long a link works.
const VALID: SignedDuration = SignedDuration::from_hours(24);

/// The key that tokens are derived with.
#[derive(Clone)]
pub struct InvitationKey(Vec<u8>);

/// The setting is not base64 of at least 32 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be base64 of at least 32 random bytes")]
pub struct WeakSecret;

impl std::fmt::Debug for InvitationKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InvitationKey(…)")
    }
}

impl InvitationKey {
    /// Takes the secret from its setting.
    pub fn from_base64(text: &str) -> Result<Self, WeakSecret> {
        let secret = BASE64.decode(text.trim().as_bytes());
        let secret = secret.map_err(|_| WeakSecret)?;
        if secret.len() < 32 {
            return Err(WeakSecret);
        }
        Ok(Self(secret))
    }

    fn token(&self, account: AccountId, id: InvitationId) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("set-password/{account}/{id}").as_bytes());
        let mac = BASE64URL_NOPAD.encode(&mac.finalize().into_bytes());
        format!("{account}.{mac}")
    }

    /// The token of an invitation; nothing if it was made with another key.
    pub fn token_of(&self, invitation: &Invitation) -> Option<String> {
        let token = self.token(invitation.account_id, invitation.id);
        (digest(&token) == invitation.token_sha256).then_some(token)
    }
}

/// What the first super admin is made with: known to whoever has the deployment's secrets.
#[derive(Clone)]
pub struct BootstrapSecret([u8; 32]);

impl std::fmt::Debug for BootstrapSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BootstrapSecret(…)")
    }
}

impl BootstrapSecret {
    /// Takes the secret from its setting; only its digest is kept, and compared.
    pub fn from_base64(text: &str) -> Result<Self, WeakSecret> {
        InvitationKey::from_base64(text)?;
        Ok(Self(Sha256::digest(text.trim()).into()))
    }

    /// Whether this is it.
    pub fn is(&self, text: &str) -> bool {
        let digest: [u8; 32] = Sha256::digest(text.trim()).into();
        digest == self.0
    }
}

/// An invitation, as it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    /// Its id.
    pub id: InvitationId,
    /// Whose.
    pub account_id: AccountId,
    /// The lower-case hexadecimal SHA-256 of the token.
    pub token_sha256: String,
    /// Whether it makes the first super admin: then it opens only while there is none.
    pub bootstrap: bool,
    /// When it ends, in Unix seconds; the table drops it some time after.
    pub expires_at: i64,
}

impl Invitation {
    /// A fresh one.
    pub fn new(
        account_id: AccountId,
        bootstrap: bool,
        key: &InvitationKey,
        moment: Moment<'_>,
    ) -> Self {
        let id = moment.id();
        Self {
            id,
            account_id,
            token_sha256: digest(&key.token(account_id, id)),
            bootstrap,
            expires_at: (moment.now + VALID).as_second(),
        }
    }

    /// Whether it still stands at `now`.
    pub fn stands(&self, now: Timestamp) -> bool {
        now.as_second() < self.expires_at
    }

    /// Whether this token opens it at `now`.
    pub fn opens(&self, token: &str, now: Timestamp) -> bool {
        self.stands(now) && digest(token) == self.token_sha256
    }

    /// Whose invitation a token is for, if it is one.
    pub fn account_of(token: &str) -> Option<AccountId> {
        token.split_once('.')?.0.parse().ok()
    }
}

fn digest(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::fixed::Fixed;
    use uuid::Uuid;

    fn key(byte: u8) -> InvitationKey {
        InvitationKey::from_base64(&BASE64.encode(&[byte; 32])).unwrap()
    }

    #[test]
    fn a_token_opens_its_own_invitation_for_a_day_and_is_not_kept() {
        let source = Fixed::at("2026-11-21T10:00:00Z");
        let (now, account) = (source.moment().now, AccountId::from(Uuid::from_u128(7)));
        let invitation = Invitation::new(account, false, &key(1), source.moment());
        let token = key(1).token_of(&invitation).unwrap();
        assert_eq!(Invitation::account_of(&token), Some(account));
        assert!(invitation.opens(&token, now));
        assert!(!invitation.opens(&token, now + VALID));
        assert!(!invitation.opens(&token[..token.len() - 1], now));
        assert_eq!(key(2).token_of(&invitation), None, "another key");
        let other = Invitation::new(account, false, &key(1), source.moment());
        assert!(!other.opens(&token, now), "a new one takes its place");
        let kept = serde_json::to_string(&invitation).unwrap();
        assert!(!kept.contains(token.split_once('.').unwrap().1));
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(InvitationKey::from_base64("c2hvcnQ=").is_err());
        for odd in ["", ".", "x.y", "é"] {
            assert_eq!(Invitation::account_of(odd), None, "{odd}");
        }
    }
}
