//! Who is told what, and how often.

use super::{bell, events, unread};
use crate::house::{ADMIN, DEVANAGARI, House, OTHER_ADMIN, STUDENT, SUPER_ADMIN, telling};
use registrar_domain::{
    delivery::{
        Channel::{Email, InApp},
        State,
    },
    effect::{Effect, Fact},
};
use reqwest::Method;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_find_in_the_product_what_happened_to_a_ticket() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let (admin, other) = (house.sign_in(ADMIN).await, house.sign_in(OTHER_ADMIN).await);
    let super_admin = house.sign_in(SUPER_ADMIN).await;
    let opened = house.open_ticket(&student).await;
    let (id, number) = (opened.at("/id"), opened.at("/ticket_number"));

    // A new ticket: every member of staff, and nobody else.
    for staff in [&admin, &other, &super_admin] {
        let shown = bell(&house, staff).await;
        assert_eq!(events(&shown), ["ticket_created"]);
        let one = &shown[0];
        assert_eq!(
            (&one["type"], &one["icon"]),
            (&json!("message"), &json!("💬"))
        );
        assert_eq!(one["title"], format!("New ticket {number}"));
        assert!(
            one["message"]
                .as_str()
                .is_some_and(|text| text.ends_with("Unable to access recordings"))
        );
        assert_eq!(one["link"], format!("/tickets/{number}"));
        assert_eq!(
            one["metadata"],
            json!({"event": "ticket_created", "ticket_id": id, "ticket_number": number})
        );
        assert_eq!(
            (&one["read_at"], &one["is_read"]),
            (&json!(null), &json!(false))
        );
        assert_eq!(unread(&house, staff).await, 1);
    }
    assert_eq!(bell(&house, &student).await, [json!(null); 0]);

    // Staff reply and move it: the requester.
    let base = format!("/api/admin/support/tickets/{id}");
    let said = json!({"message": "I have enabled recording access for you."});
    let replied = house.post(&admin, &format!("{base}/replies"), said).await;
    assert_eq!(replied.status, 201, "{replied:?}");
    let shown = bell(&house, &student).await;
    assert_eq!(events(&shown), ["ticket_replied"]);
    assert_eq!(
        shown[0]["message"],
        "I have enabled recording access for you."
    );
    assert_eq!(shown[0]["metadata"]["message_id"], replied.at("/id"));
    let moved = json!({"status": "resolved"});
    house.patch(&admin, &format!("{base}/status"), moved).await;
    let shown = bell(&house, &student).await;
    assert_eq!(events(&shown), ["ticket_status_changed", "ticket_replied"]);
    assert_eq!(
        (
            &shown[0]["type"],
            &shown[0]["icon"],
            &shown[0]["metadata"]["status"]
        ),
        (&json!("system"), &json!("ℹ️"), &json!("resolved"))
    );
    assert_eq!(shown[0]["message"], "Your ticket has been resolved!");
    assert_eq!(unread(&house, &student).await, 2);

    // The requester replies: every member of staff.
    let said = json!({"message": "It works, thank you."});
    house
        .post(&student, &format!("/tickets/{id}/messages"), said)
        .await;
    for staff in [&admin, &other, &super_admin] {
        let shown = bell(&house, staff).await;
        assert_eq!(events(&shown), ["ticket_replied", "ticket_created"]);
        assert_eq!(unread(&house, staff).await, 2);
    }
    assert_eq!(unread(&house, &student).await, 2, "not of their own words");

    // Given to somebody else: that one. Taken by oneself: nobody.
    let to = |who: &str| json!({"assigned_to": who});
    house
        .patch(&other, &format!("{base}/assign"), to(&admin.id))
        .await;
    let shown = bell(&house, &admin).await;
    assert_eq!(events(&shown)[0], "ticket_assigned");
    assert_eq!(
        shown[0]["title"],
        format!("Ticket {number} was assigned to you")
    );
    assert_eq!(shown[0]["message"], "Unable to access recordings");
    house
        .patch(&other, &format!("{base}/assign"), to(&other.id))
        .await;
    assert_eq!(bell(&house, &other).await.len(), 2);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fact_rings_once_however_often_its_message_comes() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let opened = house.open_ticket(&student).await;
    let ticket_id = opened.at("/id").parse().expect("an id");
    house.platform.quiesce().await;

    let fact = Fact::TicketCreated { ticket_id };
    let mail = telling(ADMIN, Email, &fact);
    house.put(&Effect::Deliver(mail), 12).await;
    house
        .put(&Effect::DeliverToStaff { fact: fact.clone() }, 3)
        .await;
    let here = telling(ADMIN, InApp, &fact);
    house.put(&Effect::Deliver(here.clone()), 5).await;

    let shown = bell(&house, &admin).await;
    assert_eq!(events(&shown), ["ticket_created"]);
    assert_eq!(unread(&house, &admin).await, 1);
    let entry = house.entry(&here).await;
    assert_eq!((entry.attempts, entry.was_uncertain), (1, false));
    let id = shown[0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(
        entry.state,
        State::Sent {
            provider_message_id: id
        }
    );

    // What is no longer so is not said late, and the ledger says why.
    let base = format!("/api/admin/support/tickets/{}", opened.at("/id"));
    let student_here = telling(STUDENT, InApp, &fact);
    let entry = house.entry(&student_here).await;
    assert!(matches!(entry.state, State::Suppressed { .. }), "{entry:?}");
    assert_eq!(bell(&house, &student).await.len(), 0);
    house
        .patch(
            &admin,
            &format!("{base}/status"),
            json!({"status": "closed"}),
        )
        .await;
    house.put(&Effect::DeliverToStaff { fact }, 2).await;
    assert_eq!(unread(&house, &admin).await, 1, "told already");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_refused_keeps_nothing_from_the_bell() {
    let house = House::start().await;
    house
        .faults(json!([{"provider": "sendgrid", "kind": "status", "status": 400}]))
        .await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    house.open_ticket(&student).await;
    assert_eq!(events(&bell(&house, &admin).await), ["ticket_created"]);
    assert!(house.entries_in("failed").await > 0, "the mails failed");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_requester_is_told_no_name_no_priority_and_no_note_in_tutoring() {
    const NOTE: &str = "the card was declined twice";
    let house = House::with_profile("tutoring").await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let body = json!({"subject": "A lesson is missing", "description": "My lesson of Monday is not in the list."});
    let opened = house.post(&student, "/tickets", body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let base = format!("/api/admin/support/tickets/{}", opened.at("/id"));
    for body in [
        json!({"message": NOTE, "is_internal_note": true}),
        json!({"message": "We look into it."}),
        json!({"message": format!("once more, {NOTE}"), "is_internal_note": true}),
    ] {
        let said = house.post(&admin, &format!("{base}/replies"), body).await;
        assert_eq!(said.status, 201, "{said:?}");
    }
    let urgent = json!({"priority": "urgent"});
    house
        .patch(&admin, &format!("{base}/priority"), urgent)
        .await;
    let to = json!({"assigned_to": admin.id});
    house.patch(&admin, &format!("{base}/assign"), to).await;
    let moved = json!({"status": "resolved", "reason": NOTE});
    house.patch(&admin, &format!("{base}/status"), moved).await;

    let shown = bell(&house, &student).await;
    assert_eq!(events(&shown), ["ticket_status_changed", "ticket_replied"]);
    let answers = [
        house.get(&student, "/api/notifications?unread=true").await,
        house.get(&student, "/api/admin/notifications").await,
    ];
    for answer in answers {
        assert_eq!(answer.status, 200, "{answer:?}");
        for secret in [NOTE, "urgent", "priority", "Meera", &admin.id] {
            assert!(!answer.text.contains(secret), "{secret}: {answer:?}");
        }
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_from_a_phone_finds_the_answer_in_the_product_if_they_have_an_account() {
    let house = House::start_with(&[("Profile", "chat"), ("WhatsappVia", "cloud")]).await;
    let (student, admin) = (house.sign_in(DEVANAGARI).await, house.sign_in(ADMIN).await);
    for (n, phone) in ["+919812345678", "+234812345678"].into_iter().enumerate() {
        let body = json!({"phone_number": phone, "sender_name": "A.", "issue_description": "I cannot sign in"});
        let opened = house
            .channel(Method::POST, "/api/support/tickets", &body.to_string())
            .await;
        assert_eq!(opened.status, 201, "{opened:?}");
        let path = format!("/api/admin/support/tickets/{}/messages", n + 1);
        let help = json!({"message": "Let me help!"});
        let said = house.post(&admin, &path, help).await;
        assert_eq!(said.status, 201, "{said:?}");
    }
    let shown = bell(&house, &student).await;
    assert_eq!(events(&shown), ["ticket_replied"]);
    assert_eq!(shown[0]["message"], "Let me help!");
    let query = "provider=whatsapp_cloud&kind=whatsapp";
    assert_eq!(
        house.journal_count_when_idle(query).await,
        2,
        "and both on the phone"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gets_a_new_ticket_by_turns_is_told_so() {
    let patched = House::patched(&json!({"assignment": "round_robin"})).await;
    let house = &patched.house;
    let student = house.sign_in(STUDENT).await;
    let opened = house.open_ticket(&student).await;
    house.platform.quiesce().await;
    let (mut assigned, mut told) = (0, 0);
    for staff in [ADMIN, OTHER_ADMIN, SUPER_ADMIN] {
        let who = house.sign_in(staff).await;
        let ticket = house.as_staff(&who, opened.at("/ticket_number")).await;
        let theirs = ticket.body["assigned_to"] == who.id.as_str();
        assigned += usize::from(theirs);
        let shown = bell(house, &who).await;
        let rung = events(&shown).contains(&"ticket_assigned");
        assert_eq!(rung, theirs, "{shown:?}");
        told += usize::from(rung);
    }
    assert_eq!((assigned, told), (1, 1));
    patched.house.finish().await;
}
