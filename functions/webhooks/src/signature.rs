//! `X-Hub-Signature-256: sha256=<hex HMAC-SHA256(app secret, raw body)>`.

use data_encoding::HEXLOWER_PERMISSIVE;
use registrar_domain::secret::Live;
use ring::hmac;

/// The key that a provider signs with, two while it is rotated: opaque, and shown to nobody.
pub(crate) struct Key(Live<hmac::Key>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// Takes the secret from its setting; `None` when that holds more than two.
    pub(crate) fn new(setting: &str) -> Option<Self> {
        let key = |secret: &str| Some(hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes()));
        Live::read(setting, key).map(Self)
    }

    /// Whether `header` is the signature of `body`; compared in constant time.
    pub(crate) fn signed(&self, header: &str, body: &[u8]) -> bool {
        let given = header
            .strip_prefix("sha256=")
            .and_then(|hex| HEXLOWER_PERMISSIVE.decode(hex.as_bytes()).ok());
        let good = |given: Vec<u8>| {
            let mut keys = self.0.all();
            keys.any(|key| hmac::verify(key, body, &given).is_ok())
        };
        given.is_some_and(good)
    }

    /// Whether two texts are the same, without telling by the time it takes where they differ.
    pub(crate) fn same(&self, left: &str, right: &str) -> bool {
        let left = hmac::sign(self.0.current(), left.as_bytes());
        hmac::verify(self.0.current(), right.as_bytes(), left.as_ref()).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 4231, test case 2.
    const RFC: &str = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";

    #[test]
    fn the_signature_is_that_of_rfc_4231() {
        let key = Key::new("Jefe").unwrap();
        assert!(key.signed(RFC, b"what do ya want for nothing?"));
        assert!(key.signed(
            &RFC.to_uppercase().replace("SHA256", "sha256"),
            b"what do ya want for nothing?"
        ));
    }

    #[test]
    fn one_byte_changed_anywhere_is_refused() {
        let (key, body) = (Key::new("Jefe").unwrap(), b"what do ya want for nothing?");
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
        assert!(!Key::new("jefe").unwrap().signed(RFC, body));
    }

    #[test]
    fn while_the_secret_is_rotated_both_are_good() {
        let body = b"what do ya want for nothing?";
        assert!(Key::new("Jefe new").unwrap().signed(RFC, body));
        assert!(Key::new("new Jefe").unwrap().signed(RFC, body));
        assert!(!Key::new("new newer").unwrap().signed(RFC, body));
        assert!(Key::new("a b Jefe").is_none());
    }

    #[test]
    fn texts_are_the_same_or_not() {
        let key = Key::new("k").unwrap();
        assert!(key.same("token", "token") && !key.same("token", "token "));
    }
}
