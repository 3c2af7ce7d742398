//! Calls that a channel signs: a chat gateway that vouches for the phone number it speaks for, and has no account.
//!
//! ```text
//! X-Channel-Signature: t=<Unix seconds>,v1=<hexadecimal HMAC-SHA256>
//! ```
//!
//! What is signed is `<t>.<METHOD>.<path>.<body>`, the body byte for byte, with the channel's secret. A signature holds for
//! five minutes before and after its time. It names the call as well: a call that is sent twice is carried out once.

use crate::secret::{Live, strong};
use data_encoding::{HEXLOWER, HEXLOWER_PERMISSIVE};
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use sha2::Sha256;

/// The header that carries the signature, as HTTP compares names: in lower case.
pub const HEADER: &str = "x-channel-signature";

/// How far a call's time and ours may be apart.
const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// A channel's secret; two while it is rotated.
#[derive(Clone)]
pub struct CallKey(Live<Vec<u8>>);

/// The setting is not base64 of at least 32 bytes, nor two such texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be base64 of at least 32 random bytes, or two such texts while it is rotated")]
pub struct WeakCallKey;

/// What is signed.
#[derive(Clone, Copy, Debug)]
pub struct Call<'a> {
    /// The method, in upper case.
    pub method: &'a str,
    /// The path, without a query.
    pub path: &'a str,
    /// The body, byte for byte.
    pub body: &'a [u8],
}

/// Why a signature is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Not of the form above.
    #[error("X-Channel-Signature must be t=<Unix seconds>,v1=<hexadecimal HMAC-SHA256>")]
    Malformed,
    /// Its time is too far from ours.
    #[error("the signature's time is more than five minutes from now")]
    Expired,
    /// Another call was signed, or with another secret.
    #[error("the signature is not of this call")]
    Forged,
}

impl std::fmt::Debug for CallKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CallKey(…)")
    }
}

impl CallKey {
    /// Takes the secret from its setting.
    ///
    /// # Errors
    /// [`WeakCallKey`] when it is not base64 of at least 32 bytes, or two such texts.
    pub fn from_base64(text: &str) -> Result<Self, WeakCallKey> {
        Live::read(text, strong).map(Self).ok_or(WeakCallKey)
    }

    /// The header's value for a call at `now`.
    pub fn sign(&self, call: Call<'_>, now: Timestamp) -> String {
        let time = now.as_second().to_string();
        let signature =
            HEXLOWER.encode(&mac(self.0.current(), &time, call).finalize().into_bytes());
        format!("t={time},v1={signature}")
    }

    /// Checks a header's value.
    ///
    /// # Errors
    /// [`CallError`].
    pub fn verify(&self, call: Call<'_>, header: &str, now: Timestamp) -> Result<(), CallError> {
        let parts = header
            .strip_prefix("t=")
            .and_then(|rest| rest.split_once(",v1="));
        let (time, signature) = parts.ok_or(CallError::Malformed)?;
        let signature = HEXLOWER_PERMISSIVE
            .decode(signature.as_bytes())
            .map_err(|_| CallError::Malformed)?;
        let at: i64 = time.parse().map_err(|_| CallError::Malformed)?;
        let at = Timestamp::from_second(at).map_err(|_| CallError::Malformed)?;
        let mut macs = self.0.all().map(|secret| mac(secret, time, call));
        if !macs.any(|mac| mac.verify_slice(&signature).is_ok()) {
            return Err(CallError::Forged);
        }
        if now.duration_since(at).abs() > TOLERANCE {
            return Err(CallError::Expired);
        }
        Ok(())
    }
}

fn mac(secret: &[u8], time: &str, call: Call<'_>) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    for part in [time, call.method, call.path] {
        mac.update(part.as_bytes());
        mac.update(b".");
    }
    mac.update(call.body);
    mac
}

#[cfg(test)]
mod tests {
    use super::*;
    use data_encoding::BASE64;

    const NOW: &str = "2026-11-21T10:00:00Z";

    fn key() -> CallKey {
        CallKey::from_base64(&BASE64.encode(&[7; 32])).unwrap()
    }

    fn call(body: &[u8]) -> Call<'_> {
        let (method, path) = ("POST", "/api/support/tickets");
        Call { method, path, body }
    }

    #[test]
    fn a_signature_holds_for_one_call_and_ten_minutes() {
        let now: Timestamp = NOW.parse().unwrap();
        let header = key().sign(call(b"{}"), now);
        assert_eq!(key().verify(call(b"{}"), &header, now), Ok(()));
        let at = |seconds| now + SignedDuration::from_secs(seconds);
        assert_eq!(key().verify(call(b"{}"), &header, at(300)), Ok(()));
        assert_eq!(
            key().verify(call(b"{}"), &header, at(301)),
            Err(CallError::Expired)
        );
        assert_eq!(
            key().verify(call(b"{}"), &header, at(-301)),
            Err(CallError::Expired)
        );
        assert_eq!(
            key().verify(call(b"{ }"), &header, now),
            Err(CallError::Forged)
        );
        let other = Call {
            path: "/api/support/tickets/1/messages",
            ..call(b"{}")
        };
        assert_eq!(key().verify(other, &header, now), Err(CallError::Forged));
        let stranger = CallKey::from_base64(&BASE64.encode(&[8; 32])).unwrap();
        assert_eq!(
            stranger.verify(call(b"{}"), &header, now),
            Err(CallError::Forged)
        );
    }

    #[test]
    fn while_the_secret_is_rotated_both_are_good_and_the_first_signs() {
        let now: Timestamp = NOW.parse().unwrap();
        let [old, new] = [[7; 32], [8; 32]].map(|secret| BASE64.encode(&secret));
        let both = CallKey::from_base64(&format!("{new} {old}")).unwrap();
        let old = CallKey::from_base64(&old).unwrap();
        let new = CallKey::from_base64(&new).unwrap();
        for signer in [&old, &new] {
            let header = signer.sign(call(b"{}"), now);
            assert_eq!(both.verify(call(b"{}"), &header, now), Ok(()));
        }
        let header = both.sign(call(b"{}"), now);
        assert_eq!(new.verify(call(b"{}"), &header, now), Ok(()));
        let refused = old.verify(call(b"{}"), &header, now);
        assert_eq!(refused, Err(CallError::Forged));
    }

    #[test]
    fn what_is_no_signature_is_said_to_be_none() {
        let now = NOW.parse().unwrap();
        for bad in [
            "",
            "t=1",
            "v1=00,t=1",
            "t=x,v1=00",
            "t=1,v1=zz",
            "t=99999999999999,v1=00",
        ] {
            let refused = key().verify(call(b""), bad, now);
            assert_eq!(refused, Err(CallError::Malformed), "{bad}");
        }
        assert!(CallKey::from_base64("short").is_err());
        assert!(CallKey::from_base64(&BASE64.encode(&[7; 31])).is_err());
    }
}
