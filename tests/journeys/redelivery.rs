//! Messages and stream records that come three times, late, or out of order: they change nothing.

use crate::house::{ADMIN, Answer, DEVANAGARI, House, STUDENT, Session, telling};
use jiff::{SignedDuration, Timestamp};
use registrar_domain::{
    delivery::{
        Channel::{Email, Whatsapp},
        Delivery, Entry, State,
    },
    effect::{Effect, Fact},
};
use registrar_store::{keys, outbox::OutboxItem, transaction::UNLISTED};
use serde_json::{Value, json};

impl House {
    /// Does something while the stream loses every record; the effects of it, which are then on no queue.
    async fn held_back(&self, act: impl AsyncFnOnce()) -> Vec<Effect> {
        self.platform.quiesce().await;
        self.platform.lose_stream_records(true).await;
        act().await;
        self.platform.lose_stream_records(false).await;
        let table = self.table();
        let mut effects = Vec::new();
        for shard in 0..table.shards() {
            let left = table
                .outbox_left(shard, Timestamp::now(), SignedDuration::ZERO, None)
                .await;
            for item in left.expect("a readable table").items {
                table
                    .outbox_done(&item, Timestamp::now())
                    .await
                    .expect("it can be taken away");
                effects.extend(item.effects);
            }
        }
        effects
    }

    /// Everything that messages and calls leave behind of these deliveries and this certificate: the journal without
    /// KV, what KV holds, the ledger, and the certificate.
    async fn traces(
        &self,
        admin: &Session,
        deliveries: &[Delivery],
        certificate: &str,
    ) -> (Vec<Value>, Value, Vec<Entry>, Value) {
        let mut mails = Vec::new();
        for provider in ["sendgrid", "aisensy"] {
            let url = format!(
                "{}/journal?provider={provider}&limit=1000",
                self.platform.simulators_url()
            );
            let page: Value = self
                .http
                .get(url)
                .send()
                .await
                .expect("an answer")
                .json()
                .await
                .expect("JSON");
            mails.extend(page["entries"].as_array().expect("a list").clone());
        }
        let mut entries = Vec::new();
        for delivery in deliveries {
            entries.push(self.entry(delivery).await);
        }
        let record = self.kv(&format!("cert/{certificate}")).await.body;
        let whole = self
            .get(admin, &format!("/api/admin/certificates/{certificate}"))
            .await;
        (mails, record, entries, whole.body)
    }
}

/// A house whose claims end soon: a copy of a message looks again when the claim that it met has ended.
async fn house_with_short_claims() -> House {
    House::start_with(&[("DeliveryLeaseSeconds", "4"), ("ProviderTimeoutMs", "2000")]).await
}

async fn set_status(house: &House, admin: &Session, ticket: &Answer, status: &str) {
    let path = format!("/api/admin/support/tickets/{}/status", ticket.at("/id"));
    let answer = house.patch(admin, &path, json!({"status": status})).await;
    assert_eq!(
        (answer.status, answer.at("/status")),
        (200, status),
        "{answer:?}"
    );
}

fn created(ticket: &Answer) -> Fact {
    Fact::TicketCreated {
        ticket_id: ticket.at("/id").parse().expect("a UUID"),
    }
}

fn deliveries_of(effects: &[Effect]) -> Vec<Delivery> {
    let delivery = |effect: &Effect| match effect {
        Effect::Deliver(delivery) => Some(delivery.clone()),
        _ => None,
    };
    effects.iter().filter_map(delivery).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_come_three_times_again_change_nothing() {
    let house = House::start().await;
    let (student, holder, admin) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
        house.sign_in(ADMIN).await,
    );
    let ticket = house.open_ticket(&student).await;
    let certificate = house.issue(&admin, &holder, "Rust in Practice").await;
    house.platform.quiesce().await;
    let certificate_id: registrar_domain::certificate::CertificateId =
        certificate.id.parse().expect("an id");
    let issued = Fact::CertificateIssued {
        certificate_id: certificate_id.clone(),
    };
    let deliveries = [
        telling(STUDENT, Email, &created(&ticket)),
        telling(ADMIN, Email, &created(&ticket)),
        telling(DEVANAGARI, Email, &issued),
        telling(DEVANAGARI, Whatsapp, &issued),
    ];
    let before = house.traces(&admin, &deliveries, &certificate.id).await;
    assert!(
        before.2.iter().all(|entry| entry.state.code() == "sent"),
        "{before:?}"
    );

    for effect in deliveries.iter().cloned().map(Effect::Deliver).chain([
        Effect::DeliverToStaff {
            fact: created(&ticket),
        },
        Effect::RenderCertificate {
            certificate_id: certificate_id.clone(),
        },
        Effect::PublishCertificate { certificate_id },
        Effect::PublishStatusList { list: 0 },
    ]) {
        house.put(&effect, 3).await;
    }
    house.platform.quiesce().await;
    assert_eq!(
        house.traces(&admin, &deliveries, &certificate.id).await,
        before
    );
    assert_eq!(
        house.verify(&certificate.by_id()).await.at("/verdict"),
        "valid"
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_that_come_three_times_at_once_are_carried_out_once() {
    let house = house_with_short_claims().await;
    let (student, holder, admin) = (
        house.sign_in(STUDENT).await,
        house.sign_in(DEVANAGARI).await,
        house.sign_in(ADMIN).await,
    );
    // Slow providers, so that the copies meet while the first one is at work.
    house
        .faults(json!([{"kind": "delay", "latency_ms": 300}]))
        .await;
    let effects = house
        .held_back(async || {
            house.open_ticket(&student).await;
            let answer = house.generate(&admin, &holder.id, "Rust in Practice").await;
            assert_eq!(answer.status, 201, "{answer:?}");
        })
        .await;
    assert!(effects.len() >= 4, "{effects:?}");
    for effect in &effects {
        house.put(effect, 3).await;
    }
    // One to the student, one to each of three staff, one by each channel to the holder.
    assert_eq!(house.journal_count_when_idle("provider=sendgrid").await, 5);
    assert_eq!(house.journal_count("provider=aisensy").await, 1);
    for delivery in deliveries_of(&effects) {
        let entry = house.entry(&delivery).await;
        assert_eq!(
            (entry.state.code(), entry.attempts, entry.was_uncertain),
            ("sent", 1, false),
            "{entry:?}"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_record_that_comes_three_times_again_changes_nothing() {
    let house = House::start().await;
    let student = house.sign_in(STUDENT).await;
    let mut opened = None;
    let effects = house
        .held_back(async || opened = Some(house.open_ticket(&student).await))
        .await;
    let fact = created(&opened.expect("a ticket"));
    let table = house.table();
    let item = OutboxItem {
        id: uuid::Uuid::now_v7().into(),
        at: Timestamp::now(),
        effects,
    };
    for round in 1..=3 {
        // The item was taken away after its effects were sent, so it can be written again, which makes the same record.
        let mut transaction = table.transaction();
        let key = keys::outbox(item.id, table.shards());
        transaction
            .create(&key, &item, UNLISTED)
            .expect("it can be written");
        transaction.commit().await.expect("it was taken away");
        assert_eq!(
            house.journal_count_when_idle("provider=sendgrid").await,
            4,
            "round {round}"
        );
    }
    for email in [STUDENT, ADMIN] {
        let entry = house.entry(&telling(email, Email, &fact)).await;
        assert_eq!(
            (entry.state.code(), entry.attempts),
            ("sent", 1),
            "{entry:?}"
        );
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_status_mail_is_not_sent_when_the_status_moved_on() {
    let house = house_with_short_claims().await;
    let (student, admin) = (house.sign_in(STUDENT).await, house.sign_in(ADMIN).await);
    let ticket = house.open_ticket(&student).await;
    let resolved = house
        .held_back(async || set_status(&house, &admin, &ticket, "resolved").await)
        .await;
    let closed = house
        .held_back(async || set_status(&house, &admin, &ticket, "closed").await)
        .await;
    let before = house.journal_count_when_idle("provider=sendgrid").await;

    // The newer one comes first, and each comes twice.
    for effect in closed.iter().chain(&resolved) {
        house.put(effect, 2).await;
    }
    assert_eq!(
        house.journal_count_when_idle("provider=sendgrid").await,
        before + 1
    );
    let [closed, resolved] = [deliveries_of(&closed), deliveries_of(&resolved)];
    assert_eq!(house.entry(&closed[0]).await.state.code(), "sent");
    let entry = house.entry(&resolved[0]).await;
    let reason = "the status moved on".to_owned();
    assert_eq!(
        (&entry.state, entry.attempts),
        (&State::Suppressed { reason }, 0)
    );
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_about_a_certificate_waits_for_the_pdf_and_is_not_sent_after_the_revocation() {
    let house = house_with_short_claims().await;
    let (admin, holder) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    let mut id = String::new();
    let effects = house
        .held_back(async || {
            let answer = house.generate(&admin, &holder.id, "Rust in Practice").await;
            answer.at("/certificate_id").clone_into(&mut id);
        })
        .await;
    let issued = Fact::CertificateIssued {
        certificate_id: id.parse().expect("an id"),
    };
    let (mail, message) = (
        telling(DEVANAGARI, Email, &issued),
        telling(DEVANAGARI, Whatsapp, &issued),
    );
    for delivery in [&mail, &message] {
        house.put(&Effect::Deliver(delivery.clone()), 1).await;
    }
    house.platform.settle().await;
    assert!(
        house
            .table()
            .ledger_entry(&mail)
            .await
            .expect("a readable table")
            .is_none(),
        "too early to decide anything"
    );
    // The PDF is made, and tells the holder by itself; the messages that came too early find it done.
    for effect in &effects {
        house.put(effect, 1).await;
    }
    house.platform.quiesce().await;
    for delivery in [&mail, &message] {
        assert_eq!(
            (
                house.taken(delivery).await,
                house.entry(delivery).await.attempts
            ),
            (1, 1)
        );
    }

    let effects = house
        .held_back(async || {
            let answer = house.generate(&admin, &holder.id, "Rust in Depth").await;
            answer.at("/certificate_id").clone_into(&mut id);
            house.revoke(&admin, &id).await;
        })
        .await;
    for effect in &effects {
        house.put(effect, 1).await;
    }
    let issued = Fact::CertificateIssued {
        certificate_id: id.parse().expect("an id"),
    };
    for channel in [Email, Whatsapp] {
        let delivery = telling(DEVANAGARI, channel, &issued);
        house.put(&Effect::Deliver(delivery.clone()), 2).await;
        house.platform.quiesce().await;
        let reason = "the certificate is revoked".to_owned();
        assert_eq!(
            house.entry(&delivery).await.state,
            State::Suppressed { reason }
        );
        assert_eq!(house.taken(&delivery).await, 0);
    }
    assert_eq!(
        house.verify(&format!("/verify/{id}")).await.at("/verdict"),
        "revoked"
    );
    house.finish().await;
}
