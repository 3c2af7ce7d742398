use super::*;
use crate::{
    clock::{Moment, fixed::Fixed},
    effect::Effect,
    id::AccountId,
    profile::Profile,
    ticket::{Change, Decision, Priority, Status, Ticket},
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;

/// Half past eight on a Monday in Toronto, half an hour before opening.
const OPENED: &str = "2026-11-16T13:30:00Z";

fn profile(patch: &str) -> Profile {
    let base = r#"{"sla": {"calendar": {"time_zone": "America/Toronto", "hours": {
        "monday": ["09:00-17:00"], "tuesday": ["09:00-17:00"], "wednesday": ["09:00-17:00"],
        "thursday": ["09:00-17:00"], "friday": ["09:00-17:00"]}, "holidays": ["2026-11-18"]},
        "warn_at_percent": 75,
        "targets": {"low": {"first_response": "4h", "resolution": "16h"},
          "medium": {"first_response": "4h", "resolution": "16h"},
          "high": {"first_response": "2h", "resolution": "8h"},
          "urgent": {"first_response": "30m", "resolution": "4h"}}}}"#;
    let mut whole: serde_json::Value = serde_json::from_str(base).unwrap();
    let patch: serde_json::Value = serde_json::from_str(patch).unwrap();
    for (name, value) in patch.as_object().unwrap() {
        whole["sla"][name] = value.clone();
    }
    Profile::with_file("portal", &whole.to_string()).unwrap()
}

fn plain() -> Profile {
    profile("{}")
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn person(n: u128) -> AccountId {
    uuid::Uuid::from_u128(n).into()
}

/// A ticket of medium priority, opened at `OPENED`.
fn opened(profile: &Profile) -> Ticket {
    let ticket = serde_json::from_value::<Ticket>(serde_json::json!({
        "id": "00000000-0000-7000-8000-000000000001", "number": "TKT-20261116-00001",
        "requester": {"kind": "customer", "id": person(1), "name": "Asha Rao"}, "subject": "My site is down", "description": "Nothing answers any more.",
        "category": "other", "priority": "medium", "status": "new", "message_count": 0, "opening": {"status": "new"},
        "created_at": OPENED, "updated_at": OPENED, "version": 1,
    }));
    after(profile, ticket.unwrap(), OPENED, true)
}

fn after(profile: &Profile, ticket: Ticket, time: &str, opened: bool) -> Ticket {
    decided(profile, ticket, time, opened).ticket
}

fn decided(profile: &Profile, ticket: Ticket, time: &str, opened: bool) -> Decision {
    let source = Fixed::at(time);
    let moment = Moment::new(at(time), &source);
    Decision::of(ticket).following(profile, opened, moment)
}

fn due(profile: &Profile, ticket: &Ticket, time: &str) -> Option<Due> {
    let source = Fixed::at(time);
    ticket.due(profile, Moment::new(at(time), &source))
}

fn set(ticket: &Ticket, status: Status) -> Ticket {
    Ticket {
        status,
        ..ticket.clone()
    }
}

fn resolved(ticket: &Ticket, time: &str) -> Ticket {
    Ticket {
        resolved_at: Some(at(time)),
        ..set(ticket, Status::Resolved)
    }
}

fn clocks(ticket: &Ticket) -> &Sla {
    ticket.kept.sla.as_ref().unwrap()
}

#[test]
fn a_new_ticket_has_two_due_times_in_business_time() {
    let ticket = opened(&plain());
    let sla = clocks(&ticket);
    assert_eq!(sla.first_response.due_at, at("2026-11-16T18:00:00Z"));
    assert_eq!(sla.first_response.warn_at, at("2026-11-16T17:00:00Z"));
    // Sixteen hours: Monday's and Tuesday's eight.
    assert_eq!(sla.resolution.due_at, at("2026-11-17T22:00:00Z"));
    assert_eq!(sla.next_at(), Some(sla.first_response.warn_at));
}

#[test]
fn a_warning_and_a_breach_are_said_once_each_and_to_the_minute() {
    let profile = plain();
    let ticket = opened(&profile);
    assert!(due(&profile, &ticket, "2026-11-16T16:59:59Z").is_none());
    let warned = due(&profile, &ticket, "2026-11-16T17:00:00Z").unwrap();
    let said = |due: &Due| {
        let sla = |entry: &crate::ticket::HistoryEntry| {
            if let Change::Sla { level, signal, .. } = entry.change {
                Some((level, signal))
            } else {
                None
            }
        };
        due.decision
            .history
            .iter()
            .filter_map(sla)
            .collect::<Vec<_>>()
    };
    assert_eq!(said(&warned), [(Level::FirstResponse, Signal::Warning)]);
    assert!(matches!(
        warned.decision.effects[..],
        [Effect::DeliverToStaff { .. }]
    ));
    let ticket = warned.decision.ticket.clone();
    assert!(due(&profile, &ticket, "2026-11-16T17:59:59Z").is_none());
    let breached = due(&profile, &ticket, "2026-11-16T18:00:00Z").unwrap();
    assert_eq!(said(&breached), [(Level::FirstResponse, Signal::Breach)]);
    let ticket = breached.decision.ticket.clone();
    assert!(due(&profile, &ticket, "2026-11-16T18:01:00Z").is_none());
}

#[test]
fn a_breach_after_a_missed_warning_says_the_breach_only() {
    let profile = plain();
    let late = due(&profile, &opened(&profile), "2026-11-20T18:00:00Z").unwrap();
    assert_eq!(
        late.decision.history.len(),
        3,
        "one of each clock, and the priority"
    );
    assert_eq!(late.decision.effects.len(), 2);
    assert_eq!(
        clocks(&late.decision.ticket).resolution.breached_at,
        Some(at("2026-11-17T22:00:00Z")),
        "it was missed when it was due, not when somebody looked"
    );
}

#[test]
fn while_it_waits_for_the_requester_nothing_is_due_and_the_due_times_move_on() {
    let profile = profile(r#"{"pause_in": ["waiting_customer"]}"#);
    let ticket = opened(&profile);
    let waiting = set(&ticket, Status::WaitingCustomer);
    let waiting = after(&profile, waiting, "2026-11-16T15:00:00Z", false);
    assert_eq!(clocks(&waiting).next_at(), None);
    assert_eq!(
        clocks(&waiting).standing(Level::Resolution),
        Standing::Paused
    );
    let quiet = due(&profile, &waiting, "2026-12-24T15:00:00Z");
    assert!(quiet.is_none(), "{quiet:?}");
    // Until Thursday at 10:00, over a holiday: seven hours of Monday, eight of Tuesday, one of Thursday.
    let again = set(&waiting, Status::InProgress);
    let again = after(&profile, again, "2026-11-19T15:00:00Z", false);
    let sla = clocks(&again);
    assert_eq!(sla.pauses.len(), 1);
    // Three of its four hours are left.
    assert_eq!(sla.first_response.due_at, at("2026-11-19T18:00:00Z"));
    assert_eq!(sla.resolution.due_at, at("2026-11-20T22:00:00Z"));
}

#[test]
fn an_answer_in_time_meets_the_first_and_a_late_resolution_is_remembered_but_not_told() {
    let profile = plain();
    let mut ticket = opened(&profile);
    ticket.first_response_at = Some(at("2026-11-16T18:00:00Z"));
    let ticket = after(&profile, ticket, "2026-11-16T18:00:00Z", false);
    assert_eq!(
        clocks(&ticket).standing(Level::FirstResponse),
        Standing::Met
    );
    let done = resolved(&ticket, "2026-11-17T22:00:01Z");
    let decision = decided(&profile, done, "2026-11-17T22:00:01Z", false);
    assert_eq!(
        clocks(&decision.ticket).standing(Level::Resolution),
        Standing::Late
    );
    assert_eq!((decision.history.len(), decision.effects.len()), (1, 0));
    let moved_on = due(&profile, &decision.ticket, "2026-11-18T22:00:00Z");
    assert!(moved_on.is_none());
}

#[test]
fn a_reopened_ticket_goes_on_with_the_time_that_it_had_left() {
    let profile = plain();
    let done = resolved(&opened(&profile), "2026-11-16T16:00:00Z");
    let done = after(&profile, done, "2026-11-16T16:00:00Z", false);
    assert_eq!(clocks(&done).standing(Level::Resolution), Standing::Met);
    let open = Ticket {
        resolved_at: None,
        ..set(&done, Status::Open)
    };
    let open = after(&profile, open, "2026-11-17T16:00:00Z", false);
    let sla = clocks(&open);
    assert_eq!(sla.standing(Level::Resolution), Standing::Running);
    // A day of eight hours later; Wednesday is a holiday.
    assert_eq!(sla.resolution.due_at, at("2026-11-19T22:00:00Z"));
}

#[test]
fn a_priority_that_a_person_set_brings_its_targets_and_an_escalated_one_does_not() {
    let profile = profile(r#"{"on_breach": {"raise_priority": true, "assign_to": "super_admin"}}"#);
    let urgent = Ticket {
        priority: Priority::Urgent,
        ..opened(&profile)
    };
    let urgent = after(&profile, urgent, "2026-11-16T14:10:00Z", false);
    assert_eq!(
        clocks(&urgent).first_response.due_at,
        at("2026-11-16T14:30:00Z")
    );

    let breached = due(&profile, &opened(&profile), "2026-11-16T18:00:00Z").unwrap();
    assert_eq!(breached.assign_to, EscalateTo::SuperAdmin);
    let ticket = breached.decision.ticket.clone();
    assert_eq!(ticket.priority, Priority::High);
    let entry = breached.decision.history.last().unwrap();
    assert_eq!(entry.by, AccountId::SYSTEM);
    let followed = after(&profile, ticket, "2026-11-16T18:00:00Z", false);
    assert_eq!(
        clocks(&followed).resolution.due_at,
        at("2026-11-17T22:00:00Z")
    );
}

#[test]
fn whoever_works_on_a_ticket_is_told_alone() {
    let profile = plain();
    let taken = Ticket {
        assigned_to: Some(person(7)),
        ..opened(&profile)
    };
    let warned = due(&profile, &taken, "2026-11-16T17:00:00Z").unwrap();
    assert!(
        matches!(&warned.decision.effects[..], [Effect::Deliver(to)] if to.person == person(7))
    );
}

#[test]
fn rules_that_do_not_hold_together_refuse_to_start_with_their_line() {
    let targets = |first: &str| {
        let one = format!(r#"{{"first_response": "{first}", "resolution": "16h"}}"#);
        format!(r#"{{"low": {one}, "medium": {one}, "high": {one}, "urgent": {one}}}"#)
    };
    for (member, value, said) in [
        ("warn_at_percent", "100".to_owned(), "1 to 99"),
        ("targets", targets("soon"), "soon"),
        ("targets", targets("0s"), "no time"),
        ("targets", targets("17h"), "before it is answered"),
        ("targets", targets("90000h"), "longer than a year"),
        ("pause_in", r#"["resolved"]"#.to_owned(), "resolved"),
        (
            "calendar",
            r#"{"time_zone": "Mars/Olympus"}"#.to_owned(),
            "Mars/Olympus",
        ),
        (
            "calendar",
            r#"{"hours": {"sunday": ["10:00-09:00"]}}"#.to_owned(),
            "ends before",
        ),
    ] {
        let file = format!("{{\n\"sla\": {{\n\"{member}\": {value}}}}}");
        let refused = Profile::with_file("edu", &file).unwrap_err().to_string();
        assert!(
            refused.contains(said) && refused.contains("line "),
            "{refused}"
        );
    }
}

/// What can happen to a ticket between two looks at it.
#[derive(Clone, Copy, Debug)]
enum Step {
    Status(usize),
    Answer,
    Priority(usize),
    Look,
}

fn steps() -> impl Strategy<Value = Vec<(i64, Step)>> {
    let step = prop_oneof![
        (0..Status::ALL.len()).prop_map(Step::Status),
        Just(Step::Answer),
        (0..Priority::ALL.len()).prop_map(Step::Priority),
        Just(Step::Look),
    ];
    prop::collection::vec((0_i64..30_000, step), 1..40)
}

proptest! {
    #[test]
    fn whatever_happens_each_signal_is_said_at_most_once_and_never_early(steps in steps()) {
        let profile = plain();
        let mut ticket = opened(&profile);
        let mut now = at(OPENED);
        let mut said = Vec::new();
        for (pause, step) in steps {
            now += SignedDuration::from_secs(pause);
            let source = Fixed::at(&now.to_string());
            let moment = Moment::new(now, &source);
            match step {
                Step::Status(pick) => {
                    ticket.status = Status::ALL[pick];
                    ticket.resolved_at = (ticket.status == Status::Resolved).then_some(now);
                    ticket.closed_at = (ticket.status == Status::Closed).then_some(now);
                }
                Step::Answer => { ticket.first_response_at.get_or_insert(now); }
                Step::Priority(pick) => ticket.priority = Priority::ALL[pick],
                Step::Look => {}
            }
            let decision = Decision::of(ticket).following(&profile, false, moment);
            let again = Decision::of(decision.ticket.clone()).following(&profile, false, moment);
            prop_assert_eq!(&again.ticket, &decision.ticket, "following twice is following once");
            let mut history = decision.history;
            ticket = decision.ticket.clone();
            let paused = clocks(&ticket).paused_since.is_some();
            if let Some(due) = ticket.due(&profile, moment) {
                prop_assert!(!paused, "nothing is due while the clocks stand still");
                history.extend(due.decision.history);
                ticket = due.decision.ticket.clone();
                prop_assert!(ticket.due(&profile, moment).is_none(), "nothing is left to say");
            }
            for entry in history {
                if let Change::Sla { level, signal, due_at } = entry.change {
                    prop_assert!(signal == Signal::Warning || due_at <= now);
                    prop_assert!(!said.contains(&(level, signal)), "{:?} {:?} twice", level, signal);
                    said.push((level, signal));
                }
            }
        }
    }
}
