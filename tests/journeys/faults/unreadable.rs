//! One thing that this version cannot read, as after a rollback, holds up nothing else.

use crate::house::{ADMIN, House, STUDENT, SUPER_ADMIN};
use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use registrar_domain::effect::Effect;
use registrar_store::keys;
use serde_json::{Value, json};

/// An id whose shard is `shard`, of ten.
fn id_in(shard: u16) -> String {
    let id = |n: u32| format!("01930000-0000-7000-8000-{n:012x}");
    let found = (0..10_000).map(id).find(|id| keys::shard(id, 10) == shard);
    found.expect("one of many")
}

impl House {
    /// Writes an item to the table as it is.
    async fn write(&self, item: &Value) {
        let item = serde_dynamo::to_item(item).expect("an item");
        let put = self.dynamodb().put_item().table_name("registrar-Table");
        put.set_item(Some(item))
            .send()
            .await
            .expect("it is written");
    }

    /// An outbox item of a minute ago in a shard.
    async fn outbox(&self, shard: u16, effects: &Value) {
        let id = id_in(shard);
        let at = Timestamp::now() - SignedDuration::from_secs(61);
        self.write(&json!({
            "PK": keys::outbox_shard(shard), "SK": id, "id": id, "at": at.to_string(), "effects": effects,
        }))
        .await;
    }

    /// What is parked.
    async fn parked(&self) -> Vec<Value> {
        let found = self.dynamodb().query().table_name("registrar-Table");
        let found = found
            .key_condition_expression("PK = :pk")
            .expression_attribute_values(":pk", AttributeValue::S(keys::PARKED.to_owned()));
        let items = found
            .send()
            .await
            .expect("an answer")
            .items
            .unwrap_or_default();
        serde_dynamo::from_items(items).expect("items")
    }

    async fn runs(&self, schedule: &str) {
        let name = format!("SchedulesFunction/{schedule}");
        self.platform.fire_schedule(&name).await.expect("it runs");
        self.platform.quiesce().await;
    }

    /// How many items the outbox has.
    async fn waiting(&self) -> usize {
        let (table, mut count) = (self.table(), 0);
        for shard in 0..table.shards() {
            let later = Timestamp::now() + SignedDuration::from_hours(1);
            let left = table.outbox_left(shard, later, SignedDuration::ZERO, None);
            count += left.await.expect("a readable table").items.len();
        }
        count
    }
}

fn told(ticket: &str) -> Value {
    json!({"kind": "deliver_to_staff", "fact": {"fact": "ticket_created", "ticket_id": ticket}})
}

fn unknown() -> Value {
    json!({"kind": "send_by_pigeon", "pigeon": "grey"})
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_read_is_parked_with_its_reason_and_all_else_is_swept() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    house.platform.lose_stream_records(true).await;
    let id = house.open_ticket(&student).await.at("/id").to_owned();
    house.outbox(0, &json!([unknown()])).await;
    house.outbox(1, &json!("nothing of the kind")).await;
    house.outbox(5, &json!([unknown(), told(&id)])).await;
    house.platform.lose_stream_records(false).await;

    house.runs("SweepOutbox").await;
    let letters = format!("provider=sendgrid&to={ADMIN}");
    assert_eq!(house.journal(&letters, 1).await.len(), 1);
    let parked = house.parked().await;
    assert_eq!(parked.len(), 3, "{parked:#?}");
    for item in &parked {
        assert!(
            item["reason"].as_str().is_some_and(|why| !why.is_empty()),
            "{item}"
        );
    }
    let known = parked
        .iter()
        .filter(|item| item["effects"] == json!([unknown()]));
    assert_eq!(known.count(), 2, "as it was written: {parked:#?}");
    assert_eq!(
        house.waiting().await,
        1,
        "the ticket's own is not a minute old"
    );

    // Nothing of it can be read yet: it stays, and fails no run.
    house.runs("SweepOutbox").await;
    house.runs("RedriveParked").await;
    assert_eq!(house.parked().await.len(), 3);
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_be_read_after_an_upgrade_goes_back_by_itself() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let id = house.open_ticket(&student).await.at("/id").to_owned();
    house.platform.quiesce().await;
    let letters = format!("provider=sendgrid&to={SUPER_ADMIN}");
    let before = house.journal_count_when_idle(&letters).await;
    let other = json!({"kind": "deliver_to_staff", "fact": {"fact": "ticket_replied", "ticket_id": id,
        "message_id": said(&house, &student, &id).await}});
    house.platform.quiesce().await;
    let after = house.journal_count_when_idle(&letters).await;
    assert_eq!(after, before + 1);
    // As an older version left it, which knew neither of them.
    house
        .write(&json!({
            "PK": keys::PARKED, "SK": id_in(3), "at": Timestamp::now().to_string(), "reason": "unknown",
            "effects": [unknown(), other, {"kind": "publish_keys"}], "version": 1,
        }))
        .await;
    house.runs("RedriveParked").await;
    let parked = house.parked().await;
    assert_eq!(parked.len(), 1, "{parked:#?}");
    assert_eq!(parked[0]["effects"], json!([unknown()]));
    assert_eq!(house.waiting().await, 0, "the rest went back and was sent");
    let again = house.journal_count_when_idle(&letters).await;
    assert_eq!(again, after, "the ledger knows that it was told");
    house.finish().await;
}

async fn said(house: &House, student: &crate::house::Session, id: &str) -> String {
    let reply = json!({"message": "Any news?"});
    let said = house
        .post(student, &format!("/tickets/{id}/messages"), reply)
        .await;
    assert_eq!(said.status, 201, "{said:?}");
    said.at("/id").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_stream_brings_what_comes_behind_an_effect_that_cannot_be_read() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    for shard in 0..10 {
        house.outbox(shard, &json!([unknown()])).await;
    }
    house.open_ticket(&student).await;
    house.platform.quiesce().await;
    let letters = format!("provider=sendgrid&to={ADMIN}");
    assert_eq!(house.journal_count_when_idle(&letters).await, 1);
    assert_eq!(house.parked().await.len(), 10);
    assert_eq!(house.waiting().await, 0);
    assert!(
        house.dead_letters("RelayDeadLetterQueue").await.is_empty(),
        "the stream gave nothing up"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_that_cannot_be_read_hide_no_others() {
    let house = House::start().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let id = house.open_ticket(&student).await.at("/id").to_owned();
    house.platform.quiesce().await;
    let odd = id_in(0);
    // A history entry of an unknown change, a webhook endpoint of an unknown topic, due entries that name nothing.
    house
        .write(&json!({
            "PK": format!("TICKET#{id}"), "SK": format!("INTERNAL#HISTORY#{odd}"), "id": odd,
            "at": Timestamp::now().to_string(), "by": student.id, "change": "folded",
        }))
        .await;
    house
        .write(&json!({"PK": keys::WEBHOOKS, "SK": odd, "id": odd, "events": ["ticket.folded"]}))
        .await;
    let due = format!("00000000000001#{odd}");
    house
        .write(&json!({
            "PK": "WEBHOOK#x", "SK": "DELIVERY#x", "GSI1PK": "WEBHOOKDUE#000", "GSI1SK": due,
            "row": {"event": "folded"},
        }))
        .await;
    house
        .write(&json!({"PK": "ODD", "SK": "ODD", "GSI6PK": "DUE#000", "GSI6SK": due}))
        .await;
    let seen = house
        .get(&admin, &format!("/api/admin/support/tickets/{id}"))
        .await;
    assert_eq!(seen.status, 200, "{seen:?}");
    assert_eq!(seen.body["history"][0]["change"], "created");
    let boss = house.sign_in(SUPER_ADMIN).await;
    let hooks = house.get(&boss, "/api/admin/webhooks").await;
    assert_eq!(hooks.body["webhooks"], json!([]), "{hooks:?}");
    for schedule in ["SendDueWebhooks", "ServiceLevels"] {
        house.runs(schedule).await;
    }
    let effect = Effect::Webhook {
        event: serde_json::from_value(json!({
            "at": Timestamp::now().to_string(), "event": "ticket_message_added", "ticket_id": id, "message_id": odd,
        }))
        .expect("an event"),
    };
    house.put(&effect, 1).await;
    house.platform.quiesce().await;
    for queue in ["HookDeliveriesDeadLetterQueue", "TicketWorkDeadLetterQueue"] {
        let dead = house.dead_letters(queue).await;
        assert!(dead.is_empty(), "{queue}: {dead:?}");
    }
    house.finish().await;
}
