use super::*;
use crate::{
    account::{Account, Locale},
    actor::Role,
    clock::{Clock, Moment, fixed::Fixed},
    profile::{Attachments, Profile},
    ticket::{About, Author, Change, Open, Replied, Reply, Requester, open},
    value::{Description, MessageBody, PersonName, Subject},
};
use proptest::prelude::*;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01";

fn account(n: u128, role: Role) -> Account {
    Account {
        id: uuid::Uuid::from_u128(n).into(),
        role,
        name: PersonName::new("Asha Rao").unwrap(),
        email: crate::value::Email::new("asha@example.org").unwrap(),
        phone: None,
        locale: Locale::En,
        activated_at: Some(jiff::Timestamp::UNIX_EPOCH),
        disabled_at: None,
        version: 1,
        created_at: "2026-11-01T00:00:00Z".parse().unwrap(),
    }
}

fn student() -> Account {
    account(1, Role::Student)
}

fn admin() -> Account {
    account(2, Role::Admin)
}

fn profile(name: &str) -> Profile {
    Profile::preset(name).unwrap()
}

fn policy() -> Attachments {
    profile("edu").attachments
}

fn source() -> Fixed {
    Fixed::at("2026-11-21T10:00:00.123Z")
}

fn moment(source: &Fixed) -> Moment<'_> {
    Moment::new(source.now(), source)
}

fn opening(source: &Fixed) -> crate::ticket::Decision {
    let command = Open {
        subject: Subject::new("Unable to access recordings").unwrap(),
        description: Description::new("I can't see any recordings.").unwrap(),
        category: None,
        priority: None,
        about: About::default(),
        tags: Vec::new(),
    };
    let requester = Requester::of_account(&student());
    let actor = student().actor();
    open(
        &profile("edu"),
        actor,
        &requester,
        command,
        "TKT-1".into(),
        moment(source),
    )
    .unwrap()
}

fn png(name: &str) -> Begin {
    file(name, "image/png", PNG.len() as u64)
}

fn file(name: &str, content_type: &str, size: u64) -> Begin {
    Begin {
        file_name: FileName::sanitise(name),
        content_type: ContentType::new(content_type).unwrap(),
        size,
    }
}

fn stored(bytes: &[u8]) -> Stored<'_> {
    Stored {
        size: bytes.len() as u64,
        etag: "\"e\"",
        head: bytes,
    }
}

fn begun(who: &Account, ticket: Option<&Ticket>, source: &Fixed) -> Attachment {
    Attachment::begin(
        &policy(),
        who.actor(),
        ticket,
        png("shot.png"),
        moment(source),
    )
    .unwrap()
}

fn visible(who: &Account, ticket: Option<&Ticket>, source: &Fixed) -> Attachment {
    let begun = begun(who, ticket, source);
    let inspected = begun.inspect(who.actor(), Some(stored(PNG)), moment(source));
    inspected.unwrap().attachment
}

fn noted(ticket: &Ticket, source: &Fixed) -> crate::ticket::Decision {
    let body = MessageBody::new("the card was declined").unwrap();
    ticket
        .note(&Author::from(&admin()), body, moment(source))
        .unwrap()
}

fn replied(ticket: &Ticket, who: &Account, source: &Fixed) -> crate::ticket::Decision {
    let body = MessageBody::new("see the screenshot").unwrap();
    let reply = Reply::to(ticket, Author::from(who), body);
    match ticket
        .reply(&profile("edu"), reply, moment(source))
        .unwrap()
    {
        Replied::Here(decision) => *decision,
        Replied::Elsewhere { .. } => panic!("the ticket is open"),
    }
}

#[test]
fn the_policy_is_the_profiles_and_a_refusal_says_what_is_taken() {
    let source = source();
    let begin = |profile_name: &str, begin: Begin| {
        let policy = profile(profile_name).attachments;
        Attachment::begin(&policy, student().actor(), None, begin, moment(&source))
    };
    let mb = 1024 * 1024;
    assert!(begin("edu", file("a.csv", "text/csv", 10 * mb)).is_ok());
    assert!(begin("tutoring", file("a.doc", "application/msword", 32 * mb)).is_ok());
    assert_eq!(
        begin("edu", file("a.pdf", "application/pdf", 10 * mb + 1)),
        Err(Refusal::Size { max: 10 * mb })
    );
    assert_eq!(
        begin("edu", file("a.pdf", "application/pdf", 0)),
        Err(Refusal::Size { max: 10 * mb })
    );
    let Err(Refusal::Type { allowed }) = begin("tutoring", file("a.txt", "text/plain", 1)) else {
        panic!("texts are not taken there")
    };
    assert!(allowed.contains(&"image/webp".to_owned()), "{allowed:?}");
    assert!(matches!(
        begin("edu", file("a.doc", "application/msword", 1)),
        Err(Refusal::Type { .. })
    ));
}

#[test]
fn a_foreign_ticket_takes_no_upload_and_is_as_good_as_absent() {
    let source = source();
    let ticket = opening(&source).ticket;
    let stranger = account(9, Role::Student).actor();
    let refused = Attachment::begin(
        &policy(),
        stranger,
        Some(&ticket),
        png("a"),
        moment(&source),
    );
    assert_eq!(refused, Err(Refusal::NotFound));
}

#[test]
fn an_upload_becomes_visible_under_its_own_key() {
    let source = source();
    let ticket = opening(&source).ticket;
    let begun = begun(&student(), Some(&ticket), &source);
    assert_eq!(begun.object_key, format!("{INCOMING}{}", begun.id));
    let seen = begun
        .inspect(student().actor(), Some(stored(PNG)), moment(&source))
        .unwrap();
    let key = &seen.attachment.object_key;
    let prefix = format!("ticket-attachments/{}/20261121T100000.123", ticket.id);
    assert!(
        key.starts_with(&prefix) && key.ends_with("Z_shot.png"),
        "{key}"
    );
    let copy = seen.copy.unwrap();
    assert_eq!((&copy.from, &copy.to), (&begun.object_key, key));
    assert_eq!(copy.etag, "\"e\"");
    assert_eq!(seen.attachment.expires_at, None);
    assert!(matches!(
        seen.history.unwrap().change,
        Change::AttachmentAdded { .. }
    ));
    assert!(seen.attachment.downloadable().is_ok());
}

#[test]
fn bytes_that_are_not_what_they_say_are_quarantined_and_never_copied() {
    let source = source();
    let ticket = opening(&source).ticket;
    let begun = begun(&student(), Some(&ticket), &source);
    let script = b"<script>alert(1)</script>";
    let short = &PNG[..20];
    for bytes in [&script[..], short] {
        let seen = begun
            .inspect(student().actor(), Some(stored(bytes)), moment(&source))
            .unwrap();
        assert!(
            matches!(seen.attachment.state, State::Quarantined { .. }),
            "{seen:?}"
        );
        assert_eq!(seen.attachment.downloadable(), Err(Refusal::Quarantined));
        assert!(seen.copy.is_none() && seen.delete == Some(begun.object_key.clone()));
        assert!(matches!(
            seen.history.unwrap().change,
            Change::AttachmentQuarantined { .. }
        ));
    }
}

#[test]
fn only_the_author_completes_and_only_what_is_there() {
    let source = source();
    let ticket = opening(&source).ticket;
    let begun = begun(&student(), Some(&ticket), &source);
    let other = begun.inspect(admin().actor(), Some(stored(PNG)), moment(&source));
    assert_eq!(other.unwrap_err(), Refusal::NotFound);
    let nothing = begun.inspect(student().actor(), None, moment(&source));
    assert_eq!(nothing.unwrap_err(), Refusal::NotUploaded);
}

#[test]
fn a_draft_goes_with_the_ticket_that_takes_it() {
    let source = source();
    let draft = visible(&student(), None, &source);
    assert_eq!(draft.object_key, format!("{INCOMING}{}", draft.id));
    let opening = opening(&source);
    let ticket = opening.ticket.id;
    let taken = opening
        .attach(
            &policy(),
            student().id,
            vec![draft.clone()],
            moment(&source),
        )
        .unwrap();
    let placed = &taken.attachments[0];
    assert_eq!(placed.before, Some((draft.place, draft.version)));
    assert_eq!(placed.after.expires_at, None);
    let copy = placed.copy.as_ref().unwrap();
    assert_eq!(
        (&copy.from, &copy.to),
        (&draft.object_key, &placed.after.object_key)
    );
    assert_eq!(taken.ticket.attachments[0].ticket_id, ticket);
    assert_eq!(taken.history.len(), 2, "opened, and the file added");
}

#[test]
fn what_a_note_takes_stays_among_staff() {
    let source = source();
    let ticket = opening(&source).ticket;
    let upload = visible(&admin(), Some(&ticket), &source);
    let staff_only = |attachment: &Attachment| {
        matches!(
            attachment.place,
            Place::Ticket {
                audience: Audience::Staff,
                ..
            }
        )
    };
    assert!(staff_only(&upload), "among staff before anything takes it");
    let noted = noted(&ticket, &source)
        .attach(&policy(), admin().id, vec![upload.clone()], moment(&source))
        .unwrap();
    assert!(staff_only(&noted.attachments[0].after));
    assert_eq!(noted.note.unwrap().attachments.len(), 1);
    let said = replied(&ticket, &admin(), &source)
        .attach(&policy(), admin().id, vec![upload], moment(&source))
        .unwrap();
    assert!(!staff_only(&said.attachments[0].after));
}

#[test]
fn what_cannot_be_taken_is_named_with_its_reason() {
    let source = source();
    let ticket = opening(&source).ticket;
    let good = visible(&student(), Some(&ticket), &source);
    let taken = {
        let decision = replied(&ticket, &student(), &source);
        let decision =
            decision.attach(&policy(), student().id, vec![good.clone()], moment(&source));
        decision.unwrap().attachments.remove(0).after
    };
    let quarantined = begun(&student(), Some(&ticket), &source)
        .inspect(
            student().actor(),
            Some(stored(b"MZ\x90\0")),
            moment(&source),
        )
        .unwrap()
        .attachment;
    for (bad, why) in [
        (begun(&student(), Some(&ticket), &source), Refusal::Pending),
        (quarantined, Refusal::Quarantined),
        (taken, Refusal::Taken),
        (visible(&admin(), Some(&ticket), &source), Refusal::NotFound),
        (good.clone(), Refusal::Taken),
    ] {
        let refused = replied(&ticket, &student(), &source).attach(
            &policy(),
            student().id,
            vec![good.clone(), bad],
            moment(&source),
        );
        let expected = Refusal::Unusable {
            index: 1,
            why: Box::new(why),
        };
        assert_eq!(refused.unwrap_err(), expected);
    }
    let many = vec![good; policy().max_per_message + 1];
    let refused = replied(&ticket, &student(), &source).attach(
        &policy(),
        student().id,
        many,
        moment(&source),
    );
    assert!(matches!(refused, Err(Refusal::TooMany { .. })));
}

#[test]
fn what_was_uploaded_for_a_ticket_that_is_done_goes_along_to_the_one_that_follows() {
    let source = source();
    let before = opening(&source).ticket;
    let file = visible(&student(), Some(&before), &source);
    let next = opening(&source);
    let ticket = next.ticket.id;
    let taken = next
        .attach(&policy(), student().id, vec![file.clone()], moment(&source))
        .unwrap();
    let placed = &taken.attachments[0];
    assert_eq!(placed.after.ticket_id(), Some(ticket));
    assert_eq!(placed.before, Some((file.place, file.version)));
    assert_eq!(placed.copy.as_ref().unwrap().from, file.object_key);
}

#[test]
fn a_received_file_is_stored_by_whoever_received_it() {
    let source = source();
    let ticket = opening(&source).ticket;
    let receive = |said: Begin, bytes| {
        let received = Received { said, bytes };
        Attachment::received(&policy(), student().id, received, moment(&source))
    };
    let photo = receive(png("photo.png"), PNG).unwrap();
    let said = replied(&ticket, &student(), &source)
        .attach(&policy(), student().id, vec![photo], moment(&source))
        .unwrap();
    let placed = &said.attachments[0];
    assert!(placed.before.is_none() && placed.copy.is_none());
    assert_eq!(placed.after.version, 1);
    assert!(
        placed
            .after
            .object_key
            .starts_with(&format!("ticket-attachments/{}/", ticket.id))
    );
    assert!(matches!(
        receive(png("photo.png"), b"<svg/>"),
        Err(Refusal::NotWhatItSays { .. })
    ));
}

#[test]
fn staff_delete_what_was_said_and_authors_what_was_not() {
    let source = source();
    let ticket = opening(&source).ticket;
    let loose = visible(&student(), Some(&ticket), &source);
    let decision = replied(&ticket, &student(), &source);
    let decision = decision.attach(
        &policy(),
        student().id,
        vec![loose.clone()],
        moment(&source),
    );
    let bound = decision.unwrap().attachments.remove(0).after;
    assert!(loose.remove(student().actor(), moment(&source)).is_ok());
    assert_eq!(
        bound
            .remove(student().actor(), moment(&source))
            .unwrap_err(),
        Refusal::Forbidden
    );
    let removed = bound.remove(admin().actor(), moment(&source)).unwrap();
    assert!(matches!(
        removed.history.unwrap().change,
        Change::AttachmentRemoved { .. }
    ));
    let gone = removed.attachment.unwrap();
    assert_eq!(gone.downloadable(), Err(Refusal::Removed));
    let again = gone.remove(admin().actor(), moment(&source)).unwrap();
    assert!(again.history.is_none() && again.object_key == removed.object_key);
    let draft = visible(&student(), None, &source);
    assert_eq!(
        draft.remove(admin().actor(), moment(&source)).unwrap_err(),
        Refusal::NotFound
    );
}

#[test]
fn an_attachment_reads_back_from_its_json() {
    let source = source();
    let ticket = opening(&source).ticket;
    for attachment in [
        begun(&student(), None, &source),
        visible(&student(), Some(&ticket), &source),
    ] {
        let json = serde_json::to_string(&attachment).unwrap();
        assert_eq!(
            serde_json::from_str::<Attachment>(&json).unwrap(),
            attachment
        );
    }
}

/// Whether a requester may know of it, by what was done with it.
fn may_know(attachment: &Attachment, begun_by_staff: bool) -> bool {
    match attachment.bound() {
        Some(Bound::Note { .. }) => false,
        Some(Bound::Ticket | Bound::Message { .. }) => true,
        None => !begun_by_staff,
    }
}

proptest! {
    #[test]
    fn whatever_is_done_with_it_a_requester_knows_of_nothing_that_is_among_staff(
        by_staff in any::<bool>(),
        draft in any::<bool>(),
        steps in prop::collection::vec((0usize..6, any::<bool>()), 0..12),
    ) {
        let source = source();
        let ticket = opening(&source).ticket;
        let who = if by_staff { admin() } else { student() };
        let mut file = begun(&who, (!draft).then_some(&ticket), &source);
        for (step, as_staff) in steps {
            let actor = if as_staff { admin() } else { student() };
            let next = match step {
                0 => file.inspect(actor.actor(), Some(stored(PNG)), moment(&source)).ok().map(|seen| seen.attachment),
                1 => file.inspect(actor.actor(), Some(stored(b"MZ\x90\0")), moment(&source)).ok().map(|seen| seen.attachment),
                2 => file.remove(actor.actor(), moment(&source)).ok().and_then(|removed| removed.attachment),
                _ => {
                    let decision = if step == 3 { replied(&ticket, &actor, &source) } else { noted(&ticket, &source) };
                    let taken = decision.attach(&policy(), actor.id, vec![file.clone()], moment(&source));
                    taken.ok().map(|mut decision| decision.attachments.remove(0).after)
                }
            };
            // What was looked at is not looked at again: the handler asks for the state first.
            if step < 2 && file.state != State::Pending {
                continue;
            }
            let Some(next) = next else { continue };
            let (noted, quarantined) = (
                matches!(file.bound(), Some(Bound::Note { .. })),
                matches!(file.state, State::Quarantined { .. }),
            );
            prop_assert!(next.version >= file.version);
            prop_assert!(!noted || next.bound() == file.bound(), "a note keeps what it has");
            prop_assert!(!quarantined || next.downloadable().is_err(), "quarantine is for ever");
            if let Place::Ticket { audience, .. } = next.place {
                prop_assert_eq!(audience == Audience::Everyone, may_know(&next, by_staff), "{:?}", next);
            }
            file = next;
        }
    }
}
