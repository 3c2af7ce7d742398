//! What goes wrong outside: providers that fail in every way, messages that are none, records that are lost.
//!
//! | module | what fails |
//! |---|---|
//! | `busy` | a provider says that it cannot now, or that it never will |
//! | `lost` | a provider's answer, with or without the message having arrived |
//! | `inside` | KV, bucket, stream, and messages that nobody can read |
//! | `unreadable` | items that this version does not know, as after a rollback |

mod busy;
mod inside;
mod lost;
mod unreadable;

use crate::house::{Answer, House};
use registrar_domain::{delivery::Delivery, effect::Fact};
use serde_json::{Value, json};
use std::time::Duration;

/// What opening a ticket is to tell.
fn created(ticket: &Answer) -> Fact {
    let ticket_id = ticket.at("/id").parse().expect("a UUID");
    Fact::TicketCreated { ticket_id }
}

/// What issuing a certificate is to tell.
fn issued(id: &str) -> Fact {
    let certificate_id = id.parse().expect("a certificate's id");
    Fact::CertificateIssued { certificate_id }
}

/// Sending mail to one person.
fn mail_to(email: &str) -> Value {
    json!({"to": email, "path": "/mail/send"})
}

/// Moves the queues' clock on and waits until nothing can happen before it moves again.
async fn later(house: &House, seconds: u64) {
    house.platform.advance(Duration::from_secs(seconds));
    house.platform.settle().await;
}

/// Lets all back-offs pass until nothing is left to do.
async fn until_idle(house: &House) {
    for _ in 0..40 {
        let counts = ["DeliveriesQueue", "RenderingQueue", "EdgeSyncQueue"].map(|queue| {
            let counts = house.platform.queue_counts(queue).expect("a queue");
            counts.visible + counts.in_flight + counts.delayed
        });
        if counts == [0; 3] {
            return;
        }
        later(house, 60).await;
    }
    panic!("messages come again and again");
}

/// Asserts that a delivery was made once, in so many attempts.
async fn sent_once(house: &House, delivery: &Delivery, attempts: u32) {
    let entry = house.entry(delivery).await;
    assert_eq!(
        (entry.state.code(), entry.attempts),
        ("sent", attempts),
        "{entry:?}"
    );
    assert_eq!(house.taken(delivery).await, 1, "{entry:?}");
}
