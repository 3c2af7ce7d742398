use data_encoding::BASE64URL_NOPAD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Addresses, Badge, BadgeRecord, JwkSet, Profile, header, payload};
use crate::fixtures::{NOW, claim, day};
use crate::key::{IssuerKey, KeySet, RsaKey, RsaPublic, Validity};
use crate::{CertificateId, SigningKey};

const BASE: &str = "https://verify.example";
const HOLDER: &str = "आरव शर्मा";

fn badge(id: &CertificateId) -> Badge<'_> {
    Badge {
        addresses: Addresses::under(BASE),
        id,
        issuer: "Example Academy",
        holder: HOLDER,
        course: "Rust on the Edge",
        grade: Some("A"),
        description: "Completing the course Rust on the Edge.",
        criteria: "Taking part in the whole course and passing its examination.",
        language: "en",
        completed: "2026-03-06",
        issued_at: NOW,
        expires: Some(day("2028-03-07")),
        status_index: 131_077,
    }
}

fn json_of(badge: &Badge<'_>) -> Value {
    serde_json::to_value(badge.credential()).unwrap()
}

fn ed25519(kid: u16, compromised: Option<&str>) -> IssuerKey {
    let compromised = compromised.map(day);
    let key = SigningKey::new(kid, &[7; 32], day("2026-01-01"), None, compromised);
    key.issuer_key().clone()
}

fn rsa(kid: u16) -> RsaKey {
    let mut modulus = vec![0x55; 256];
    modulus[0] = 0xC5;
    RsaKey {
        kid,
        public: RsaPublic::new(modulus, vec![1, 0, 1]).unwrap(),
        validity: Validity::of_days(day("2026-01-01"), None, None),
    }
}

#[test]
fn registered_claims_repeat_the_members_of_the_credential() {
    let id = claim().id;
    let says = json_of(&badge(&id));
    let address = format!("{BASE}/badges/{id}");
    assert_eq!(says["id"], json!(address));
    assert_eq!(says["jti"], says["id"]);
    assert_eq!(says["iss"], says["issuer"]["id"]);
    assert_eq!(says["sub"], says["credentialSubject"]["id"]);
    assert_eq!(
        (&says["validFrom"], &says["nbf"]),
        (&json!("2026-03-07T12:00:00Z"), &json!(NOW))
    );
    assert_eq!(
        (&says["validUntil"], &says["exp"]),
        (&json!("2028-03-07T23:59:59Z"), &json!(1_836_086_399))
    );
    assert!(says.get("vc").is_none());
}

#[test]
fn a_badge_for_ever_has_no_end_and_one_without_grade_no_result() {
    let id = claim().id;
    let plain = Badge {
        expires: None,
        grade: None,
        ..badge(&id)
    };
    let says = json_of(&plain);
    for absent in ["exp", "validUntil"] {
        assert!(says.get(absent).is_none(), "{absent}");
    }
    assert!(says["credentialSubject"].get("result").is_none());
    let graded = json_of(&badge(&id));
    let result = &graded["credentialSubject"]["result"];
    assert_eq!(result, &json!([{"type": ["Result"], "value": "A"}]));
}

#[test]
fn the_holder_is_named_once_as_the_certificate_names_them() {
    let id = claim().id;
    let text = serde_json::to_string(&badge(&id).credential()).unwrap();
    assert_eq!(text.matches(HOLDER).count(), 1);
    assert_eq!(
        json_of(&badge(&id))["credentialSubject"]["identifier"],
        json!([{"type": "IdentityObject", "hashed": false, "identityHash": HOLDER, "identityType": "name"}])
    );
}

#[test]
fn both_lists_are_named_with_the_place_within_them() {
    let id = claim().id;
    let entry = |purpose: &str, list: &str| {
        json!({
            "id": format!("{BASE}/status-lists/{list}#5"),
            "type": "BitstringStatusListEntry",
            "statusPurpose": purpose,
            "statusListIndex": "5",
            "statusListCredential": format!("{BASE}/status-lists/{list}"),
        })
    };
    assert_eq!(
        json_of(&badge(&id))["credentialStatus"],
        json!([
            entry("revocation", "1"),
            entry("suspension", "1/suspension")
        ])
    );
}

#[test]
fn one_course_of_one_issuer_is_one_achievement() {
    let (id, other) = (claim().id, CertificateId::new(day("2026-03-08"), [1; 7]));
    let achievement = |badge: &Badge<'_>| {
        let id = &json_of(badge)["credentialSubject"]["achievement"]["id"];
        id.as_str().unwrap().to_owned()
    };
    let first = achievement(&badge(&id));
    assert_eq!(first.len(), "urn:uuid:".len() + 36);
    assert_eq!(&first[23..24], "8", "a UUIDv8: {first}");
    assert_eq!(first, achievement(&badge(&other)));
    let course = Badge {
        course: "Rust off the Edge",
        ..badge(&id)
    };
    assert_ne!(first, achievement(&course));
    let issuer = Badge {
        addresses: Addresses::under("https://verify.example.org"),
        ..badge(&id)
    };
    assert_ne!(first, achievement(&issuer));
}

#[test]
fn the_header_names_the_key_by_its_address_and_says_no_more_than_it_may() {
    let header = header(Addresses::under(BASE), 1);
    let kid = format!("{BASE}/.well-known/openbadges/keys/1");
    assert_eq!(Value::Object(header), json!({"kid": kid, "typ": "JWT"}));
}

#[test]
fn the_payload_of_a_jws_is_read_back_and_of_anything_else_there_is_none() {
    let id = claim().id;
    let text = serde_json::to_string(&badge(&id).credential()).unwrap();
    let part = BASE64URL_NOPAD.encode(text.as_bytes());
    assert_eq!(payload(&format!("e30.{part}.AA")), Some(text));
    for no_jws in [part.as_str(), "a.b", "a.b.c.d", "a.!.c", "e30._w.AA"] {
        assert_eq!(payload(no_jws), None, "{no_jws}");
    }
}

#[test]
fn keys_are_published_by_their_address_and_a_compromised_one_no_more() {
    let addresses = Addresses::under(BASE);
    let keys = vec![ed25519(1, None), ed25519(2, Some("2026-05-01"))];
    let keys = KeySet::new(keys).unwrap().with_rsa(vec![rsa(3)]).unwrap();
    let set = serde_json::to_value(JwkSet::new(addresses, &keys)).unwrap();
    let listed = set["keys"].as_array().unwrap();
    let kids: Vec<_> = listed
        .iter()
        .map(|key| key["kid"].as_str().unwrap())
        .collect();
    assert_eq!(kids, [addresses.key(1), addresses.key(3)]);
    assert_eq!(
        (&listed[0]["kty"], &listed[0]["crv"]),
        (&json!("OKP"), &json!("Ed25519"))
    );
    assert_eq!(
        (&listed[1]["kty"], &listed[1]["e"]),
        (&json!("RSA"), &json!("AQAB"))
    );
    let one = JwkSet::of(addresses, &keys, 3).map(|key| serde_json::to_value(key).unwrap());
    assert_eq!(one.as_ref(), Some(&listed[1]));
    for gone in [2, 4] {
        assert_eq!(JwkSet::of(addresses, &keys, gone), None);
    }
}

#[test]
fn the_profile_stands_alone_with_the_context_that_a_badge_gives_it() {
    let profile = Profile::new(Addresses::under(BASE), "Example Academy");
    let inside = serde_json::to_value(&profile).unwrap();
    assert_eq!(
        inside,
        json!({"id": format!("{BASE}/.well-known/openbadges/issuer"), "type": ["Profile"], "name": "Example Academy"})
    );
    let alone = serde_json::to_value(profile.standalone()).unwrap();
    assert_eq!(alone["@context"].as_array().map(Vec::len), Some(2));
    assert_eq!(alone["id"], inside["id"]);
}

#[test]
fn a_withdrawn_badge_is_nothing_but_that() {
    let json = serde_json::to_string(&BadgeRecord::withdrawn()).unwrap();
    assert_eq!(json, r#"{"withdrawn":true}"#);
    let kept = BadgeRecord {
        rs256: "a.b.c".to_owned(),
        eddsa: "d.e.f".to_owned(),
        withdrawn: false,
    };
    let json = serde_json::to_string(&kept).unwrap();
    assert_eq!(json, r#"{"rs256":"a.b.c","eddsa":"d.e.f"}"#);
    assert_eq!(serde_json::from_str::<BadgeRecord>(&json).unwrap(), kept);
}

proptest! {
    #[test]
    fn any_text_is_a_jws_or_not_without_panic(text in "[a-zA-Z0-9_.=\\PC-]{0,60}") {
        let _ = payload(&text);
    }
}
