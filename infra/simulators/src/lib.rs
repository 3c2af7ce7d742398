//! Stand-ins for the outside providers, for tests and for running the house on one machine.
//!
//! One listener serves these vendors, each under its own prefix, written from the vendors' public documents:
//!
//! | prefix | vendor | what is spoken |
//! |---|---|---|
//! | `/sendgrid` | Twilio `SendGrid` | `POST /v3/mail/send`, `GET /v3/messages` (the Email Activity Feed API) |
//! | `/aisensy` | `AiSensy` | `POST /campaign/t1/api/v2` |
//! | `/anthropic` | Anthropic | `POST /v1/messages` |
//! | `/whatsapp_cloud` | `WhatsApp` Cloud API | `POST /{version}/{phone number id}/messages`, `GET /{version}/{media id}`; calls back |
//! | `/cloudflare` | Cloudflare Workers KV | `/client/v4/accounts/{account}/storage/kv/namespaces/{namespace}/…` |
//! | `/receiver` | whoever takes webhooks | `POST /{name}` |
//!
//! Beside them stand the switches for tests: `/journal` (what was accepted) and `/faults` (what goes wrong next). Nothing here is shared with the product's clients: a misunderstanding of a vendor's document must not
//! cancel itself out.
//!
//! What an accepted request wrote is in an `SQLite` file before the answer leaves, so that killing the process loses nothing
//! that a client was told.

mod aisensy;
mod anthropic;
mod cloudflare;
mod envelope;
mod faults;
mod journal;
mod names;
mod receiver;
mod sendgrid;
mod server;
mod store;
mod whatsapp_cloud;

use std::path::PathBuf;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::watch;

pub use names::loopback_only;
pub use server::Running;

/// What a set of simulators accepts and where it keeps what it accepted.
#[derive(Clone, Debug)]
pub struct Options {
    /// Folder of `simulators.sqlite`, created when absent; `None` keeps everything in memory.
    pub data: Option<PathBuf>,
    /// The `SendGrid` API key accepted as a bearer token.
    pub sendgrid_key: String,
    /// The `AiSensy` API key accepted in a body.
    pub aisensy_key: String,
    /// The Anthropic API key accepted in `x-api-key`.
    pub anthropic_key: String,
    /// The Cloudflare API token accepted as a bearer token.
    pub cloudflare_token: String,
    /// What the `WhatsApp` Cloud API accepts, and whom it tells.
    pub whatsapp: Whatsapp,
    /// The `AiSensy` campaigns that are live; when empty, every campaign is, with any number of parameters.
    pub campaigns: Vec<Campaign>,
}

/// The `WhatsApp` Cloud API's side of an application.
#[derive(Clone, Debug)]
pub struct Whatsapp {
    /// The access token accepted as a bearer token.
    pub token: String,
    /// The id of the number that messages go out from.
    pub phone_number_id: String,
    /// The key that calls of the webhook are signed with.
    pub app_secret: String,
    /// The webhook; `None` tells nobody.
    pub callback: Option<String>,
}

/// An `AiSensy` API campaign.
#[derive(Clone, Debug)]
pub struct Campaign {
    /// The name that a request carries in `campaignName`.
    pub name: String,
    /// How many parameters its template takes.
    pub parameters: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            data: None,
            sendgrid_key: "SG.simulator".to_owned(),
            aisensy_key: "simulator-aisensy".to_owned(),
            anthropic_key: "simulator-anthropic".to_owned(),
            cloudflare_token: "simulator-cloudflare".to_owned(),
            whatsapp: Whatsapp::default(),
            campaigns: Vec::new(),
        }
    }
}

/// Why the simulators did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The data folder could not be created, or the listener has no address.
    #[error("the simulators could not use their folder or listener")]
    Io(#[from] std::io::Error),
    /// The journal could not be opened.
    #[error("the simulators could not open their journal")]
    Journal(#[from] rusqlite::Error),
}

pub(crate) struct Deps {
    pub(crate) options: Options,
    pub(crate) store: store::Store,
    pub(crate) faults: faults::Faults,
    pub(crate) phones: whatsapp_cloud::Phones,
    pub(crate) stop: watch::Receiver<bool>,
}

/// Starts serving on `listener` and returns at once; the answer stops the servers when told to, or when dropped.
///
/// # Errors
/// When the data folder or the journal in it cannot be opened.
pub async fn serve(listener: TcpListener, options: Options) -> Result<Running, StartError> {
    let data = options.data.clone();
    let store = tokio::task::spawn_blocking(move || store::Store::open(data.as_deref()))
        .await
        .map_err(std::io::Error::other)??;
    let (stopper, stop) = watch::channel(false);
    let deps = Arc::new(Deps {
        options,
        store,
        faults: faults::Faults::default(),
        phones: whatsapp_cloud::Phones::default(),
        stop: stop.clone(),
    });
    let router = server::router(deps);
    Running::start(listener, router, stopper, stop)
}
