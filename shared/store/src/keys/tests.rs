use super::*;
use registrar_domain::{
    attachment::Audience,
    delivery::Channel,
    effect::Fact,
    id::{AttachmentId, MessageId},
};

fn id<T: From<registrar_domain::id::TicketId>>() -> T {
    "0193a5e0-0000-7000-8000-000000000001"
        .parse::<TicketId>()
        .expect("a UUID")
        .into()
}

#[test]
fn keys_are_what_they_always_were() {
    let ticket: TicketId = id();
    let person: AccountId = "0193a5e0-0000-7000-8000-000000000002"
        .parse()
        .expect("a UUID");
    let message: MessageId = "0193a5e0-0000-7000-8000-000000000003"
        .parse()
        .expect("a UUID");
    assert_eq!(
        super::ticket(ticket),
        key(
            "TICKET#0193a5e0-0000-7000-8000-000000000001".into(),
            "TICKET"
        )
    );
    assert_eq!(
        super::message(ticket, message).sk,
        "MESSAGE#0193a5e0-0000-7000-8000-000000000003"
    );
    assert_eq!(
        super::note(ticket, message).sk,
        "INTERNAL#NOTE#0193a5e0-0000-7000-8000-000000000003"
    );
    assert_eq!(
        ticket_number("tkt-20261121-0001").pk,
        "TICKETNUMBER#TKT-20261121-0001"
    );
    assert_eq!(
        ticket_of_person(person, ticket).sk,
        "TICKET#0193a5e0-0000-7000-8000-000000000001"
    );
    let bulk_id: BulkId = "0193a5e0-0000-7000-8000-000000000004"
        .parse()
        .expect("a UUID");
    assert_eq!(
        bulk_error(bulk_id, 42),
        key(
            "BULK#0193a5e0-0000-7000-8000-000000000004".into(),
            "ERROR#0000000042"
        )
    );
    assert_eq!(bulk(bulk_id).pk, bulk_error(bulk_id, 1).pk);
    assert_eq!(
        revoked(0, 42),
        key("STATUSLIST#000000".into(), "REVOKED#000042")
    );
    assert_eq!(ticket_in(&ticket_partition(ticket)), Some(ticket));
    let due = ticket_due(ticket, Timestamp::UNIX_EPOCH, 1);
    assert_eq!(
        (due.pk.as_str(), due.sk.as_str()),
        (
            "DUE#000",
            "00000000000000#0193a5e0-0000-7000-8000-000000000001"
        )
    );
    assert_eq!(
        roster_member(person),
        key(
            "ROSTER".into(),
            "MEMBER#0193a5e0-0000-7000-8000-000000000002"
        )
    );
    assert_eq!(
        counter(&tickets_of(jiff::civil::date(2026, 11, 21))).pk,
        "COUNTER#TICKETNUMBER#20261121"
    );
    assert_eq!(email("asha@example.org").pk.len(), "EMAIL#".len() + 64);
    assert_eq!(
        answer(&["p", "student", "/tickets", "k"]).pk.len(),
        "ANSWER#".len() + 64
    );
}

#[test]
fn keys_of_webhooks_are_what_they_always_were() {
    let id: WebhookId = id::<TicketId>().to_string().parse().expect("a UUID");
    let event: EventId = "01795255200007_CERT-20261121-AB-issued"
        .parse()
        .expect("an event's id");
    assert_eq!(
        webhook(id),
        key("WEBHOOKS".into(), "0193a5e0-0000-7000-8000-000000000001")
    );
    assert_eq!(
        webhook_delivery(id, &event),
        key(
            "WEBHOOK#0193a5e0-0000-7000-8000-000000000001".into(),
            "DELIVERY#01795255200007_CERT-20261121-AB-issued"
        )
    );
    let at = |millis| Timestamp::from_millisecond(millis).expect("a time");
    let due = webhook_due(id, &event, at(1_795_255_200_007), 1);
    assert_eq!(due.pk, "WEBHOOKDUE#000");
    assert_eq!(
        due.sk,
        "01795255200007#0193a5e0-0000-7000-8000-000000000001#01795255200007_CERT-20261121-AB-issued"
    );
    let until = |millis| webhooks_due_until(0, at(millis)).sk;
    assert!(due.sk <= until(1_795_255_200_007) && due.sk > until(1_795_255_200_006));
}

#[test]
fn what_is_internal_sorts_outside_the_range_that_a_requester_reads() {
    let ticket: TicketId = id();
    let note_id: AttachmentId = "0193a5e0-0000-7000-8000-000000000003"
        .parse()
        .expect("a UUID");
    let note = super::note(
        ticket,
        "0193a5e0-0000-7000-8000-000000000003"
            .parse()
            .expect("a UUID"),
    );
    let history = super::history(
        ticket,
        "0193a5e0-0000-7000-8000-000000000003"
            .parse()
            .expect("a UUID"),
    );
    let file = attachment_of(ticket, Audience::Staff, note_id);
    let range = FIRST_MESSAGE.to_owned()..="TICKET".to_owned();
    assert!(!range.contains(&note.sk) && !range.contains(&history.sk));
    assert!(!range.contains(&file.sk) && !file.sk.starts_with(ATTACHMENT));
}

#[test]
fn lists_of_parts_never_look_alike() {
    assert_ne!(digest(&["ab", "c"]), digest(&["a", "bc"]));
}

#[test]
fn shards_take_even_shares() {
    let mut counts = [0u32; 10];
    for n in 0..10_000u32 {
        counts[usize::from(shard(&n.to_string(), 10))] += 1;
    }
    assert!(
        counts.iter().all(|count| (850..1150).contains(count)),
        "{counts:?}"
    );
}

#[test]
fn keys_of_accounts_are_what_they_always_were() {
    let person: AccountId = "0193a5e0-0000-7000-8000-000000000002"
        .parse()
        .expect("a UUID");
    let of = |key: Key| (key.pk, key.sk);
    let with = |kind: &str| format!("{kind}#0193a5e0-0000-7000-8000-000000000002");
    assert_eq!(of(account(person)), (with("ACCOUNT"), "ACCOUNT".into()));
    assert_eq!(of(password(person)), (with("PASSWORD"), "PASSWORD".into()));
    assert_eq!(
        of(invitation(person)),
        (with("INVITATION"), "INVITATION".into())
    );
    let entry = id::<TicketId>().to_history();
    assert_eq!(
        of(account_entry(person, entry)),
        (
            with("ACCOUNTHISTORY"),
            "0193a5e0-0000-7000-8000-000000000001".into()
        )
    );
    let listed = account_in_all(person, 1);
    assert_eq!(
        (listed.pk.as_str(), listed.sk.as_str()),
        ("ACCOUNTS#000", "0193a5e0-0000-7000-8000-000000000002")
    );
    assert_eq!(counter(SUPER_ADMINS).pk, "COUNTER#superadmins");
}

#[test]
fn an_effect_key_leads_to_its_ledger_entry_and_nothing_else_does() {
    let fact = Fact::TicketCreated {
        ticket_id: uuid::Uuid::nil().into(),
    };
    let delivery = Delivery {
        person: uuid::Uuid::nil().into(),
        channel: Channel::Whatsapp,
        fact,
    };
    assert_eq!(ledger_of(&delivery.effect_key()), Some(ledger(&delivery)));
    for other in [
        "",
        "whatsapp",
        "whatsapp/x/y",
        "whatsapp/00000000-0000-0000-0000-000000000000",
    ] {
        assert_eq!(ledger_of(other), None, "{other}");
    }
}
