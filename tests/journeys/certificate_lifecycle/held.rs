//! What a holder is told of a certificate that is suspended before they were told of it.

use super::why;
use crate::house::{ADMIN, DEVANAGARI, House, telling};
use registrar_domain::{
    delivery::Channel::{self, Email, InApp, Whatsapp},
    effect::{Effect, Fact},
};
use serde_json::json;
use std::time::Duration;

const LETTERS: [Channel; 2] = [Email, Whatsapp];

fn issued(id: &str) -> Fact {
    let certificate_id = id.parse().expect("a certificate's id");
    Fact::CertificateIssued { certificate_id }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_waits_while_its_certificate_is_suspended_goes_out_once_when_it_is_reinstated()
 {
    let house = House::start_with(&[("DeliveryBackoffSeconds", "100")]).await;
    let (admin, holder) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    house
        .faults(json!([
            {"provider": "sendgrid", "match": {"path": "/mail/send"}, "kind": "status", "status": 500, "times": 1},
            {"provider": "aisensy", "kind": "status", "status": 500, "times": 1},
        ]))
        .await;
    let answer = house.generate(&admin, &holder.id, "Python Basics").await;
    let id = answer.at("/certificate_id");
    house.platform.settle().await;
    assert_eq!(house.fault_hits().await, [1, 1]);
    let fact = issued(id);
    let deliveries = LETTERS.map(|channel| telling(DEVANAGARI, channel, &fact));
    for delivery in &deliveries {
        let entry = house.entry(delivery).await;
        assert_eq!((entry.state.code(), entry.attempts), ("retrying", 1));
    }

    let suspended = house
        .do_with(&admin, id, "suspend", why("the exam is looked at again"))
        .await;
    assert_eq!(suspended.status, 200, "{suspended:?}");
    house.platform.advance(Duration::from_secs(200));
    house.platform.quiesce().await;
    for delivery in &deliveries {
        let entry = house.entry(delivery).await;
        assert_eq!(
            (entry.state.code(), entry.attempts),
            ("retrying", 1),
            "nobody is told of it, and the ledger waits: {entry:?}"
        );
        assert_eq!(house.taken(delivery).await, 0);
    }

    let valid = house
        .do_with(&admin, id, "reinstate", why("the exam was fine"))
        .await;
    assert_eq!(valid.status, 200, "{valid:?}");
    house.platform.quiesce().await;
    for delivery in &deliveries {
        let entry = house.entry(delivery).await;
        assert_eq!((entry.state.code(), entry.attempts), ("sent", 2));
        assert_eq!(house.taken(delivery).await, 1);
    }
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_was_told_nothing_while_it_was_suspended_is_told_everywhere_when_it_is_reinstated()
{
    let house = House::start().await;
    let (admin, holder) = (house.sign_in(ADMIN).await, house.sign_in(DEVANAGARI).await);
    // The messages are put on their queues by hand, so that they come when they come too late.
    house.platform.lose_stream_records(true).await;
    let answer = house.generate(&admin, &holder.id, "Python Basics").await;
    let id = answer.at("/certificate_id");
    let certificate_id = id.parse().expect("an id");
    house
        .put(&Effect::RenderCertificate { certificate_id }, 1)
        .await;
    house.platform.quiesce().await;
    house
        .do_with(&admin, id, "suspend", why("the exam is looked at again"))
        .await;
    let fact = issued(id);
    for channel in LETTERS {
        let delivery = telling(DEVANAGARI, channel, &fact);
        house.put(&Effect::Deliver(delivery), 1).await;
    }
    house.platform.quiesce().await;
    let everywhere = [Email, Whatsapp, InApp].map(|channel| telling(DEVANAGARI, channel, &fact));
    for delivery in &everywhere {
        let entry = house.table().ledger_entry(delivery).await;
        assert_eq!(entry.expect("a readable table"), None, "{delivery:?}");
    }

    house.platform.lose_stream_records(false).await;
    let valid = house
        .do_with(&admin, id, "reinstate", why("the exam was fine"))
        .await;
    assert_eq!(valid.status, 200, "{valid:?}");
    house.platform.quiesce().await;
    for delivery in &everywhere {
        assert_eq!(house.entry(delivery).await.state.code(), "sent");
    }
    for letter in &everywhere[..2] {
        assert_eq!(house.taken(letter).await, 1, "{letter:?}");
    }
    let bell = house.get(&holder, "/api/notifications").await;
    let rung = bell.body["notifications"].as_array().expect("a list");
    assert_eq!(rung.len(), 1, "{bell:?}");
    house.finish().await;
}
