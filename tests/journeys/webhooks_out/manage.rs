//! Who may set up what, and the endpoint that the deployment's own settings name.

use super::{BASE, hook, receiver};
use crate::house::{ADMIN, Ask, House, STUDENT, SUPER_ADMIN};
use futures_util::future::join_all;
use jiff::Timestamp;
use registrar_domain::{
    clock::Moment,
    webhook::{Change, Topic},
};
use registrar_runtime::sources::SystemIds;
use reqwest::Method;
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread")]
async fn staff_sees_endpoints_and_only_a_super_admin_decides_where_data_goes() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let hook = hook(&house, &boss, "crm", &["ticket.created"]).await;
    let new = json!({"url": receiver(&house, "mine"), "events": ["ticket.created"]});
    for who in [&admin, &student] {
        house
            .post(who, BASE, new.clone())
            .await
            .is_problem(403, "forbidden");
        house
            .patch(who, &hook.path(""), json!({"enabled": false}))
            .await
            .is_problem(403, "forbidden");
        let rotate = house
            .post(who, &hook.path("/rotate-secret"), json!({}))
            .await;
        rotate.is_problem(403, "forbidden");
        let delete = house
            .request(Method::DELETE, &hook.path(""))
            .bearer_auth(&who.token);
        delete.answer().await.is_problem(403, "forbidden");
    }
    for path in [BASE.to_owned(), hook.path(""), hook.path("/deliveries")] {
        assert_eq!(house.get(&admin, &path).await.status, 200, "{path}");
        house
            .get(&student, &path)
            .await
            .is_problem(403, "forbidden");
        let nobody = house.request(Method::GET, &path).answer().await;
        nobody.is_problem(401, "token_missing");
    }
    house
        .post(&student, &hook.path("/test"), json!({}))
        .await
        .is_problem(403, "forbidden");
    let unknown = format!("{BASE}/0193a5e0-0000-7000-8000-000000000009");
    house
        .get(&boss, &unknown)
        .await
        .is_problem(404, "not_found");
    house
        .get(&boss, &format!("{BASE}/x"))
        .await
        .is_problem(404, "not_found");
    let odd = hook.path("/deliveries/nothing");
    house.get(&admin, &odd).await.is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_is_made_once_changed_tried_and_taken_away() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let body = json!({"url": receiver(&house, "crm"), "events": ["ticket.created", "ticket.created"], "description": "CRM"});
    let make = || {
        let request = house.request(Method::POST, BASE).bearer_auth(&boss.token);
        request
            .header("idempotency-key", "make-1")
            .json(&body)
            .answer()
    };
    let (first, again) = (make().await, make().await);
    assert_eq!((first.status, again.status), (201, 201), "{again:?}");
    assert_eq!(again.header("idempotency-replayed"), "true");
    assert_eq!(first.at("/id"), again.at("/id"));
    // Shown once: the answer that is kept has no secret, and says how to come by another.
    assert!(first.at("/secret").starts_with("whsec_"), "{first:?}");
    assert!(!again.text.contains("whsec_"), "{again:?}");
    assert!(
        again.at("/secret_hint").contains("rotate-secret"),
        "{again:?}"
    );
    let rotate = || {
        let path = format!("{BASE}/{}/rotate-secret", first.at("/id"));
        let request = house.request(Method::POST, &path).bearer_auth(&boss.token);
        request.header("idempotency-key", "turn-1").answer()
    };
    let (turned, twice) = (rotate().await, rotate().await);
    assert!(turned.at("/secret").starts_with("whsec_"), "{turned:?}");
    assert_eq!((turned.status, twice.status), (200, 200), "{twice:?}");
    assert!(!twice.text.contains("whsec_"), "{twice:?}");
    assert_eq!(
        turned.header("etag").split('-').next(),
        twice.header("etag").split('-').next()
    );
    let listed = house.get(&boss, BASE).await;
    assert_eq!(listed.body["webhooks"].as_array().map(Vec::len), Some(1));
    assert!(!listed.text.contains("whsec_"));
    assert_eq!(first.body["events"], json!(["ticket.created"]));

    let path = format!("{BASE}/{}", first.at("/id"));
    let change = json!({"events": ["certificate.issued"], "internal_notes": true});
    let changed = house.patch(&boss, &path, change).await;
    assert_eq!(changed.status, 200, "{changed:?}");
    assert_eq!(changed.body["events"], json!(["certificate.issued"]));
    assert_eq!(changed.at("/description"), "CRM");
    for bad in [
        json!({"events": []}),
        json!({"events": ["ticket.deleted"]}),
        json!({"colour": "red"}),
        json!({"description": "x".repeat(201)}),
    ] {
        house
            .patch(&boss, &path, bad)
            .await
            .is_problem(422, "invalid_body");
    }
    let stale = house.request(Method::PATCH, &path).bearer_auth(&boss.token);
    let stale = stale
        .header("if-match", "\"1\"")
        .json(&json!({"enabled": false}));
    stale.answer().await.is_problem(412, "precondition_failed");

    let tried = house.post(&boss, &format!("{path}/test"), json!({})).await;
    assert_eq!(tried.status, 202, "{tried:?}");
    let entries = house.journal("provider=receiver&to=crm", 1).await;
    assert_eq!(entries[0]["message_id"], tried.body["webhook_id"]);
    let payload: Value =
        serde_json::from_str(entries[0]["body"].as_str().expect("a body")).expect("JSON");
    assert_eq!(payload["type"], "webhook.test");
    house.platform.quiesce().await;
    let one = house
        .get(
            &boss,
            &format!("{path}/deliveries/{}", tried.at("/delivery_id")),
        )
        .await;
    assert_eq!(
        (one.at("/state"), one.at("/event")),
        ("delivered", "webhook.test")
    );

    let delete = house
        .request(Method::DELETE, &path)
        .bearer_auth(&boss.token);
    assert_eq!(delete.answer().await.status, 204);
    house.get(&boss, &path).await.is_problem(404, "not_found");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_is_paged_newest_first_and_a_strange_cursor_is_refused() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let hook = hook(&house, &boss, "crm", &["ticket.created"]).await;
    for _ in 0..3 {
        assert_eq!(
            house
                .post(&boss, &hook.path("/test"), json!({}))
                .await
                .status,
            202
        );
    }
    house.platform.quiesce().await;
    let page = house.get(&boss, &hook.path("/deliveries?limit=2")).await;
    let rows = page.body["deliveries"].as_array().expect("a list").clone();
    assert_eq!(rows.len(), 2, "{page:?}");
    let rest = format!("/deliveries?limit=2&cursor={}", page.at("/next_cursor"));
    let rest = house.get(&boss, &hook.path(&rest)).await;
    let last = rest.body["deliveries"].as_array().expect("a list").clone();
    assert_eq!(last.len(), 1, "{rest:?}");
    assert!(rest.body["next_cursor"].is_null());
    let ids: Vec<_> = rows
        .iter()
        .chain(&last)
        .map(|row| row["id"].as_str().expect("an id"))
        .collect();
    assert!(
        ids.windows(2).all(|pair| pair[0] > pair[1]),
        "newest first: {ids:?}"
    );
    let strange = house.get(&boss, &hook.path("/deliveries?cursor=zzz")).await;
    assert_eq!(strange.status, 400, "{strange:?}");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_endpoint_of_the_deployment_s_settings_is_there_once_and_gets_every_event_but_notes() {
    // The receiver's port is known once the platform runs, so the address leads nowhere; what is tried is in the log.
    let url = "http://127.0.0.1:9/make/hook";
    let house = House::start_with(&[("MakeBookingWebhookUrl", url)]).await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let ticket = house.open_ticket(&student).await;
    let path = format!("/api/admin/support/tickets/{}/messages", ticket.at("/id"));
    let note = json!({"message": "SECRET-NOTE", "is_internal": true});
    assert_eq!(house.post(&admin, &path, note).await.status, 201);
    house.platform.settle().await;

    let all = house.get(&boss, BASE).await;
    let hooks = all.body["webhooks"].as_array().expect("a list").clone();
    assert_eq!(hooks.len(), 1, "{all:?}");
    assert_eq!(hooks[0]["url"], url);
    assert_eq!(hooks[0]["origin"], json!({"by": "deployment"}));
    assert_eq!(hooks[0]["events"].as_array().map(Vec::len), Some(7));
    let own = format!("{BASE}/{}", hooks[0]["id"].as_str().expect("an id"));
    let log = house.get(&boss, &format!("{own}/deliveries")).await;
    let told: Vec<_> = log.body["deliveries"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|d| d["event"].clone())
        .collect();
    assert_eq!(told, [json!("ticket.created")], "{log:?}");

    let elsewhere = json!({"url": receiver(&house, "crm")});
    let refused = house.patch(&boss, &own, elsewhere).await;
    refused.is_problem(409, "webhook_of_deployment");
    let delete = house
        .request(Method::DELETE, &own)
        .bearer_auth(&boss.token)
        .answer()
        .await;
    delete.is_problem(409, "webhook_of_deployment");
    let off = house.patch(&boss, &own, json!({"enabled": false})).await;
    assert_eq!(off.at("/status"), "disabled");
    house.platform.shutdown().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn registering_again_changes_nothing_another_address_moves_the_endpoint_and_none_takes_it_away()
 {
    let house = House::start().await;
    let table = house.table();
    let register = async |name: Option<&str>| {
        let url = name.map(|name| receiver(&house, name).try_into().expect("an address"));
        let moment = Moment::new(Timestamp::now(), &SystemIds);
        let registered = table.register_webhook(url, moment).await;
        registered.expect("it is registered");
        table.webhooks().await.expect("endpoints")
    };
    let first = register(Some("crm")).await;
    assert_eq!(first.len(), 1);
    assert_eq!(
        register(Some("crm")).await,
        first,
        "the same secret, the same version"
    );
    let change = Change {
        events: Some(vec![Topic::TicketCreated].try_into().expect("a topic")),
        ..Change::default()
    };
    let narrowed = first[0].changed(change, Timestamp::now());
    let narrowed = narrowed.expect("staff may narrow it");
    let written = table.write_webhook(&narrowed, None).await;
    written.expect("it is written");
    let moved = register(Some("elsewhere")).await;
    assert_eq!(moved.len(), 1);
    assert_eq!(
        (moved[0].id, &moved[0].secrets),
        (first[0].id, &first[0].secrets)
    );
    assert!(moved[0].url.as_str().ends_with("/elsewhere"));
    assert_eq!(moved[0].events, narrowed.events, "what staff chose stays");
    assert!(register(None).await.is_empty());
    assert!(register(None).await.is_empty());
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn forty_endpoints_at_once_are_twenty() {
    let house = House::start().await;
    let boss = house.sign_in(SUPER_ADMIN).await;
    let url = receiver(&house, "many");
    let body = json!({"url": url, "events": ["ticket.created"]});
    let made = join_all((0..40).map(|_| house.post(&boss, BASE, body.clone()))).await;
    for refused in made.iter().filter(|answer| answer.status != 201) {
        // One that came second at the counter too often is told to ask again; there is still no twenty-first.
        if refused.body["code"] != "conflict" {
            refused.is_problem(409, "too_many_webhooks");
        }
    }
    // Whoever asks again fills what is left, and no more.
    for _ in 0..20 {
        house.post(&boss, BASE, body.clone()).await;
    }
    let listed = house.get(&boss, BASE).await;
    let all = listed.body["webhooks"].as_array().expect("a list").clone();
    assert_eq!(all.len(), 20);

    // What is taken away leaves room for one.
    let one = format!("{BASE}/{}", all[0]["id"].as_str().expect("an id"));
    let delete = || house.request(Method::DELETE, &one).bearer_auth(&boss.token);
    assert_eq!(delete().answer().await.status, 204);
    delete().answer().await.is_problem(404, "not_found");
    let more = join_all((0..3).map(|_| house.post(&boss, BASE, body.clone()))).await;
    let made = more.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(made, 1, "{more:?}");
    house.finish().await;
}
