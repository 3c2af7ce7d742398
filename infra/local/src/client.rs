//! A small HTTP client for addresses of this machine: plain connections, no TLS.

use bytes::Bytes;
use http::{Request, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper_util::client::legacy::Client as Pooled;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::time::Duration;

/// Longest wait for an answer, as the Worker's own.
const TIMEOUT: Duration = Duration::from_secs(5);
/// Most bytes of an answer.
const LIMIT: usize = 8 * 1024 * 1024;

/// No answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Failed;

/// The client; connections are kept.
#[derive(Debug)]
pub(crate) struct Client(Pooled<HttpConnector, Empty<Bytes>>);

impl Default for Client {
    fn default() -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self(Pooled::builder(TokioExecutor::new()).build(connector))
    }
}

impl Client {
    /// Status and body of a `GET`, the body as text.
    pub(crate) async fn get(
        &self,
        url: &str,
        authorization: Option<&str>,
    ) -> Result<(u16, String), Failed> {
        let (status, body) = self.bytes(url, authorization).await?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }

    /// Status and body of a `GET`.
    pub(crate) async fn bytes(
        &self,
        url: &str,
        authorization: Option<&str>,
    ) -> Result<(u16, Bytes), Failed> {
        let mut request = Request::get(url);
        if let Some(value) = authorization {
            request = request.header(header::AUTHORIZATION, value);
        }
        let request = request.body(Empty::new()).map_err(|_| Failed)?;
        let answer = async {
            let response = self.0.request(request).await.map_err(|_| Failed)?;
            let status = response.status().as_u16();
            let body = Limited::new(response.into_body(), LIMIT)
                .collect()
                .await
                .map_err(|_| Failed)?
                .to_bytes();
            Ok((status, body))
        };
        tokio::time::timeout(TIMEOUT, answer)
            .await
            .unwrap_or(Err(Failed))
    }
}
