//! The same with private keys in KMS: its stand-in answers, the functions' code is that of AWS.

use super::{seed, signed_by, today};
use crate::house::{Ask, House};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use reqwest::Method;
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use serde_json::{Value, json};

impl House {
    /// Seals a seed for a key number, as an operator does with the deployment's credentials.
    async fn sealed(&self, kid: u16, seed: &str) -> Value {
        let key = &self.platform.deployment().kms["CertificateSealKey"].arn;
        let seed = BASE64.decode(seed.as_bytes()).expect("base64");
        let sealed = self.platform.clients().kms().encrypt();
        let sealed = sealed
            .key_id(key)
            .plaintext(seed.into())
            .encryption_context("certificate-key", kid.to_string());
        let answer = sealed.send().await.expect("it is sealed");
        let blob = answer.ciphertext_blob().expect("what was sealed");
        BASE64.encode(blob.as_ref()).into()
    }

    fn badge_key(&self) -> String {
        self.platform.deployment().kms["CertificateBadgeKey"]
            .arn
            .clone()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn certificates_and_badges_are_signed_by_a_sealed_seed_and_a_key_of_kms() {
    let house = House::start().await;
    let keys = [
        json!({"kid": 51, "sealed_seed": house.sealed(51, &seed(51)).await, "not_before": today()}),
        json!({"kid": 52, "alg": "RS256", "kms": house.badge_key(), "not_before": today()}),
    ];
    let house = house.with_certificate_keys(&keys).await;
    let certificate = house.issue_here("Sealed").await;
    assert_eq!(signed_by(&certificate), 51);
    assert_eq!(house.judged(&certificate).await.0, "valid");

    let path = format!("/badges/{}.jwt", certificate.id);
    let badge = house.request(Method::GET, &path).answer().await;
    assert_eq!(badge.status, 200, "{badge:?}");
    let (signed, signature) = badge.text.trim().rsplit_once('.').expect("a JWS");
    let decode = |text: &str| BASE64URL_NOPAD.decode(text.as_bytes()).expect("base64url");
    let published = house.published().await;
    let key = published.iter().find(|key| key["kid"] == "52");
    let key = key.expect("the key of KMS is published");
    let number = |name: &str| decode(key[name].as_str().expect("a number"));
    let components = RsaPublicKeyComponents {
        n: number("n"),
        e: number("e"),
    };
    let signature = decode(signature);
    let verified = components.verify(&RSA_PKCS1_2048_8192_SHA256, signed.as_bytes(), &signature);
    verified.expect("the key in KMS signed the badge");

    let logs = house.log_text();
    for secret in [&seed(51), &"[51, 51".to_owned()] {
        assert!(!logs.contains(secret.as_str()), "a seed stands in the logs");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seed_that_was_sealed_for_another_number_ends_the_start() {
    let house = House::start().await;
    let mut keys = house.certificate_keys();
    let sealed = house.sealed(61, &seed(61)).await;
    keys.push(json!({"kid": 61, "sealed_seed": sealed, "not_before": today()}));
    let house = house.with_certificate_keys(&keys).await;
    assert_eq!(house.published().await.len(), keys.len(), "it opens");

    // The platform reads the keys for its verifier too, and says the same as the functions.
    keys.last_mut().expect("a key")["kid"] = json!(62);
    let refused = house.start_refused(&keys).await;
    assert!(
        refused.contains("nothing was sealed like this"),
        "{refused}"
    );
}
