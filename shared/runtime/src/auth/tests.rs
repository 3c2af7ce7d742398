use super::*;
use data_encoding::BASE64URL_NOPAD;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value, json};
use uuid::Uuid;

const ISSUER: &str = "https://app.example";

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().unwrap()
}

fn student() -> Actor {
    Actor {
        id: "019aa5c3-0000-7000-8000-000000000001".parse().unwrap(),
        role: Role::Student,
    }
}

fn signer(seed: u8) -> TokenSigner {
    TokenSigner::new(ISSUER.to_owned(), &[seed; 32])
}

fn authenticator(jwks: &Value) -> Authenticator {
    Authenticator::new(ISSUER.to_owned(), &jwks.to_string()).unwrap()
}

fn own() -> Authenticator {
    authenticator(&signer(1).jwks())
}

fn part(token: &str, index: usize) -> Value {
    let part = token.split('.').nth(index).unwrap();
    serde_json::from_slice(&BASE64URL_NOPAD.decode(part.as_bytes()).unwrap()).unwrap()
}

#[test]
fn a_token_brings_its_account_and_role_back() {
    for role in [
        Role::Student,
        Role::Customer,
        Role::Tutor,
        Role::Admin,
        Role::SuperAdmin,
    ] {
        let actor = Actor { role, ..student() };
        let token = signer(1).sign(actor, Uuid::nil(), now());
        assert_eq!(own().check(&token, now()).map(|t| t.subject), Ok(actor.id));
        assert_eq!(part(&token, 1)["role"], role.code());
        let life = if role.is_staff() { 900 } else { 3600 };
        assert_eq!(part(&token, 1)["exp"], 1_795_255_200 + life);
    }
}

#[test]
fn a_token_says_what_it_must() {
    let token = signer(1).sign(student(), Uuid::nil(), now());
    assert_eq!(
        part(&token, 0),
        json!({"alg": "EdDSA", "typ": "JWT", "kid": signer(1).jwks()["keys"][0]["kid"]})
    );
    assert_eq!(
        part(&token, 1),
        json!({"iss": ISSUER, "aud": ISSUER, "sub": student().id, "role": "student", "iat": 1_795_255_200, "exp": 1_795_258_800, "jti": Uuid::nil()})
    );
}

#[test]
fn the_id_of_a_key_is_its_thumbprint() {
    // RFC 8037, appendix A.1 to A.3.
    let seed = BASE64URL_NOPAD
        .decode(b"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
        .unwrap();
    let signer = TokenSigner::new(ISSUER.to_owned(), &seed.try_into().unwrap());
    let key = &signer.jwks()["keys"][0];
    assert_eq!(key["x"], "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
    assert_eq!(key["kid"], "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

#[test]
fn a_token_ends_after_its_hour_and_a_little_leeway() {
    let token = signer(1).sign(student(), Uuid::nil(), now());
    let end = now() + LIFETIME;
    assert!(
        own()
            .check(&token, end + SignedDuration::from_secs(4))
            .is_ok()
    );
    assert_eq!(
        own().check(&token, end + SignedDuration::from_secs(5)),
        Err(TokenError::Expired)
    );
    assert_eq!(
        own().check(&token, now() - SignedDuration::from_secs(6)),
        Err(TokenError::Invalid),
        "issued in the future"
    );
}

#[test]
fn a_token_of_another_key_or_issuer_is_refused() {
    let foreign = signer(2).sign(student(), Uuid::nil(), now());
    assert_eq!(own().check(&foreign, now()), Err(TokenError::Invalid));
    let elsewhere = TokenSigner::new("https://evil.example".to_owned(), &[1; 32]).sign(
        student(),
        Uuid::nil(),
        now(),
    );
    assert_eq!(own().check(&elsewhere, now()), Err(TokenError::Invalid));
}

#[test]
fn no_changed_or_cut_token_is_accepted() {
    let token = signer(1).sign(student(), Uuid::nil(), now());
    for end in 0..token.len() {
        assert!(own().check(&token[..end], now()).is_err(), "{end}");
    }
    for (at, letter) in token
        .char_indices()
        .filter(|(_, letter)| *letter != '.')
        .step_by(7)
    {
        let mut changed = token.clone();
        // The last letter of a part carries bits that no decoder reads; two letters apart changes others.
        changed.replace_range(at..=at, if letter == 'A' { "Q" } else { "A" });
        assert!(own().check(&changed, now()).is_err(), "{at}");
    }
    for odd in ["", ".", "..", "a.b.c", "é.é.é", &"A".repeat(100_000)] {
        assert_eq!(own().check(odd, now()), Err(TokenError::Invalid));
    }
}

#[test]
fn a_token_cannot_choose_its_algorithm() {
    let token = signer(1).sign(student(), Uuid::nil(), now());
    let rest = &token[token.find('.').unwrap()..];
    for algorithm in ["none", "HS256", "RS256", "ES256"] {
        let header = BASE64URL_NOPAD.encode(
            json!({"alg": algorithm, "typ": "JWT"})
                .to_string()
                .as_bytes(),
        );
        assert_eq!(
            own().check(&format!("{header}{rest}"), now()),
            Err(TokenError::Invalid),
            "{algorithm}"
        );
    }
}

/// A token of the own key with other members than sign-in gives.
fn made(header: Value, claims: Value) -> String {
    let mut parts = [
        json!({"alg": "EdDSA", "typ": "JWT", "kid": signer(1).jwks()["keys"][0]["kid"]}),
        json!({"iss": ISSUER, "aud": ISSUER, "sub": student().id, "iat": 1_795_255_200, "exp": 1_795_258_800}),
    ];
    for (part, more) in parts.iter_mut().zip([header, claims]) {
        for (name, value) in more.as_object().unwrap() {
            part[name] = value.clone();
        }
    }
    let [header, claims] = parts.map(|part| BASE64URL_NOPAD.encode(part.to_string().as_bytes()));
    let message = format!("{header}.{claims}");
    let pair = ring::signature::Ed25519KeyPair::from_seed_unchecked(&[1; 32]).unwrap();
    let signature = BASE64URL_NOPAD.encode(pair.sign(message.as_bytes()).as_ref());
    format!("{message}.{signature}")
}

#[test]
fn a_token_for_another_audience_time_or_kind_is_refused() {
    let good = [
        (json!({}), json!({})),
        (json!({"typ": "at+JWT"}), json!({})),
        (json!({"typ": "application/jwt"}), json!({})),
        (json!({}), json!({"aud": ["elsewhere", ISSUER]})),
        (json!({}), json!({"nbf": 1_795_255_204})),
        (json!({}), json!({"exp": 1_795_255_200 + 86_400})),
    ];
    for (header, claims) in good {
        let token = made(header.clone(), claims.clone());
        assert!(own().check(&token, now()).is_ok(), "{header} {claims}");
    }
    let bad = [
        (json!({}), json!({"aud": "https://elsewhere.example"})),
        (json!({}), json!({"aud": []})),
        (json!({}), json!({"aud": null})),
        (json!({}), json!({"nbf": 1_795_255_206})),
        (json!({}), json!({"nbf": "soon"})),
        (json!({}), json!({"exp": 1_795_255_201 + 86_400})),
        (json!({}), json!({"exp": 4_948_855_200_i64})),
        (json!({"crit": ["b64"]}), json!({})),
        (json!({"crit": []}), json!({})),
        (json!({"typ": "logout+jwt"}), json!({})),
        (json!({"typ": "dpop+jwt"}), json!({})),
    ];
    for (header, claims) in bad {
        let token = made(header.clone(), claims.clone());
        let checked = own().check(&token, now());
        assert_eq!(checked, Err(TokenError::Invalid), "{header} {claims}");
    }
    let elsewhere = own();
    let elsewhere = Authenticator {
        audience: "https://elsewhere.example".to_owned(),
        ..elsewhere
    };
    assert!(elsewhere.check(&made(json!({}), json!({})), now()).is_err());
}

#[test]
fn a_set_without_key_ids_tries_its_keys() {
    let (mut old, new) = (signer(1).jwks(), signer(2).jwks());
    old["keys"]
        .as_array_mut()
        .unwrap()
        .push(new["keys"][0].clone());
    for key in old["keys"].as_array_mut().unwrap() {
        key.as_object_mut().unwrap().remove("kid");
    }
    let token = signer(2).sign(student(), Uuid::nil(), now());
    assert_eq!(
        authenticator(&old).check(&token, now()).map(|t| t.subject),
        Ok(student().id)
    );
}

#[test]
fn an_issuer_with_rsa_keys_is_understood() {
    let fixture: Value =
        serde_json::from_str(include_str!("../../tests/tokens/rs256.json")).unwrap();
    let parts: Vec<&str> = fixture["token"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part.as_str().unwrap())
        .collect();
    let login = Authenticator::new(
        "https://login.example".to_owned(),
        &fixture["jwks"].to_string(),
    )
    .unwrap();
    assert_eq!(
        login.check(&parts.join("."), now()).map(|t| t.subject),
        Ok(student().id)
    );
    let changed = format!(
        "{}.{}.{}",
        parts[0],
        parts[1],
        parts[2].replacen(|_| true, "A", 3)
    );
    assert_eq!(login.check(&changed, now()), Err(TokenError::Invalid));
}

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "ring makes P-256 keys and signatures of its own randomness only"
)]
fn an_issuer_with_p256_keys_is_understood() {
    let random = SystemRandom::new();
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
    let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
        .unwrap();
    let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
    let encode = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let jwks = json!({"keys": [{"kty": "EC", "crv": "P-256", "x": encode(x), "y": encode(y), "kid": "ec"}]});
    let claims = json!({"iss": ISSUER, "aud": ISSUER, "sub": student().id, "role": "student", "iat": 1_795_255_200, "exp": 1_795_258_800});
    let header = json!({"alg": "ES256", "kid": "ec"});
    let message = format!(
        "{}.{}",
        encode(header.to_string().as_bytes()),
        encode(claims.to_string().as_bytes())
    );
    let signature = pair.sign(&random, message.as_bytes()).unwrap();
    let token = format!("{message}.{}", encode(signature.as_ref()));
    let checked = authenticator(&jwks).check(&token, now());
    assert_eq!(checked.map(|t| t.subject), Ok(student().id));
}

#[test]
fn a_set_without_a_usable_key_refuses_to_start() {
    for set in [
        "",
        "{}",
        r#"{"keys":[]}"#,
        r#"{"keys":[{"kty":"oct","k":"c2VjcmV0","kid":"a"}]}"#,
    ] {
        assert!(
            Authenticator::new(ISSUER.to_owned(), set).is_none(),
            "{set}"
        );
    }
}

#[test]
fn a_signing_key_is_the_base64_of_32_bytes_and_is_never_shown() {
    let settings = |key: &str| {
        Settings::from_pairs([
            ("AUTH_ISSUER", ISSUER),
            ("AUTH_AUDIENCE", ISSUER),
            ("TOKEN_SIGNING_KEY", key),
        ])
    };
    let good = data_encoding::BASE64.encode(&[1; 32]);
    let signer = TokenSigner::from_settings(&settings(&good)).unwrap();
    assert!(!format!("{signer:?}").contains(&good));
    for bad in ["", "c2hvcnQ=", "not base64!"] {
        let error = TokenSigner::from_settings(&settings(bad))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("TOKEN_SIGNING_KEY") && (bad.is_empty() || !error.contains(bad)),
            "{error}"
        );
    }
}
