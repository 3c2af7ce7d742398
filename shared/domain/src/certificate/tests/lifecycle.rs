//! Suspending, reinstating, reissuing, withdrawing, expiring.

use super::*;
use crate::{
    effect::Effect,
    visibility::{ForStaff, Reader},
};
use proptest::prelude::*;

fn reason() -> Reason {
    Reason::new("the name was wrong").unwrap()
}

fn correction() -> Correction {
    Correction {
        holder: None,
        course: None,
        completion_date: None,
        grade: Corrected::Stays,
        expires_on: Corrected::Stays,
        reason: reason(),
    }
}

/// A command, as the property below makes them.
#[derive(Clone, Copy, Debug)]
enum Command {
    Suspend,
    Reinstate,
    Revoke,
}

impl Command {
    fn on(self, certificate: &Certificate, source: &Fixed) -> Result<Decision, Refusal> {
        let moment = moment(source);
        match self {
            Self::Suspend => certificate.suspend(admin(), reason(), moment),
            Self::Reinstate => certificate.reinstate(admin(), reason(), moment),
            Self::Revoke => certificate.revoke(admin(), reason(), moment),
        }
    }
}

#[test]
fn a_suspension_is_undone_and_both_say_who_and_why() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let issued = issued(&source).certificate;
    let suspended = issued.suspend(admin(), reason(), moment(&source)).unwrap();
    assert_eq!(suspended.certificate.standing(), Standing::Suspended);
    let entry = suspended.entry.unwrap();
    assert_eq!(
        (entry.by, entry.change, entry.reason),
        (admin().id, Change::Suspended, Some(ForStaff::new(reason())))
    );
    assert!(
        suspended
            .effects
            .contains(&Effect::PublishStatusList { list: 0 })
    );
    let again = suspended
        .certificate
        .reinstate(admin(), reason(), moment(&source))
        .unwrap();
    assert_eq!(again.certificate.standing(), Standing::Valid);
    assert_eq!(again.entry.unwrap().change, Change::Reinstated);
}

#[test]
fn what_was_revoked_is_never_reinstated_and_the_refusal_names_the_way_out() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let revoked = issued(&source)
        .certificate
        .revoke(admin(), reason(), moment(&source))
        .unwrap()
        .certificate;
    let refused = revoked
        .reinstate(admin(), reason(), moment(&source))
        .unwrap_err();
    assert_eq!(
        refused,
        Refusal::Transition {
            from: Standing::Revoked,
            to: Standing::Valid
        }
    );
    assert!(refused.to_string().contains("reissue"), "{refused}");
}

#[test]
fn a_reissue_keeps_the_chain_and_takes_the_old_one_back() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let mut holder = account(1, Role::Student);
    let old = issued(&source).certificate;
    holder.name = PersonName::new("Adébáyọ̀ Ọláńrewájú Adéọlá").unwrap();
    let wanted = Correction {
        grade: Corrected::Becomes(Some(Grade::new("A").unwrap())),
        ..correction()
    };
    let Reissued { replaced, issued } = old
        .reissue(admin(), &holder, wanted, 43, &keys(), moment(&source))
        .unwrap();
    let (replaced, issued) = (replaced, issued.certificate);
    assert_eq!(
        issued.holder, holder.name,
        "the account's name as it is now"
    );
    assert_eq!(issued.course, old.course);
    assert_eq!(issued.grade, Some(Grade::new("A").unwrap()));
    assert_ne!(issued.token, old.token);
    assert_eq!(issued.replaces, Some(old.id.clone()));
    assert_eq!(replaced.certificate.replaced_by, Some(issued.id.clone()));
    let revocation = replaced.certificate.revocation.clone().unwrap();
    assert_eq!(revocation.reason_for(Reader::Everyone), Some("superseded"));
    assert!(replaced.revokes());
    assert_eq!(
        replaced.entry.as_ref().unwrap().other,
        Some(issued.id.clone())
    );

    let again =
        replaced
            .certificate
            .reissue(admin(), &holder, correction(), 44, &keys(), moment(&source));
    assert_eq!(again.unwrap_err(), Refusal::Replaced { by: issued.id });
}

#[test]
fn what_was_revoked_in_error_is_reissued_and_keeps_its_revocation() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let holder = account(1, Role::Student);
    let revoked = issued(&source)
        .certificate
        .revoke(admin(), reason(), moment(&source))
        .unwrap()
        .certificate;
    let reissued = revoked
        .reissue(admin(), &holder, correction(), 43, &keys(), moment(&source))
        .unwrap();
    assert_eq!(
        reissued.replaced.certificate.revocation, revoked.revocation,
        "why it was revoked stays true"
    );
    assert!(!reissued.replaced.revokes());
    let suspended = issued(&source)
        .certificate
        .suspend(admin(), reason(), moment(&source))
        .unwrap()
        .certificate;
    let refused = suspended.reissue(admin(), &holder, correction(), 43, &keys(), moment(&source));
    assert_eq!(refused.unwrap_err(), Refusal::Suspended);
}

#[test]
fn nothing_that_names_the_holder_is_left_of_a_withdrawn_certificate() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let certificate = issued(&source).certificate;
    let withdrawal = certificate
        .withdraw(admin(), reason(), moment(&source))
        .unwrap();
    let left = serde_json::to_string(&withdrawal.withdrawn).unwrap();
    let erased = [
        certificate.holder.as_str(),
        certificate.course.as_str(),
        certificate.token.as_str(),
        &certificate.student_id.to_string(),
        "completion_date",
        "grade",
    ];
    for gone in erased {
        assert!(!left.contains(gone), "{gone} in {left}");
    }
    let record = withdrawal.withdrawn.edge_record();
    assert!(record.withdrawn && record.token.is_empty() && record.holder.is_empty());
    let certificate_id = certificate.id;
    for (nth, effect) in withdrawal.effects.iter().enumerate() {
        assert!(
            !withdrawal.effects[..nth].contains(effect),
            "twice: {effect:?}"
        );
    }
    let gone_from = |effect: &Effect| withdrawal.effects.contains(effect);
    assert!(gone_from(&Effect::PublishStatusList { list: 0 }));
    for effect in [
        Effect::PublishCertificate {
            certificate_id: certificate_id.clone(),
        },
        Effect::PublishBadge {
            certificate_id: certificate_id.clone(),
        },
        Effect::RenderCertificate {
            certificate_id: certificate_id.clone(),
        },
        Effect::IndexCertificate { certificate_id },
    ] {
        assert!(gone_from(&effect), "{effect:?}");
    }
}

#[test]
fn expiry_is_the_day_after_the_last_one_and_no_standing() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let mut certificate = issued(&source).certificate;
    let at = |time: &str| time.parse::<Timestamp>().unwrap();
    assert!(!certificate.is_expired(at("2999-01-01T00:00:00Z")));
    certificate.expires_on = Some(jiff::civil::date(2026, 12, 31));
    assert!(!certificate.is_expired(at("2026-12-31T23:59:59Z")));
    assert!(certificate.is_expired(at("2027-01-01T00:00:00Z")));
    assert_eq!(certificate.standing(), Standing::Valid);
}

#[test]
fn a_letter_is_not_sent_for_what_was_suspended_before_its_page_was_made() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let holder = account(1, Role::Student);
    let suspended = issued(&source)
        .certificate
        .suspend(admin(), reason(), moment(&source))
        .unwrap()
        .certificate;
    let rendered = suspended.rendered(&holder, 13_000, source.now()).unwrap();
    let tells = |effect: &Effect| matches!(effect, Effect::Deliver(_));
    assert!(!rendered.effects.iter().any(tells) && rendered.certificate.pdf.is_some());
    let reinstated = rendered
        .certificate
        .reinstate(admin(), reason(), moment(&source))
        .unwrap();
    assert!(
        reinstated.effects.iter().any(tells),
        "the letter follows when it holds again"
    );
}

#[test]
fn the_public_record_tells_no_words_of_staff() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let showing = Showing {
        organization: "Registrar",
        verify_base_url: "https://verify.example.org",
    };
    let revoked = issued(&source)
        .certificate
        .revoke(admin(), reason(), moment(&source))
        .unwrap()
        .certificate;
    let standing = revoked.edge_record(showing).standing.unwrap();
    assert_eq!(
        (standing.state.as_str(), standing.reason),
        ("revoked", None)
    );
    let reissued = issued(&source)
        .certificate
        .reissue(
            admin(),
            &account(1, Role::Student),
            correction(),
            43,
            &keys(),
            moment(&source),
        )
        .unwrap();
    let record = reissued.replaced.certificate.edge_record(showing);
    assert_eq!(
        record.standing.unwrap().reason.as_deref(),
        Some("superseded")
    );
    assert_eq!(record.replaced_by, Some(reissued.issued.certificate.id));
}

proptest! {
    #[test]
    fn whatever_is_done_the_table_allows_it_and_nothing_leaves_revoked(
        commands in proptest::collection::vec(
            prop_oneof![Just(Command::Suspend), Just(Command::Reinstate), Just(Command::Revoke)],
            0..12,
        )
    ) {
        let source = Fixed::at("2026-11-21T10:00:00Z");
        let mut certificate = issued(&source).certificate;
        for command in commands {
            let from = certificate.standing();
            match command.on(&certificate, &source) {
                Ok(decision) => {
                    let to = decision.certificate.standing();
                    prop_assert!(from.allowed().contains(&to), "{from:?} → {to:?}");
                    prop_assert_eq!(decision.was, Some(from));
                    prop_assert_eq!(decision.certificate.version, certificate.version + 1);
                    certificate = decision.certificate;
                }
                Err(Refusal::Transition { from: stands, to }) => {
                    prop_assert_eq!(stands, from);
                    prop_assert!(!from.allowed().contains(&to));
                }
                Err(other) => prop_assert!(false, "{other:?}"),
            }
        }
    }
}
