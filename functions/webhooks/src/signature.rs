//! `X-Hub-Signature-256: sha256=<hex HMAC-SHA256(app secret, raw body)>`.

use data_encoding::HEXLOWER_PERMISSIVE;
use ring::hmac;

/// The key that a provider signs with: opaque, and shown to nobody.
pub(crate) struct Key(hmac::Key);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    pub(crate) fn new(secret: &str) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()))
    }

    /// Whether `header` is the signature of `body`; compared in constant time.
    pub(crate) fn signed(&self, header: &str, body: &[u8]) -> bool {
        let given = header
            .strip_prefix("sha256=")
            .and_then(|hex| HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok());
        given.is_some_and(|given| hmac::verify(&self.0, body, &given).is_ok())
    }

    /// Whether two texts are the same, without telling by the time it takes where they differ.
    pub(crate) fn same(&self, left: &str, right: &str) -> bool {
        let left = hmac::sign(&self.0, left.as_bytes());
        hmac::verify(&self.0, right.as_bytes(), left.as_ref()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const RFC: &str = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn the_signature_is_that_of_rfc_4231() {
        let key = Key::new("Jefe");
        assert!(key.signed(RFC, b"what do ya want for nothing?"));
        assert!(key.signed(
            &RFC.to_uppercase().replace("SHA256", "sha256"),
            b"what do ya want for nothing?"
        ));
    }

    #[test]
    fn one_byte_changed_anywhere_is_refused() {
        let (key, body) = (Key::new("Jefe"), b"what do ya want for nothing?");
        for n in 0..body.len() {
            let mut changed = *body;
            changed[n] ^= 1;
            assert!(!key.signed(RFC, &changed), "byte {n}");
        }
        for header in [
            "",
            "sha256=",
            "5bdcc146",
            &RFC[..70],
            &RFC.replace("sha256", "sha1"),
        ] {
            assert!(!key.signed(header, body), "{header}");
        }
        assert!(!Key::new("jefe").signed(RFC, body));
    }

    #[test]
    fn texts_are_the_same_or_not() {
        let key = Key::new("k");
        assert!(key.same("token", "token") && !key.same("token", "token "));
    }
}
