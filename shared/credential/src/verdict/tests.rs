use super::*;
use crate::Text;
use crate::fixtures::{NOW, claim, day, key, keys, list, signed};

const INDEX: u32 = 131_077;

fn record() -> EdgeRecord {
    EdgeRecord {
        token: signed().token(),
        holder: "आरव शर्मा".to_owned(),
        course: "Rust on the Edge".to_owned(),
        grade: Some("A".to_owned()),
        ..EdgeRecord::default()
    }
}

/// The verdict on the golden claim with lists of these ages and bits, at `now`.
fn standing(revocation: Option<(u64, bool)>, suspension: Option<(u64, bool)>, now: u64) -> Verdict {
    let made = |purpose, of: Option<(u64, bool)>| {
        of.map(|(age, set)| list(purpose, if set { &[INDEX] } else { &[] }, now - age))
    };
    let (revocation, suspension) = (
        made(Purpose::Revocation, revocation),
        made(Purpose::Suspension, suspension),
    );
    let token = signed().token();
    let evidence = Evidence::Token(&token, None);
    decide(
        evidence,
        &keys(),
        revocation.as_ref(),
        suspension.as_ref(),
        now,
        Limits::default(),
    )
    .verdict
}

#[test]
fn valid_needs_a_young_list() {
    assert_eq!(standing(Some((0, false)), None, NOW), Verdict::Valid);
    assert_eq!(
        standing(Some((900, false)), Some((900, false)), NOW),
        Verdict::Valid
    );
    assert_eq!(
        standing(Some((901, false)), None, NOW),
        Verdict::Stale {
            age_seconds: Some(901)
        }
    );
    assert_eq!(
        standing(Some((5, false)), Some((902, false)), NOW),
        Verdict::Stale {
            age_seconds: Some(902)
        }
    );
    assert_eq!(
        standing(None, None, NOW),
        Verdict::Stale { age_seconds: None }
    );
    assert_eq!(
        standing(None, Some((0, true)), NOW),
        Verdict::Stale { age_seconds: None }
    );
}

#[test]
fn revoked_outlives_the_list_and_everything_else() {
    let long_after = day("2029-01-01").first_second();
    assert_eq!(
        standing(Some((0, true)), Some((0, true)), NOW),
        Verdict::Revoked
    );
    assert_eq!(standing(Some((90_000, true)), None, NOW), Verdict::Revoked);
    assert_eq!(
        standing(Some((0, true)), None, long_after),
        Verdict::Revoked
    );
}

#[test]
fn suspended_is_said_only_by_a_young_list() {
    assert_eq!(
        standing(Some((0, false)), Some((0, true)), NOW),
        Verdict::Suspended
    );
    assert_eq!(
        standing(Some((0, false)), Some((901, true)), NOW),
        Verdict::Stale {
            age_seconds: Some(901)
        }
    );
    assert_eq!(
        standing(Some((901, false)), Some((0, true)), NOW),
        Verdict::Stale {
            age_seconds: Some(901)
        }
    );
}

#[test]
fn a_certificate_holds_to_the_end_of_its_last_day() {
    let last_second = day("2028-03-07").last_second();
    assert_eq!(
        standing(Some((0, false)), None, last_second),
        Verdict::Valid
    );
    assert_eq!(
        standing(Some((0, false)), Some((0, true)), last_second + 1),
        Verdict::Expired
    );
    assert_eq!(standing(None, None, last_second + 1), Verdict::Expired);
}

#[test]
fn a_list_of_another_number_or_purpose_says_nothing() {
    let token = signed().token();
    let judged = |list: &StatusList| {
        decide(
            Evidence::Token(&token, None),
            &keys(),
            Some(list),
            None,
            NOW,
            Limits::default(),
        )
        .verdict
    };
    assert_eq!(
        judged(&list(Purpose::Suspension, &[], NOW)),
        Verdict::Stale { age_seconds: None }
    );
    let elsewhere = crate::StatusBits::build(0, Purpose::Revocation, []).unwrap();
    let elsewhere = elsewhere.sign(&key(), "https://registrar.example", NOW, 900);
    let elsewhere = StatusList::verify(&elsewhere, &keys(), NOW).unwrap();
    assert_eq!(judged(&elsewhere), Verdict::Stale { age_seconds: None });
}

#[test]
fn a_list_past_its_own_end_is_stale_whatever_the_limit() {
    let fresh = list(Purpose::Revocation, &[], NOW - 901);
    let token = signed().token();
    let limits = Limits {
        status_max_age_seconds: 3600,
    };
    let judged = decide(
        Evidence::Token(&token, None),
        &keys(),
        Some(&fresh),
        None,
        NOW,
        limits,
    );
    assert_eq!(
        judged.verdict,
        Verdict::Stale {
            age_seconds: Some(901)
        }
    );
}

#[test]
fn a_valid_certificate_shows_what_was_signed() {
    let fresh = list(Purpose::Revocation, &[], NOW - 4);
    let record = record();
    let id = claim().id;
    let judged = decide(
        Evidence::Record(&id, &record),
        &keys(),
        Some(&fresh),
        None,
        NOW,
        Limits::default(),
    );
    assert_eq!(
        serde_json::to_value(&judged).unwrap(),
        serde_json::json!({
            "verdict": "valid", "certificate_id": "CERT-20260307-123456789A", "holder": "आरव शर्मा",
            "course": "Rust on the Edge", "grade": "A", "issued": "2026-03-07", "expires": "2028-03-07",
            "status_age_seconds": 4,
        })
    );
    let doctored = EdgeRecord {
        holder: "Mallory".to_owned(),
        ..record
    };
    let judged = decide(
        Evidence::Record(&id, &doctored),
        &keys(),
        Some(&fresh),
        None,
        NOW,
        Limits::default(),
    );
    assert_eq!(judged.holder.as_deref(), Some("आरव शर्मा"));
}

#[test]
fn of_a_shortened_text_only_the_one_that_matches_is_shown_whole() {
    let long = "A very long name ".repeat(9);
    let signed = Claim {
        holder: Text::new(&long).unwrap(),
        ..claim()
    }
    .sign(&key())
    .unwrap();
    let fresh = list(Purpose::Revocation, &[], NOW);
    let holder = |kept: &str| {
        let record = EdgeRecord {
            token: signed.token(),
            holder: kept.to_owned(),
            ..record()
        };
        decide(
            Evidence::Token(&record.token, Some(&record)),
            &keys(),
            Some(&fresh),
            None,
            NOW,
            Limits::default(),
        )
        .holder
    };
    assert_eq!(holder(&long), Some(long.clone()));
    for other in ["Mallory", "A very long name of somebody else"] {
        assert_eq!(holder(other).as_deref(), Some("A very long name…"));
    }
}

#[test]
fn what_nobody_signed_is_never_shown() {
    let other = crate::SigningKey::new(1, &[8; 32], day("2026-01-01"), None, None);
    let token = claim().sign(&other).unwrap().token();
    let fresh = list(Purpose::Revocation, &[], NOW);
    let judged = decide(
        Evidence::Token(&token, None),
        &keys(),
        Some(&fresh),
        None,
        NOW,
        Limits::default(),
    );
    assert_eq!(
        judged,
        Verification::bare(
            Verdict::Forged {
                reason: "signature".to_owned()
            },
            None
        )
    );
    let judged = decide(
        Evidence::Token("QRST", None),
        &keys(),
        Some(&fresh),
        None,
        NOW,
        Limits::default(),
    );
    assert_eq!(judged.verdict.code(), "malformed");
}

#[test]
fn a_token_of_a_later_format_is_not_called_forged() {
    // Version 3, and 69 bytes that only it can read.
    let later = format!("AM{}", "A".repeat(110));
    let judged = decide(
        Evidence::Token(&later, None),
        &keys(),
        None,
        None,
        NOW,
        Limits::default(),
    );
    assert_eq!(
        judged.verdict,
        Verdict::Malformed {
            reason: "unknown_version".to_owned()
        }
    );
}

#[test]
fn the_token_of_another_certificate_is_forged_under_this_id() {
    let asked: CertificateId = "CERT-20260307-ABCDEF".parse().unwrap();
    let record = record();
    let judged = decide(
        Evidence::Record(&asked, &record),
        &keys(),
        None,
        None,
        NOW,
        Limits::default(),
    );
    assert_eq!(
        judged,
        Verification::bare(
            Verdict::Forged {
                reason: "other_certificate".to_owned()
            },
            Some(asked)
        )
    );
}

#[test]
fn a_withdrawn_certificate_shows_nothing_but_its_id() {
    let id = claim().id;
    let withdrawn = EdgeRecord::withdrawn();
    let fresh = list(Purpose::Revocation, &[INDEX], NOW);
    let expected = Verification::bare(Verdict::Withdrawn, Some(id.clone()));
    let limits = Limits::default();
    assert_eq!(
        decide(
            Evidence::Record(&id, &withdrawn),
            &keys(),
            Some(&fresh),
            None,
            NOW,
            limits
        ),
        expected
    );
    let token = signed().token();
    assert_eq!(
        decide(
            Evidence::Token(&token, Some(&withdrawn)),
            &keys(),
            Some(&fresh),
            None,
            NOW,
            limits
        ),
        expected
    );
}

#[test]
fn codes_are_the_tags_of_the_json() {
    for verdict in [
        Verdict::Valid,
        Verdict::Revoked,
        Verdict::Suspended,
        Verdict::Expired,
        Verdict::Forged {
            reason: "signature".to_owned(),
        },
        Verdict::Malformed {
            reason: "too_long".to_owned(),
        },
        Verdict::Unknown,
        Verdict::Stale {
            age_seconds: Some(1),
        },
        Verdict::Withdrawn,
    ] {
        let json = serde_json::to_value(&verdict).unwrap();
        assert_eq!(json["verdict"], verdict.code());
        assert_eq!(serde_json::from_value::<Verdict>(json).unwrap(), verdict);
    }
}

#[test]
fn the_age_that_is_told_is_that_of_the_older_list_that_had_a_say() {
    let age = |revoked: bool, revocation: u64, suspension: u64| {
        let set: &[u32] = if revoked { &[INDEX] } else { &[] };
        let revocation = list(Purpose::Revocation, set, NOW - revocation);
        let suspension = list(Purpose::Suspension, &[], NOW - suspension);
        let token = signed().token();
        let judged = decide(
            Evidence::Token(&token, None),
            &keys(),
            Some(&revocation),
            Some(&suspension),
            NOW,
            Limits::default(),
        );
        let told = match judged.verdict {
            Verdict::Stale { age_seconds } => age_seconds,
            _ => judged.status_age_seconds,
        };
        assert_eq!(told, judged.status_age_seconds, "both say the same");
        told
    };
    assert_eq!(age(false, 5, 7), Some(7));
    assert_eq!(age(false, 5, 1000), Some(1000));
    assert_eq!(age(true, 5, 1000), Some(5));
}
