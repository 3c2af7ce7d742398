//! The rules of time: which list is used when. The verdicts themselves are tested in the credential crate and in workerd.

use std::collections::BTreeMap;
use std::sync::Mutex;

use registrar_credential::{CertificateId, Claim, KeySet, Limits, SigningKey, StatusBits, Text};

use super::*;
use crate::OriginAnswer;
use crate::drive::{Step, Want, begin};

/// 2026-03-07T12:00:00Z.
const NOW: u64 = 1_772_884_800;

/// What another server than the origin may answer, 404.
const GATEWAYS: &str = r#"{"message": "Not Found"}"#;

/// A KV and an origin at a moment; `None` is one that is silent.
struct World {
    now: u64,
    kv: Option<BTreeMap<String, String>>,
    origin: Option<BTreeMap<String, String>>,
    calls: Mutex<Vec<String>>,
}

impl World {
    fn at(now: u64, kv: Option<&[(&str, String)]>, origin: Option<&[(&str, String)]>) -> Self {
        let map = |pairs: &[(&str, String)]| {
            pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), value.clone()))
                .collect()
        };
        Self {
            now,
            kv: kv.map(map),
            origin: origin.map(map),
            calls: Mutex::default(),
        }
    }

    fn calls(&self) -> Vec<String> {
        std::mem::take(&mut *self.calls.lock().unwrap())
    }
}

fn key() -> SigningKey {
    SigningKey::new(1, &[7; 32], "2026-01-01".parse().unwrap(), None, None)
}

fn list(purpose: Purpose, set: &[u32], issued_at: u64) -> String {
    let bits = StatusBits::build(0, purpose, set.iter().copied()).unwrap();
    bits.sign(&key(), "https://registrar.example", issued_at, 900)
}

fn revocations(set: &[u32], issued_at: u64) -> String {
    list(Purpose::Revocation, set, issued_at)
}

fn token() -> String {
    let id: CertificateId = "CERT-20260307-ABCDEF".parse().unwrap();
    let (holder, course) = (Text::new("A").unwrap(), Text::new("B").unwrap());
    let claim = Claim {
        key_id: 1,
        expires: None,
        id,
        status_index: 5,
        holder,
        course,
    };
    claim.sign(&key()).unwrap().token()
}

fn verifier() -> Arc<Verifier> {
    let keys = KeySet::new(vec![key().issuer_key().clone()]).unwrap();
    Arc::new(Verifier::new(Settings {
        keys,
        limits: Limits::default(),
    }))
}

fn get(target: &str) -> Request {
    Request {
        method: "GET".to_owned(),
        target: target.to_owned(),
        ..Request::default()
    }
}

fn grant(world: &World, want: &Want) -> Result<OriginAnswer, Unreachable> {
    let (name, all) = match want {
        Want::Kv(key) => (
            format!("kv {key}"),
            world.kv.as_ref().map(|all| all.get(key)),
        ),
        Want::Origin(path) | Want::Relay(path) => (
            format!("origin {path}"),
            world.origin.as_ref().map(|all| all.get(path)),
        ),
    };
    world.calls.lock().unwrap().push(name);
    let found = all.ok_or(Unreachable)?;
    let (status, body) = match found {
        Some(text) if text == GATEWAYS => (404, text.clone()),
        Some(text) => (200, text.clone()),
        None => (404, r#"{"code": "not_found"}"#.to_owned()),
    };
    Ok(OriginAnswer { status, body })
}

fn answer(verifier: &Arc<Verifier>, world: &World, request: Request) -> Response {
    let mut step = begin(Arc::clone(verifier), request, world.now);
    loop {
        match step {
            Step::Done(response) => return response,
            Step::Wants(want, running) => step = running.resume(grant(world, &want)),
        }
    }
}

fn json(verifier: &Arc<Verifier>, world: &World, target: &str) -> serde_json::Value {
    serde_json::from_str(&answer(verifier, world, get(target)).into_text()).unwrap()
}

fn verdict(verifier: &Arc<Verifier>, world: &World) -> String {
    let json = json(verifier, world, &format!("/v/{}", token()));
    json["verdict"].as_str().unwrap().to_owned()
}

#[test]
fn a_fresh_list_is_asked_for_once_in_thirty_seconds() {
    let verifier = verifier();
    let fresh = [
        ("status/0", revocations(&[], NOW)),
        ("status/0/suspension", list(Purpose::Suspension, &[], NOW)),
    ];
    let world = World::at(NOW, Some(&fresh), None);
    assert_eq!(verdict(&verifier, &world), "valid");
    assert_eq!(world.calls(), ["kv status/0", "kv status/0/suspension"]);
    let later = World::at(NOW + 29, Some(&[]), None);
    assert_eq!(verdict(&verifier, &later), "valid");
    assert!(later.calls().is_empty());
    let aged = World::at(NOW + 30, Some(&fresh), None);
    assert_eq!(verdict(&verifier, &aged), "valid");
    assert!(aged.calls().contains(&"origin /status-lists/0".to_owned()));
}

#[test]
fn a_revocation_whose_push_was_lost_is_seen_within_thirty_seconds() {
    let verifier = verifier();
    let kept = [
        ("status/0", revocations(&[], NOW)),
        ("status/0/suspension", list(Purpose::Suspension, &[], NOW)),
    ];
    let origin = [("/status-lists/0", revocations(&[5], NOW + 1))];
    assert_eq!(
        verdict(&verifier, &World::at(NOW, Some(&kept), Some(&origin))),
        "valid"
    );
    assert_eq!(
        verdict(&verifier, &World::at(NOW + 30, Some(&kept), Some(&origin))),
        "revoked"
    );
}

#[test]
fn a_list_confirmed_by_the_origin_is_used_for_thirty_seconds_whatever_its_date() {
    let verifier = verifier();
    let origin = [("/status-lists/0", revocations(&[], NOW - 200))];
    assert_eq!(
        verdict(&verifier, &World::at(NOW, Some(&[]), Some(&origin))),
        "valid"
    );
    let next = World::at(NOW + 29, Some(&[]), Some(&origin));
    assert_eq!(verdict(&verifier, &next), "valid");
    assert!(next.calls().is_empty());
}

#[test]
fn a_list_of_a_signer_whose_clock_is_ahead_is_fresh_no_longer_than_others() {
    let verifier = verifier();
    let ahead = [
        ("status/0", revocations(&[], NOW + 60)),
        (
            "status/0/suspension",
            list(Purpose::Suspension, &[], NOW + 60),
        ),
    ];
    let world = World::at(NOW, Some(&ahead), None);
    assert_eq!(verdict(&verifier, &world), "valid");
    let revoked = [("/status-lists/0", revocations(&[5], NOW + 70))];
    let later = World::at(NOW + 29, Some(&ahead), Some(&revoked));
    assert_eq!(verdict(&verifier, &later), "valid");
    let aged = World::at(NOW + 30, Some(&ahead), Some(&revoked));
    assert_eq!(verdict(&verifier, &aged), "revoked");
}

#[test]
fn an_older_list_never_takes_the_place_of_a_newer_one() {
    let verifier = verifier();
    let newer = [("status/0", revocations(&[5], NOW))];
    let older = [("/status-lists/0", revocations(&[], NOW - 100))];
    assert_eq!(
        verdict(&verifier, &World::at(NOW, Some(&newer), None)),
        "revoked"
    );
    let behind = [("status/0", revocations(&[], NOW - 100))];
    assert_eq!(
        verdict(&verifier, &World::at(NOW + 31, Some(&behind), Some(&older))),
        "revoked"
    );
}

#[test]
fn a_revocation_in_the_second_in_which_the_last_list_was_signed_is_not_taken_for_the_older_list() {
    let verifier = verifier();
    let before = [
        ("status/0", revocations(&[], NOW)),
        ("status/0/suspension", list(Purpose::Suspension, &[], NOW)),
    ];
    let after = [("status/0", revocations(&[5], NOW))];
    let at = |later, kv| World::at(NOW + later, Some(kv), None);
    assert_eq!(verdict(&verifier, &at(0, &before)), "valid");
    assert_eq!(verdict(&verifier, &at(31, &after)), "revoked");
    assert_eq!(verdict(&verifier, &at(62, &before)), "revoked");
}

#[test]
fn with_everybody_silent_the_last_list_counts_up_to_its_limit() {
    let verifier = verifier();
    let fresh = [
        ("status/0", revocations(&[], NOW)),
        ("status/0/suspension", list(Purpose::Suspension, &[], NOW)),
    ];
    assert_eq!(
        verdict(&verifier, &World::at(NOW, Some(&fresh), None)),
        "valid"
    );
    assert_eq!(
        verdict(&verifier, &World::at(NOW + 900, None, None)),
        "valid"
    );
    assert_eq!(
        verdict(&verifier, &World::at(NOW + 906, None, None)),
        "stale"
    );
}

#[test]
fn a_silent_origin_is_left_alone_for_some_seconds() {
    let verifier = verifier();
    let aged = [
        ("status/0", revocations(&[], NOW - 60)),
        (
            "status/0/suspension",
            list(Purpose::Suspension, &[], NOW - 60),
        ),
    ];
    assert_eq!(
        verdict(&verifier, &World::at(NOW, Some(&aged), None)),
        "valid"
    );
    let next = World::at(NOW + 4, Some(&aged), None);
    assert_eq!(verdict(&verifier, &next), "valid");
    assert!(next.calls().is_empty());
    let after = World::at(NOW + 5, Some(&aged), None);
    assert_eq!(verdict(&verifier, &after), "valid");
    assert!(!after.calls().is_empty());
}

#[test]
fn while_one_request_asks_the_others_use_the_list_at_hand_unless_it_counts_no_more() {
    let verifier = verifier();
    let fresh = [
        ("status/0", revocations(&[], NOW)),
        ("status/0/suspension", list(Purpose::Suspension, &[], NOW)),
    ];
    assert_eq!(
        verdict(&verifier, &World::at(NOW, Some(&fresh), None)),
        "valid"
    );
    let target = get(&format!("/v/{}", token()));
    let Step::Wants(_, waiting) = begin(Arc::clone(&verifier), target.clone(), NOW + 40) else {
        panic!("an aged list must be asked for");
    };
    let other = World::at(NOW + 41, None, None);
    assert_eq!(verdict(&verifier, &other), "valid");
    assert!(!other.calls().contains(&"kv status/0".to_owned()));
    drop(waiting);
    let Step::Wants(_, _waiting) = begin(Arc::clone(&verifier), target, NOW + 2000) else {
        panic!("a list beyond its limit must be asked for");
    };
    let renewed = [
        ("status/0", revocations(&[], NOW + 2000)),
        (
            "status/0/suspension",
            list(Purpose::Suspension, &[], NOW + 2000),
        ),
    ];
    assert_eq!(
        verdict(&verifier, &World::at(NOW + 2001, Some(&renewed), None)),
        "valid"
    );
}

#[test]
fn nothing_is_valid_when_it_cannot_be_told_whether_suspensions_exist() {
    let fresh = [("/status-lists/0", revocations(&[], NOW))];
    assert_eq!(
        verdict(&verifier(), &World::at(NOW, None, Some(&fresh))),
        "valid",
        "the origin says that there is none"
    );
    let kept = [("status/0", revocations(&[], NOW))];
    assert_eq!(
        verdict(&verifier(), &World::at(NOW, Some(&kept), None)),
        "stale",
        "a miss of the KV is no word of the issuer's"
    );
    let strange = [("/status-lists/0/suspension", GATEWAYS.to_owned())];
    assert_eq!(
        verdict(&verifier(), &World::at(NOW, Some(&kept), Some(&strange))),
        "stale",
        "a 404 of something else is none either"
    );
    assert_eq!(
        verdict(&verifier(), &World::at(NOW, Some(&kept), Some(&[]))),
        "valid",
        "the origin says that there is none"
    );
    let silent = verifier();
    let mut step = begin(Arc::clone(&silent), get(&format!("/v/{}", token())), NOW);
    let only_revocations = World::at(NOW, Some(&kept), None);
    let said = loop {
        step = match step {
            Step::Done(response) => break response.into_text(),
            Step::Wants(want, running) if want == Want::Kv("status/0".to_owned()) => {
                running.resume(grant(&only_revocations, &want))
            }
            Step::Wants(_, running) => running.resume(Err(Unreachable)),
        };
    };
    assert!(said.contains("\"verdict\":\"stale\""), "{said}");
}

#[test]
fn any_target_and_header_is_answered_without_panic() {
    let verifier = verifier();
    for target in [
        "",
        "/",
        "/v/é",
        "/verify/CERT-20260307-\u{1F980}\u{1F980}",
        "/status-lists/99999999999",
        "?",
        "/v/A?lang=%",
        "/verify?id=%FF%",
        "/badges/",
        "/badges/.png",
        "/badges/CERT-20260230-ABCDEF.jwt",
        "/.well-known/openbadges/keys/é",
    ] {
        for accept in ["", "text/html", ",;q=\u{e9}", "*/*;q=1.é"] {
            let mut request = get(target);
            accept.clone_into(&mut request.accept);
            accept.clone_into(&mut request.accept_language);
            let Step::Done(response) = begin(Arc::clone(&verifier), request, NOW) else {
                panic!("{target} must cost no lookup");
            };
            assert!(response.status >= 400 || target == "/", "{target}");
        }
    }
}

mod records;
