use super::*;
use crate::{
    account::Account,
    clock::fixed::Fixed,
    effect::Effect,
    profile::Profile,
    ticket::{Change, Marks, Priority, Requester, Sender, Status, Ticket, open},
    value::{MessageBody, Subject},
};
use proptest::prelude::*;
use serde_json::{Value, json};

fn portal() -> Profile {
    Profile::preset("portal").unwrap()
}

fn account(role: &str) -> Account {
    serde_json::from_value(json!({
        "id": "0193a5e0-0000-7000-8000-000000000001", "role": role, "name": "Asha Rao", "email": "asha@example.org",
        "version": 1, "activated_at": "2026-11-01T00:00:00Z", "created_at": "2026-11-21T10:00:00Z",
    }))
    .unwrap()
}

fn source() -> Fixed {
    Fixed::at("2026-11-21T10:00:00Z")
}

fn ticket(profile: &Profile, subject: &str, description: &str) -> (Ticket, Vec<Effect>) {
    let (source, requester) = (source(), account("customer"));
    let command = crate::ticket::Open {
        subject: Subject::new(subject).unwrap(),
        description: crate::value::Description::new(description).unwrap(),
        category: None,
        priority: None,
        about: crate::ticket::About::default(),
        tags: Vec::new(),
    };
    let decision = open(
        profile,
        requester.actor(),
        &Requester::of_account(&requester),
        command,
        "TKT-20261121-00001".to_owned(),
        source.moment(),
    )
    .unwrap();
    (decision.ticket, decision.effects)
}

fn answer() -> Value {
    json!({
        "confidence": {"billing": 0.02, "technical_support": 0.01, "site_edit": 0.01, "question": 0.95, "other": 0.01},
        "priority": "LOW", "simple": true, "reply_confidence": 0.93,
        "suggested_reply": "Your domain shows within a day.", "notes": "General question.", "needs_human_review": false,
    })
}

fn suggestion(change: impl FnOnce(&mut Value)) -> Result<Suggestion, Unusable> {
    let mut answer = answer();
    change(&mut answer);
    let answer = serde_json::from_value(answer).unwrap();
    Suggestion::from_answer(&portal(), answer, "claude-test", source().moment().now)
}

fn applied(
    suggestion: &Suggestion,
    policy: Policy,
    change: impl FnOnce(&mut Ticket),
) -> crate::ticket::Triaged {
    let (mut ticket, _) = ticket(&portal(), "When does it show?", "When will my domain show?");
    change(&mut ticket);
    ticket.triaged(
        &portal(),
        suggestion,
        policy,
        &Marks::default(),
        source().moment(),
    )
}

#[test]
fn opening_a_ticket_asks_for_a_first_look_where_the_profile_has_it() {
    let looks = |profile: &str| {
        let (_, effects) = ticket(&Profile::preset(profile).unwrap(), "Subject", "Description");
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::Triage { .. }))
    };
    assert!(looks("portal"));
    assert!(!looks("edu"));
}

#[test]
fn a_simple_question_of_which_the_model_is_sure_is_answered_as_the_model() {
    let suggestion = suggestion(|_| {}).unwrap();
    let triaged = applied(&suggestion, Policy::default(), |_| {});
    assert!(triaged.answered);
    let message = triaged.decision.message.unwrap();
    assert_eq!(
        (message.sender, message.body.as_str()),
        (Sender::Ai, "Your domain shows within a day.")
    );
    let ticket = triaged.decision.ticket;
    assert_eq!(
        (ticket.status, ticket.priority),
        (Status::WaitingCustomer, Priority::Low)
    );
    // The model is no staff: nobody has responded yet.
    assert_eq!((ticket.first_response_at, ticket.version), (None, 2));
    assert!(
        triaged
            .decision
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::Deliver(_)))
    );
    let changes: Vec<_> = triaged
        .decision
        .history
        .iter()
        .map(|entry| &entry.change)
        .collect();
    assert!(
        matches!(
            changes[..],
            [Change::Status { .. }, Change::Priority { .. }]
        ),
        "{changes:?}"
    );
}

#[test]
fn whatever_is_missing_for_an_answer_leaves_it_to_people() {
    let just_below = json!(0.899);
    let unsure: [fn(&mut Value, &Value); 5] = [
        |answer, below| answer["confidence"]["question"] = below.clone(),
        |answer, below| answer["reply_confidence"] = below.clone(),
        |answer, _| answer["simple"] = json!(false),
        |answer, _| answer["needs_human_review"] = json!(true),
        |answer, _| answer["suggested_reply"] = json!("  "),
    ];
    for (n, change) in unsure.into_iter().enumerate() {
        let suggestion = suggestion(|answer| change(answer, &just_below)).unwrap();
        let triaged = applied(&suggestion, Policy::default(), |_| {});
        assert!(
            !triaged.answered && triaged.decision.message.is_none(),
            "{n}"
        );
        assert_eq!(triaged.decision.ticket.status, Status::New, "{n}");
        assert_eq!(
            triaged.decision.ticket.priority,
            Priority::Low,
            "its priority still helps: {n}"
        );
    }
}

#[test]
fn people_first_and_a_higher_threshold_keep_answers_back() {
    let suggestion = suggestion(|_| {}).unwrap();
    let off = Policy {
        automatic_replies: false,
        ..Policy::default()
    };
    assert!(!applied(&suggestion, off, |_| {}).answered);
    let exact = |thousandths| Policy {
        threshold: Confidence::from_per_mille(thousandths),
        ..Policy::default()
    };
    assert!(applied(&suggestion, exact(930), |_| {}).answered);
    assert!(!applied(&suggestion, exact(931), |_| {}).answered);
}

#[test]
fn a_ticket_that_a_person_has_touched_is_left_as_it_is() {
    let suggestion = suggestion(|_| {}).unwrap();
    let touched: [fn(&mut Ticket); 4] = [
        |ticket| ticket.status = Status::InProgress,
        |ticket| ticket.status = Status::Closed,
        |ticket| ticket.message_count = 1,
        |ticket| ticket.last_staff_message_at = Some(ticket.created_at),
    ];
    for touch in touched {
        let (mut before, _) = ticket(&portal(), "When does it show?", "When will my domain show?");
        touch(&mut before);
        let triaged = before.triaged(
            &portal(),
            &suggestion,
            Policy::default(),
            &Marks::default(),
            source().moment(),
        );
        assert!(!triaged.answered);
        assert_eq!(triaged.decision.ticket, before);
    }
    let triaged = applied(&suggestion, Policy::default(), |ticket| {
        ticket.priority = Priority::Urgent;
    });
    assert_eq!(
        triaged.decision.ticket.priority,
        Priority::Urgent,
        "somebody set it"
    );
}

#[test]
fn what_a_model_says_is_checked_before_it_is_kept() {
    let unusable: [fn(&mut Value); 5] = [
        |answer| answer["confidence"] = json!({}),
        |answer| answer["confidence"] = json!({"weather": 1.0}),
        |answer| answer["confidence"]["question"] = json!(1.5),
        |answer| answer["priority"] = json!("at once"),
        |answer| answer["suggested_reply"] = json!("x".repeat(5001)),
    ];
    for change in unusable {
        assert!(suggestion(change).is_err());
    }
    let long = suggestion(|answer| answer["notes"] = json!("é".repeat(2000))).unwrap();
    assert_eq!(long.notes.chars().count(), 1000);
    let known = suggestion(|answer| answer["confidence"]["weather"] = json!(0.99)).unwrap();
    assert_eq!(
        known.category.as_str(),
        "question",
        "a category that there is none of says nothing"
    );
}

#[test]
fn the_rules_are_right_as_often_as_they_say_they_are() {
    let labelled: Vec<[String; 4]> =
        serde_json::from_str(include_str!("../../triage/labelled.json")).unwrap();
    let (mut sure, mut sure_and_right, mut right) = (0_u32, 0_u32, 0_u32);
    for [profile, label, subject, description] in &labelled {
        let profile = Profile::preset(profile).unwrap();
        let (ticket, _) = ticket(&profile, subject, description);
        let said = classify(&profile, &ticket, ticket.created_at);
        let is_right = said.category.as_str() == label;
        right += u32::from(is_right);
        if said.certainty() >= Policy::default().threshold {
            sure += 1;
            sure_and_right += u32::from(is_right);
        }
    }
    let all = u32::try_from(labelled.len()).unwrap();
    assert!(sure >= all / 4, "of {all} only {sure} are sure");
    assert!(
        sure_and_right * 100 >= sure * 90,
        "sure {sure}, right {sure_and_right}"
    );
    assert!(right * 100 >= all * 85, "of {all} only {right} are right");
}

#[test]
fn the_rules_name_urgency_and_ask_for_people_when_they_know_nothing() {
    let portal = portal();
    let look = |subject: &str, description: &str| {
        let (ticket, _) = ticket(&portal, subject, description);
        classify(&portal, &ticket, ticket.created_at)
    };
    assert_eq!(
        look("Site hacked", "My site was hacked, urgent!").priority,
        Priority::Urgent
    );
    assert_eq!(
        look("Facture", "C'est bloqué, je ne peux pas payer.").priority,
        Priority::High
    );
    let nothing = look("Xyzzy plugh", "Lorem ipsum dolor sit amet.");
    assert!(nothing.needs_human_review);
    assert_eq!(nothing.category, portal.default_category);
    assert_eq!(nothing.reply, None, "rules answer nothing");
    assert_eq!(nothing.model, RULES);
}

#[test]
fn every_word_of_the_list_can_be_found_in_a_text() {
    let list: Value = serde_json::from_str(include_str!("../../triage/rules.json")).unwrap();
    let categories = list["categories"].as_object().unwrap().values();
    let words = categories.chain([&list["urgent"], &list["high"], &list["low"]]);
    for word in words.flat_map(|list| list.as_array().unwrap()) {
        let word = word.as_str().unwrap();
        assert!(
            word.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
            "{word} is compared with folded words"
        );
    }
}

#[test]
fn a_confidence_is_a_number_from_0_to_1_in_thousandths() {
    for (number, thousandths) in [
        (0.0, 0),
        (1.0, 1000),
        (0.9, 900),
        (0.8996, 900),
        (0.0004, 0),
    ] {
        assert_eq!(
            Confidence::try_from(number).unwrap().per_mille(),
            thousandths
        );
    }
    for number in [-0.01, 1.01, f64::NAN, f64::INFINITY] {
        assert!(Confidence::try_from(number).is_err());
    }
    assert_eq!(
        serde_json::to_string(&Confidence::from_per_mille(900)).unwrap(),
        "0.9"
    );
}

proptest! {
    #[test]
    fn no_text_can_break_the_rules(subject in ".{5,80}", description in "(?s).{10,300}") {
        let (Ok(subject), Ok(description)) = (Subject::new(&subject), MessageBody::new(&description)) else {
            return Ok(());
        };
        prop_assume!(description.as_str().chars().count() >= 10);
        let (ticket, _) = ticket(&portal(), subject.as_str(), description.as_str());
        let said = classify(&portal(), &ticket, ticket.created_at);
        prop_assert!(said.confidence.values().all(|c| c.per_mille() <= 1000));
        prop_assert!(portal().category(said.category.as_str()).is_some());
    }
}

#[test]
fn what_people_did_without_a_word_to_the_requester_leaves_it_to_them_too() {
    let suggestion = suggestion(|_| {}).unwrap();
    let (profile, now) = (portal(), source());
    let (ticket, _) = ticket(&profile, "When does it show?", "When will my domain show?");
    let staff = account("admin");
    let staff = crate::account::Account {
        id: "0193a5e0-0000-7000-8000-000000000009".parse().unwrap(),
        ..staff
    };
    let author = crate::ticket::Author::from(&staff);
    let answered = |ticket: &Ticket, marks: &Marks| {
        let policy = Policy::default();
        let triaged = ticket.triaged(&profile, &suggestion, policy, marks, now.moment());
        (triaged.answered, triaged.decision.ticket == *ticket)
    };
    assert!(answered(&ticket, &Marks::default()).0);

    let note = MessageBody::new("I know this one.").unwrap();
    let noted = ticket.note(&author, note, now.moment()).unwrap();
    let marks = Marks {
        notes: noted.note.into_iter().collect(),
        history: Vec::new(),
    };
    assert_eq!(answered(&ticket, &marks), (false, true));

    let to = crate::ticket::Assignee::of(&staff).unwrap();
    let assigned = ticket
        .assign(staff.actor(), Some(to), now.moment())
        .unwrap();
    let marks = |history| Marks {
        notes: Vec::new(),
        history,
    };
    assert_eq!(
        answered(&assigned.ticket, &marks(assigned.history)),
        (false, true)
    );
    // Whose turn it was is nobody's doing.
    let given = ticket.given_to(staff.id, now.moment());
    assert!(answered(&given.ticket, &marks(given.history)).0);
}
