//! Download links that work without signing in: what an e-mail carries.
//!
//! `<base>/api/certificates/<id>/download?expires=<Unix seconds>&signature=<base64url HMAC-SHA256>`. The signature covers
//! id and expiry, so a link opens one certificate until one day, and whoever has the e-mail can use it.

use crate::secret::{Live, strong};
use data_encoding::BASE64URL_NOPAD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::{SignedDuration, Timestamp};
use registrar_credential::CertificateId;
use sha2::Sha256;

/// For how long a link works.
const VALID: SignedDuration = SignedDuration::from_hours(24 * 90);

/// The key of download links; two while it is rotated.
#[derive(Clone)]
pub struct DownloadLinks(Live<Vec<u8>>);

/// The setting is not base64 of at least 32 bytes, nor two such texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be base64 of at least 32 random bytes, or two such texts while it is rotated")]
pub struct WeakSecret;

impl std::fmt::Debug for DownloadLinks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DownloadLinks(…)")
    }
}

impl DownloadLinks {
    /// Takes the secret from its setting.
    pub fn from_base64(text: &str) -> Result<Self, WeakSecret> {
        Live::read(text, strong).map(Self).ok_or(WeakSecret)
    }

    /// The link to a certificate's PDF, under the public address `base`.
    pub fn link(&self, base: &str, id: &CertificateId, now: Timestamp) -> String {
        let expires = (now + VALID).as_second();
        let mac = mac(self.0.current(), id, expires);
        let signature = BASE64URL_NOPAD.encode(&mac.finalize().into_bytes());
        format!("{base}/api/certificates/{id}/download?expires={expires}&signature={signature}")
    }

    /// Whether a link's signature is ours and its time not over.
    pub fn opens(&self, id: &CertificateId, expires: i64, signature: &str, now: Timestamp) -> bool {
        let Ok(signature) = BASE64URL_NOPAD.decode(signature.as_bytes()) else {
            return false;
        };
        let mut macs = self.0.all().map(|secret| mac(secret, id, expires));
        macs.any(|mac| mac.verify_slice(&signature).is_ok()) && now.as_second() <= expires
    }
}

fn mac(secret: &[u8], id: &CertificateId, expires: i64) -> Hmac<Sha256> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).expect("HMAC takes a key of any length");
    mac.update(format!("certificate-download/{id}/{expires}").as_bytes());
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_opens_its_own_certificate_until_its_day() {
        let links = DownloadLinks::from_base64(&data_encoding::BASE64.encode(&[3; 32])).unwrap();
        let id: CertificateId = "CERT-20261121-ABCDEFGHJK".parse().unwrap();
        let other: CertificateId = "CERT-20261121-ABCDEFGHJM".parse().unwrap();
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let link = links.link("https://app.example.org", &id, now);
        let signature = link.rsplit_once("signature=").unwrap().1;
        let expires = (now + VALID).as_second();
        assert!(links.opens(&id, expires, signature, now));
        assert!(!links.opens(&other, expires, signature, now));
        assert!(!links.opens(&id, expires + 1, signature, now));
        assert!(!links.opens(
            &id,
            expires,
            signature,
            now + VALID + SignedDuration::from_secs(1)
        ));
        assert!(!links.opens(&id, expires, "", now));
    }

    #[test]
    fn a_short_secret_is_refused() {
        assert!(DownloadLinks::from_base64("c2hvcnQ=").is_err());
    }
}
