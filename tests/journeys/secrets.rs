//! Secrets: no environment holds them, and while they are rotated two of them are good.

use crate::house::{ADMIN, Answer, Ask, House, STUDENT};
use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;
use registrar_domain::signed_call::{Call, CallKey};
use reqwest::Method;
use ring::hmac;
use serde_json::{Value, json};
use std::fs;

const CHAT: [(&str, &str); 2] = [("Profile", "chat"), ("WhatsappVia", "cloud")];
const TICKETS: &str = "/api/support/tickets";

#[tokio::test(flavor = "multi_thread")]
async fn no_process_of_a_function_has_a_secret_in_its_environment() {
    let house = House::start_with(&CHAT).await;
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    house.issue(&admin, &student, "Python Basics").await;
    is(&channel(&house, &house.channel_key()).await, 201);
    house.platform.quiesce().await;

    let file = fs::read(house.data.path().join("secrets.json")).expect("the secrets");
    let secrets: Value = serde_json::from_slice(&file).expect("JSON");
    let mut looked_at = 0;
    for function in house.platform.deployment().functions.keys() {
        for process in house.platform.process_ids(function) {
            let environment = fs::read(format!("/proc/{process}/environ")).expect("it runs");
            let environment = String::from_utf8(environment).expect("texts");
            looked_at += 1;
            for (name, secret) in secrets.as_object().expect("an object") {
                let secret = secret.as_str().expect("a text");
                // What Lambda itself hands to every function.
                if !name.starts_with("aws_") {
                    assert!(!environment.contains(secret), "{function} has {name}");
                }
            }
        }
    }
    assert!(looked_at >= 5, "{looked_at} processes");
    house.finish().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_secret_is_rotated_what_was_signed_with_either_is_good() {
    let house = House::start_with(&CHAT).await;
    let secrets = house.platform.secrets();
    let old = Set {
        channel: secrets.channel_secret.clone(),
        link: secrets.download_link_secret.clone(),
        app: secrets.whatsapp_app_secret.clone(),
        token: secrets.whatsapp_verify_token.clone(),
    };
    let new = Set {
        channel: BASE64.encode(&[1; 32]),
        link: BASE64.encode(&[2; 32]),
        app: "another-app-secret".to_owned(),
        token: "another-token".to_owned(),
    };
    let before = letters_link(&house, "Python Basics").await;
    old.are_taken(&house).await;
    new.are_refused(&house).await;

    // The new ones stand second: they are known, and do not sign yet.
    let house = house.with_secrets(&CHAT, &old.beside(&new).each()).await;
    old.are_taken(&house).await;
    new.are_taken(&house).await;

    // They stand first: they sign, and what was signed before is good.
    let house = house.with_secrets(&CHAT, &new.beside(&old).each()).await;
    old.are_taken(&house).await;
    new.are_taken(&house).await;
    let after = letters_link(&house, "Rust Basics").await;
    for link in [&before, &after] {
        opens(&open(&house, link).await);
    }

    // They stand alone.
    let house = house.with_secrets(&CHAT, &new.each()).await;
    old.are_refused(&house).await;
    new.are_taken(&house).await;
    open(&house, &before).await.is_problem(403, "link_invalid");
    opens(&open(&house, &after).await);
    house.finish().await;
}

/// One value of each secret that is rotated with an overlap.
struct Set {
    channel: String,
    link: String,
    app: String,
    token: String,
}

impl Set {
    /// Settings with these values first and the other ones second.
    fn beside(&self, other: &Self) -> Self {
        Self {
            channel: format!("{} {}", self.channel, other.channel),
            link: format!("{} {}", self.link, other.link),
            app: format!("{} {}", self.app, other.app),
            token: format!("{} {}", self.token, other.token),
        }
    }

    fn each(&self) -> [(&str, &str); 4] {
        [
            ("channel_secret", &self.channel),
            ("download_link_secret", &self.link),
            ("whatsapp_app_secret", &self.app),
            ("whatsapp_verify_token", &self.token),
        ]
    }

    /// What the deployment answers to whoever has these: the channel, the provider, and whoever sets the provider up.
    async fn ask(&self, house: &House) -> [Answer; 3] {
        let key = CallKey::from_base64(&self.channel).expect("a secret");
        let body = json!({"object": "whatsapp_business_account", "entry": []}).to_string();
        let mac = hmac::Key::new(hmac::HMAC_SHA256, self.app.as_bytes());
        let mac = HEXLOWER.encode(hmac::sign(&mac, body.as_bytes()).as_ref());
        let confirm = format!(
            "/webhooks/whatsapp?hub.mode=subscribe&hub.verify_token={}&hub.challenge=7",
            self.token
        );
        [
            channel(house, &key).await,
            house
                .request(Method::POST, "/webhooks/whatsapp")
                .header("content-type", "application/json")
                .header("x-hub-signature-256", format!("sha256={mac}"))
                .body(body)
                .answer()
                .await,
            house.request(Method::GET, &confirm).answer().await,
        ]
    }

    async fn are_taken(&self, house: &House) {
        let [channel, provider, confirmed] = self.ask(house).await;
        is(&channel, 201);
        is(&provider, 200);
        is(&confirmed, 200);
    }

    async fn are_refused(&self, house: &House) {
        let [channel, provider, confirmed] = self.ask(house).await;
        channel.is_problem(401, "channel_signature_invalid");
        provider.is_problem(401, "signature_invalid");
        confirmed.is_problem(403, "forbidden");
    }
}

/// A call of the channel that opens a ticket, signed with this key.
async fn channel(house: &House, key: &CallKey) -> Answer {
    let body = json!({"phone_number": "+234812345678", "sender_name": "John Doe",
        "issue_description": "I cannot submit homework"})
    .to_string();
    let call = Call {
        method: "POST",
        path: TICKETS,
        body: body.as_bytes(),
    };
    let signature = key.sign(call, Timestamp::now());
    house
        .channel_signed(Method::POST, TICKETS, &body, &signature)
        .await
}

/// Issues a certificate; the link of the letter, without the address.
async fn letters_link(house: &House, course: &str) -> String {
    let (admin, student) = (house.sign_in(ADMIN).await, house.sign_in(STUDENT).await);
    let issued = house.issue(&admin, &student, course).await;
    house.platform.quiesce().await;
    let mails = house
        .journal(&format!("provider=sendgrid&to={STUDENT}"), 1)
        .await;
    let words = mails.iter().filter_map(|mail| mail["text"].as_str());
    let mut words = words.flat_map(str::split_whitespace);
    let link = words.find(|word| word.contains(&issued.id) && word.contains("signature="));
    let link = link.expect("a link");
    let (_, path) = link.split_once("/api/").expect("an address");
    format!("/api/{path}")
}

fn is(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
}

fn opens(answer: &Answer) {
    assert!(matches!(answer.status, 302 | 303 | 307), "{answer:?}");
}

async fn open(house: &House, path: &str) -> Answer {
    house.request(Method::GET, path).answer().await
}
