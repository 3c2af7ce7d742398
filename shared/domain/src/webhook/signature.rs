//! Secrets and signatures of Standard Webhooks, scheme `v1`.
//!
//! Signed is `{webhook-id}.{webhook-timestamp}.{body}` with HMAC-SHA256 under the bytes behind `whsec_`; the header
//! `webhook-signature` holds `v1,<base64>` for each live secret, separated by spaces.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::Sha256;

const PREFIX: &str = "whsec_";

/// A signing secret: `whsec_` and base64 of 24–64 bytes. Shown once, when it is made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Secret(Vec<u8>);

/// The text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be whsec_ and base64 of 24 to 64 bytes")]
pub struct NoSecret;

impl Secret {
    /// The secret of 32 random bytes.
    pub fn new(random: [u8; 32]) -> Self {
        Self(random.to_vec())
    }

    /// `v1,<base64>` of a message.
    fn sign(&self, id: &str, timestamp: i64, body: &str) -> String {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body.as_bytes());
        format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes()))
    }
}

impl TryFrom<String> for Secret {
    type Error = NoSecret;
    fn try_from(text: String) -> Result<Self, NoSecret> {
        let encoded = text.strip_prefix(PREFIX).ok_or(NoSecret)?;
        let bytes = BASE64.decode(encoded.as_bytes()).map_err(|_| NoSecret)?;
        if (24..=64).contains(&bytes.len()) {
            Ok(Self(bytes))
        } else {
            Err(NoSecret)
        }
    }
}

impl From<Secret> for String {
    fn from(secret: Secret) -> Self {
        format!("{PREFIX}{}", BASE64.encode(&secret.0))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A secret that signs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveSecret {
    /// The secret.
    pub secret: Secret,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when, once a newer one took its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
}

impl LiveSecret {
    /// Whether it signs at `now`.
    pub fn signs_at(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// The header `webhook-signature` of a message: one signature for each secret that signs at `now`, the newest first.
pub fn signature_header(secrets: &[LiveSecret], id: &str, now: Timestamp, body: &str) -> String {
    let live = secrets.iter().filter(|secret| secret.signs_at(now));
    let signed = live.map(|live| live.secret.sign(id, now.as_second(), body));
    signed.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_one_of_the_specification_s_own_example() {
        let secret = Secret::try_from("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned()).unwrap();
        let signed = secret.sign(
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_secret_that_ran_out_signs_no_more() {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let live = |byte, expires_at| LiveSecret {
            secret: Secret::new([byte; 32]),
            created_at: now,
            expires_at,
        };
        let later = "2026-11-22T10:00:00Z".parse().unwrap();
        let secrets = [live(1, None), live(2, Some(later))];
        let header = |at| signature_header(&secrets, "msg_1", at, "{}");
        assert_eq!(header(now).split(' ').count(), 2);
        assert_eq!(header(later).split(' ').count(), 1);
        assert!(header(now).starts_with(&secrets[0].secret.sign("msg_1", now.as_second(), "{}")));
    }

    #[test]
    fn a_secret_reads_back_and_is_never_shown_by_accident() {
        let secret = Secret::new([7; 32]);
        let text = String::from(secret.clone());
        assert!(text.starts_with("whsec_"));
        assert_eq!(Secret::try_from(text.clone()).unwrap(), secret);
        assert!(!format!("{secret:?}").contains(&text[6..]));
        for bad in [
            "",
            "whsec_",
            "whsec_AAAA",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_é",
        ] {
            assert!(Secret::try_from(bad.to_owned()).is_err(), "{bad}");
        }
    }
}
