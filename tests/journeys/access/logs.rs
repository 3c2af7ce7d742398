//! Logs name no person and repeat nothing that anybody wrote.

use crate::house::{ADMIN, Ask, DEVANAGARI, House, STUDENT, SUPER_ADMIN, Session};
use registrar_local::seed;
use reqwest::Method;
use serde_json::json;

/// What people write in this journey; each is found nowhere else.
const WORDS: &[&str] = &[
    "Zanzibar subject",
    "Zanzibar description",
    "Zanzibar reply",
    "Zanzibar note",
    "Zanzibar reason",
    "Zanzibar course",
    "Zanzibar grade",
    "Zanzibar category",
    "zanzibar@example.org",
    "zanzibar-password",
    "Zanzibar%20query",
    "zanzibar-key",
    "zanzibar-hook",
    "ZANZIBAR",
];

/// An endpoint that is told of everything in a ticket; who set it up, and its secret.
async fn integration(house: &House) -> (Session, String) {
    let boss = house.sign_in(SUPER_ADMIN).await;
    let receiver = format!("{}/receiver/zanzibar-hook", house.platform.simulators_url());
    let hook = json!({"url": receiver, "events": ["ticket.created", "ticket.message_added"], "internal_notes": true});
    let hook = house.post(&boss, "/api/admin/webhooks", hook).await;
    assert_eq!(hook.status, 201, "{hook:?}");
    (boss, hook.at("/secret").to_owned())
}

async fn busy(house: &House) -> Vec<String> {
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let (boss, hook_secret) = integration(house).await;
    let post = async |who: &Session, path: &str, body: serde_json::Value| {
        let request = house.request(Method::POST, path).bearer_auth(&who.token);
        let request = request
            .header("idempotency-key", "zanzibar-key")
            .json(&body);
        request.answer().await
    };
    let ticket = json!({"subject": "Zanzibar subject", "description": "Zanzibar description"});
    let opened = post(&student, "/tickets", ticket).await;
    assert_eq!(opened.status, 201, "{opened:?}");
    let path = format!("/tickets/{}", opened.at("/id"));
    let replies = format!("{path}/replies");
    post(&admin, &replies, json!({"message": "Zanzibar reply"})).await;
    house
        .post(
            &admin,
            &replies,
            json!({"message": "Zanzibar note", "is_internal_note": true}),
        )
        .await;
    house
        .patch(
            &admin,
            &format!("{path}/status"),
            json!({"status": "resolved", "reason": "Zanzibar reason"}),
        )
        .await;

    let holder = house.sign_in(DEVANAGARI).await;
    let order = json!({
        "student_id": holder.id, "course_name": "Zanzibar course", "completion_date": "2026-01-31", "grade": "Zanzibar grade",
    });
    let issued = post(&admin, "/api/admin/certificates/generate", order).await;
    assert_eq!(issued.status, 201, "{issued:?}");
    let letter = house
        .journal(&format!("provider=sendgrid&to={DEVANAGARI}"), 1)
        .await;
    let text = letter[0]["text"].as_str().expect("a text");
    let link = text
        .split_whitespace()
        .find(|word| word.contains("signature="))
        .expect("a link");
    assert_eq!(house.http.get(link).answer().await.status, 302);
    let signature = link.rsplit_once('=').expect("a signature").1;
    house
        .post(
            &admin,
            &format!("/api/admin/certificates/{}/revoke", issued.at("/id")),
            json!({"reason": "Zanzibar reason"}),
        )
        .await;

    refused(house, &student).await;
    let mut secrets = vec![
        signature.to_owned(),
        issued.at("/token").to_owned(),
        hook_secret,
    ];
    secrets.extend([student, admin, holder, boss].map(|session| session.token));
    secrets
}

/// What is refused is logged too.
async fn refused(house: &House, student: &Session) {
    for body in [
        json!({"subject": "Zanzibar subject", "description": "Zanzibar description", "category": "Zanzibar category"}),
        json!({"subject": "Zanzibar subject", "ZANZIBAR": 1}),
        json!({"subject": ["Zanzibar subject"]}),
    ] {
        assert_eq!(house.post(student, "/tickets", body).await.status, 422);
    }
    let cut = "{\"subject\": \"Zanzibar subject";
    let request = house
        .request(Method::POST, "/tickets")
        .bearer_auth(&student.token)
        .body(cut);
    assert_eq!(
        request
            .header("content-type", "application/json")
            .answer()
            .await
            .status,
        400
    );
    for path in [
        "/tickets/Zanzibar%20query",
        "/tickets?cursor=Zanzibar%20query",
        "/Zanzibar%20query",
    ] {
        assert!(house.get(student, path).await.status >= 400);
    }
    let sign_in = json!({"email": "zanzibar@example.org", "password": "zanzibar-password"});
    house
        .request(Method::POST, "/auth/sign-in")
        .json(&sign_in)
        .answer()
        .await
        .is_problem(401, "invalid_credentials");
    let forged = format!("{}ZANZIBAR", student.token);
    house
        .request(Method::GET, "/tickets")
        .bearer_auth(forged)
        .answer()
        .await
        .is_problem(401, "token_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn logs_hold_no_personal_data_and_no_secret() {
    let house = House::start_with(&[("DeliveryMaxAttempts", "2")]).await;
    // A provider that refuses quotes the address; one that fails is tried again: both are logged.
    house
        .faults(json!([
            {"provider": "sendgrid", "match": {"to": ADMIN}, "kind": "status", "status": 400},
            {"provider": "sendgrid", "match": {"to": STUDENT}, "kind": "status", "status": 500, "times": 1},
            {"provider": "sendgrid", "kind": "drop_before", "times": 1},
            {"provider": "aisensy", "kind": "status", "status": 400},
            {"provider": "receiver", "kind": "status", "status": 500, "times": 1},
            {"provider": "receiver", "kind": "drop_before", "times": 1},
        ]))
        .await;
    let mut secrets = busy(&house).await;
    house.platform.settle().await;
    house.platform.advance(std::time::Duration::from_mins(1));
    house.platform.quiesce().await;

    secrets.extend(WORDS.iter().map(|&word| word.to_owned()));
    secrets.push(seed::PASSWORD.to_owned());
    for person in seed::PEOPLE {
        secrets.extend([person.email.to_owned(), person.name.to_owned()]);
    }
    secrets.push("919812345678".to_owned());
    let deployed = house.platform.secrets();
    let keys = [
        &deployed.sendgrid_api_key,
        &deployed.aisensy_api_key,
        &deployed.cloudflare_api_token,
    ];
    secrets.extend(keys.map(Clone::clone));
    secrets.extend([
        deployed.token_signing_key.clone(),
        deployed.download_link_secret.clone(),
        deployed.channel_secret.clone(),
        deployed.invitation_secret.clone(),
        deployed.bootstrap_secret.clone(),
    ]);

    let logs = house.logs();
    assert_eq!(logs.len(), 10, "every function that had work has a file");
    for name in [
        "Identity",
        "Tickets",
        "Certificates",
        "Deliveries",
        "HookDeliveries",
        "Hooks",
    ] {
        let written = logs.iter().find(|(file, _)| file.starts_with(name));
        assert!(
            written.is_some_and(|(_, text)| !text.is_empty()),
            "{name} has logged nothing: {:?}",
            logs.iter().map(|(file, _)| file).collect::<Vec<_>>()
        );
    }
    for (file, text) in &logs {
        for line in text.lines() {
            let lower = line.to_lowercase();
            let found: Vec<_> = secrets
                .iter()
                .filter(|secret| lower.contains(&secret.to_lowercase()))
                .collect();
            assert!(found.is_empty(), "{file} tells {found:?}: {line}");
            assert!(
                !line.contains("@example.org"),
                "{file} tells an address: {line}"
            );
        }
    }
    house.finish().await;
}
