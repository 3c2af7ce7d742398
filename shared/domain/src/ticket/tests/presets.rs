//! The same under every preset.

use super::*;

/// What somebody does next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Status { to: usize, by_staff: bool },
    Reply { by_staff: bool },
    Assign,
    Priority(usize),
    Rate,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (0usize..7, any::<bool>()).prop_map(|(to, by_staff)| Step::Status { to, by_staff }),
        3 => any::<bool>().prop_map(|by_staff| Step::Reply { by_staff }),
        1 => Just(Step::Assign),
        1 => (0usize..4).prop_map(Step::Priority),
        1 => Just(Step::Rate),
    ];
    prop::collection::vec(step, 0..25)
}

fn first(profile: &Profile, source: &Fixed) -> Ticket {
    let command = Open {
        subject: Subject::new("Unable to access recordings").unwrap(),
        description: Description::new("I can't see any recordings.").unwrap(),
        category: None,
        priority: None,
        about: About::default(),
        tags: Vec::new(),
    };
    let requester = Requester::of_account(&student());
    let opened = open(
        profile,
        student().actor(),
        &requester,
        command,
        "1".into(),
        moment(source),
    );
    opened.unwrap().ticket
}

/// What one step leads to; `None` where it is refused, or leads to another ticket.
fn after(profile: &Profile, ticket: &Ticket, step: Step, source: &Fixed) -> Option<Decision> {
    let who = |by_staff| if by_staff { admin() } else { student() };
    let now = moment(source);
    match step {
        Step::Status { to: pick, by_staff } => {
            let command = to(Status::ALL[pick]);
            ticket
                .change_status(profile, who(by_staff).actor(), command, now)
                .ok()
        }
        Step::Reply { by_staff } => match replied(ticket, profile, &who(by_staff), source) {
            Ok(Replied::Here(decision)) => Some(*decision),
            Ok(Replied::Elsewhere { .. }) | Err(_) => None,
        },
        Step::Assign => {
            let assignee = Assignee::of(&admin()).unwrap();
            ticket.assign(admin().actor(), Some(assignee), now).ok()
        }
        Step::Priority(pick) => ticket
            .set_priority(admin().actor(), Priority::ALL[pick], now)
            .ok(),
        Step::Rate => {
            let stars = Stars::try_from(3).unwrap();
            ticket.rate(student().actor(), stars, None, now).ok()
        }
    }
}

proptest! {
    #[test]
    fn in_every_preset_every_move_is_the_tables_every_change_is_remembered_and_time_stamps_hold(
        preset in 0usize..4,
        steps in steps(),
    ) {
        let profile = Profile::preset(Profile::presets().nth(preset).unwrap()).unwrap();
        let source = Fixed::at("2026-11-21T10:00:00Z");
        let mut ticket = first(&profile, &source);
        for step in steps {
            let Some(decision) = after(&profile, &ticket, step, &source) else { continue };
            let next = decision.ticket;
            if next == ticket {
                prop_assert!(decision.history.is_empty());
                continue;
            }
            prop_assert_eq!(next.version, ticket.version + 1);
            let moved = next.status != ticket.status;
            if let Step::Status { by_staff, .. } = step {
                let side = if by_staff { Side::Staff } else { Side::Requester };
                prop_assert!(moved && profile.allowed(side, ticket.status).contains(&next.status));
            }
            let remembered = decision.history.iter().any(|entry| matches!(&entry.change,
                Change::Status { from, to, .. } if *from == ticket.status && *to == next.status));
            prop_assert_eq!(moved, remembered);
            prop_assert_eq!(next.closed_at.is_some(), next.status == Status::Closed);
            if next.status.is_active() {
                prop_assert!(next.resolved_at.is_none() && next.resolved_by.is_none());
            }
            // No status that a ticket comes into is one that staff cannot take it out of.
            prop_assert!(!profile.allowed(Side::Staff, next.status).is_empty());
            prop_assert_eq!(next.assigned_at.is_some(), next.assigned_to.is_some());
            ticket = next;
        }
    }
}

#[test]
fn merging_closes_one_ticket_and_moves_what_was_said_under_its_own_time() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let from = first(&edu(), &source);
    let later = Fixed::at("2026-11-22T10:00:00Z");
    let mut into = first(&edu(), &later);
    into.id = uuid::Uuid::from_u128(77).into();
    let said = here(replied(&from, &edu(), &student(), &source));
    let from = said.ticket;
    let all = Said {
        messages: vec![said.message.unwrap()],
        notes: Vec::new(),
    };
    let now = moment(&later);
    let merged = from.merge_into(&into, &edu(), admin().actor(), all, None, now);
    let (gone, kept) = merged.unwrap();
    assert_eq!(
        (gone.ticket.status, gone.ticket.merged_into()),
        (Status::Closed, Some(into.id))
    );
    assert_eq!(kept.ticket.message_count, 2);
    let times: Vec<_> = kept
        .arrived
        .messages
        .iter()
        .map(|message| message.created_at)
        .collect();
    assert_eq!(times, [from.created_at, from.created_at]);
    assert!(gone.effects.is_empty() && kept.effects.is_empty());
    let refused = gone
        .ticket
        .change_status(&edu(), admin().actor(), to(Status::Open), now);
    assert_eq!(refused.unwrap_err(), Refusal::Merged { into: into.id });
    let back = kept.ticket.merge_into(
        &gone.ticket,
        &edu(),
        admin().actor(),
        Said::default(),
        None,
        now,
    );
    assert_eq!(back.unwrap_err(), Refusal::Merged { into: into.id });
}

#[test]
fn only_staff_assigns_merges_splits_links_and_tags() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let (ticket, now) = (first(&edu(), &source), moment(&source));
    let mut other = first(&edu(), &source);
    other.id = uuid::Uuid::from_u128(78).into();
    let (own, stranger) = (student().actor(), account(9, Role::Student).actor());
    for (actor, expected) in [
        (own, Refusal::Forbidden("this is for staff")),
        (stranger, Refusal::NotFound),
    ] {
        assert_eq!(ticket.assign(actor, None, now).unwrap_err(), expected);
        assert_eq!(
            ticket.set_tags(actor, Vec::new(), now).unwrap_err(),
            expected
        );
        assert_eq!(
            ticket.set_priority(actor, Priority::Low, now).unwrap_err(),
            expected
        );
        assert_eq!(ticket.relate(&other, actor, now).unwrap_err(), expected);
        let merged = ticket.merge_into(&other, &edu(), actor, Said::default(), None, now);
        assert_eq!(merged.unwrap_err(), expected);
    }
    assert_eq!(Assignee::of(&student()).unwrap_err(), Refusal::NotStaff);
    let rated = ticket.rate(admin().actor(), Stars::try_from(5).unwrap(), None, now);
    assert!(matches!(rated.unwrap_err(), Refusal::Forbidden(_)));
}

#[test]
fn a_link_is_seen_from_both_sides_and_made_once() {
    let source = Fixed::at("2026-11-21T10:00:00Z");
    let (one, now) = (first(&edu(), &source), moment(&source));
    let mut two = first(&edu(), &source);
    two.id = uuid::Uuid::from_u128(79).into();
    let (here, there) = one.relate(&two, admin().actor(), now).unwrap();
    assert_eq!(here.ticket.links[0].ticket_id, two.id);
    assert_eq!(there.ticket.links[0].ticket_id, one.id);
    let (again, _) = here
        .ticket
        .relate(&there.ticket, admin().actor(), now)
        .unwrap();
    assert_eq!(again.ticket, here.ticket);
    let (off, off_there) = here
        .ticket
        .unrelate(&there.ticket, admin().actor(), now)
        .unwrap();
    assert!(off.ticket.links.is_empty() && off_there.ticket.links.is_empty());
    assert_eq!(
        one.relate(&one, admin().actor(), now).unwrap_err(),
        Refusal::Itself
    );
}
