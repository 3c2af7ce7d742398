//! The verifier of the edge, natively: the Worker's own code over a real clock, the KV simulator and the local gateway.

use crate::client::{Client, Failed};
use crate::clock::Clock;
use crate::error::{Error, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use registrar_edge_verify as edge;
use std::sync::Arc;

/// Where the verifier asks.
#[derive(Debug)]
pub(crate) struct Neighbours {
    /// `…/storage/kv/namespaces/<id>` of the simulator.
    pub(crate) kv_url: String,
    pub(crate) kv_token: String,
    /// The gateway.
    pub(crate) origin_url: String,
    pub(crate) clock: Arc<Clock>,
}

struct Server {
    verifier: edge::Verifier,
    neighbours: Neighbours,
    client: Client,
}

/// The verifier with the issuer's public keys (a JWK set).
pub(crate) fn router(issuer_keys: &str, neighbours: Neighbours) -> Result<Router> {
    let settings =
        edge::Settings::read(issuer_keys, "").map_err(|e| Error::store("verifier", e))?;
    let server = Server {
        verifier: edge::Verifier::new(settings),
        neighbours,
        client: Client::default(),
    };
    Ok(Router::new().fallback(handle).with_state(Arc::new(server)))
}

async fn handle(State(server): State<Arc<Server>>, request: Request) -> Response {
    let text = |headers: &HeaderMap, name: HeaderName| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned()
    };
    let headers = request.headers();
    let asked = edge::Request {
        method: request.method().as_str().to_owned(),
        target: request
            .uri()
            .path_and_query()
            .map_or("/", http::uri::PathAndQuery::as_str)
            .to_owned(),
        accept: text(headers, header::ACCEPT),
        accept_language: text(headers, header::ACCEPT_LANGUAGE),
        request_id: uuid::Uuid::new_v4().to_string(),
    };
    let answer = server.verifier.respond(&*server, &asked).await;
    let mut response = Response::new(Body::from(answer.body));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.kind.headers() {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

impl edge::Edge for Server {
    fn now(&self) -> u64 {
        u64::try_from(self.neighbours.clock.now_ms() / 1000).unwrap_or_default()
    }

    async fn kv(&self, key: &str) -> Result<Option<String>, edge::Unreachable> {
        let key = key.replace('%', "%25").replace('/', "%2F");
        let url = format!("{}/values/{key}", self.neighbours.kv_url);
        let bearer = format!("Bearer {}", self.neighbours.kv_token);
        match self.client.get(&url, Some(&bearer)).await {
            Ok((200, body)) => Ok(Some(body)),
            Ok((404, _)) => Ok(None),
            Ok((status, _)) => {
                tracing::warn!(status, key, "the KV refused");
                Err(edge::Unreachable)
            }
            Err(Failed) => Err(edge::Unreachable),
        }
    }

    async fn origin(&self, path: &str) -> Result<edge::OriginAnswer, edge::Unreachable> {
        let url = format!("{}{path}", self.neighbours.origin_url);
        let (status, body) = self
            .client
            .get(&url, None)
            .await
            .map_err(|Failed| edge::Unreachable)?;
        Ok(edge::OriginAnswer { status, body })
    }
}
