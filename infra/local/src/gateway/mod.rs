//! The HTTP API: routes of the template, payload format 2.0 to the functions and back, API Gateway's own limits.

mod cors;
mod event;
mod reply;
mod routes;

#[cfg(test)]
mod tests;

use crate::functions::{Functions, Outcome};
use crate::template::{Deployment, HttpCors};
use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderValue, Method, StatusCode};
use routes::Routes;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// Most bytes of a request's body.
const BODY_LIMIT: usize = 10 * 1024 * 1024;
/// Most bytes of an event, which is what a function can be handed.
const EVENT_LIMIT: usize = 6 * 1024 * 1024;
/// How long a function may take to answer a request.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Routes requests to functions.
#[derive(Debug)]
pub(crate) struct Gateway {
    routes: Routes,
    cors: Option<HttpCors>,
    functions: Arc<Functions>,
    timeout: Duration,
}

impl Gateway {
    pub(crate) fn new(deployment: &Deployment, functions: Arc<Functions>) -> Arc<Self> {
        let routes = Routes::new(&deployment.routes);
        Arc::new(Self {
            routes,
            cors: deployment.cors.clone(),
            functions,
            timeout: TIMEOUT,
        })
    }

    pub(crate) fn router(self: &Arc<Self>) -> Router {
        Router::new().fallback(handle).with_state(Arc::clone(self))
    }

    async fn answer(&self, request: Request, client: SocketAddr, request_id: &str) -> Response {
        let (parts, body) = request.into_parts();
        if let Some(response) = self
            .cors
            .as_ref()
            .and_then(|c| cors::preflight(c, &parts.method, &parts.headers))
        {
            return response;
        }
        let path = event::decode(parts.uri.path(), false);
        let Some(matched) = self.routes.find(parts.method.as_str(), &path) else {
            return reply::message(StatusCode::NOT_FOUND);
        };
        let Ok(body) = axum::body::to_bytes(body, BODY_LIMIT).await else {
            return reply::message(StatusCode::PAYLOAD_TOO_LARGE);
        };
        let event = event::build(&parts, &body, &matched, client, request_id);
        let event = Bytes::from(event.to_string());
        if event.len() > EVENT_LIMIT {
            return reply::message(StatusCode::PAYLOAD_TOO_LARGE);
        }
        let invoked =
            tokio::time::timeout(self.timeout, self.functions.invoke(matched.function, event))
                .await;
        let mut response = match invoked {
            Err(_) => reply::message(StatusCode::SERVICE_UNAVAILABLE),
            Ok(Outcome::Answer(answer)) => reply::map(&answer, parts.method == Method::HEAD),
            Ok(outcome) => {
                let problem = outcome.problem().unwrap_or_default();
                tracing::error!(
                    function = matched.function,
                    request.id = request_id,
                    problem,
                    "no answer"
                );
                reply::message(StatusCode::INTERNAL_SERVER_ERROR)
            }
        };
        if let Some(cors) = &self.cors {
            cors::decorate(cors, &parts.headers, &mut response);
        }
        if parts.method == Method::HEAD {
            *response.body_mut() = Body::empty();
        }
        response
    }
}

async fn handle(
    State(gateway): State<Arc<Gateway>>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let request_id = uuid::Uuid::new_v4().to_string();
    let mut response = gateway.answer(request, client, &request_id).await;
    if let Ok(id) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert("apigw-requestid", id);
    }
    response
}
