//! What may be done to a token, and the verdict on each: tokens changed, cut, of other issuers, of other keys and times.

use data_encoding::BASE32_NOPAD;
use registrar_credential::{
    CertificateId, Claim, Day, Evidence, KeySet, Limits, Purpose, SigningKey, StatusBits,
    StatusList, Text, Verdict, Verification, decide,
};

/// 2026-03-07T12:00:00Z.
const NOW: u64 = 1_772_884_800;
const ISSUER: &str = "https://verify.example";

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn key(kid: u16, seed: u8, until: Option<&str>, compromised: Option<&str>) -> SigningKey {
    SigningKey::new(
        kid,
        &[seed; 32],
        day("2026-01-01"),
        until.map(day),
        compromised.map(day),
    )
}

/// A certificate's token, issued on a day and signed with a key whatever the key's time is.
fn token(key: &SigningKey, issued: &str) -> String {
    let id: CertificateId = format!("CERT-{}-ABCDEFGHJK", issued.replace('-', ""))
        .parse()
        .unwrap();
    let claim = Claim {
        key_id: key.kid(),
        expires: Some(day("2028-03-07")),
        id,
        status_index: 5,
        holder: Text::new("आरव शर्मा").unwrap(),
        course: Text::new("Rust").unwrap(),
    };
    claim.sign(key).unwrap().token()
}

/// The judgement of one who believes these keys, with fresh lists of the first of them.
fn judged(token: &str, keys: &[&SigningKey]) -> Verification {
    let list_key = key(99, 99, None, None);
    let known = keys.iter().map(|key| key.issuer_key().clone());
    let known = KeySet::new(known.chain([list_key.issuer_key().clone()]).collect()).unwrap();
    let list = |purpose| {
        let bits = StatusBits::build(0, purpose, [6]).unwrap();
        StatusList::verify(&bits.sign(&list_key, ISSUER, NOW, 900), &known, NOW).unwrap()
    };
    let (revocation, suspension) = (list(Purpose::Revocation), list(Purpose::Suspension));
    let evidence = Evidence::Token(token, None);
    let limits = Limits::default();
    decide(
        evidence,
        &known,
        Some(&revocation),
        Some(&suspension),
        NOW,
        limits,
    )
}

fn reason(verification: &Verification) -> (&'static str, &str) {
    let reason = match &verification.verdict {
        Verdict::Forged { reason } | Verdict::Malformed { reason } => reason.as_str(),
        _ => "",
    };
    (verification.verdict.code(), reason)
}

#[test]
fn every_flipped_bit_has_its_verdict_and_none_shows_anything() {
    let signer = key(1, 7, None, None);
    let token = token(&signer, "2026-03-07");
    assert_eq!(judged(&token, &[&signer]).verdict, Verdict::Valid);
    let binary = BASE32_NOPAD.decode(token.as_bytes()).unwrap();
    for bit in 0..binary.len() * 8 {
        let mut flipped = binary.clone();
        flipped[bit / 8] ^= 0x80 >> (bit % 8);
        let verification = judged(&BASE32_NOPAD.encode(&flipped), &[&signer]);
        let said = reason(&verification);
        let expected = match bit / 8 {
            0 => said == ("malformed", "unknown_version"),
            1 => matches!(said, ("forged", "unknown_key") | ("malformed", _)),
            at if at >= binary.len() - 64 => said == ("forged", "signature"),
            _ => matches!(said.0, "forged" | "malformed"),
        };
        assert!(expected, "bit {bit}: {said:?}");
        assert_eq!((verification.holder, verification.course), (None, None));
    }
}

#[test]
fn a_token_cut_at_any_length_is_malformed() {
    let signer = key(1, 7, None, None);
    let token = token(&signer, "2026-03-07");
    for length in 0..token.len() {
        let verification = judged(&token[..length], &[&signer]);
        let (verdict, reason) = reason(&verification);
        assert_eq!(verdict, "malformed", "{length}");
        assert!(
            ["truncated", "not_base32", "padding_bits"].contains(&reason),
            "{length}: {reason}"
        );
    }
}

#[test]
fn each_key_and_time_has_its_verdict() {
    let signer = key(1, 7, None, None);
    let stranger = key(1, 8, None, None);
    let elsewhere = key(2, 8, None, None);
    let retired = key(1, 7, Some("2026-02-28"), None);
    let lost = key(1, 7, None, Some("2026-03-01"));
    for (what, token, known, verdict) in [
        ("ours", token(&signer, "2026-03-07"), &signer, ("valid", "")),
        (
            "another issuer's under our number",
            token(&stranger, "2026-03-07"),
            &signer,
            ("forged", "signature"),
        ),
        (
            "another issuer's under its own number",
            token(&elsewhere, "2026-03-07"),
            &signer,
            ("forged", "unknown_key"),
        ),
        (
            "issued while a key that is retired now was in use",
            token(&signer, "2026-02-28"),
            &retired,
            ("valid", ""),
        ),
        (
            "dated after its key was retired",
            token(&signer, "2026-03-01"),
            &retired,
            ("forged", "key_not_in_use"),
        ),
        (
            "dated before its key was in use",
            token(&signer, "2025-12-31"),
            &signer,
            ("forged", "key_not_in_use"),
        ),
        (
            "issued the day before its key was compromised",
            token(&signer, "2026-02-28"),
            &lost,
            ("valid", ""),
        ),
        (
            "dated the day on which its key was compromised",
            token(&signer, "2026-03-01"),
            &lost,
            ("forged", "key_compromised"),
        ),
    ] {
        assert_eq!(reason(&judged(&token, &[known])), verdict, "{what}");
    }
}

#[test]
fn a_later_version_is_never_called_forged() {
    let signer = key(1, 7, None, None);
    let binary = BASE32_NOPAD
        .decode(token(&signer, "2026-03-07").as_bytes())
        .unwrap();
    for version in [0, 1, 3, 255] {
        let mut later = binary.clone();
        later[0] = version;
        let verification = judged(&BASE32_NOPAD.encode(&later), &[&signer]);
        assert_eq!(
            reason(&verification),
            ("malformed", "unknown_version"),
            "{version}"
        );
    }
}
