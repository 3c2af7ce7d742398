//! Listening and serving, the same way for every service.

use crate::error::{Error, Result};
use axum::Router;
use axum::middleware::from_fn;
use axum::serve::ListenerExt;
use std::net::{IpAddr, SocketAddr};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// Listens on `port`; 0 takes any.
pub(crate) async fn listen(service: &'static str, host: IpAddr, port: u16) -> Result<TcpListener> {
    let listener = TcpListener::bind(SocketAddr::new(host, port)).await;
    listener.map_err(|source| Error::Listen {
        service,
        port,
        source,
    })
}

/// `http://<address>` of a listener, as this machine reaches it.
pub(crate) fn url(service: &'static str, listener: &TcpListener) -> Result<String> {
    let address = listener.local_addr().map_err(|source| Error::Listen {
        service,
        port: 0,
        source,
    })?;
    let host = if address.ip().is_unspecified() {
        "127.0.0.1".to_owned()
    } else {
        address.ip().to_string()
    };
    Ok(format!("http://{host}:{}", address.port()))
}

/// Serves requests that name this machine, until `stop` resolves: then nothing is accepted any more, idle connections close
/// and open requests end.
pub(crate) async fn run(
    service: &'static str,
    listener: TcpListener,
    router: Router,
    stop: impl Future<Output = ()> + Send + 'static,
) {
    // Small answers leave at once.
    let listener = listener.tap_io(|stream| {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "nodelay");
        }
    });
    let router = router.layer(from_fn(registrar_simulators::loopback_only));
    let service_of = router.into_make_service_with_connect_info::<SocketAddr>();
    if let Err(error) = axum::serve(listener, service_of)
        .with_graceful_shutdown(stop)
        .await
    {
        tracing::error!(%error, service, "stopped serving");
    }
}

/// Tells tasks to end.
#[derive(Clone, Debug)]
pub(crate) struct Stop(watch::Sender<bool>);

impl Default for Stop {
    fn default() -> Self {
        Self(watch::Sender::new(false))
    }
}

impl Stop {
    /// Tells them.
    pub(crate) fn now(&self) {
        self.0.send_replace(true);
    }

    /// Resolves once told.
    pub(crate) fn told(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut receiver = self.0.subscribe();
        async move {
            // An error means that the platform is gone, which is the same.
            let _ = receiver.wait_for(|told| *told).await;
        }
    }
}
