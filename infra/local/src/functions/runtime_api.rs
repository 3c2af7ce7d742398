//! The Lambda Runtime API over HTTP, for all functions: `/<function>/<process>/2018-06-01/runtime/…`.

use super::{Outcome, Pool};
use crate::template::ACCOUNT;
use axum::Router;
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode, header};
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::net::TcpListener;

type Pools = Arc<BTreeMap<String, Arc<Pool>>>;

/// Most bytes of an answer.
const ANSWER_LIMIT: usize = 6 * 1024 * 1024 + 1024;

pub(super) fn serve(
    listener: TcpListener,
    pools: BTreeMap<String, Arc<Pool>>,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    let base = "/{function}/{worker}/2018-06-01/runtime";
    let router = Router::new()
        .route(&format!("{base}/invocation/next"), get(next))
        .route(
            &format!("{base}/invocation/{{request}}/response"),
            post(response),
        )
        .route(&format!("{base}/invocation/{{request}}/error"), post(error))
        .route(&format!("{base}/init/error"), post(init_error))
        .layer(DefaultBodyLimit::max(ANSWER_LIMIT))
        .with_state(Arc::new(pools));
    tokio::spawn(crate::serve::run("functions", listener, router, stop));
}

async fn next(
    State(pools): State<Pools>,
    Path((function, worker)): Path<(String, u64)>,
) -> Response {
    let Some(pool) = pools.get(&function) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let Some(work) = pool.next(worker) else {
        return StatusCode::GONE.into_response();
    };
    let Ok(work) = work.await else {
        return StatusCode::GONE.into_response();
    };
    let mut response = Response::new(work.event.into());
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    let name = &pool.function().name;
    let arn = format!("arn:aws:lambda:{}:{ACCOUNT}:function:{name}", pool.region());
    let trace = format!(
        "Root=1-{:08x}-{};Sampled=0",
        work.deadline_ms / 1000,
        &work.id.replace('-', "")[..24]
    );
    for (key, value) in [
        ("lambda-runtime-aws-request-id", work.id.clone()),
        ("lambda-runtime-deadline-ms", work.deadline_ms.to_string()),
        ("lambda-runtime-invoked-function-arn", arn),
        ("lambda-runtime-trace-id", trace),
    ] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(HeaderName::from_static(key), value);
        }
    }
    response
}

async fn response(
    State(pools): State<Pools>,
    Path((function, worker, request)): Path<(String, u64, String)>,
    body: Bytes,
) -> StatusCode {
    answer(&pools, &function, worker, &request, Outcome::Answer(body))
}

async fn error(
    State(pools): State<Pools>,
    Path((function, worker, request)): Path<(String, u64, String)>,
    body: Bytes,
) -> StatusCode {
    answer(&pools, &function, worker, &request, Outcome::Error(body))
}

fn answer(
    pools: &Pools,
    function: &str,
    worker: u64,
    request: &str,
    outcome: Outcome,
) -> StatusCode {
    match pools.get(function) {
        Some(pool) if pool.answer(worker, request, outcome) => StatusCode::ACCEPTED,
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::NOT_FOUND,
    }
}

async fn init_error(
    State(pools): State<Pools>,
    Path((function, _)): Path<(String, u64)>,
    body: Bytes,
) -> StatusCode {
    if let Some(pool) = pools.get(&function) {
        pool.init_error(&body);
    }
    StatusCode::ACCEPTED
}
