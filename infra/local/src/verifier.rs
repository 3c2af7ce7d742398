//! The verifier of the edge, natively: the Worker's own code over a real clock, the KV simulator and the local gateway.
//!
//! It serves the Worker's routes, the offline page too once `make edge` has packed it. Only the limit of requests per
//! client is the platform's, and so not here.

use crate::client::{Client, Failed};
use crate::clock::Clock;
use crate::error::{Error, Result};
use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use registrar_edge_verify as edge;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// Where the verifier asks.
#[derive(Debug)]
pub(crate) struct Neighbours {
    /// `…/storage/kv/namespaces/<id>` of the simulator.
    pub(crate) kv_url: String,
    pub(crate) kv_token: String,
    /// The gateway.
    pub(crate) origin_url: String,
    pub(crate) clock: Arc<Clock>,
    /// The folder of the offline page's files.
    pub(crate) offline: PathBuf,
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
        if_none_match: text(headers, header::IF_NONE_MATCH),
        request_id: uuid::Uuid::new_v4().to_string(),
    };
    let asking = Asking {
        server: &server,
        relayed: Mutex::default(),
    };
    let answer = server.verifier.respond(&asking, &asked).await;
    let mut response = Response::new(Body::empty());
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.kind.headers() {
        set(&mut response, name, value);
    }
    if let Some(extra) = &answer.extra {
        let (name, value) = extra.header();
        set(&mut response, name, &value);
    }
    match answer.body {
        edge::Body::Text(text) => *response.body_mut() = Body::from(text),
        edge::Body::Relayed => *response.body_mut() = Body::from(asking.relayed()),
        edge::Body::Asset(asset) => {
            let file = server.file(asset, &asked.if_none_match, &mut response);
            file.await;
        }
    }
    if asked.method == "HEAD" {
        *response.body_mut() = Body::empty();
    }
    response
}

fn set(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        response
            .headers_mut()
            .insert(HeaderName::from_static(name), value);
    }
}

impl Server {
    /// Completes a response with a file of the offline page; 503 when the page was not packed.
    async fn file(&self, asset: edge::Asset, if_none_match: &str, response: &mut Response) {
        let folder = &self.neighbours.offline;
        let contents = tokio::fs::read(folder.join(asset.file())).await;
        let headers = tokio::fs::read_to_string(folder.join("headers.json")).await;
        let headers = headers.ok().and_then(|json| {
            serde_json::from_str::<BTreeMap<String, BTreeMap<String, String>>>(&json).ok()
        });
        let (Ok(contents), Some(headers)) = (contents, headers) else {
            *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
            response.headers_mut().clear();
            set(response, "content-type", "text/plain; charset=utf-8");
            *response.body_mut() = Body::from("The offline page is packed by `make edge`.\n");
            return;
        };
        for (name, value) in headers.get(asset.file()).into_iter().flatten() {
            if let Ok(name) = HeaderName::from_bytes(name.as_bytes())
                && let Ok(value) = HeaderValue::from_str(value)
            {
                response.headers_mut().insert(name, value);
            }
        }
        let known = response.headers().get(header::ETAG);
        if known.is_some_and(|tag| tag.as_bytes() == if_none_match.as_bytes()) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
        } else {
            *response.body_mut() = Body::from(contents);
        }
    }
}

/// One request's way outside.
struct Asking<'a> {
    server: &'a Server,
    /// What the origin answered, for the response.
    relayed: Mutex<Bytes>,
}

impl Asking<'_> {
    fn relayed(&self) -> Bytes {
        std::mem::take(&mut *self.relayed.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl edge::Edge for Asking<'_> {
    fn now(&self) -> u64 {
        u64::try_from(self.server.neighbours.clock.now_ms() / 1000).unwrap_or_default()
    }

    async fn kv(&self, key: &str) -> Result<Option<String>, edge::Unreachable> {
        let Server {
            neighbours, client, ..
        } = self.server;
        let key = key.replace('%', "%25").replace('/', "%2F");
        let url = format!("{}/values/{key}", neighbours.kv_url);
        let bearer = format!("Bearer {}", neighbours.kv_token);
        match client.get(&url, Some(&bearer)).await {
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
        let url = format!("{}{path}", self.server.neighbours.origin_url);
        let answer = self.server.client.get(&url, None).await;
        let (status, body) = answer.map_err(|Failed| edge::Unreachable)?;
        Ok(edge::OriginAnswer { status, body })
    }

    async fn relay(&self, path: &str) -> Result<u16, edge::Unreachable> {
        let url = format!("{}{path}", self.server.neighbours.origin_url);
        let answer = self.server.client.bytes(&url, None).await;
        let (status, body) = answer.map_err(|Failed| edge::Unreachable)?;
        *self.relayed.lock().unwrap_or_else(PoisonError::into_inner) = body;
        Ok(status)
    }
}
