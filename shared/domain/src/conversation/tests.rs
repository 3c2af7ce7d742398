use super::*;
use proptest::prelude::*;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn text(body: &str, second: i64) -> Inbound {
    Inbound {
        id: WhatsappId::new("wamid.1").unwrap(),
        from: Phone::new("+234812345678").unwrap().into(),
        name: Some(PersonName::new("John Doe").unwrap()),
        sent_at: at(second),
        content: Content::Text {
            body: body.to_owned(),
        },
    }
}

fn ticket() -> TicketId {
    uuid::Uuid::from_u128(7).into()
}

fn in_support(with_ticket: bool) -> Conversation {
    let (menu, _) = Conversation::receive(None, &text("hello", 0));
    let (mut support, step) = Conversation::receive(Some(&menu), &text("2", 1));
    assert_eq!(step, Step::Say(Prompt::ChatSupport));
    support.ticket_id = with_ticket.then(ticket);
    support
}

#[test]
fn whoever_writes_first_gets_the_menu_of_four() {
    let (conversation, step) = Conversation::receive(None, &text("hello", 0));
    assert_eq!(step, Step::Say(Prompt::Menu));
    assert_eq!(conversation.state, State::Menu);
    assert_eq!(
        Choice::ALL.map(Choice::label),
        [
            "Ask Question",
            "💬 Chat Support",
            "View Homework",
            "My Subscription"
        ]
    );
}

#[test]
fn chat_support_is_chosen_by_number_words_or_button() {
    for said in [
        "2",
        " 2. ",
        "2)",
        "chat support",
        "💬 Chat Support",
        "CHAT SUPPORT",
    ] {
        assert_eq!(Choice::of_text(said), Some(Choice::ChatSupport), "{said}");
    }
    for said in ["", "22", "5", "I want chat support please", "💬"] {
        assert_eq!(Choice::of_text(said), None, "{said}");
    }
    let button = Inbound {
        content: Content::Choice {
            choice: Choice::ChatSupport,
        },
        ..text("", 0)
    };
    let (conversation, step) = Conversation::receive(None, &button);
    assert_eq!(
        (conversation.state, step),
        (State::ChatSupport, Step::Say(Prompt::ChatSupport))
    );
}

#[test]
fn the_first_message_in_support_opens_a_ticket_and_later_ones_append() {
    let (before, step) = Conversation::receive(Some(&in_support(false)), &text("help", 2));
    assert_eq!(step, Step::Open("help".to_owned()));
    assert_eq!(before.state, State::ChatSupport);
    let (_, step) = Conversation::receive(Some(&in_support(true)), &text("2", 3));
    assert_eq!(
        step,
        Step::Append(ticket(), "2".to_owned()),
        "within chat support a number is a message"
    );
}

#[test]
fn the_other_choices_keep_the_normal_flow_and_open_nothing() {
    let (menu, _) = Conversation::receive(None, &text("hello", 0));
    for (said, prompt) in [
        ("1", Prompt::AskQuestion),
        ("View Homework", Prompt::ViewHomework),
        ("4", Prompt::MySubscription),
        ("what?", Prompt::Menu),
    ] {
        let (next, step) = Conversation::receive(Some(&menu), &text(said, 1));
        assert_eq!(
            (next.state, step),
            (State::Menu, Step::Say(prompt)),
            "{said}"
        );
    }
}

#[test]
fn the_word_menu_leads_out_of_chat_support_and_leaves_the_ticket_where_it_is() {
    let support = in_support(true);
    let (next, step) = Conversation::receive(Some(&support), &text("Menu", 5));
    assert_eq!(
        (next.state, step),
        (State::Menu, Step::Say(Prompt::Menu)),
        "from anywhere"
    );
    assert_eq!(next.ticket_id, support.ticket_id);
    let (back, _) = Conversation::receive(Some(&next), &text("2", 6));
    let (_, step) = Conversation::receive(Some(&back), &text("one more thing", 7));
    assert_eq!(step, Step::Append(ticket(), "one more thing".to_owned()));
}

fn id(text: &str) -> WhatsappId {
    WhatsappId::new(text).unwrap()
}

fn events() -> Vec<Content> {
    let emoji = Some("👍".to_owned());
    vec![
        Content::Reaction { emoji },
        Content::Reaction { emoji: None },
        Content::Revoked {
            original: id("wamid.1"),
        },
        Content::System {
            body: "changed from 1 to 2".to_owned(),
        },
    ]
}

#[test]
fn an_event_is_noted_where_a_ticket_is_known_and_else_leads_to_nothing() {
    let (menu, _) = Conversation::receive(None, &text("hello", 0));
    for event in events() {
        assert!(event.is_aside());
        for before in [None, Some(&menu), Some(&in_support(false))] {
            assert_eq!(Conversation::aside(before, &event, None), Step::Nothing);
        }
        let noted = Conversation::aside(Some(&in_support(true)), &event, None);
        assert!(
            matches!(noted, Step::Note(of, _) if of == ticket()),
            "{noted:?}"
        );
        let said_in = Conversation::aside(Some(&menu), &event, Some(ticket()));
        assert!(matches!(said_in, Step::Note(..)), "{said_in:?}");
    }
}

#[test]
fn other_words_for_a_message_are_said_where_that_was_said() {
    let edited = Content::Edited {
        original: id("wamid.1"),
        body: "No, Zoom".to_owned(),
    };
    let words = edited.words();
    assert!(words.contains("edited") && words.ends_with("No, Zoom"));
    let other = uuid::Uuid::from_u128(9).into();
    let aside =
        |before: Option<&Conversation>, said_in| Conversation::aside(before, &edited, said_in);
    let (before, without) = (in_support(true), in_support(false));
    assert_eq!(aside(None, None), Step::Nothing);
    assert_eq!(aside(Some(&without), None), Step::Open(words.clone()));
    assert_eq!(
        aside(Some(&before), None),
        Step::Append(ticket(), words.clone())
    );
    assert_eq!(
        aside(Some(&before), Some(other)),
        Step::Append(other, words)
    );
}

#[test]
fn what_stands_for_something_else_is_said_and_chooses_nothing() {
    let shown = |body: &str| Inbound {
        content: Content::Shown {
            body: body.to_owned(),
        },
        ..text("", 8)
    };
    let (menu, step) = Conversation::receive(None, &shown("2"));
    assert_eq!((menu.state, step), (State::Menu, Step::Say(Prompt::Menu)));
    let (_, step) = Conversation::receive(Some(&in_support(true)), &shown("menu"));
    assert_eq!(step, Step::Append(ticket(), "menu".to_owned()));
}

#[test]
fn the_chats_of_a_number_and_of_its_user_id_become_one() {
    let user_id = UserId::new("NG.1234567890123456").unwrap();
    let of_user = Conversation {
        with: Party::User(user_id.clone()),
        version: 7,
        ..in_support(true)
    };
    let alone = Conversation::joined(None, of_user.clone());
    assert_eq!((alone.ticket_id, alone.version), (Some(ticket()), 0));
    let (of_phone, _) = Conversation::receive(None, &text("hello", 60));
    let joined = Conversation::joined(Some(of_phone.clone()), of_user);
    assert_eq!(joined.ticket_id, Some(ticket()), "none is lost");
    assert_eq!(joined.last_inbound_at, at(60));
    let stands = (joined.state, joined.version);
    assert_eq!(
        stands,
        (State::ChatSupport, 1),
        "who talks to people goes on"
    );
    let phone = Phone::new("+234812345678").unwrap();
    assert_eq!(joined.with, Party::Phone(phone, Some(user_id)));
}

#[test]
fn a_file_without_words_goes_by_its_name() {
    let media = MediaRef {
        id: WhatsappId::new("1").unwrap(),
        mime_type: "application/pdf".to_owned(),
        filename: Some("bill.pdf".to_owned()),
    };
    let file = Inbound {
        content: Content::Media {
            media,
            caption: None,
        },
        ..text("", 8)
    };
    let (_, step) = Conversation::receive(Some(&in_support(true)), &file);
    assert_eq!(step, Step::Append(ticket(), "📎 bill.pdf".to_owned()));
}

#[test]
fn the_window_ends_24_hours_after_the_last_message_and_never_moves_back() {
    assert!(window_is_open(Some(at(0)), at(86_399)));
    assert!(!window_is_open(Some(at(0)), at(86_400)));
    assert!(!window_is_open(None, at(0)));
    let (late, _) = Conversation::receive(Some(&in_support(true)), &text("late", -50));
    assert_eq!(late.last_inbound_at, at(1));
}

#[test]
fn a_contact_is_known_by_a_digest_of_the_number() {
    let id = contact_id(&Phone::new("+234812345678").unwrap());
    assert_eq!(id, contact_id(&Phone::new("+234812345678").unwrap()));
    assert_ne!(id, contact_id(&Phone::new("+234812345679").unwrap()));
    let uuid: uuid::Uuid = id.to_string().parse().unwrap();
    assert_eq!(uuid.get_version_num(), 8);
}

#[test]
fn what_travels_on_the_queue_reads_back() {
    let messages = Incoming::Messages {
        messages: vec![text("help", 1)],
    };
    let report = Incoming::Report(Report {
        effect_key: "whatsapp/a/b".to_owned(),
        message_id: id("wamid.2"),
        state: DeliveryState::Read,
        at: at(0),
        error: None,
    });
    for incoming in [messages, report] {
        let json = serde_json::to_string(&incoming).unwrap();
        assert_eq!(serde_json::from_str::<Incoming>(&json).unwrap(), incoming);
    }
}

proptest! {
    #[test]
    fn reports_end_in_the_same_state_in_whatever_order_they_are_told(order in Just(DeliveryState::ALL.to_vec()).prop_shuffle(), upto in 1usize..6) {
        let told = &order[..upto];
        let end = told.iter().fold(DeliveryState::Queued, |state, told| if told.earlier().any(|s| s == state) { *told } else { state });
        prop_assert_eq!(end, *told.iter().max().unwrap());
    }

    #[test]
    fn whatever_a_phone_says_a_ticket_is_touched_only_within_chat_support(said in prop::collection::vec("[1-4]|menu|Chat Support|\\PC{0,12}", 0..12)) {
        let mut conversation = None;
        for (n, body) in (0i64..).zip(said) {
            let state = conversation.as_ref().map_or(State::Menu, |c: &Conversation| c.state);
            let (next, step) = Conversation::receive(conversation.as_ref(), &text(&body, n));
            if matches!(step, Step::Open(_) | Step::Append(..)) {
                prop_assert_eq!(state, State::ChatSupport);
                prop_assert_eq!(next.state, State::ChatSupport);
            }
            conversation = Some(next);
        }
    }
}
