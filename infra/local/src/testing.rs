//! A deployment of the fixture template whose functions the test itself plays, over the real Runtime API.

use crate::clock::Clock;
use crate::dynamodb::Tables;
use crate::functions::{Functions, Surroundings};
use crate::serve::Stop;
use crate::sqs::Store;
use crate::template::{Deployment, Secrets, World, load};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// Everything that the modules under test need.
pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) deployment: Deployment,
    pub(crate) functions: Arc<Functions>,
    pub(crate) store: Arc<Store>,
    pub(crate) tables: Arc<Tables>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) stop: Stop,
    api: String,
}

/// How a played function ends an invocation.
pub(crate) enum End {
    Answer(Json),
    Error(Json),
    /// It takes the event and is never heard of again.
    Silence,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Deployment)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let any = BTreeMap::from([("seed".to_owned(), "s".to_owned())]);
        let secrets = Secrets {
            named: BTreeMap::new(),
            any,
        };
        let world = World {
            region: "us-east-1".into(),
            stack: "registrar".into(),
            secrets,
            ..World::default()
        };
        let mut deployment = load(include_str!("../tests/fixture.yaml"), &world).unwrap();
        change(&mut deployment);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let api = format!("http://{}", listener.local_addr().unwrap());
        let surroundings = Surroundings {
            region: "us-east-1".into(),
            dynamodb_url: "http://d".into(),
            s3_url: "http://s".into(),
            sqs_url: "http://q".into(),
            kms_url: "http://k".into(),
            ssm_url: "http://p".into(),
            access_key: "a".into(),
            secret_key: "b".into(),
        };
        let stop = Stop::default();
        let (binaries, logs) = (folder.path().join("bin"), folder.path().join("logs"));
        let functions = Functions::start(
            &deployment,
            listener,
            &binaries,
            &logs,
            &surroundings,
            &stop,
        )
        .unwrap();
        let clock = Arc::new(Clock::default());
        let queues = deployment.queues.values().cloned();
        let store = Arc::new(
            Store::open(&folder.path().join("q.sqlite"), queues, Arc::clone(&clock)).unwrap(),
        );
        let tables = Tables::open(&folder.path().join("d.sqlite"), &deployment.tables).unwrap();
        Self {
            folder,
            deployment,
            functions: Arc::new(functions),
            store,
            tables,
            clock,
            stop,
            api,
        }
    }

    /// Folder of the binaries.
    pub(crate) fn binaries(&self) -> PathBuf {
        let folder = self.folder.path().join("bin");
        std::fs::create_dir_all(&folder).unwrap();
        folder
    }

    /// Plays one process of a function until the platform stops.
    pub(crate) fn play(&self, function: &str, mut act: impl FnMut(Json) -> End + Send + 'static) {
        let worker = self.functions.adopt(function);
        let base = format!(
            "{}/{function}/{worker}/2018-06-01/runtime/invocation",
            self.api
        );
        let client = client();
        tokio::spawn(async move {
            loop {
                let Ok(next) = client.get(format!("{base}/next")).send().await else {
                    return;
                };
                if !next.status().is_success() {
                    return;
                }
                let id = next.headers()["lambda-runtime-aws-request-id"]
                    .to_str()
                    .unwrap()
                    .to_owned();
                assert!(next.headers().contains_key("lambda-runtime-deadline-ms"));
                let (path, body) = match act(next.json().await.unwrap()) {
                    End::Answer(body) => ("response", body),
                    End::Error(body) => ("error", body),
                    End::Silence => std::future::pending().await,
                };
                let accepted = client
                    .post(format!("{base}/{id}/{path}"))
                    .json(&body)
                    .send()
                    .await
                    .unwrap();
                assert_eq!(accepted.status(), 202);
            }
        });
    }

    /// Waits until a condition on queues or functions holds.
    pub(crate) async fn until(&self, holds: impl Fn(&Self) -> bool) {
        let (mut queues, mut functions) = (self.store.listen(), self.functions.listen());
        let waited = async {
            loop {
                queues.mark_unchanged();
                functions.mark_unchanged();
                if holds(self) {
                    return;
                }
                tokio::select! {
                    changed = queues.changed() => changed.unwrap(),
                    changed = functions.changed() => changed.unwrap(),
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waited)
            .await
            .expect("it happens in time");
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.stop.now();
    }
}

/// An HTTP client; TLS needs a provider even where none is spoken.
pub(crate) fn client() -> reqwest::Client {
    // A second installation is refused, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}
