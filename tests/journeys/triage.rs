//! The first look at a new ticket (checklist P-04 to P-07), in the portal.
//!
//! The stand-in of the model says what a ticket has between `⟦` and `⟧`.

mod settled;

use crate::house::{ADMIN, House, STUDENT, SUPER_ADMIN, Session};
use reqwest::Method;
use serde_json::{Value, json};

const POLICY: &str = "/api/admin/support/triage";

async fn portal(by: &str) -> House {
    House::start_with(&[("Profile", "portal"), ("TriageBy", by)]).await
}

/// What a model says of a question that everybody would answer the same.
fn simple() -> Value {
    json!({
        "confidence": {"billing": 0.02, "technical_support": 0.01, "site_edit": 0.01, "question": 0.95, "other": 0.01},
        "priority": "low", "simple": true, "suggested_reply": "A domain shows within a day.", "reply_confidence": 0.94,
        "notes": "A general question.", "needs_human_review": false,
    })
}

/// Opens a ticket of which the model will say `saying`, and waits for the look.
async fn opened(house: &House, who: &Session, saying: &Value) -> String {
    let text = format!("When will my domain show? ⟦{saying}⟧");
    let body = json!({"subject": "My new domain", "description": text, "category": "other"});
    let opened = house.post(who, "/tickets", body).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    assert_eq!(opened.at("/status"), "new", "opening does not wait");
    house.platform.quiesce().await;
    opened.at("/id").to_owned()
}

/// The ticket as staff see it.
async fn seen(house: &House, admin: &Session, id: &str) -> Value {
    let answer = house
        .get(admin, &format!("/api/admin/support/tickets/{id}"))
        .await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

async fn asked(house: &House) -> u64 {
    house.journal_count_when_idle("provider=anthropic").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simple_question_is_answered_at_once_and_marked_as_the_models() {
    let house = portal("model").await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let id = opened(&house, &student, &simple()).await;

    let ticket = seen(&house, &admin, &id).await;
    assert_eq!(ticket["ai"]["category"], "question");
    assert_eq!(ticket["ai"]["confidence"]["question"], 0.95);
    assert_eq!(ticket["ai"]["notes"], "A general question.");
    assert!(
        ticket["ai"]["model"]
            .as_str()
            .is_some_and(|model| model.starts_with("claude"))
    );
    assert_eq!(
        (&ticket["category"], &ticket["priority"]),
        (&json!("other"), &json!("low"))
    );

    let mine = house.get(&student, &format!("/tickets/{id}")).await;
    assert_eq!(mine.at("/status"), "waiting_customer");
    let messages = mine.body["messages"].as_array().expect("messages");
    assert_eq!(messages.len(), 1, "{mine:?}");
    assert_eq!(
        (
            &messages[0]["sender_type"],
            &messages[0]["ai_generated"],
            &messages[0]["message"]
        ),
        (
            &json!("ai"),
            &json!(true),
            &json!("A domain shows within a day.")
        )
    );
    assert!(
        mine.body.get("ai").is_none(),
        "what the model thinks is for staff"
    );

    let mails = house
        .journal("provider=sendgrid&to=asha@example.org", 2)
        .await;
    let told = mails
        .iter()
        .filter(|mail| mail.to_string().contains("A domain shows within a day."));
    assert_eq!(told.count(), 1, "{mails:?}");
    assert_eq!(asked(&house).await, 1);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_simple_or_not_sure_waits_for_people_with_its_suggestion() {
    let house = portal("model").await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let with = |change: fn(&mut Value)| {
        let mut saying = simple();
        change(&mut saying);
        saying
    };
    for saying in [
        with(|said| said["simple"] = json!(false)),
        with(|said| said["reply_confidence"] = json!(0.89)),
        with(|said| said["confidence"]["question"] = json!(0.89)),
        with(|said| said["needs_human_review"] = json!(true)),
    ] {
        let id = opened(&house, &student, &saying).await;
        let ticket = seen(&house, &admin, &id).await;
        assert_eq!(
            (&ticket["status"], &ticket["messages"]),
            (&json!("new"), &json!([]))
        );
        assert_eq!(
            ticket["ai"]["reply"]["text"],
            "A domain shows within a day."
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn super_admins_switch_automatic_answers_off_and_set_the_threshold() {
    let house = portal("model").await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let boss = house.sign_in(SUPER_ADMIN).await;
    let first = house.get(&admin, POLICY).await;
    assert_eq!(
        first.body,
        json!({"automatic_replies": true, "threshold": 0.9, "least_decisions": 40, "models": []})
    );

    let set = async |policy: Value| {
        let request = house.request(Method::PUT, POLICY).bearer_auth(&boss.token);
        let answer = request.json(&policy).send().await.expect("an answer");
        answer.status().as_u16()
    };
    for (policy, answered) in [
        (json!({"automatic_replies": false, "threshold": 0.9}), false),
        (json!({"automatic_replies": true, "threshold": 0.96}), false),
        (json!({"automatic_replies": true, "threshold": 0.94}), true),
    ] {
        assert_eq!(set(policy.clone()).await, 200);
        let read = house.get(&admin, POLICY).await.body;
        for member in ["automatic_replies", "threshold"] {
            assert_eq!(read[member], policy[member], "{read}");
        }
        let id = opened(&house, &student, &simple()).await;
        let messages = seen(&house, &admin, &id).await["messages"].clone();
        assert_eq!(messages != json!([]), answered, "{policy}");
    }
    for bad in [
        json!({"automatic_replies": true, "threshold": 1.1}),
        json!({"automatic_replies": true, "threshold": 0}),
        json!({"automatic_replies": true, "threshold": 0.499}),
        json!({"automatic_replies": true}),
        json!({"automatic_replies": "no", "threshold": 0.9}),
    ] {
        assert_eq!(set(bad).await, 422);
    }
    assert_eq!(house.get(&student, POLICY).await.status, 403);
    // It speaks in everybody's name: a plain admin reads it, and sets nothing.
    let zero = json!({"automatic_replies": true, "threshold": 0});
    for who in [&admin, &student] {
        let set = house
            .ask(who, Method::PUT, POLICY, Some(zero.clone()))
            .await;
        set.is_problem(403, "forbidden");
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_fails_or_says_nonsense_costs_the_ticket_nothing() {
    let house = portal("model").await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);

    // It answers what cannot be used: the rules serve.
    let id = opened(&house, &student, &json!({"priority": "at once"})).await;
    let ticket = seen(&house, &admin, &id).await;
    assert_eq!(
        (&ticket["ai"]["model"], &ticket["ai"]["needs_human_review"]),
        (&json!("rules"), &json!(true))
    );
    assert_eq!(ticket["messages"], json!([]));

    // It is overloaded at first: asked again, it answers.
    house
        .faults(json!([{"provider": "anthropic", "kind": "status", "status": 529, "times": 2}]))
        .await;
    let id = opened(&house, &student, &simple()).await;
    let ticket = seen(&house, &admin, &id).await;
    assert_eq!(
        ticket["messages"].as_array().map(Vec::len),
        Some(1),
        "{ticket}"
    );

    // It refuses: no second try would help.
    house
        .faults(json!([{"provider": "anthropic", "kind": "status", "status": 400}]))
        .await;
    let id = opened(&house, &student, &simple()).await;
    let ticket = seen(&house, &admin, &id).await;
    assert_eq!(ticket["ai"]["model"], "rules");

    // It drops every connection: the rules serve before staff could wonder.
    house
        .faults(json!([{"provider": "anthropic", "kind": "drop_before"}]))
        .await;
    let id = opened(&house, &student, &simple()).await;
    let ticket = seen(&house, &admin, &id).await;
    assert_eq!(ticket["ai"]["model"], "rules");
    assert!(
        ticket["ai"]["notes"]
            .as_str()
            .is_some_and(|notes| notes.contains("No model was heard"))
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_model_the_rules_look_and_answer_nothing() {
    let house = portal("rules").await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let body = json!({
        "subject": "Invoice and refund", "category": "question",
        "description": "Urgent: I was charged twice on my card, please refund the payment.",
    });
    let ticket = house.post(&student, "/tickets", body).await;
    house.platform.quiesce().await;
    let ticket = seen(&house, &admin, ticket.at("/id")).await;
    assert_eq!(
        (&ticket["ai"]["category"], &ticket["ai"]["model"]),
        (&json!("billing"), &json!("rules"))
    );
    assert!(
        ticket["ai"]["confidence"]["billing"]
            .as_f64()
            .is_some_and(|sure| sure >= 0.9)
    );
    assert_eq!(
        (&ticket["priority"], &ticket["category"]),
        (&json!("urgent"), &json!("question"))
    );
    assert_eq!(ticket["messages"], json!([]));
    assert_eq!(asked(&house).await, 0);
    house.finish().await;
}
