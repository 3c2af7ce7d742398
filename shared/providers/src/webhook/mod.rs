//! Outgoing webhooks: one POST to an address that staff gave.
//!
//! | guard | how |
//! |---|---|
//! | `https` only | [`Target::read`]; `http` to loopback where the setting for one machine allows it |
//! | no private address, written out | [`Target::read`] |
//! | no private address behind a name | names are resolved by this client's own resolver, which gives the connector the addresses that it judged: what was judged is what is connected to, so a name that changes in between changes nothing |
//! | no private address by redirect | redirects are not followed |
//! | no proxy, no kept connections | a connection goes where it was judged to go |
//! | an answer costs at most 64 KB and the time limit | its body is read so far and thrown away |

mod address;
mod target;

pub use target::{Refused, Target};

use crate::error::Cause;
use reqwest::{
    Client as Http,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{CONTENT_TYPE, HeaderValue, USER_AGENT},
    redirect, retry,
};
use std::{
    error::Error,
    fmt,
    net::SocketAddr,
    pin::Pin,
    sync::{Arc, OnceLock},
    time::Duration,
};

/// The most that is read of an answer, in bytes.
const LARGEST_ANSWER: usize = 64 * 1024;

/// Which addresses may be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those that everybody reaches.
    Public,
    /// Those, and this machine: for a deployment on one machine.
    PublicAndLoopback,
}

impl Reach {
    /// By the setting `WEBHOOK_LOOPBACK`: `true`, or `false` and absent.
    pub fn of_setting(value: Option<&str>) -> Option<Self> {
        match value {
            Some("true") => Some(Self::PublicAndLoopback),
            Some("false") | None => Some(Self::Public),
            Some(_) => None,
        }
    }
}

/// A message as it is sent.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// `webhook-id`.
    pub id: &'a str,
    /// `webhook-timestamp`, Unix seconds.
    pub timestamp: i64,
    /// `webhook-signature`.
    pub signature: &'a str,
    /// The JSON.
    pub body: String,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// It is not called.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// The time ran out.
    #[error("the time ran out")]
    TimeOut,
    /// No connection was made.
    #[error("no connection was made")]
    Unreachable(#[source] Cause),
    /// The connection broke, or what came was no answer.
    #[error("the connection broke")]
    Broken(#[source] Cause),
}

type Found = Pin<Box<dyn Future<Output = std::io::Result<Vec<SocketAddr>>> + Send>>;

/// Looks a name up.
type Lookup = dyn Fn(String) -> Found + Send + Sync;

/// The client.
pub struct Client {
    http: OnceLock<Http>,
    reach: Reach,
    time_out: Duration,
    lookup: Arc<Lookup>,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client whose calls take at most `time_out`, the resolving of names included.
    pub fn new(reach: Reach, time_out: Duration) -> Self {
        let lookup = |host: String| -> Found {
            // The port is set by the connector.
            Box::pin(async move { Ok(tokio::net::lookup_host((host, 0)).await?.collect()) })
        };
        Self::with_lookup(reach, time_out, Arc::new(lookup))
    }

    fn with_lookup(reach: Reach, time_out: Duration, lookup: Arc<Lookup>) -> Self {
        Self {
            http: OnceLock::new(),
            reach,
            time_out,
            lookup,
        }
    }

    fn http(&self) -> Result<&Http, SendError> {
        if let Some(http) = self.http.get() {
            return Ok(http);
        }
        crate::transport::install_cryptography();
        let built = Http::builder()
            .timeout(self.time_out)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .no_proxy()
            .pool_max_idle_per_host(0)
            .dns_resolver(Judging {
                reach: self.reach,
                lookup: Arc::clone(&self.lookup),
            })
            .build()
            .map_err(|error| SendError::Unreachable(Cause::new(error)))?;
        Ok(self.http.get_or_init(|| built))
    }

    /// Sends a message once; the status that came back.
    ///
    /// # Errors
    /// [`SendError`], whose text names no address and is fit for the log.
    pub async fn send(&self, url: &str, message: Message<'_>) -> Result<u16, SendError> {
        let target = Target::read(url, self.reach)?;
        let sent = self
            .http()?
            .post(target.url())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header(USER_AGENT, HeaderValue::from_static("Registrar-Webhooks/1"))
            .header("webhook-id", message.id)
            .header("webhook-timestamp", message.timestamp)
            .header("webhook-signature", message.signature)
            .body(message.body)
            .send()
            .await;
        let mut response = sent.map_err(classify)?;
        let status = response.status().as_u16();
        let mut read = 0;
        // The status stands, whatever becomes of the body.
        while let Ok(Some(chunk)) = response.chunk().await {
            read += chunk.len();
            if read > LARGEST_ANSWER {
                break;
            }
        }
        Ok(status)
    }
}

fn classify(error: reqwest::Error) -> SendError {
    let mut source: Option<&(dyn Error + 'static)> = Some(&error);
    while let Some(found) = source {
        if let Some(refused) = found.downcast_ref::<Refused>() {
            return SendError::Refused(*refused);
        }
        source = found.source();
    }
    if error.is_timeout() {
        SendError::TimeOut
    } else if error.is_connect() {
        SendError::Unreachable(Cause::new(error))
    } else {
        SendError::Broken(Cause::new(error))
    }
}

/// Resolves names to addresses that may be called.
struct Judging {
    reach: Reach,
    lookup: Arc<Lookup>,
}

impl Resolve for Judging {
    fn resolve(&self, name: Name) -> Resolving {
        let (reach, found) = (self.reach, (self.lookup)(name.as_str().to_owned()));
        Box::pin(async move {
            let judged = target::judged(found.await?, reach)?;
            let addresses: Addrs = Box::new(judged.into_iter());
            Ok(addresses)
        })
    }
}

#[cfg(test)]
mod tests;
