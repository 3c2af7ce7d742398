//! What is shown of endpoints and deliveries. A secret is shown where it is made, and never again.

use jiff::Timestamp;
use registrar_domain::{
    id::WebhookId,
    page::Page,
    webhook::{
        Attempt, Delivery, Disabled, Endpoint, EndpointUrl, EventId, Note, Origin, Secret, State,
        Topics,
    },
};
use serde::Serialize;

#[derive(Serialize)]
pub(crate) struct EndpointView {
    id: WebhookId,
    url: EndpointUrl,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<Note>,
    events: Topics,
    internal_notes: bool,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled_because: Option<Disabled>,
    origin: Origin,
    /// Which secrets sign, the newest first.
    secrets: Vec<SecretView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<Secret>,
    /// Why an answer that would show the secret does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret_hint: Option<&'static str>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

#[derive(Serialize)]
struct SecretView {
    created_at: Timestamp,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<Timestamp>,
}

impl EndpointView {
    /// The endpoint at `now`, without its secrets.
    pub(crate) fn of(endpoint: &Endpoint, now: Timestamp) -> Self {
        let live = endpoint.secrets.iter().filter(|live| live.signs_at(now));
        Self {
            id: endpoint.id,
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            events: endpoint.events.clone(),
            internal_notes: endpoint.internal_notes,
            status: match endpoint.disabled {
                None => "enabled",
                Some(_) => "disabled",
            },
            disabled_because: endpoint.disabled,
            origin: endpoint.origin,
            secrets: live
                .map(|live| SecretView {
                    created_at: live.created_at,
                    expires_at: live.expires_at,
                })
                .collect(),
            secret: None,
            secret_hint: None,
            created_at: endpoint.created_at,
            updated_at: endpoint.updated_at,
        }
    }

    /// As [`Self::of`], for whoever repeats a request whose answer showed the secret: no answer with it is kept.
    pub(crate) fn shown_before(endpoint: &Endpoint, now: Timestamp) -> Self {
        Self {
            secret_hint: Some(
                "the secret was shown once, in the first answer: if that was lost, rotate-secret makes another",
            ),
            ..Self::of(endpoint, now)
        }
    }

    /// As [`Self::of`], with the newest secret.
    pub(crate) fn with_secret(endpoint: &Endpoint, now: Timestamp) -> Self {
        Self {
            secret: endpoint.secrets.first().map(|live| live.secret.clone()),
            ..Self::of(endpoint, now)
        }
    }
}

#[derive(Serialize)]
pub(crate) struct EndpointsView {
    pub(crate) webhooks: Vec<EndpointView>,
}

#[derive(Serialize)]
pub(crate) struct DeliveryView {
    id: EventId,
    /// The header that every attempt carries.
    webhook_id: String,
    event: &'static str,
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    cancelled_because: Option<registrar_domain::webhook::Cancelled>,
    attempts: Vec<Attempt>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_attempt_at: Option<Timestamp>,
    interrupted: u32,
    event_at: Timestamp,
    created_at: Timestamp,
    updated_at: Timestamp,
}

impl From<&Delivery> for DeliveryView {
    fn from(delivery: &Delivery) -> Self {
        let id = delivery.id();
        let (state, cancelled_because) = match delivery.state {
            State::Sending { .. } => ("sending", None),
            State::Waiting { .. } => ("waiting", None),
            State::Delivered => ("delivered", None),
            State::Failed => ("failed", None),
            State::Cancelled { reason } => ("cancelled", Some(reason)),
        };
        Self {
            webhook_id: id.header(),
            id,
            event: delivery.event.kind(),
            state,
            cancelled_because,
            attempts: delivery.attempts.clone(),
            next_attempt: delivery.due().map(|_| delivery.attempt),
            next_attempt_at: delivery.due(),
            interrupted: delivery.interrupted,
            event_at: delivery.event.at,
            created_at: delivery.created_at,
            updated_at: delivery.updated_at,
        }
    }
}

#[derive(Serialize)]
pub(crate) struct LogView {
    deliveries: Vec<DeliveryView>,
    next_cursor: Option<String>,
}

impl From<Page<Delivery>> for LogView {
    fn from(page: Page<Delivery>) -> Self {
        let page = page.map(|delivery| DeliveryView::from(&delivery));
        Self {
            deliveries: page.rows,
            next_cursor: page.next_cursor,
        }
    }
}
