//! The listener: routes, connections, and connections that are closed without an answer.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use hyper::body::Incoming;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tower::ServiceExt as _;

use crate::{
    Deps, StartError, aisensy, anthropic, cloudflare, faults, journal, names, receiver, sendgrid,
    whatsapp_cloud,
};

/// How long open requests may finish after the stop.
const GRACE: Duration = Duration::from_secs(5);

/// Simulators that are serving. Dropping it stops them too, without waiting.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    stopper: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(
        listener: TcpListener,
        router: Router,
        stopper: watch::Sender<bool>,
        stop: watch::Receiver<bool>,
    ) -> Result<Self, StartError> {
        let address = listener.local_addr()?;
        let task = tokio::spawn(accept(listener, router, stop));
        Ok(Self {
            address,
            stopper,
            task,
        })
    }

    /// Where the simulators listen.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The base address of all of them, without a trailing slash; append `/sendgrid`, `/aisensy`, `/anthropic` or `/cloudflare`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Takes no more connections, lets open requests finish (at most five seconds) and returns.
    pub async fn stop(self) {
        self.stopper.send_replace(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the simulators did not stop in order");
        }
    }
}

/// Mark of an answer that is never written: the connection is closed in its place.
#[derive(Clone, Copy, Debug)]
struct Closed;

/// An answer in whose place the connection is closed.
pub(crate) fn close_connection() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Closed);
    response
}

#[derive(Debug, thiserror::Error)]
#[error("the connection is closed on request")]
struct ClosedOnRequest;

pub(crate) fn router(deps: Arc<Deps>) -> Router {
    let providers = Router::new()
        .nest("/sendgrid", sendgrid::router())
        .nest("/aisensy", aisensy::router())
        .nest("/anthropic", anthropic::router())
        .nest("/whatsapp_cloud", whatsapp_cloud::router())
        .nest("/cloudflare", cloudflare::router())
        .nest("/receiver", receiver::router())
        .layer(from_fn_with_state(Arc::clone(&deps), faults::apply));
    Router::new()
        .merge(providers)
        .merge(journal::router())
        .merge(faults::router())
        .merge(whatsapp_cloud::phone_router())
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(names::loopback_only))
        .with_state(deps)
}

async fn accept(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let handed = stop.clone();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    connections.spawn(serve_connection(stream, router.clone(), handed.clone()));
                }
                Err(error) => tracing::warn!(%error, "a connection could not be accepted"),
            },
            Some(_) = connections.join_next() => {}
            _ = stop.wait_for(|stopping| *stopping) => break,
        }
    }
    drop(listener);
    let drained = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, drained).await.is_err() {
        tracing::warn!("open requests were cut off after the grace period");
    }
}

async fn serve_connection(stream: TcpStream, router: Router, mut stop: watch::Receiver<bool>) {
    let service = hyper::service::service_fn(move |request: hyper::Request<Incoming>| {
        let router = router.clone();
        async move {
            let answer: Result<Response, Infallible> = router.oneshot(request.map(Body::new)).await;
            match answer {
                Ok(response) if response.extensions().get::<Closed>().is_some() => {
                    Err(ClosedOnRequest)
                }
                Ok(response) => Ok(response),
            }
        }
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    tokio::select! {
        ended = connection.as_mut() => {
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
            return;
        }
        _ = stop.wait_for(|stopping| *stopping) => connection.as_mut().graceful_shutdown(),
    }
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection ended early");
    }
}
