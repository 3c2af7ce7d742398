use super::*;
use data_encoding::BASE64;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use rsa::{RsaPrivateKey, pkcs8::EncodePrivateKey, rand_core::OsRng};
use serde_json::json;

const NOW: &str = "2026-11-21T10:00:00Z";

fn now() -> Timestamp {
    NOW.parse().unwrap()
}

async fn signer(keys: &Value) -> Result<Signer, SettingsError> {
    let settings = Settings::from_pairs([(NAME, keys.to_string())]);
    let aws = Aws::from_settings(&|name| match name {
        // Nobody listens there.
        "AWS_ENDPOINT_URL_KMS" => Some("http://127.0.0.1:1".to_owned()),
        _ => Some("eu-central-1".to_owned()),
    });
    Signer::from_settings(&settings, &aws.unwrap()).await
}

fn seed(byte: u8) -> String {
    BASE64.encode(&[byte; 32])
}

fn header(kid: u16) -> Map<String, Value> {
    Map::from_iter([("kid".to_owned(), kid.into())])
}

#[tokio::test]
async fn both_algorithms_sign_with_the_last_key_that_may_and_verify_with_what_is_published() {
    let private = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
    let rsa = BASE64.encode(private.to_pkcs8_der().unwrap().as_bytes());
    let keys = json!([
        {"kid": 1, "seed": seed(7), "not_before": "2026-01-01"},
        {"kid": 2, "rsa": rsa, "not_before": "2026-01-01"},
        {"kid": 3, "seed": seed(8), "not_before": "2026-02-01"},
        {"kid": 4, "seed": seed(9), "not_before": "2027-01-01"},
    ]);
    let signer = signer(&keys).await.unwrap();
    assert_eq!(signer.kid(Algorithm::EdDsa, now()), Some(3));
    assert_eq!(signer.kid(Algorithm::Rs256, now()), Some(2));
    let payload = json!({"iss": "https://registrar.example"});
    let public = signer.keys().public();

    let jws = signer.jws(Algorithm::Rs256, now(), header, &payload).await;
    let jws = jws.unwrap();
    let (content, signature) = jws.rsplit_once('.').unwrap();
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    let key = &public.rsa_keys()[0].public;
    let components = RsaPublicKeyComponents {
        n: key.modulus(),
        e: key.exponent(),
    };
    components
        .verify(&RSA_PKCS1_2048_8192_SHA256, content.as_bytes(), &signature)
        .unwrap();
    let read = content.split('.').next().unwrap();
    let read = BASE64URL_NOPAD.decode(read.as_bytes()).unwrap();
    assert_eq!(
        serde_json::from_slice::<Value>(&read).unwrap(),
        json!({"alg": "RS256", "kid": 2})
    );

    let jws = signer.jws(Algorithm::EdDsa, now(), header, &payload).await;
    let jws = jws.unwrap();
    let (content, signature) = jws.rsplit_once('.').unwrap();
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    let key = public.keys().iter().find(|key| key.kid == 3).unwrap();
    let signature = signature.try_into().unwrap();
    assert!(key.public.verify(content.as_bytes(), &signature));
}

#[tokio::test]
async fn no_private_half_is_printed() {
    let private = RsaPrivateKey::new(&mut OsRng, 2048).unwrap();
    let der = private.to_pkcs8_der().unwrap();
    let rsa = BASE64.encode(der.as_bytes());
    let keys = json!([
        {"kid": 1, "seed": seed(7), "not_before": "2026-01-01"},
        {"kid": 2, "rsa": rsa, "not_before": "2026-01-01"},
    ]);
    let shown = format!("{:?}", signer(&keys).await.unwrap());
    assert!(shown.contains("kid: 2"), "{shown}");
    let bytes = |bytes: &[u8]| format!("{bytes:?}")[1..40].to_owned();
    // The middle of the file is the private exponent.
    for secret in [
        seed(7)[..20].to_owned(),
        bytes(&[7; 32]),
        rsa[600..640].to_owned(),
        bytes(&der.as_bytes()[450..490]),
    ] {
        assert!(!shown.contains(&secret), "{shown}");
    }
}

#[tokio::test]
async fn a_key_that_kms_does_not_open_ends_the_start_and_is_named_by_its_position() {
    let sealed = BASE64.encode(b"what KMS made of it");
    for bad in [
        json!({"kid": 2, "sealed_seed": sealed, "not_before": "2026-01-01"}),
        json!({"kid": 2, "alg": "RS256", "kms": "1234abcd", "not_before": "2026-01-01"}),
    ] {
        let good = json!({"kid": 1, "seed": seed(7), "not_before": "2026-01-01"});
        let error = signer(&json!([good, bad])).await.unwrap_err().to_string();
        assert!(
            error.contains(NAME) && error.contains("position 1") && error.contains("KMS"),
            "{error}"
        );
        assert!(!error.contains(&sealed), "{error}");
    }
}

#[tokio::test]
async fn a_setting_in_which_nothing_signs_certificates_ends_the_start() {
    let public = BASE64.encode(
        &SigningKey::with_validity(
            1,
            &[7; 32],
            Validity {
                not_before: 0,
                not_after: None,
                compromised_at: None,
            },
        )
        .issuer_key()
        .public
        .as_bytes()[..],
    );
    let error = signer(&json!([{"kid": 1, "public": public, "not_before": "2026-01-01"}])).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("no certificate key can sign"), "{error}");
    let empty = signer(&json!([])).await.unwrap_err().to_string();
    assert!(empty.contains("there is no certificate key"), "{empty}");
}

#[tokio::test]
async fn without_a_key_of_the_algorithm_nothing_is_signed() {
    let keys =
        json!([{"kid": 1, "seed": seed(7), "not_before": "2026-01-01", "not_after": "2026-11-20"}]);
    let signer = signer(&keys).await.unwrap();
    for algorithm in [Algorithm::EdDsa, Algorithm::Rs256] {
        let error = signer.jws(algorithm, now(), header, &json!({})).await;
        let error = error.unwrap_err();
        assert!(matches!(error, SignError::NoKey(_)) && error.retryable());
    }
}

#[tokio::test]
async fn a_badge_that_is_longer_than_kms_signs_is_signed_with_the_seed() {
    let always = Validity {
        not_before: 0,
        not_after: None,
        compromised_at: None,
    };
    let of = |kid, seed| {
        SigningKey::with_validity(kid, &[seed; 32], always)
            .issuer_key()
            .public
            .clone()
    };
    let (seeded, in_kms) = (of(1, 7), of(2, 8));
    let public = BASE64.encode(in_kms.as_bytes());
    let keys = json!([
        {"kid": 1, "seed": seed(7), "not_before": "2026-01-01"},
        {"kid": 2, "alg": "EdDSA", "kms": "1234abcd", "public": public, "not_before": "2026-01-01"},
    ]);
    let signer = signer(&keys).await.unwrap();
    assert_eq!(signer.kid(Algorithm::EdDsa, now()), Some(2));
    // Nobody listens where KMS would be: what it is asked for fails, and may be tried again.
    let short = signer.jws(Algorithm::EdDsa, now(), header, &"x").await;
    let refused = short.unwrap_err();
    assert!(
        matches!(refused, SignError::Kms(_)) && refused.retryable(),
        "{refused}"
    );
    // As long as a badge can be: `rendering` measures it.
    let long = signer
        .jws(Algorithm::EdDsa, now(), header, &"x".repeat(7_000))
        .await;
    let long = long.unwrap();
    let (content, signature) = long.rsplit_once('.').unwrap();
    let read = content.split('.').next().unwrap();
    let read = BASE64URL_NOPAD.decode(read.as_bytes()).unwrap();
    let read: Value = serde_json::from_slice(&read).unwrap();
    assert_eq!(read["kid"], 1);
    let signature = BASE64URL_NOPAD.decode(signature.as_bytes()).unwrap();
    assert!(seeded.verify(content.as_bytes(), &signature.try_into().unwrap()));
}
