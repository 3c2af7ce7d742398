//! The address of the tables: the database brings a server of its own, which asks nobody who they are. It listens where
//! nobody looks for it, and what is let in here is handed on to it.

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, StatusCode, Uri, header};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use std::net::{Ipv4Addr, SocketAddr};
use tokio::net::TcpListener;

/// Headers of a connection, which are not handed on.
const OF_A_CONNECTION: [HeaderName; 3] = [
    header::CONNECTION,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// A loopback address that cannot be guessed, where the system has more than one.
pub(crate) async fn hidden() -> std::io::Result<TcpListener> {
    let mut drawn = [0; 3];
    let drawn = match getrandom::fill(&mut drawn) {
        Ok(()) => drawn,
        Err(_) => [0, 0, 1],
    };
    let [a, b, c] = drawn;
    let unusual = Ipv4Addr::new(127, a, b, c.clamp(1, 254));
    match TcpListener::bind((unusual, 0)).await {
        Ok(listener) => Ok(listener),
        Err(_) => TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await,
    }
}

#[derive(Clone, Debug)]
struct Behind {
    address: SocketAddr,
    client: Client<HttpConnector, Body>,
}

/// Hands requests on to `address`.
pub(crate) fn router(address: SocketAddr) -> Router {
    let mut connector = HttpConnector::new();
    connector.set_nodelay(true);
    let client = Client::builder(TokioExecutor::new()).build(connector);
    Router::new()
        .fallback(hand_on)
        .with_state(Behind { address, client })
}

async fn hand_on(State(behind): State<Behind>, mut request: Request) -> Response {
    let target = request.uri().path_and_query();
    let target = target.map_or("/", |target| target.as_str());
    let Ok(uri) = format!("http://{}{target}", behind.address).parse::<Uri>() else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    *request.uri_mut() = uri;
    for name in OF_A_CONNECTION {
        request.headers_mut().remove(name);
    }
    match behind.client.request(request).await {
        Ok(response) => response.map(Body::new),
        Err(error) => {
            tracing::error!(%error, "the database did not answer");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
