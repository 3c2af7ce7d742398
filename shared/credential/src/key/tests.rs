use data_encoding::BASE64;

use super::*;
use crate::fixtures::{NOW, claim, day, key};

fn key_of(seed: u8, from: &str, to: Option<&str>, compromised: Option<&str>) -> SigningKey {
    SigningKey::new(1, &[seed; 32], day(from), to.map(day), compromised.map(day))
}

fn judged(by: &SigningKey, published: &SigningKey) -> Result<(), Forgery> {
    let keys = KeySet::new(vec![published.issuer_key().clone()]).unwrap();
    keys.authenticate(claim().sign(by).unwrap()).map(drop)
}

#[test]
fn a_retired_key_still_verifies_what_it_signed_in_its_time() {
    let signer = key();
    assert_eq!(
        judged(&signer, &key_of(7, "2026-01-01", Some("2026-03-07"), None)),
        Ok(())
    );
    assert_eq!(
        judged(&signer, &key_of(7, "2026-03-07", None, None)),
        Ok(())
    );
    assert_eq!(
        judged(&signer, &key_of(7, "2026-01-01", Some("2026-03-06"), None)),
        Err(Forgery::KeyNotInUse)
    );
    assert_eq!(
        judged(&signer, &key_of(7, "2026-03-08", None, None)),
        Err(Forgery::KeyNotInUse)
    );
}

#[test]
fn a_compromised_key_is_believed_only_for_the_days_before() {
    let signer = key();
    assert_eq!(
        judged(&signer, &key_of(7, "2026-01-01", None, Some("2026-03-08"))),
        Ok(())
    );
    assert_eq!(
        judged(&signer, &key_of(7, "2026-01-01", None, Some("2026-03-07"))),
        Err(Forgery::KeyCompromised)
    );
}

#[test]
fn another_key_or_number_is_a_forgery() {
    assert_eq!(
        judged(&key(), &key_of(8, "2026-01-01", None, None)),
        Err(Forgery::Signature)
    );
    let none = KeySet::default();
    assert_eq!(
        none.authenticate(claim().sign(&key()).unwrap()),
        Err(Forgery::UnknownKey(1))
    );
}

#[test]
fn points_for_which_signatures_can_be_made_up_are_no_keys() {
    let mut identity = [0; 32];
    identity[0] = 1;
    for bytes in [&[0; 32][..], &identity, &[2; 31], &[]] {
        assert_eq!(PublicKey::from_bytes(bytes), Err(BadPublicKey));
    }
}

#[test]
fn the_published_form_is_a_jwk_set_and_is_read_back() {
    let keys = KeySet::new(vec![
        key_of(7, "2026-01-01", Some("2026-12-31"), Some("2026-06-01"))
            .issuer_key()
            .clone(),
        SigningKey::new(2, &[9; 32], day("2026-12-01"), None, None)
            .issuer_key()
            .clone(),
    ])
    .unwrap();
    let json = serde_json::to_value(&keys).unwrap();
    assert_eq!(
        json,
        serde_json::json!({"keys": [
            {"kty": "OKP", "crv": "Ed25519", "kid": "1", "alg": "EdDSA", "use": "sig", "x": "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw",
             "nbf": 1_767_225_600, "exp": 1_798_761_599, "compromised_at": 1_780_272_000},
            {"kty": "OKP", "crv": "Ed25519", "kid": "2", "alg": "EdDSA", "use": "sig", "x": "_RckOFqgx1tk-3jNYC-h2ZH96_drE8WO1wLqyDXp9hg",
             "nbf": 1_796_083_200},
        ]})
    );
    assert_eq!(serde_json::from_value::<KeySet>(json).unwrap(), keys);
}

#[test]
fn a_key_set_with_a_broken_or_doubled_key_is_refused() {
    for json in [
        r#"{"keys": [{"kty": "RSA", "kid": "1", "n": "AA", "e": "AQAB", "nbf": 0}]}"#,
        r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "AA", "nbf": 0}]}"#,
        r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "70000", "x": "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw", "nbf": 0}]}"#,
        r#"{"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw", "nbf": 0},
                     {"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw", "nbf": 1}]}"#,
        r#"{"keys": 1}"#,
    ] {
        assert!(serde_json::from_str::<KeySet>(json).is_err(), "{json}");
    }
}

fn setting(kid: &str, seed: &str, rest: &str) -> String {
    format!(r#"[{{"kid": {kid}, "seed": "{seed}"{rest}}}]"#)
}

#[test]
fn the_last_key_that_may_sign_signs() {
    let seed = BASE64.encode(&[7; 32]);
    let text = format!(
        r#"[{{"kid": 1, "seed": "{seed}", "not_before": "2026-01-01"}},
            {{"kid": 2, "seed": "{seed}", "not_before": "2026-02-01", "not_after": "2026-12-31"}},
            {{"kid": 3, "seed": "{seed}", "not_before": "2026-03-01", "compromised_at": "2026-03-05"}},
            {{"kid": 4, "seed": "{seed}", "not_before": "2027-01-01"}}]"#
    );
    let keys = SigningKeys::from_json(&text).unwrap();
    let at = |date: &str| keys.signer(day(date).first_second()).map(SigningKey::kid);
    assert_eq!(at("2025-12-31"), None);
    assert_eq!(at("2026-01-15"), Some(1));
    assert_eq!(at("2026-03-04"), Some(3));
    assert_eq!(keys.signer(NOW).map(SigningKey::kid), Some(2));
    assert_eq!(at("2027-01-01"), Some(4));
    assert_eq!(keys.public().keys().len(), 4);
}

#[test]
fn a_wrong_setting_is_refused_by_field_and_shows_no_seed() {
    let seed = BASE64.encode(&[7; 32]);
    let dated = r#", "not_before": "2026-01-01""#;
    for (text, wanted) in [
        (seed.clone(), "JSON array"),
        ("[]".to_owned(), "no certificate key"),
        (format!("[\"{seed}\"]"), "JSON array"),
        (setting("-1", &seed, dated), "`kid`"),
        (setting("1", &seed[1..], dated), "`seed`"),
        (setting("1", &BASE64.encode(&[7; 31]), dated), "`seed`"),
        (setting("1", &seed, ""), "`not_before`"),
        (
            setting("1", &seed, r#", "not_before": "2026-02-30""#),
            "`not_before`",
        ),
        (
            setting(
                "1",
                &seed,
                r#", "not_before": "2026-01-01", "not_after": 5"#,
            ),
            "`not_after`",
        ),
        (
            setting(
                "1",
                &seed,
                r#", "not_before": "2026-01-01", "no_after": "2027-01-01""#,
            ),
            "position 0 has a field",
        ),
    ] {
        let error = SigningKeys::from_json(&text).unwrap_err();
        assert!(error.to_string().contains(wanted), "{text}: {error}");
        assert!(!format!("{error} {error:?}").contains(&seed[1..20]));
    }
    let twice = format!(
        r#"[{{"kid": 1, "seed": "{seed}"{dated}}}, {{"kid": 1, "seed": "{seed}"{dated}}}]"#
    );
    assert_eq!(
        SigningKeys::from_json(&twice).unwrap_err(),
        SettingError::Duplicate(DuplicateKey(1))
    );
    let keys = SigningKeys::from_json(&setting("1", &seed, dated)).unwrap();
    assert!(!format!("{keys:?}").contains(&format!("{:?}", [7_u8; 32])[1..20]));
}

#[test]
fn a_key_of_an_unknown_kind_is_passed_over() {
    let json = r#"{"keys": [{"kty": "EC", "crv": "P-256", "kid": "wallet", "x": "AA", "y": "AA"},
        {"kty": "OKP", "crv": "Ed25519", "kid": "1", "x": "6kpsY-KcUgq-9VB7Ey7F-ZVHdq6-vnuSQh7qaRRG0iw", "nbf": 0}]}"#;
    let keys: KeySet = serde_json::from_str(json).unwrap();
    assert_eq!(keys.keys().len(), 1);
}

/// A modulus of 2048 bits; nobody asks whether two primes are in it.
fn modulus() -> Vec<u8> {
    vec![0xC5; 256]
}

fn rsa(kid: u16) -> RsaKey {
    RsaKey {
        kid,
        public: RsaPublic::new(modulus(), vec![1, 0, 1]).unwrap(),
        validity: Validity::of_days(day("2026-01-01"), None, Some(day("2026-06-01"))),
    }
}

#[test]
fn rsa_keys_are_published_beside_the_others_and_share_their_numbers() {
    let ed25519 = KeySet::new(vec![key().issuer_key().clone()]).unwrap();
    let keys = ed25519.clone().with_rsa(vec![rsa(3)]).unwrap();
    let json = serde_json::to_value(&keys).unwrap();
    assert_eq!(
        json["keys"][1],
        serde_json::json!({"kty": "RSA", "kid": "3", "alg": "RS256", "use": "sig", "e": "AQAB",
            "n": data_encoding::BASE64URL_NOPAD.encode(&modulus()), "nbf": 1_767_225_600, "compromised_at": 1_780_272_000})
    );
    assert_eq!(serde_json::from_value::<KeySet>(json).unwrap(), keys);
    for doubled in [vec![rsa(1)], vec![rsa(3), rsa(3)]] {
        assert!(ed25519.clone().with_rsa(doubled).is_err());
    }
    // A wallet does not read `compromised_at`: it is shown what can be trusted.
    assert_eq!(keys.trusted(), ed25519);
}

#[test]
fn a_retired_key_is_published_without_its_private_half() {
    let public = BASE64.encode(key().issuer_key().public.as_bytes());
    let seed = BASE64.encode(&[9; 32]);
    let text = format!(
        r#"[{{"kid": 1, "public": "{public}", "not_before": "2026-01-01", "not_after": "2026-12-31"}},
            {{"kid": 2, "seed": "{seed}", "not_before": "2026-12-01"}}]"#
    );
    let keys = SigningKeys::from_json(&text).unwrap();
    assert_eq!(keys.public().keys().len(), 2);
    assert_eq!(
        keys.signer(NOW).map(SigningKey::kid),
        None,
        "key 2 is not in use yet"
    );
    let signed = claim().sign(&key()).unwrap();
    assert!(keys.public().authenticate(signed).is_ok());
}

#[test]
fn a_setting_that_contradicts_itself_is_refused() {
    let seed = BASE64.encode(&[7; 32]);
    for (entry, wanted) in [
        (
            format!(r#""seed": "{seed}", "kms": "1234", "alg": "EdDSA""#),
            "exactly one",
        ),
        (String::from(r#""alg": "EdDSA""#), "exactly one"),
        (format!(r#""seed": "{seed}", "alg": "RS256""#), "`alg`"),
        (format!(r#""seed": "{seed}", "alg": "none""#), "`alg`"),
        (String::from(r#""kms": "1234""#), "`alg`"),
        (
            String::from(r#""alg": "RS256", "kms": "alias/badges""#),
            "no alias",
        ),
        (String::from(r#""alg": "RS256", "kms": "1234""#), "KMS"),
        (format!(r#""sealed_seed": "{seed}""#), "KMS"),
        (format!(r#""rsa": "{seed}""#), "`rsa`"),
        (format!(r#""alg": "RS256", "public": "{seed}""#), "`public`"),
        (String::from(r#""public": "AAAA""#), "`public`"),
        (
            format!(r#""seed": "{seed}", "not_after": "2025-12-31""#),
            "`not_after`",
        ),
        (
            format!(r#""seed": "{seed}", "compromised_at": "2026-01-01""#),
            "can sign certificates",
        ),
    ] {
        let text = format!(r#"[{{"kid": 1, {entry}, "not_before": "2026-01-01"}}]"#);
        let error = SigningKeys::from_json(&text).unwrap_err();
        assert!(error.to_string().contains(wanted), "{text}: {error}");
        assert!(!format!("{error} {error:?}").contains(&seed[1..20]));
    }
}

#[test]
fn no_form_of_a_key_shows_its_private_half() {
    let seed = BASE64.encode(&[7; 32]);
    let text = format!(
        r#"[{{"kid": 1, "seed": "{seed}", "not_before": "2026-01-01"}},
            {{"kid": 2, "sealed_seed": "{seed}", "not_before": "2026-01-01"}}]"#
    );
    let shown = format!("{:?}", KeyEntry::list(&text).unwrap()[0]);
    assert!(shown.contains("Secret(…)"), "{shown}");
    assert!(
        !shown.contains("7, 7") && !shown.contains(&seed[1..20]),
        "{shown}"
    );
}
