//! A running set of simulators and a plain HTTP client for it.

use std::sync::Once;

use registrar_simulators::{Options, Running, serve};
use reqwest::{Client, Response};
use serde_json::{Value, json};
use tokio::net::TcpListener;

pub(crate) struct Kit {
    pub(crate) running: Running,
    pub(crate) http: Client,
    pub(crate) url: String,
}

impl Kit {
    pub(crate) async fn start() -> Self {
        Self::with(Options::default()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        static PROVIDER: Once = Once::new();
        PROVIDER.call_once(|| {
            rustls::crypto::ring::default_provider()
                .install_default()
                .unwrap();
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let running = serve(listener, options).await.unwrap();
        let url = running.url();
        Self {
            running,
            http: Client::new(),
            url,
        }
    }

    pub(crate) fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        self.http
            .get(self.at(path))
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap()
    }

    pub(crate) async fn faults(&self, rules: Value) -> Value {
        let answer = self
            .http
            .put(self.at("/faults"))
            .json(&rules)
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        answer.json().await.unwrap()
    }

    pub(crate) async fn mail(&self, mail: &Value) -> Result<Response, reqwest::Error> {
        self.http
            .post(self.at("/sendgrid/v3/mail/send"))
            .bearer_auth("SG.simulator")
            .json(mail)
            .send()
            .await
    }

    pub(crate) async fn count(&self, filter: &str) -> u64 {
        self.get(&format!("/journal/count?{filter}")).await["count"]
            .as_u64()
            .unwrap()
    }
}

pub(crate) fn mail(to: &str, effect: &str) -> Value {
    json!({
        "personalizations": [{ "to": [{ "email": to, "name": "Àdé Ọláńrewájú" }], "custom_args": { "effect_key": effect } }],
        "from": { "email": "office@school.example", "name": "School" },
        "subject": "Support Ticket Created: TKT-20251124-0001",
        "content": [{ "type": "text/plain", "value": "Hello" }, { "type": "text/html", "value": "<p>Hello</p>" }],
    })
}
