use super::*;
use crate::{
    account::Account,
    actor::{Actor, Role},
    clock::{Clock, Moment, fixed::Fixed},
    value::{Email, Phone},
};
use registrar_credential::{LIST_BITS, SignedClaim, SigningKeys};

fn account(n: u128, role: Role) -> Account {
    Account {
        id: uuid::Uuid::from_u128(n).into(),
        role,
        name: PersonName::new("Adébáyọ̀ Ọláńrewájú").unwrap(),
        email: Email::new("ade@example.org").unwrap(),
        phone: None,
        locale: Locale::En,
        activated_at: Some(jiff::Timestamp::UNIX_EPOCH),
        disabled_at: None,
        version: 1,
        created_at: "2026-11-01T00:00:00Z".parse().unwrap(),
    }
}

fn admin() -> Actor {
    account(2, Role::Admin).actor()
}

fn keys() -> SigningKeys {
    let seed = data_encoding::BASE64.encode(&[7; 32]);
    SigningKeys::from_json(&format!(
        r#"[{{"kid":1,"seed":"{seed}","not_before":"2026-01-01"}}]"#
    ))
    .unwrap()
}

fn command() -> Issue {
    Issue {
        course: CourseName::new("Python Basics").unwrap(),
        completion_date: jiff::civil::date(2026, 11, 20),
        grade: Some(Grade::new("A+").unwrap()),
        expires_on: None,
        template: Template::default(),
    }
}

fn moment(source: &Fixed) -> Moment<'_> {
    Moment::new(source.now(), source)
}

fn issued(source: &Fixed) -> Decision {
    issue(
        admin(),
        &account(1, Role::Student),
        command(),
        42,
        &keys(),
        moment(source),
    )
    .unwrap()
}

#[test]
fn an_issued_certificate_carries_a_claim_that_its_key_vouches_for() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let certificate = issued(&source).certificate;
    assert!(certificate.id.as_str().starts_with("CERT-20261121-"));
    let signed = SignedClaim::parse(&certificate.token).unwrap();
    let authentic = keys().public().authenticate(signed).unwrap();
    assert_eq!(authentic.claim().id, certificate.id);
    assert_eq!(authentic.claim().status_index, 42);
    assert_eq!(authentic.claim().holder.plain(), Some("Adébáyọ̀ Ọláńrewájú"));
}

#[test]
fn the_first_certificate_of_a_status_list_has_the_list_published() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let student = account(1, Role::Student);
    for (index, first_of) in [(0, Some(0)), (1, None), (LIST_BITS, Some(1))] {
        let issued = issue(
            admin(),
            &student,
            command(),
            index,
            &keys(),
            moment(&source),
        );
        let effects = issued.unwrap().effects;
        let published = effects
            .iter()
            .filter(|effect| matches!(effect, Effect::PublishStatusList { .. }));
        let wanted = first_of.map(|list| Effect::PublishStatusList { list });
        assert!(published.eq(wanted.as_ref()), "{index}: {effects:?}");
    }
}

#[test]
fn only_staff_issues_and_only_to_learners() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let student = account(1, Role::Student);
    let refused = issue(
        student.actor(),
        &student,
        command(),
        0,
        &keys(),
        moment(&source),
    );
    assert_eq!(refused.unwrap_err(), Refusal::Forbidden);
    let refused = issue(
        admin(),
        &account(3, Role::Tutor),
        command(),
        0,
        &keys(),
        moment(&source),
    );
    assert_eq!(refused.unwrap_err(), Refusal::UnknownStudent);
}

#[test]
fn dates_that_cannot_be_are_refused() {
    let student = account(1, Role::Student);
    let refused = |now: &str, completed: &str, last: Option<&str>| {
        let source = Fixed::at(now);
        let command = Issue {
            completion_date: completed.parse().unwrap(),
            expires_on: last.map(|last| last.parse().unwrap()),
            ..command()
        };
        let previewed = preview(admin(), &student, None, command.clone(), moment(&source)).err();
        let issued = issue(admin(), &student, command, 0, &keys(), moment(&source)).err();
        assert_eq!(previewed, issued, "a preview is refused as an issue is");
        issued
    };
    let morning = "2026-11-21T10:00:00Z";
    let of_completion = |now, day| refused(now, day, None);
    assert_eq!(
        of_completion(morning, "2026-11-23"),
        Some(Refusal::FutureCompletion)
    );
    assert_eq!(
        of_completion(morning, "1899-12-31"),
        Some(Refusal::CompletedTooEarly)
    );
    assert_eq!(
        of_completion(morning, "-000001-01-01"),
        Some(Refusal::CompletedTooEarly)
    );
    assert_eq!(of_completion(morning, "1900-01-01"), None);
    // In India the 22nd is an hour old, in London it is not there yet; nowhere is it before 10:00 UTC.
    assert_eq!(of_completion("2026-11-21T19:30:00Z", "2026-11-22"), None);
    assert_eq!(of_completion(morning, "2026-11-22"), None);
    let earlier = "2026-11-21T09:59:59Z";
    assert_eq!(
        of_completion(earlier, "2026-11-22"),
        Some(Refusal::FutureCompletion)
    );

    let of_expiry = |day| refused(morning, "2026-11-20", Some(day));
    assert_eq!(of_expiry("2026-11-20"), Some(Refusal::ExpiresBeforeIssue));
    assert_eq!(of_expiry("2026-11-21"), None);
    assert_eq!(of_expiry("2149-06-06"), None);
    assert_eq!(of_expiry("2149-06-07"), Some(Refusal::ExpiresTooLate));
    assert_eq!(of_expiry("9999-12-31"), Some(Refusal::ExpiresTooLate));
}

#[test]
fn token_and_certificate_say_the_same_last_day() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let student = account(1, Role::Student);
    for last in ["2026-11-21", "2030-02-28", "2149-06-06"] {
        let command = Issue {
            expires_on: Some(last.parse().unwrap()),
            ..command()
        };
        let issued = issue(admin(), &student, command, 0, &keys(), moment(&source));
        let signed = SignedClaim::parse(&issued.unwrap().certificate.token).unwrap();
        assert_eq!(signed.claim().expires.unwrap().to_string(), last);
    }
}

#[test]
fn a_pdf_that_is_made_twice_tells_the_holder_once() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let mut holder = account(1, Role::Student);
    let certificate = issued(&source).certificate;
    let first = certificate.rendered(&holder, 13_000, source.now()).unwrap();
    let told = |decision: &Decision| {
        let tells = |effect: &&Effect| matches!(effect, Effect::Deliver(_));
        decision.effects.iter().filter(tells).count()
    };
    assert_eq!(told(&first), 1);
    assert!(
        first
            .certificate
            .rendered(&holder, 13_000, source.now())
            .is_none()
    );
    holder.phone = Some(Phone::new("+2348123456789").unwrap());
    let both = certificate.rendered(&holder, 13_000, source.now()).unwrap();
    assert_eq!(told(&both), 2);
}

#[test]
fn a_certificate_is_revoked_once_and_by_staff() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let certificate = issued(&source).certificate;
    let reason = || Reason::new("issued in error").unwrap();
    let holder = account(1, Role::Student).actor();
    let stranger = account(9, Role::Student).actor();
    assert_eq!(
        certificate
            .revoke(holder, reason(), moment(&source))
            .unwrap_err(),
        Refusal::Forbidden
    );
    assert_eq!(
        certificate
            .revoke(stranger, reason(), moment(&source))
            .unwrap_err(),
        Refusal::NotFound
    );
    let revoked = certificate
        .revoke(admin(), reason(), moment(&source))
        .unwrap();
    assert_eq!(
        revoked.effects,
        [
            Effect::PublishStatusList { list: 0 },
            Effect::PublishCertificate {
                certificate_id: certificate.id.clone()
            }
        ]
    );
    assert!(revoked.revokes());
    assert_eq!(revoked.certificate.standing(), Standing::Revoked);
    assert_eq!(
        revoked
            .certificate
            .revoke(admin(), reason(), moment(&source))
            .unwrap_err(),
        Refusal::Transition {
            from: Standing::Revoked,
            to: Standing::Revoked
        }
    );
}

mod lifecycle;
