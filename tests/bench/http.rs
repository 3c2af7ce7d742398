//! One client that keeps its connection, as a function call.

use crate::Result;
use reqwest::{Client, RequestBuilder};
use serde_json::Value;
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};

/// The client.
#[derive(Debug)]
pub(crate) struct Http {
    runtime: Runtime,
    client: Client,
}

/// An answer and how long it took.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) body: Value,
    pub(crate) ms: f64,
}

impl Http {
    pub(crate) fn new() -> Result<Self> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let client = Client::builder().timeout(Duration::from_secs(40)).build()?;
        Ok(Self { runtime, client })
    }

    /// Sends what `request` makes and reads the whole answer. One that is no success is an error.
    pub(crate) fn send(&self, request: impl FnOnce(&Client) -> RequestBuilder) -> Result<Answer> {
        let request = request(&self.client).build()?;
        let what = format!("{} {}", request.method(), request.url());
        let began = Instant::now();
        let (status, text) = self.runtime.block_on(async {
            let answer = self.client.execute(request).await?;
            Ok::<_, reqwest::Error>((answer.status(), answer.text().await?))
        })?;
        let ms = since(began);
        if !status.is_success() {
            return Err(format!("{what}: {status} {text}").into());
        }
        Ok(Answer {
            body: serde_json::from_str(&text).unwrap_or(Value::Null),
            ms,
        })
    }

    /// `GET` without a token.
    pub(crate) fn get(&self, url: &str) -> Result<Answer> {
        self.send(|client| client.get(url))
    }
}

/// Milliseconds.
pub(crate) fn since(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}
