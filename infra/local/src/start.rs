//! Steps of the start: listeners, what is filled in for a local deployment, background work.

use crate::clock::Clock;
use crate::dynamodb::Tables;
use crate::error::{Error, Result};
use crate::functions::{Functions, Surroundings};
use crate::options::{Options, Ports};
use crate::platform::{Platform, Urls};
use crate::secrets::LocalSecrets;
use crate::serve::{Stop, listen, url};
use crate::sources::schedule::Timer;
use crate::sources::stream::Stream;
use crate::sqs::Store;
use crate::template::{ACCOUNT, Deployment, Schedule, Secrets, StreamSource, World};
use axum::Router;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// How often expired items are deleted.
const SWEEP_EVERY: Duration = Duration::from_mins(1);

/// Every listener, bound before the template is read: its values hold their addresses.
pub(crate) struct Listeners {
    pub(crate) api: TcpListener,
    pub(crate) verify: TcpListener,
    pub(crate) s3: TcpListener,
    pub(crate) simulators: TcpListener,
    pub(crate) dynamodb: TcpListener,
    pub(crate) sqs: TcpListener,
    pub(crate) kms: TcpListener,
    pub(crate) ssm: TcpListener,
    /// For function processes only.
    pub(crate) runtime: TcpListener,
}

impl Listeners {
    pub(crate) async fn bind(host: IpAddr, ports: Ports) -> Result<Self> {
        Ok(Self {
            api: listen("api", host, ports.api).await?,
            verify: listen("verify", host, ports.verify).await?,
            s3: listen("s3", host, ports.s3).await?,
            simulators: listen("simulators", host, ports.simulators).await?,
            dynamodb: listen("dynamodb", host, ports.dynamodb).await?,
            sqs: listen("sqs", host, ports.sqs).await?,
            kms: listen("kms", host, ports.kms).await?,
            ssm: listen("ssm", host, ports.ssm).await?,
            runtime: listen("functions", IpAddr::from([127, 0, 0, 1]), 0).await?,
        })
    }

    pub(crate) fn urls(&self) -> Result<Urls> {
        Ok(Urls {
            api: url("api", &self.api)?,
            verify: url("verify", &self.verify)?,
            s3: url("s3", &self.s3)?,
            simulators: url("simulators", &self.simulators)?,
            dynamodb: url("dynamodb", &self.dynamodb)?,
            sqs: url("sqs", &self.sqs)?,
            kms: url("kms", &self.kms)?,
            ssm: url("ssm", &self.ssm)?,
        })
    }
}

/// What the template is evaluated against.
pub(crate) fn world(
    template: &str,
    options: &Options,
    urls: &Urls,
    secrets: &LocalSecrets,
) -> Result<World> {
    Ok(World {
        region: options.region.clone(),
        stack: options.stack.clone(),
        api_url: urls.api.clone(),
        sqs_url: urls.sqs.clone(),
        parameters: parameters(template, options, urls, secrets)?,
        secrets: references(options, secrets),
    })
}

/// The verifier, over the KV simulator and the gateway.
pub(crate) fn verifier(
    options: &Options,
    urls: &Urls,
    world: &World,
    secrets: &LocalSecrets,
    clock: &Arc<Clock>,
    issuer_keys: &str,
) -> Result<axum::Router> {
    crate::verifier::router(
        issuer_keys,
        crate::verifier::Neighbours {
            kv_url: kv_url(urls, world),
            kv_token: secrets.cloudflare_api_token.clone(),
            origin_url: urls.api.clone(),
            clock: Arc::clone(clock),
            offline: offline(&options.template),
        },
    )
}

/// Where `make edge` packs the page that verifies without a connection, beside the template's folder.
fn offline(template: &Path) -> PathBuf {
    let folder = template.parent().and_then(Path::parent);
    let root = folder.filter(|folder| !folder.as_os_str().is_empty());
    root.unwrap_or(Path::new("."))
        .join("edge-verify/dist/offline")
}

/// Addresses and credentials for the functions.
pub(crate) fn surroundings(options: &Options, urls: &Urls, secrets: &LocalSecrets) -> Surroundings {
    Surroundings {
        region: options.region.clone(),
        dynamodb_url: urls.dynamodb.clone(),
        s3_url: urls.s3.clone(),
        sqs_url: urls.sqs.clone(),
        kms_url: urls.kms.clone(),
        ssm_url: urls.ssm.clone(),
        access_key: secrets.aws_access_key_id.clone(),
        secret_key: secrets.aws_secret_access_key.clone(),
    }
}

/// Opens the queues.
pub(crate) fn queues(
    options: &Options,
    deployment: &Deployment,
    clock: &Arc<Clock>,
) -> Result<Arc<Store>> {
    let queues = deployment.queues.values().cloned();
    let file = options.data.join("queues.sqlite");
    Store::open(&file, queues, Arc::clone(clock)).map(Arc::new)
}

/// Serves the tables where nobody looks for them; what is let in is handed on to them by the router.
pub(crate) async fn serve_tables(tables: &Tables, stop: &Stop) -> Result<Router> {
    let unbound = |source| Error::Listen {
        service: "dynamodb",
        port: 0,
        source,
    };
    let behind = crate::front::hidden().await.map_err(unbound)?;
    let router = crate::front::router(behind.local_addr().map_err(unbound)?);
    let (database, told) = (tables.database(), stop.told());
    tokio::spawn(async move {
        let served = dynoxide::server::serve_with_shutdown(behind, database, told).await;
        if let Err(error) = served {
            tracing::error!(error, "stopped serving tables");
        }
    });
    Ok(router)
}

/// Parameters given, and for those that the template has and nobody gave, what is true on this machine.
fn parameters(
    template: &str,
    options: &Options,
    urls: &Urls,
    secrets: &LocalSecrets,
) -> Result<BTreeMap<String, String>> {
    let mut out = options.parameters.clone();
    let local = [
        ("AppBaseUrl", urls.api.clone()),
        ("VerifyBaseUrl", urls.verify.clone()),
        ("SimulatorsBaseUrl", urls.simulators.clone()),
        ("AuthJwks", secrets.auth_jwks()?),
        // Receivers of webhooks are on this machine too.
        ("WebhookLoopback", "true".to_owned()),
    ];
    let declared = crate::template::parameter_names(template)?;
    for (name, value) in local {
        if declared.iter().any(|declared| declared == name) {
            out.entry(name.to_owned()).or_insert(value);
        }
    }
    Ok(out)
}

/// Dynamic references: those of the options, else the generated ones.
fn references(options: &Options, secrets: &LocalSecrets) -> Secrets {
    let mut out = secrets.references();
    out.named.extend(options.secrets.named.clone());
    out.any.extend(options.secrets.any.clone());
    out
}

/// The certificates' public keys as the verifier reads them, a JWK set: those of the setting that the functions have.
pub(crate) fn issuer_keys(
    deployment: &Deployment,
    secrets: &Secrets,
    generated: &LocalSecrets,
    kms: &crate::kms::Keys,
) -> Result<String> {
    let mut functions = deployment.functions.values();
    let setting = functions
        .find_map(|function| function.environment.get("CERTIFICATE_KEYS_PARAMETER"))
        .and_then(|parameter| secrets.parameter(parameter))
        .unwrap_or(&generated.certificate_keys);
    crate::issuer::key_set(setting, kms)
}

/// The KV namespace that the deployment writes to, at the simulator.
fn kv_url(urls: &Urls, world: &World) -> String {
    let parameter = |name: &str, default: &str| {
        world
            .parameters
            .get(name)
            .cloned()
            .unwrap_or_else(|| default.into())
    };
    let account = parameter("CloudflareAccountId", "simulated-account");
    let namespace = parameter("CloudflareKvNamespaceId", "simulated-namespace");
    format!(
        "{}/cloudflare/client/v4/accounts/{account}/storage/kv/namespaces/{namespace}",
        urls.simulators
    )
}

/// Names that refer to each other must exist.
pub(crate) fn check(deployment: &Deployment) -> Result<()> {
    let queue = |name: &str, at: String| {
        let exists = deployment.queues.values().any(|queue| queue.name == name);
        if exists {
            Ok(())
        } else {
            Err(Error::template(at, format!("there is no queue {name}")))
        }
    };
    for (id, from) in &deployment.queues {
        if let Some(redrive) = &from.redrive {
            queue(
                &redrive.queue,
                format!("Resources.{id}.Properties.RedrivePolicy"),
            )?;
        }
    }
    for source in &deployment.queue_sources {
        queue(
            &source.queue,
            format!("Resources.{}.Properties.Events", source.function),
        )?;
        let visibility = deployment
            .queues
            .values()
            .find(|q| q.name == source.queue)
            .map(|queue| queue.visibility);
        let timeout = deployment
            .functions
            .get(&source.function)
            .map(|function| function.timeout);
        if visibility
            .zip(timeout)
            .is_some_and(|(visibility, timeout)| visibility < timeout)
        {
            let at = format!("Resources.{}.Properties.Events", source.function);
            return Err(Error::template(
                at,
                "the queue's VisibilityTimeout is below the function's Timeout",
            ));
        }
    }
    for source in &deployment.stream_sources {
        let at = format!(
            "Resources.{}",
            source.id.replace('/', ".Properties.Events.")
        );
        let table = deployment
            .tables
            .iter()
            .find(|table| table.name == source.table);
        if table.is_none_or(|table| table.create.get("StreamSpecification").is_none()) {
            return Err(Error::template(
                at,
                format!("{} is no table with a stream", source.table),
            ));
        }
        if let Some(name) = &source.retry.failure_queue {
            queue(name, at)?;
        }
    }
    Ok(())
}

/// What sources of events share.
pub(crate) struct Wiring<'a> {
    pub(crate) region: &'a str,
    pub(crate) clock: &'a Arc<Clock>,
    pub(crate) store: &'a Arc<Store>,
    pub(crate) functions: &'a Arc<Functions>,
}

impl Wiring<'_> {
    pub(crate) fn queues(&self, deployment: &Deployment, stop: &Stop) -> Result<()> {
        for source in &deployment.queue_sources {
            let queue = self.store.queue(&source.queue);
            let queue = queue.ok_or_else(|| Error::Unknown {
                kind: "queue",
                name: source.queue.clone(),
            })?;
            crate::sources::queue::start(
                source,
                queue,
                self.store,
                self.functions,
                self.region,
                stop,
            );
        }
        Ok(())
    }

    pub(crate) fn streams(
        &self,
        deployment: &Deployment,
        tables: &Arc<Tables>,
        stop: &Stop,
    ) -> Vec<Arc<Stream>> {
        let sources = &deployment.stream_sources;
        let start = |source: &StreamSource| {
            let alone = sources
                .iter()
                .filter(|other| other.table == source.table)
                .count()
                == 1;
            let (tables, store, functions) = (
                Arc::clone(tables),
                Arc::clone(self.store),
                Arc::clone(self.functions),
            );
            let stream = Stream::new(source.clone(), tables, store, functions, self.region, alone);
            stream.start(stop);
            stream
        };
        sources.iter().map(start).collect()
    }

    pub(crate) fn timers(
        &self,
        deployment: &Deployment,
        paused: &watch::Sender<bool>,
        stop: &Stop,
    ) -> Result<Vec<Arc<Timer>>> {
        let start = |schedule: &Schedule| {
            let (clock, store) = (Arc::clone(self.clock), Arc::clone(self.store));
            let timer = Timer::new(
                schedule.clone(),
                clock,
                store,
                Arc::clone(self.functions),
                self.region,
            )?;
            timer.start(paused.subscribe(), stop);
            Ok(timer)
        };
        deployment.schedules.iter().map(start).collect()
    }
}

/// Deletes expired items from time to time.
pub(crate) fn sweep(tables: &Arc<Tables>, stop: &Stop) {
    let tables = Arc::clone(tables);
    let told = stop.told();
    let work = async move {
        loop {
            tokio::time::sleep(SWEEP_EVERY).await;
            if let Err(error) = tables.sweep().await {
                tracing::error!(%error, "expired items were not deleted");
            }
        }
    };
    tokio::spawn(async move {
        tokio::select! {
            () = told => {}
            () = work => {}
        }
    });
}

impl Platform {
    /// Address of the HTTP API, without a trailing slash.
    pub fn api_url(&self) -> &str {
        &self.urls.api
    }

    /// Address of the verifier.
    pub fn verify_url(&self) -> &str {
        &self.urls.verify
    }

    /// Address of the providers' simulators; append `/sendgrid`, `/aisensy`, `/cloudflare`, `/journal` or `/faults`.
    pub fn simulators_url(&self) -> &str {
        &self.urls.simulators
    }

    /// Address of S3, path style.
    pub fn s3_url(&self) -> &str {
        &self.urls.s3
    }

    /// Address of `DynamoDB`.
    pub fn dynamodb_url(&self) -> &str {
        &self.urls.dynamodb
    }

    /// Address of SQS.
    pub fn sqs_url(&self) -> &str {
        &self.urls.sqs
    }

    /// Address of KMS; its keys are [`Deployment::kms`].
    pub fn kms_url(&self) -> &str {
        &self.urls.kms
    }

    /// All addresses.
    pub fn urls(&self) -> &Urls {
        &self.urls
    }

    /// What the template came to.
    pub fn deployment(&self) -> &Deployment {
        &self.deployment
    }

    /// The generated secrets, among them the credentials of tables, buckets and queues.
    pub fn secrets(&self) -> &LocalSecrets {
        &self.secrets
    }

    /// Address of a queue, by logical id.
    ///
    /// # Errors
    /// When the template has no such queue.
    pub fn queue_url(&self, logical_id: &str) -> Result<String> {
        let unknown = || Error::Unknown {
            kind: "queue",
            name: logical_id.to_owned(),
        };
        let queue = self.deployment.queues.get(logical_id).ok_or_else(unknown)?;
        Ok(format!("{}/{ACCOUNT}/{}", self.urls.sqs, queue.name))
    }

    /// Name of the only, or first, table.
    pub fn table_name(&self) -> Option<&str> {
        self.deployment
            .tables
            .first()
            .map(|table| table.name.as_str())
    }

    /// Names of the buckets.
    pub fn bucket_names(&self) -> impl Iterator<Item = &str> {
        self.deployment
            .buckets
            .iter()
            .map(|bucket| bucket.name.as_str())
    }
}
