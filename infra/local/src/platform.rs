//! The running platform and what tests may do to it.

use crate::access::{Access, Service};
use crate::clock::Clock;
use crate::dynamodb::Tables;
use crate::error::{Error, Result};
use crate::functions::Functions;
use crate::gateway::Gateway;
use crate::lock::Lock;
use crate::options::Options;
use crate::secrets::LocalSecrets;
use crate::serve::{self, Stop};
use crate::signature::Signed;
use crate::sources::schedule::Timer;
use crate::sources::stream::Stream;
use crate::sqs::{Counts, Server, Store};
use crate::start::{self, Listeners};
use crate::template::Deployment;
use registrar_simulators::Running;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, watch};
use tokio::task::JoinHandle;

/// The whole deployment, running. Dropping it ends functions and listeners; [`Platform::shutdown`] also waits for them.
#[derive(Debug)]
pub struct Platform {
    pub(crate) urls: Urls,
    pub(crate) deployment: Deployment,
    pub(crate) secrets: LocalSecrets,
    access: Access,
    clock: Arc<Clock>,
    store: Arc<Store>,
    tables: Arc<Tables>,
    functions: Arc<Functions>,
    streams: Vec<Arc<Stream>>,
    timers: Vec<Arc<Timer>>,
    paused: watch::Sender<bool>,
    origin: Mutex<Origin>,
    simulators: Mutex<Option<Running>>,
    stop: Stop,
    _lock: Lock,
}

/// Addresses, without a trailing slash.
#[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
pub struct Urls {
    /// The HTTP API.
    pub api: String,
    /// The verifier.
    pub verify: String,
    /// S3, path style.
    pub s3: String,
    /// The simulators: `/sendgrid`, `/aisensy`, `/cloudflare`, `/journal`, `/faults`.
    pub simulators: String,
    /// `DynamoDB`.
    pub dynamodb: String,
    /// SQS.
    pub sqs: String,
    /// KMS.
    pub kms: String,
    /// Parameter Store.
    pub ssm: String,
}

/// How long open requests may take once the HTTP API is told to stop.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// The gateway's listener, which tests can take away.
#[derive(Debug)]
struct Origin {
    gateway: Arc<Gateway>,
    address: SocketAddr,
    serving: Option<(Stop, JoinHandle<()>)>,
}

/// Makes the data folder this process's. What is written there holds personal data and keys: it is the owner's alone.
fn own(data: &Path) -> Result<Lock> {
    rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
    std::fs::create_dir_all(data).map_err(|e| Error::file(data, e))?;
    Lock::take(data)
}

impl Platform {
    /// Reads the template and starts everything.
    ///
    /// Parameters that the template has and [`Options::parameters`] does not give are filled with what is true here:
    /// `AppBaseUrl`, `VerifyBaseUrl`, `SimulatorsBaseUrl`, `AuthJwks`.
    ///
    /// # Errors
    /// When the data folder is in use, a port is taken, or the template holds what cannot be run here.
    pub async fn start(options: Options) -> Result<Self> {
        let lock = own(&options.data)?;
        let secrets = LocalSecrets::load_or_create(&options.data)?;
        let listeners = Listeners::bind(options.host, options.ports).await?;
        let urls = listeners.urls()?;
        let text = std::fs::read_to_string(&options.template)
            .map_err(|e| Error::file(&options.template, e))?;
        let world = start::world(&text, &options, &urls, &secrets)?;
        let deployment = crate::template::load(&text, &world)?;
        start::check(&deployment)?;

        let clock = Arc::new(Clock::default());
        let tables = Tables::open(&options.data.join("dynamodb.sqlite"), &deployment.tables)?;
        let store = start::queues(&options, &deployment, &clock)?;
        let stop = Stop::default();
        let access = Access::new(&secrets.aws_access_key_id, &deployment, &options.region);
        let s3 = crate::s3::router(
            &options.data.join("s3"),
            &deployment.buckets,
            &access,
            &secrets.aws_secret_access_key,
        )?;
        let keys: Vec<_> = deployment.kms.values().cloned().collect();
        let keys = crate::kms::Keys::open(&options.data, &keys).map(Arc::new)?;
        let signed = Signed::new(access.keys(), &secrets.aws_secret_access_key);
        let guard = |service, router| signed.guard(access.guard(service, router));
        let kms = guard(Service::Kms, crate::kms::router(Arc::clone(&keys)));
        let parameters = crate::ssm::router(world.secrets.clone(), &options.region);
        let issuer = start::issuer_keys(&deployment, &world.secrets, &secrets, &keys)?;
        let verifier = start::verifier(&options, &urls, &world, &secrets, &clock, &issuer)?;
        let sqs = guard(
            Service::Sqs,
            crate::sqs::router(Arc::new(Server {
                store: Arc::clone(&store),
                url: urls.sqs.clone(),
                region: options.region.clone(),
                tasks: crate::sqs::Tasks::default(),
            })),
        );
        let dynamodb = guard(
            Service::DynamoDb,
            start::serve_tables(&tables, &stop).await?,
        );
        for (service, listener, router) in [
            ("s3", listeners.s3, s3),
            ("verify", listeners.verify, verifier),
            ("sqs", listeners.sqs, sqs),
            ("kms", listeners.kms, kms),
            ("ssm", listeners.ssm, guard(Service::Ssm, parameters)),
            ("dynamodb", listeners.dynamodb, dynamodb),
        ] {
            tokio::spawn(serve::run(service, listener, router, stop.told()));
        }
        let simulators =
            crate::simulators::start(listeners.simulators, &options.data, &secrets, &urls.api)
                .await?;

        let functions = Functions::start(
            &deployment,
            listeners.runtime,
            &options.binaries,
            &options.data.join("logs"),
            &start::surroundings(&options, &urls, &secrets),
            &stop,
        )?;
        let functions = Arc::new(functions);
        let gateway = Gateway::new(&deployment, Arc::clone(&functions));
        let origin = Origin::start(gateway, listeners.api)?;

        let paused = watch::Sender::new(!options.schedules);
        let wiring = start::Wiring {
            region: &options.region,
            clock: &clock,
            store: &store,
            functions: &functions,
        };
        wiring.queues(&deployment, &stop)?;
        let streams = wiring.streams(&deployment, &tables, &stop);
        let timers = wiring.timers(&deployment, &paused, &stop)?;
        start::sweep(&tables, &stop);
        Ok(Self {
            urls,
            deployment,
            secrets,
            access,
            clock,
            store,
            tables,
            functions,
            streams,
            timers,
            paused,
            origin: Mutex::new(origin),
            simulators: Mutex::new(Some(simulators)),
            stop,
            _lock: lock,
        })
    }

    /// Ends everything: no new requests, functions killed, files closed.
    pub async fn shutdown(self) {
        self.stop_origin().await;
        self.stop.now();
        self.functions.stop().await;
        if let Some(simulators) = self.simulators.lock().await.take() {
            simulators.stop().await;
        }
    }

    /// Takes the HTTP API away: open requests are answered, every connection ends, and new ones are refused until
    /// [`Platform::start_origin`].
    pub async fn stop_origin(&self) {
        let serving = self.origin.lock().await.serving.take();
        if let Some((stop, mut task)) = serving {
            stop.now();
            // Without waiting for the connections, one that is kept alive could still answer.
            if tokio::time::timeout(LAST_ANSWERS, &mut task).await.is_err() {
                task.abort();
                // An aborted task ends with an error, which says just that.
                let _ = task.await;
            }
        }
    }

    /// Brings the HTTP API back on its address.
    ///
    /// # Errors
    /// When another process has taken the port meanwhile.
    pub async fn start_origin(&self) -> Result<()> {
        let mut origin = self.origin.lock().await;
        if origin.serving.is_none() {
            let listener = serve::listen("api", origin.address.ip(), origin.address.port()).await?;
            origin.serve(listener);
        }
        Ok(())
    }

    /// Schedules stop firing by themselves.
    pub fn pause_schedules(&self) {
        self.paused.send_replace(true);
    }

    /// Schedules fire by themselves again; what was missed fires once.
    pub fn resume_schedules(&self) {
        self.paused.send_replace(false);
    }

    /// Fires schedules now and waits for their function. `name` is `Function/Event`, an event's name, or a function's
    /// logical id for all of its schedules.
    ///
    /// # Errors
    /// When there is no such schedule, or the function failed.
    pub async fn fire_schedule(&self, name: &str) -> Result<()> {
        let fits = |timer: &&Arc<Timer>| {
            let schedule = &timer.schedule;
            schedule.id == name || schedule.event == name || schedule.function == name
        };
        let timers: Vec<_> = self.timers.iter().filter(fits).collect();
        if timers.is_empty() {
            return Err(Error::Unknown {
                kind: "schedule",
                name: name.to_owned(),
            });
        }
        for timer in timers {
            if let Some(problem) = timer.fire().await {
                return Err(Error::Function {
                    function: timer.schedule.function.clone(),
                    problem,
                });
            }
        }
        Ok(())
    }

    /// Moves the clock of queues, schedules and the verifier on: hidden messages appear, due schedules fire.
    pub fn advance(&self, by: Duration) {
        self.clock.advance(by);
        self.store.wake();
    }

    /// From now on the tables' streams lose every record on its way to a function, or no longer. Ends once what was
    /// written before is dealt with, so that nothing of it is taken for what comes after.
    pub async fn lose_stream_records(&self, lose: bool) {
        self.settle().await;
        for stream in &self.streams {
            while stream.has_more().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            stream.lose(lose);
        }
    }

    /// Deletes what has expired in the tables now; returns how many items.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn sweep_ttl(&self) -> Result<usize> {
        self.tables.sweep().await
    }

    /// Waits until nothing is left to do: no request, no event, no message on a queue that a function reads, also none
    /// that waits for a later try.
    pub async fn quiesce(&self) {
        self.wait_until(|counts| counts.visible + counts.in_flight + counts.delayed == 0)
            .await;
    }

    /// Waits until nothing can happen now; messages may wait for a later try. See [`Platform::advance`].
    pub async fn settle(&self) {
        self.wait_until(|counts| counts.visible + counts.busy == 0)
            .await;
    }

    async fn wait_until(&self, quiet: impl Fn(Counts) -> bool) {
        loop {
            let (mut functions, mut queues) = (self.functions.listen(), self.store.listen());
            functions.mark_unchanged();
            queues.mark_unchanged();
            if self.functions.in_flight() == 0 && self.drained().await && self.queues_are(&quiet) {
                let unchanged =
                    |receiver: &watch::Receiver<u64>| !receiver.has_changed().unwrap_or(false);
                if unchanged(&functions) && unchanged(&queues) {
                    return;
                }
                continue;
            }
            // The bound is for what beats no pulse: a write from outside that the stream has not been read for.
            let changed = async {
                tokio::select! {
                    changed = functions.changed() => changed,
                    changed = queues.changed() => changed,
                }
            };
            let _ = tokio::time::timeout(Duration::from_millis(50), changed).await;
        }
    }

    async fn drained(&self) -> bool {
        for stream in &self.streams {
            if !stream.drained().await {
                return false;
            }
        }
        true
    }

    fn queues_are(&self, quiet: &impl Fn(Counts) -> bool) -> bool {
        self.deployment.queue_sources.iter().all(|source| {
            let queue = self.store.queue(&source.queue);
            queue
                .and_then(|queue| self.store.counts(queue).ok())
                .is_none_or(quiet)
        })
    }

    /// How many messages a queue has, by logical id.
    ///
    /// # Errors
    /// When there is no such queue, or the file cannot be read.
    pub fn queue_counts(&self, logical_id: &str) -> Result<Counts> {
        let unknown = || Error::Unknown {
            kind: "queue",
            name: logical_id.to_owned(),
        };
        let queue = self.deployment.queues.get(logical_id).ok_or_else(unknown)?;
        self.store.counts(queue).map_err(|e| Error::store("sqs", e))
    }

    /// What functions asked for and their roles do not allow, a line each.
    pub fn denied(&self) -> Vec<String> {
        self.access.denied()
    }

    /// Process ids of a function's running processes, by logical id.
    pub fn process_ids(&self, logical_id: &str) -> Vec<u32> {
        self.functions.process_ids(logical_id)
    }
}

impl Origin {
    fn start(gateway: Arc<Gateway>, listener: tokio::net::TcpListener) -> Result<Self> {
        let address = listener.local_addr().map_err(|source| Error::Listen {
            service: "api",
            port: 0,
            source,
        })?;
        let mut origin = Self {
            gateway,
            address,
            serving: None,
        };
        origin.serve(listener);
        Ok(origin)
    }

    fn serve(&mut self, listener: tokio::net::TcpListener) {
        let stop = Stop::default();
        let task = tokio::spawn(serve::run(
            "api",
            listener,
            self.gateway.router(),
            stop.told(),
        ));
        self.serving = Some((stop, task));
    }
}

impl Drop for Platform {
    fn drop(&mut self) {
        self.stop.now();
    }
}

#[cfg(test)]
mod tests;
