//! A phone, by the simulator of the provider; and the provider's own calls, signed here.

use crate::house::{Answer, Ask, House, Session, binaries, repository};
use data_encoding::HEXLOWER;
use registrar_local::{Options, Platform};
use reqwest::Method;
use ring::hmac;
use serde_json::{Value, json};

/// Whoever document 001 is about.
pub(super) const JOHN: &str = "+234812345678";
/// The id of the number that people write to.
const OURS: &str = "106540352242922";

/// A deployment of `chat` that answers by the `WhatsApp` Cloud API.
pub(super) async fn chat_house() -> House {
    House::start_with(&[("Profile", "chat"), ("WhatsappVia", "cloud")]).await
}

impl House {
    /// Has a phone do something; what follows is done when this returns.
    pub(super) async fn phone(&self, from: &str, what: Value) -> String {
        let mut body = json!({"from": from, "name": "John Doe"});
        let members = body.as_object_mut().expect("an object");
        members.extend(what.as_object().expect("an object").clone());
        let url = format!("{}/phone/messages", self.platform.simulators_url());
        let answer = self.http.post(url).json(&body).answer().await;
        assert_eq!(answer.body["webhook_status"], 200, "{answer:?}");
        self.platform.quiesce().await;
        answer.at("/id").to_owned()
    }

    /// Has a phone write a text.
    pub(super) async fn says(&self, from: &str, text: &str) -> String {
        self.phone(from, json!({"text": text})).await
    }

    /// What a phone has got: the `n`th message, from 1.
    pub(super) async fn gets(&self, phone: &str, n: usize) -> Value {
        let phone = phone.replace('+', "%2B");
        let query = format!("provider=whatsapp_cloud&kind=whatsapp&to={phone}");
        self.journal(&query, n).await.swap_remove(n - 1)
    }

    /// How many messages a phone has got, once nothing is left to do.
    pub(super) async fn got(&self, phone: &str) -> u64 {
        let phone = phone.replace('+', "%2B");
        let query = format!("provider=whatsapp_cloud&kind=whatsapp&to={phone}");
        self.journal_count_when_idle(&query).await
    }

    /// A `POST` of the provider, with a signature or without.
    pub(super) async fn calls(&self, body: &str, signature: Option<&str>) -> Answer {
        let mut request = self.request(Method::POST, "/webhooks/whatsapp");
        request = request.header("content-type", "application/json");
        if let Some(signature) = signature {
            request = request.header("x-hub-signature-256", signature);
        }
        request.body(body.to_owned()).answer().await
    }

    /// The provider's signature of a body.
    pub(super) fn hub_signature(&self, body: &str) -> String {
        let secret = &self.platform.secrets().whatsapp_app_secret;
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        let tag = hmac::sign(&key, body.as_bytes());
        format!("sha256={}", HEXLOWER.encode(tag.as_ref()))
    }

    /// A call of the provider as it should be; what follows is done when this returns.
    pub(super) async fn is_told(&self, values: &[Value]) {
        let body = call(values).to_string();
        let answer = self.calls(&body, Some(&self.hub_signature(&body))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        self.platform.quiesce().await;
    }

    /// John chose chat support and described his issue; the ticket as staff sees it.
    pub(super) async fn johns_ticket(&self, staff: &Session) -> Answer {
        self.phone(JOHN, json!({"choice": "chat_support"})).await;
        self.says(JOHN, "I can't submit homework, getting error")
            .await;
        self.ticket_as_staff(staff, "1").await
    }

    /// A ticket as staff sees it.
    pub(super) async fn ticket_as_staff(&self, staff: &Session, number: &str) -> Answer {
        let path = format!("/api/admin/support/tickets/{number}");
        let answer = self.get(staff, &path).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer
    }

    /// Staff replies; the answer.
    pub(super) async fn replies(&self, staff: &Session, number: &str, body: Value) -> Answer {
        let path = format!("/api/admin/support/tickets/{number}/messages");
        self.post(staff, &path, body).await
    }
}

/// A call with an entry for each value of a change.
pub(super) fn call(values: &[Value]) -> Value {
    let entry = |value: &Value| {
        let mut value = value.clone();
        value["messaging_product"] = json!("whatsapp");
        value["metadata"] = json!({"phone_number_id": OURS});
        json!({"id": "102290129340398", "changes": [{"field": "messages", "value": value}]})
    };
    let entries: Vec<Value> = values.iter().map(entry).collect();
    json!({"object": "whatsapp_business_account", "entry": entries})
}

/// A text of a phone that was written `hours` ago.
pub(super) fn written(id: &str, from: &str, text: &str, hours: i64) -> Value {
    let at = jiff::Timestamp::now().as_second() - hours * 3600;
    json!({
        "id": id, "from": from.trim_start_matches('+'), "timestamp": at.to_string(),
        "type": "text", "text": {"body": text},
    })
}

/// Takes a deployment down and starts it again on what it has kept.
pub(super) async fn restarted(house: House) -> House {
    let House {
        platform,
        http,
        data,
    } = house;
    platform.shutdown().await;
    let mut options = Options::new(repository().join("infra/template.yaml"), data.path());
    options.binaries = binaries();
    options.schedules = false;
    for (name, value) in [("Profile", "chat"), ("WhatsappVia", "cloud")] {
        options.parameters.insert(name.to_owned(), value.to_owned());
    }
    let platform = Platform::start(options).await.expect("it starts again");
    House {
        platform,
        http,
        data,
    }
}
