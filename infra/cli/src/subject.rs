//! What somebody wants verified: a token, a link, or an id.

use registrar_credential::CertificateId;

/// What is to be verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Subject {
    /// A signed claim, as the QR code carries it.
    Token(String),
    /// A certificate's id.
    Id(CertificateId),
}

impl Subject {
    /// Takes what was typed, pasted or scanned. Of a link the last part counts, whatever case the QR code made of it; what is
    /// no id is taken for a token, which then says itself what is wrong with it.
    pub(crate) fn parse(text: &str) -> Self {
        let text = text.trim();
        let path = text.split(['?', '#']).next().unwrap_or_default();
        let last = path.trim_end_matches('/').rsplit('/').next();
        let last = last.unwrap_or_default();
        match last.parse() {
            Ok(id) => Self::Id(id),
            Err(_) => Self::Token(last.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_a_token_and_an_id_are_told_apart() {
        let id = Subject::Id("CERT-20260115-ABCDEFGHJK".parse().unwrap());
        let token = Subject::Token("AEAAC".to_owned());
        for (text, expected) in [
            ("CERT-20260115-ABCDEFGHJK", &id),
            (" cert-20260115-abcdefghjk\n", &id),
            (
                "https://verify.example.org/verify/CERT-20260115-ABCDEFGHJK/?lang=fr",
                &id,
            ),
            ("AEAAC", &token),
            ("HTTPS://VERIFY.EXAMPLE.ORG/V/AEAAC", &token),
            ("https://verify.example.org/v/AEAAC#print", &token),
        ] {
            assert_eq!(Subject::parse(text), *expected, "{text}");
        }
        for nothing in ["", "/", "https://", "é💥", "CERT-1"] {
            assert!(
                matches!(Subject::parse(nothing), Subject::Token(_)),
                "{nothing}"
            );
        }
    }
}
