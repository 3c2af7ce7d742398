//! What staff do and decide, and what first looks make of it: a ticket that they touched is left to them, and thresholds
//! follow from how often the model was right.

use super::{POLICY, opened, portal, seen, simple};
use crate::house::{ADMIN, Answer, House, STUDENT, SUPER_ADMIN, Session};
use futures_util::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

/// As many as begin to say something.
const DECIDED: usize = 40;

async fn amend(house: &House, admin: &Session, id: &str, body: Value) -> Answer {
    let path = format!("/api/admin/support/tickets/{id}");
    house.patch(admin, &path, body).await
}

async fn resolve(house: &House, admin: &Session, id: &str) {
    let path = format!("/api/admin/support/tickets/{id}/status");
    let moved = house
        .patch(admin, &path, json!({"status": "resolved"}))
        .await;
    assert_eq!(moved.status, 200, "{moved:?}");
}

async fn answered(house: &House, admin: &Session, id: &str) -> bool {
    let ticket = seen(house, admin, id).await;
    assert_eq!(ticket["ai"]["category"], "question", "it was looked at");
    let messages = ticket["messages"].as_array().expect("a list");
    messages.iter().any(|said| said["sender_type"] == "ai")
}

async fn automatic(house: &House, on: bool) {
    let boss = house.sign_in(SUPER_ADMIN).await;
    let policy = json!({"automatic_replies": on, "threshold": 0.9});
    let request = house.request(Method::PUT, POLICY).bearer_auth(&boss.token);
    let set = request.json(&policy).send().await.expect("an answer");
    assert_eq!(set.status(), 200);
}

/// What is known of the only model.
async fn known(house: &House, admin: &Session) -> Value {
    house.platform.quiesce().await;
    let policy = house.get(admin, POLICY).await;
    let models = policy.body["models"].as_array().expect("a list");
    assert_eq!(models.len(), 1, "{policy:?}");
    models[0].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_model_that_staff_find_wrong_answers_no_more_until_it_is_right() {
    let house = portal("model").await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    automatic(&house, false).await;
    let text = format!("When will my domain show? ⟦{}⟧", simple());
    let body = json!({"subject": "My new domain", "description": text, "category": "question"});
    let opened_all = join_all((0..DECIDED).map(|_| house.post(&student, "/tickets", body.clone())));
    let ids: Vec<String> = opened_all
        .await
        .iter()
        .map(|opened| opened.at("/id").to_owned())
        .collect();
    house.platform.quiesce().await;

    // One decision fewer than says something: the threshold stands, however wrong the model was.
    for (n, id) in ids.iter().enumerate().skip(1) {
        if n % 2 == 0 {
            let amended = amend(&house, &admin, id, json!({"category": "billing"})).await;
            assert_eq!(amended.at("/category"), "billing");
        }
        resolve(&house, &admin, id).await;
    }
    let model = known(&house, &admin).await;
    assert_eq!(
        (&model["decisions"], &model["effective_threshold"]),
        (&json!(39), &json!(0.9))
    );
    automatic(&house, true).await;
    let id = opened(&house, &student, &simple()).await;
    assert!(answered(&house, &admin, &id).await);

    resolve(&house, &admin, &ids[0]).await;
    let model = known(&house, &admin).await;
    assert!(
        model["model"]
            .as_str()
            .is_some_and(|name| name.starts_with("claude"))
    );
    assert_eq!(model["effective_threshold"], json!(null), "{model}");
    let bin = &model["bins"][0];
    assert_eq!(
        (&bin["from"], &bin["to"], &bin["decisions"], &bin["right"]),
        (&json!(0.94), &json!(0.96), &json!(40), &json!(21)),
        "{model}"
    );
    assert_eq!(bin["accuracy"], 0.525);
    // Nobody set a priority, so the model's was taken, and staff left it.
    assert_eq!(bin["priority_right"], 40);
    let id = opened(&house, &student, &simple()).await;
    assert!(
        !answered(&house, &admin, &id).await,
        "it is trusted no more"
    );

    // What is decided anew is counted anew, not twice.
    let path = format!("/api/admin/support/tickets/{}/status", ids[2]);
    let again = house
        .patch(&admin, &path, json!({"status": "in_progress"}))
        .await;
    assert_eq!(again.status, 200, "{again:?}");
    amend(&house, &admin, &ids[2], json!({"category": "question"})).await;
    resolve(&house, &admin, &ids[2]).await;
    let bin = known(&house, &admin).await["bins"][0].clone();
    assert_eq!((&bin["decisions"], &bin["right"]), (&json!(40), &json!(22)));
    let ticket = seen(&house, &admin, &ids[2]).await;
    assert_eq!(ticket["ai"]["outcome"]["category"], "question", "{ticket}");
    assert_eq!(house.get(&student, POLICY).await.status, 403);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_staff_noted_or_assigned_is_left_to_them() {
    let house = portal("model").await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    for touch in ["note", "assign", "tags", "none"] {
        // The model answers at the third time: staff have the time to come first.
        house
            .faults(json!([{"provider": "anthropic", "kind": "status", "status": 529, "times": 2}]))
            .await;
        let text = format!("When will my domain show? ⟦{}⟧", simple());
        let body = json!({"subject": "My new domain", "description": text});
        let ticket = house.post(&student, "/tickets", body).await;
        assert_eq!(ticket.status, 201, "{ticket:?}");
        let id = ticket.at("/id");
        let base = format!("/api/admin/support/tickets/{id}");
        let touched = match touch {
            "note" => {
                let note = json!({"message": "I know this one.", "is_internal_note": true});
                house.post(&admin, &format!("{base}/messages"), note).await
            }
            "assign" => {
                let to = json!({"assigned_to": admin.id});
                house.patch(&admin, &format!("{base}/assign"), to).await
            }
            "tags" => {
                let tags = Some(json!({"tags": ["domains"]}));
                house
                    .ask(&admin, Method::PUT, &format!("{base}/tags"), tags)
                    .await
            }
            _ => house.get(&admin, &base).await,
        };
        assert!((200..=201).contains(&touched.status), "{touched:?}");
        house.platform.quiesce().await;
        assert_eq!(
            answered(&house, &admin, id).await,
            touch == "none",
            "{touch}"
        );
    }
    house.finish().await;
}
