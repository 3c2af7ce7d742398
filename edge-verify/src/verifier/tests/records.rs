//! What a certificate's record may add, and what it may not.

use serde_json::{Value, json};

use super::*;

const ID: &str = "CERT-20260307-ABCDEF";
const AT_ORIGIN: &str = "/api/certificates/CERT-20260307-ABCDEF/edge";
const AT_KV: &str = "cert/CERT-20260307-ABCDEF";

/// A certificate of key 1 with this holder, issued on 7 March.
fn token_of(holder: &str) -> String {
    let claim = Claim {
        key_id: 1,
        expires: None,
        id: ID.parse().unwrap(),
        status_index: 5,
        holder: Text::new(holder).unwrap(),
        course: Text::new("B").unwrap(),
    };
    claim.sign(&key()).unwrap().token()
}

/// A verifier that knows that somebody else may have key 1 since 10 March; lists are signed by key 2.
fn robbed() -> Arc<Verifier> {
    let stolen = SigningKey::new(
        1,
        &[7; 32],
        "2026-01-01".parse().unwrap(),
        None,
        Some("2026-03-10".parse().unwrap()),
    );
    let keys = vec![stolen.issuer_key().clone(), second().issuer_key().clone()];
    Arc::new(Verifier::new(Settings {
        keys: KeySet::new(keys).unwrap(),
        limits: Limits::default(),
    }))
}

fn second() -> SigningKey {
    SigningKey::new(2, &[8; 32], "2026-01-01".parse().unwrap(), None, None)
}

fn lists(key: &SigningKey, revoked: &[u32]) -> [(&'static str, String); 2] {
    let signed = |purpose, set: &[u32]| {
        let bits = StatusBits::build(0, purpose, set.iter().copied()).unwrap();
        bits.sign(key, "https://registrar.example", NOW, 900)
    };
    [
        ("status/0", signed(Purpose::Revocation, revoked)),
        ("status/0/suspension", signed(Purpose::Suspension, &[])),
    ]
}

fn kv(key: &SigningKey, revoked: &[u32], record: Option<Value>) -> Vec<(&'static str, String)> {
    let record = record.map(|record| (AT_KV, record.to_string()));
    lists(key, revoked).into_iter().chain(record).collect()
}

fn record(token: &str) -> Value {
    json!({"token": token, "holder": "as shown", "course": "B", "grade": "A+", "linkedin_url": "https://www.linkedin.com/x"})
}

fn page(verifier: &Arc<Verifier>, world: &World, target: &str) -> String {
    let request = Request {
        accept: "text/html".to_owned(),
        ..get(target)
    };
    answer(verifier, world, request).into_text()
}

#[test]
fn what_a_stolen_key_signed_counts_only_if_the_record_has_that_very_token() {
    let (own, backdated) = (token_of("A"), token_of("The thief"));
    let asked = |token: &str, record_kept: Option<Value>, origin: Option<&[(&str, String)]>| {
        let kv = kv(&second(), &[], record_kept);
        let world = World::at(NOW, Some(&kv), origin);
        json(&robbed(), &world, &format!("/v/{token}"))
    };
    let at_origin = [(AT_ORIGIN, record(&own).to_string())];
    let kept = Some(record(&own));
    for (token, kept, origin, verdict) in [
        (&own, kept.clone(), None, "valid"),
        (&own, None, Some(&at_origin[..]), "valid"),
        (&own.to_ascii_lowercase(), kept.clone(), None, "valid"),
        (&own, None, Some(&[][..]), "forged"),
        (&backdated, kept.clone(), None, "forged"),
        (&backdated, None, Some(&at_origin[..]), "forged"),
        (&backdated, None, Some(&[][..]), "forged"),
        (&own, None, None, "stale"),
        (&backdated, None, None, "stale"),
    ] {
        let judged = asked(token, kept, origin);
        assert_eq!(judged["verdict"], verdict, "{judged}");
        if verdict == "forged" {
            assert_eq!(judged["reason"], "key_compromised");
        }
        if verdict != "valid" {
            assert_eq!(judged["holder"], Value::Null, "{judged}");
        }
    }
    let world = World::at(NOW, Some(&kv(&second(), &[], None)), None);
    let page = page(&robbed(), &world, &format!("/v/{backdated}"));
    assert!(page.contains("Cannot be decided now") && !page.contains("issuer signed"));
}

#[test]
fn tokens_of_other_keys_cost_no_lookup_of_a_record() {
    let world = World::at(NOW, Some(&kv(&key(), &[], None)), None);
    let judged = json(&verifier(), &world, &format!("/v/{}", token_of("A")));
    assert_eq!(judged["verdict"], "valid");
    assert_eq!(world.calls(), ["kv status/0", "kv status/0/suspension"]);
}

#[test]
fn a_record_lends_nothing_to_another_token_of_its_id() {
    let (own, other) = (token_of("A"), token_of("Another"));
    let world = World::at(NOW, Some(&kv(&key(), &[], Some(record(&own)))), None);
    let own = page(&verifier(), &world, &format!("/v/{own}"));
    assert!(own.contains("A+") && own.contains("linkedin"));
    let other = page(&verifier(), &world, &format!("/v/{other}"));
    assert!(other.contains("Another"));
    assert!(
        !other.contains("A+") && !other.contains("linkedin"),
        "{other}"
    );
}

#[test]
fn of_an_erased_holder_nothing_is_shown_although_the_kv_still_has_the_record() {
    let token = token_of("Aarav");
    let withdrawn = [(AT_ORIGIN, json!({"withdrawn": true}).to_string())];
    let mut revoked = record(&token);
    revoked["standing"] = json!({"state": "revoked", "since": "2026-03-07"});
    for kept in [None, Some(record(&token)), Some(revoked.clone())] {
        for target in [format!("/v/{token}"), format!("/verify/{ID}")] {
            let kv = kv(&key(), &[5], kept.clone());
            let verifier = verifier();
            let world = World::at(NOW, Some(&kv), Some(&withdrawn));
            let judged = json(&verifier, &world, &target);
            assert_eq!(judged["verdict"], "withdrawn", "{judged}");
            assert!(!page(&verifier, &world, &target).contains("Aarav"));
        }
    }
}

#[test]
fn of_an_erased_holder_no_badge_is_shown_although_the_kv_still_has_it() {
    let token = token_of("Aarav");
    let badge = json!({"rs256": "Aarav's", "eddsa": "Aarav's"}).to_string();
    let kv: Vec<_> = kv(&key(), &[5], Some(record(&token)))
        .into_iter()
        .chain([("badge/CERT-20260307-ABCDEF", badge)])
        .collect();
    let origin = |record: Value| [(AT_ORIGIN, record.to_string())];
    let mut revoked = record(&token);
    revoked["standing"] = json!({"state": "revoked", "since": "2026-03-07"});
    for ending in [".jwt", ".eddsa.jwt"] {
        let asked = |origin: Option<&[(&str, String)]>| {
            let world = World::at(NOW, Some(&kv), origin);
            let answer = answer(&verifier(), &world, get(&format!("/badges/{ID}{ending}")));
            let status = answer.status;
            (status, answer.into_text().contains("Aarav"))
        };
        let withdrawn = origin(json!({"withdrawn": true}));
        assert_eq!(asked(Some(&withdrawn)), (410, false), "{ending}");
        assert_eq!(asked(None), (503, false), "{ending}");
        let standing = origin(revoked.clone());
        assert_eq!(asked(Some(&standing)), (200, true), "{ending}");
    }
}

#[test]
fn of_a_revoked_certificate_the_origin_is_asked_once_in_thirty_seconds_and_when_silent_in_five() {
    let token = token_of("Aarav");
    let mut revoked = record(&token);
    revoked["standing"] = json!({"state": "revoked", "since": "2026-03-07"});
    let kv = kv(&key(), &[5], Some(revoked.clone()));
    let there = [(AT_ORIGIN, revoked.to_string())];
    for (origin, lasts) in [(Some(&there[..]), 30), (None, 5)] {
        let verifier = verifier();
        let asked_at = |now| {
            let world = World::at(now, Some(&kv), origin);
            let judged = json(&verifier, &world, &format!("/v/{token}"));
            assert_eq!(judged["verdict"], "revoked", "{judged}");
            let calls = world.calls();
            calls.iter().filter(|call| call.contains(AT_ORIGIN)).count()
        };
        assert_eq!(asked_at(NOW), 1);
        assert_eq!((asked_at(NOW), asked_at(NOW + lasts - 1)), (0, 0));
        assert_eq!(asked_at(NOW + lasts), 1);
    }
}

#[test]
fn with_the_origin_silent_only_a_record_that_knows_of_the_revocation_shows_whose_it_is() {
    let token = token_of("Aarav");
    let mut knows = record(&token);
    knows["standing"] = json!({"state": "revoked", "since": "2026-03-07"});
    for (kept, holder) in [
        (None, Value::Null),
        (Some(record(&token)), Value::Null),
        (Some(knows), json!("Aarav")),
    ] {
        let kv = kv(&key(), &[5], kept);
        let world = World::at(NOW, Some(&kv), None);
        let judged = json(&verifier(), &world, &format!("/v/{token}"));
        assert_eq!(
            (&judged["verdict"], &judged["holder"]),
            (&json!("revoked"), &holder)
        );
    }
}

#[test]
fn a_damaged_record_counts_as_missing() {
    let token = token_of("A");
    let at_origin = [(AT_ORIGIN, record(&token).to_string())];
    let target = format!("/verify/{ID}");
    let foreign = SigningKey::new(1, &[9; 32], "2026-01-01".parse().unwrap(), None, None);
    let claim = SignedClaim::parse(&token).unwrap().claim().clone();
    let forged = claim.sign(&foreign).unwrap().token();
    for damaged in [
        json!({"holder": "Somebody Else"}),
        json!({}),
        record("A"),
        record(&forged),
    ] {
        let kv = kv(&key(), &[], Some(damaged.clone()));
        let world = World::at(NOW, Some(&kv), Some(&at_origin));
        let judged = json(&verifier(), &world, &target);
        assert_eq!(
            (&judged["verdict"], &judged["holder"]),
            (&json!("valid"), &json!("A"))
        );
        let silent = World::at(NOW, Some(&kv), None);
        let refused = json(&verifier(), &silent, &target);
        assert_eq!(refused["code"], "origin_unreachable", "{damaged}");
        let nothing = World::at(NOW, Some(&kv), Some(&[]));
        assert_eq!(json(&verifier(), &nothing, &target)["verdict"], "unknown");
    }
}

#[test]
fn only_the_issuers_own_word_makes_an_id_unknown() {
    let target = format!("/verify/{ID}");
    let gateways = [(AT_ORIGIN, GATEWAYS.to_owned())];
    let world = World::at(NOW, Some(&[]), Some(&gateways));
    assert_eq!(
        json(&verifier(), &world, &target)["code"],
        "origin_unreachable"
    );
    let world = World::at(NOW, Some(&[]), Some(&[]));
    assert_eq!(json(&verifier(), &world, &target)["verdict"], "unknown");
}
