//! What a template comes to: functions, the things that start them, and the things they store in.

use super::kms::KmsKey;
use super::policies::Statement;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::time::Duration;

/// Everything that runs.
#[derive(Clone, Debug, Default)]
pub struct Deployment {
    /// Every function, by logical id.
    pub functions: BTreeMap<String, Function>,
    /// Routes of the HTTP API.
    pub routes: Vec<Route>,
    /// CORS of the HTTP API, when the template configures it.
    pub cors: Option<HttpCors>,
    /// Tables.
    pub tables: Vec<Table>,
    /// Queues, by logical id.
    pub queues: BTreeMap<String, Queue>,
    /// Buckets.
    pub buckets: Vec<Bucket>,
    /// Keys of KMS, by logical id.
    pub kms: BTreeMap<String, KmsKey>,
    /// Aliases of those, by the keys' ids.
    pub aliases: BTreeMap<String, Vec<String>>,
    /// Queues that start functions.
    pub queue_sources: Vec<QueueSource>,
    /// Streams that start functions.
    pub stream_sources: Vec<StreamSource>,
    /// Schedules that start functions.
    pub schedules: Vec<Schedule>,
}

/// A function: a compiled binary and how it is run.
#[derive(Clone, Debug)]
pub struct Function {
    /// Name in the template.
    pub logical_id: String,
    /// Physical name, as `AWS_LAMBDA_FUNCTION_NAME` says it.
    pub name: String,
    /// The binary: last folder of `CodeUri`.
    pub binary: String,
    /// How long one invocation may take.
    pub timeout: Duration,
    /// As `AWS_LAMBDA_FUNCTION_MEMORY_SIZE` says it, MB; not enforced here.
    pub memory_mb: u64,
    /// Variables of the template.
    pub environment: BTreeMap<String, String>,
    /// `ReservedConcurrentExecutions`.
    pub concurrency: Option<u64>,
    /// What happens to asynchronous invocations that fail.
    pub asynchronous: Retry,
    /// ARN of its role.
    pub role: Option<String>,
    /// What its role allows; `None` where it has no role of the template's.
    pub allowed: Option<Vec<Statement>>,
}

/// How often a failed event is tried again, and where it goes after that.
#[derive(Clone, Debug, Default)]
pub struct Retry {
    /// Further tries after the first; `None` = the service's own number.
    pub attempts: Option<u64>,
    /// Name of the queue that takes what was given up.
    pub failure_queue: Option<String>,
}

/// A route of the HTTP API.
#[derive(Clone, Debug)]
pub struct Route {
    /// Upper-case method, or `ANY`.
    pub method: String,
    /// Path with `{name}` and `{name+}`, or `$default`.
    pub path: String,
    /// Logical id of the function.
    pub function: String,
}

/// `CorsConfiguration` of an HTTP API.
#[derive(Clone, Debug, Default)]
pub struct HttpCors {
    /// Origins, `*` for all.
    pub origins: Vec<String>,
    /// Methods.
    pub methods: Vec<String>,
    /// Request headers.
    pub headers: Vec<String>,
    /// Response headers that scripts may read.
    pub exposed: Vec<String>,
    /// Seconds that a preflight holds.
    pub max_age: Option<u64>,
    /// Whether cookies may be sent.
    pub credentials: bool,
}

/// A table: `CreateTable`'s own JSON, and its time to live.
#[derive(Clone, Debug)]
pub struct Table {
    /// Physical name.
    pub name: String,
    /// `CreateTable` request.
    pub create: Json,
    /// Attribute that holds the expiry, epoch seconds.
    pub ttl_attribute: Option<String>,
}

/// A queue.
#[derive(Clone, Debug)]
pub struct Queue {
    /// Physical name.
    pub name: String,
    /// How long a received message is hidden.
    pub visibility: Duration,
    /// How long a new message is hidden.
    pub delay: Duration,
    /// How long an empty receive waits when it does not say.
    pub receive_wait: Duration,
    /// How long a message is kept.
    pub retention: Duration,
    /// Where messages go that are received too often.
    pub redrive: Option<Redrive>,
}

/// `RedrivePolicy`.
#[derive(Clone, Debug)]
pub struct Redrive {
    /// Name of the dead-letter queue.
    pub queue: String,
    /// Receives after which the next one moves the message.
    pub max_receives: u64,
}

/// A bucket.
#[derive(Clone, Debug)]
pub struct Bucket {
    /// Physical name.
    pub name: String,
    /// CORS rules, the first that fits answers.
    pub cors: Vec<CorsRule>,
}

/// One rule of a bucket's `CorsConfiguration`.
#[derive(Clone, Debug)]
pub struct CorsRule {
    /// Origins; `*` stands for any text, once.
    pub origins: Vec<String>,
    /// Methods.
    pub methods: Vec<String>,
    /// Request headers; `*` stands for any text, once.
    pub headers: Vec<String>,
    /// Response headers that scripts may read.
    pub exposed: Vec<String>,
    /// Seconds that a preflight holds.
    pub max_age: Option<u64>,
}

/// A queue that starts a function.
#[derive(Clone, Debug)]
pub struct QueueSource {
    /// Name of the queue.
    pub queue: String,
    /// Logical id of the function.
    pub function: String,
    /// Most messages in one invocation.
    pub batch_size: u64,
    /// How long a batch is gathered.
    pub window: Duration,
    /// Whether the answer names the messages that failed.
    pub partial: bool,
    /// Most batches at once.
    pub concurrency: Option<u64>,
    /// Only messages that fit; the others are deleted.
    pub filter: Filter,
}

/// A table's stream that starts a function.
#[derive(Clone, Debug)]
pub struct StreamSource {
    /// `<function>/<event>`: the name that its position is kept under.
    pub id: String,
    /// Name of the table.
    pub table: String,
    /// Logical id of the function.
    pub function: String,
    /// Most records in one invocation.
    pub batch_size: u64,
    /// How long a batch is gathered.
    pub window: Duration,
    /// Whether the answer names the record to begin again at.
    pub partial: bool,
    /// Whether a failed batch is halved.
    pub bisect: bool,
    /// Tries and the queue for what was given up.
    pub retry: Retry,
    /// Only records that fit.
    pub filter: Filter,
}

/// `FilterCriteria`: any of these `EventBridge` patterns; none = everything.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// The patterns.
    pub patterns: Vec<Json>,
}

/// A schedule that starts a function.
#[derive(Clone, Debug)]
pub struct Schedule {
    /// `<function>/<event>`.
    pub id: String,
    /// Name of the event in the template.
    pub event: String,
    /// Logical id of the function.
    pub function: String,
    /// `rate(…)`, `cron(…)` or `at(…)`, as written.
    pub expression: String,
    /// IANA time zone of a `cron` or `at`.
    pub timezone: Option<String>,
    /// What the function gets; `None` = the service's own event.
    pub input: Option<String>,
    /// `ScheduleV2` rather than an `EventBridge` rule: other source, other retry.
    pub scheduler: bool,
    /// Whether it fires by itself.
    pub enabled: bool,
    /// Tries and the queue for what was given up.
    pub retry: Retry,
}
