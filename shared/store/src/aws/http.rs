//! The HTTP client under the AWS SDK: HTTP/1.1 over rustls.
//!
//! The SDK's own client links HTTP/2 and the whole stack twice, once for each scheme, which is half a megabyte of every
//! function, and DynamoDB, S3 and SQS speak HTTP/1.1 to the SDK anyway. Certificates of authorities are read at the first
//! `https` address: a function that talks to this machine never pays for them.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::retries::ErrorKind;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use http::Uri;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector as TcpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::{ClientConfig, RootCertStore};
use std::error::Error;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::net::TcpStream;
use tower_service::Service;

/// How long a TCP connection may take where the SDK says nothing; its own default.
const CONNECT: Duration = Duration::from_millis(3100);

/// How long an idle connection is kept: less than the load balancers of AWS keep it.
const IDLE: Duration = Duration::from_secs(50);

/// The client; a clone shares its connections.
#[derive(Clone, Debug)]
pub(super) struct Http(Client<Connector, SdkBody>);

impl Http {
    pub(super) fn new() -> Self {
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(Connector::new());
        Self(client)
    }

    /// Sends a request as it is.
    pub(super) async fn send(
        &self,
        request: http::Request<SdkBody>,
    ) -> Result<http::Response<hyper::body::Incoming>, ClientError> {
        self.0.request(request).await
    }
}

impl HttpClient for Http {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Timed {
            client: self.0.clone(),
            read: settings.read_timeout(),
        })
    }
}

/// The client with one operation's time limit.
#[derive(Debug)]
struct Timed {
    client: Client<Connector, SdkBody>,
    read: Option<Duration>,
}

impl HttpConnector for Timed {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (client, read) = (self.client.clone(), self.read);
        HttpConnectorFuture::new(async move {
            let request = request
                .try_into_http1x()
                .map_err(|error| ConnectorError::user(error.into()))?;
            let sent = client.request(request);
            let answer = match read {
                Some(limit) => tokio::time::timeout(limit, sent)
                    .await
                    .map_err(|late| ConnectorError::timeout(late.into()))?,
                None => sent.await,
            };
            let answer = answer.map_err(classify)?;
            HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// What the SDK may try again: whatever the network did. What this process did wrong it may not.
fn classify(error: ClientError) -> ConnectorError {
    if error.is_connect() || source::<io::Error>(&error).is_some() {
        return ConnectorError::io(error.into());
    }
    let kind = source::<hyper::Error>(&error).map(|of| {
        (
            of.is_timeout(),
            of.is_user(),
            of.is_closed() || of.is_canceled(),
            of.is_incomplete_message(),
        )
    });
    match kind {
        Some((true, ..)) => ConnectorError::timeout(error.into()),
        Some((_, true, ..)) => ConnectorError::user(error.into()),
        Some((_, _, true, _)) => ConnectorError::io(error.into()),
        Some((.., true)) => ConnectorError::other(error.into(), Some(ErrorKind::TransientError)),
        _ => ConnectorError::other(error.into(), None),
    }
}

fn source<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// What TLS is spoken with, once for the process: the authorities' certificates take milliseconds to read.
static SECURE: OnceLock<ClientConfig> = OnceLock::new();

/// Connects in clear, or over TLS that is set up when it is first asked for.
#[derive(Clone, Debug)]
struct Connector {
    plain: HttpsConnector<TcpConnector>,
    tls: Arc<OnceLock<HttpsConnector<TcpConnector>>>,
}

type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;
type Failure = Box<dyn Error + Send + Sync>;

impl Connector {
    fn new() -> Self {
        Self {
            plain: over(tcp(), trusting(RootCertStore::empty())),
            tls: Arc::default(),
        }
    }

    fn of(&self, address: &Uri) -> HttpsConnector<TcpConnector> {
        if address.scheme() != Some(&http::uri::Scheme::HTTPS) {
            return self.plain.clone();
        }
        let secure = || SECURE.get_or_init(|| trusting(authorities())).clone();
        self.tls.get_or_init(|| over(tcp(), secure())).clone()
    }
}

impl Service<Uri> for Connector {
    type Response = Stream;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        // A TCP connector is always ready.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        self.of(&address).call(address)
    }
}

fn tcp() -> TcpConnector {
    let mut tcp = TcpConnector::new();
    tcp.enforce_http(false);
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
    tcp
}

fn trusting(authorities: RootCertStore) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has the suites of every version that rustls has by default")
        .with_root_certificates(authorities)
        .with_no_client_auth()
}

fn over(tcp: TcpConnector, config: ClientConfig) -> HttpsConnector<TcpConnector> {
    HttpsConnectorBuilder::new()
        .with_tls_config(config)
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp)
}

/// The certificates of this system, or of `SSL_CERT_FILE`. Without any, every handshake says that its issuer is unknown.
fn authorities() -> RootCertStore {
    let mut store = RootCertStore::empty();
    let found = rustls_native_certs::load_native_certs();
    for error in &found.errors {
        tracing::warn!(%error, "certificates of authorities");
    }
    let (_, unusable) = store.add_parsable_certificates(found.certs);
    if unusable > 0 {
        tracing::debug!(unusable, "certificates of authorities");
    }
    store
}
