use proptest::prelude::*;

use super::*;
use crate::day::Day;
use crate::fixtures::{NOW, day, key, keys, list};

const BASE: &str = "https://registrar.example";

fn jws(number: u32, purpose: Purpose, set: &[u32]) -> String {
    StatusBits::build(number, purpose, set.iter().copied())
        .unwrap()
        .sign(&key(), BASE, NOW, 900)
}

#[test]
fn a_list_is_read_back_with_its_date_number_and_purpose() {
    let read = StatusList::verify(
        &jws(3, Purpose::Suspension, &[3 * LIST_BITS, 4 * LIST_BITS - 1]),
        &keys(),
        NOW + 7,
    )
    .unwrap();
    assert_eq!((read.number(), read.purpose()), (3, Purpose::Suspension));
    assert_eq!(
        (read.issued_at(), read.expires_at(), read.age(NOW + 7)),
        (NOW, NOW + 900, 7)
    );
    assert_eq!(read.is_set(3 * LIST_BITS), Some(true));
    assert_eq!(read.is_set(3 * LIST_BITS + 1), Some(false));
    assert_eq!(read.is_set(4 * LIST_BITS - 1), Some(true));
    assert_eq!((read.is_set(0), read.is_set(4 * LIST_BITS)), (None, None));
}

#[test]
fn a_list_supersedes_what_was_signed_earlier_or_at_once_with_fewer_bits() {
    let read = |set: &[u32], issued_at: u64| {
        let bits = StatusBits::build(0, Purpose::Revocation, set.iter().copied()).unwrap();
        StatusList::verify(&bits.sign(&key(), BASE, issued_at, 900), &keys(), NOW).unwrap()
    };
    let (none, one, later) = (read(&[], NOW - 1), read(&[5], NOW - 1), read(&[], NOW));
    assert!(one.supersedes(&none) && later.supersedes(&one));
    assert!(!none.supersedes(&one) && !one.supersedes(&later) && !one.supersedes(&one));
}

#[test]
fn the_first_index_is_the_highest_bit_of_the_first_byte() {
    let bits = StatusBits::build(0, Purpose::Revocation, [0, 9]).unwrap();
    assert_eq!(bits.bits[..2], [0x80, 0x40]);
    assert_eq!(
        StatusBits::build(0, Purpose::Revocation, [LIST_BITS]),
        Err(OtherList {
            index: LIST_BITS,
            number: 0
        })
    );
}

#[test]
fn the_credential_has_the_fields_of_the_recommendation() {
    let jws = jws(0, Purpose::Revocation, &[]);
    let parts: Vec<_> = jws
        .split('.')
        .map(|part| BASE64URL_NOPAD.decode(part.as_bytes()).unwrap())
        .collect();
    let header: serde_json::Value = serde_json::from_slice(&parts[0]).unwrap();
    assert_eq!(
        header,
        serde_json::json!({
            "alg": "EdDSA", "typ": "vc+jwt",
            "kid": "https://registrar.example/.well-known/openbadges/keys/1",
        })
    );
    let mut claims: serde_json::Value = serde_json::from_slice(&parts[1]).unwrap();
    let issuer = "https://registrar.example/.well-known/openbadges/issuer";
    let encoded = claims["credentialSubject"]["encodedList"].take();
    assert_eq!(
        claims,
        serde_json::json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential", "BitstringStatusListCredential"],
            "iss": issuer, "issuer": issuer, "iat": NOW, "exp": NOW + 900,
            "validFrom": "2026-03-07T12:00:00Z", "validUntil": "2026-03-07T12:15:00Z",
            "id": "https://registrar.example/status-lists/0", "jti": "https://registrar.example/status-lists/0",
            "credentialSubject": {"id": "https://registrar.example/status-lists/0#list", "type": "BitstringStatusList",
                "statusPurpose": "revocation", "encodedList": null},
        })
    );
    assert!(
        encoded.as_str().unwrap().starts_with("uH4sI"),
        "multibase of gzip"
    );
}

#[test]
fn a_changed_list_is_refused() {
    let good = jws(0, Purpose::Revocation, &[5]);
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(
            StatusList::verify(&changed, &keys(), NOW).is_err(),
            "character {at}"
        );
        assert!(
            StatusList::verify(&good[..at], &keys(), NOW).is_err(),
            "cut to {at}"
        );
    }
    assert_eq!(
        StatusList::verify(&"a".repeat(JWS_BYTES + 1), &keys(), NOW),
        Err(StatusError::TooLarge)
    );
}

#[test]
fn a_list_of_tomorrow_is_refused() {
    let good = jws(0, Purpose::Revocation, &[]);
    assert!(StatusList::verify(&good, &keys(), NOW - CLOCK_SKEW).is_ok());
    assert_eq!(
        StatusList::verify(&good, &keys(), NOW - CLOCK_SKEW - 1),
        Err(StatusError::Future)
    );
}

#[test]
fn a_list_dated_after_the_compromise_of_its_key_is_refused() {
    let good = jws(0, Purpose::Revocation, &[]);
    let published = |compromised: Option<Day>, last: Option<Day>| {
        let key = SigningKey::new(1, &[7; 32], day("2026-01-01"), last, compromised);
        KeySet::new(vec![key.issuer_key().clone()]).unwrap()
    };
    let judged = |keys: &KeySet| StatusList::verify(&good, keys, NOW).map(drop);
    assert_eq!(judged(&published(Some(day("2026-03-08")), None)), Ok(()));
    assert_eq!(
        judged(&published(Some(day("2026-03-07")), None)),
        Err(StatusError::Forged(Forgery::KeyCompromised))
    );
    assert_eq!(
        judged(&published(None, Some(day("2026-03-06")))),
        Err(StatusError::Forged(Forgery::KeyNotInUse))
    );
    assert_eq!(
        judged(&KeySet::default()),
        Err(StatusError::Forged(Forgery::UnknownKey(1)))
    );
}

#[test]
fn the_list_that_speaks_for_an_index_is_found() {
    assert_eq!(
        (list_number(0), list_number(131_071), list_number(131_072)),
        (0, 0, 1)
    );
    assert_eq!(list_number(u32::MAX), 32_767);
    assert_eq!(Purpose::Revocation.path(4), "4");
    assert_eq!(Purpose::Suspension.path(4), "4/suspension");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn exactly_the_indexes_given_are_set(set in proptest::collection::btree_set(LIST_BITS..2 * LIST_BITS, 0..4000)) {
        let indexes: Vec<u32> = set.iter().copied().collect();
        let read = list(Purpose::Revocation, &indexes, NOW);
        for index in LIST_BITS..2 * LIST_BITS {
            prop_assert_eq!(read.is_set(index), Some(set.contains(&index)));
        }
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(text in "\\PC{0,60}(\\.\\PC{0,60}){0,3}") {
        let _ = StatusList::verify(&text, &keys(), NOW);
    }
}
