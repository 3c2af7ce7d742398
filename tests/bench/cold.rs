//! What a cold start costs: time until the first request for work, memory, processor.
//!
//! A process gets the template's environment, a Runtime API and a table that has no items, all in
//! this program; its secrets, and the connection that it warms while it starts, are part of what is measured.

use crate::{
    Result,
    certificate::Certificate,
    environment::{self, Surroundings},
    http::since,
    lambda::{Lambda, empty_table},
    place::Place,
    process,
    report::{Figure, median, short},
};
use registrar_local::template::Function;
use serde_json::json;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Child,
    time::Instant,
};

/// Starts of each function; the medians are reported.
const STARTS: usize = 15;
/// Where Lambda's operating system and Debian keep all the certificates that they trust.
const SYSTEM_CERTIFICATES: [&str; 2] = [
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/certs/ca-certificates.crt",
];

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let scratch = tempfile::tempdir()?;
    let deployment = environment::deployment(place, scratch.path())?;
    let bench = Bench {
        binaries: place.binaries("release"),
        scratch: scratch.path(),
    };
    let mut figures = starts(&bench, deployment.functions.values())?;
    let identity = deployment
        .functions
        .values()
        .find(|f| f.binary.ends_with("-identity"));
    figures.extend(processor(
        &bench,
        identity.ok_or("the template has no identity function")?,
    )?);
    Ok(figures)
}

struct Bench<'a> {
    binaries: PathBuf,
    scratch: &'a Path,
}

/// A process that asked for work.
struct Started {
    lambda: Lambda,
    child: Child,
    /// From the start until it asked.
    ms: f64,
}

impl Bench<'_> {
    fn start(
        &self,
        function: &Function,
        [dynamodb, parameters]: [&str; 2],
        trusted: Option<&Path>,
    ) -> Result<Started> {
        let lambda = Lambda::start()?;
        let log = self.scratch.join(format!("{}.log", function.binary));
        let surroundings = Surroundings {
            binaries: &self.binaries,
            lambda: lambda.address,
            dynamodb: dynamodb.to_owned(),
            parameters: parameters.to_owned(),
            trusted,
            log: log.clone(),
        };
        let began = Instant::now();
        let mut child = environment::spawn(function, &surroundings)?;
        match lambda.asked() {
            Ok(at) => {
                let ms = at.duration_since(began).as_secs_f64() * 1000.0;
                Ok(Started { lambda, child, ms })
            }
            Err(error) => {
                child.kill()?;
                child.wait()?;
                let said = fs::read_to_string(log).unwrap_or_default();
                Err(format!("{}: {error}\n{said}", function.binary).into())
            }
        }
    }
}

impl Started {
    fn end(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }
}

/// Time and memory until the first request for work.
fn starts<'a>(
    bench: &Bench<'_>,
    functions: impl Iterator<Item = &'a Function>,
) -> Result<Vec<Figure>> {
    let dynamodb = format!("http://{}", empty_table(None)?);
    let parameters = format!("http://{}", environment::parameters(bench.scratch, None)?);
    let (mut times, mut memories, mut each) = (Vec::new(), Vec::new(), Vec::new());
    for function in functions {
        let (mut ms, mut mb) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            let started = bench.start(function, [&dynamodb, &parameters], None)?;
            ms.push(started.ms);
            mb.push(process::peak_mb(started.child.id())?);
            started.end()?;
        }
        times.push(median(&ms));
        memories.push(median(&mb));
        each.push(json!({"function": function.binary, "ms": median(&ms), "rss_mb": median(&mb)}));
    }
    let what = "function: process start to first request for work (median of functions)";
    let worst = |values: &[f64]| short(values.iter().copied().fold(0.0, f64::max));
    Ok(vec![
        Figure::at_most(what, 8.0, median(&times), "ms")
            .with(&format!("slowest {} ms", worst(&times)))
            .value("functions", each),
        Figure::at_most(
            "function: most memory resident until then",
            9.0,
            median(&memories),
            "MB",
        )
        .with(&format!("largest {} MB", worst(&memories))),
    ])
}

/// Processor time of start, TLS handshake and first request.
fn processor(bench: &Bench<'_>, function: &Function) -> Result<Vec<Figure>> {
    let certificate = Certificate::make()?;
    let small = bench.scratch.join("small.pem");
    fs::write(&small, &certificate.authority)?;
    let address = |of: SocketAddr| format!("https://localhost:{}", of.port());
    let parameters = environment::parameters(bench.scratch, Some(certificate.config.clone()))?;
    let parameters = address(parameters);
    let dynamodb = address(empty_table(Some(certificate.config))?);
    let urls = [dynamodb.as_str(), parameters.as_str()];
    let what = "CPU of a cold start: start, TLS handshake, first request (identity)";

    let mut figures = Vec::new();
    let system = SYSTEM_CERTIFICATES
        .iter()
        .find_map(|path| fs::read_to_string(path).ok());
    if let Some(system) = system {
        let all = bench.scratch.join("all.pem");
        let count = system.matches("BEGIN CERTIFICATE").count() + 1;
        fs::write(&all, system + &certificate.authority)?;
        let [start, whole] = cold(bench, function, urls, &all)?;
        figures.push(
            Figure::at_most(format!("{what}, {count} roots"), 10.0, whole, "ms")
                .with(&format!("{} of them before the request", short(start))),
        );
    }
    let [start, whole] = cold(bench, function, urls, &small)?;
    figures.push(
        Figure::at_most(
            format!("{what}, SSL_CERT_FILE with 1 root"),
            10.0,
            whole,
            "ms",
        )
        .with(&format!("{} of them before the request", short(start))),
    );
    Ok(figures)
}

/// Medians of the processor's milliseconds until the first request for work, and until the first
/// event is answered.
fn cold(
    bench: &Bench<'_>,
    function: &Function,
    urls: [&str; 2],
    trusted: &Path,
) -> Result<[f64; 2]> {
    let event = serde_json::to_vec(&health())?;
    let (mut starts, mut wholes) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let started = bench.start(function, urls, Some(trusted))?;
        let pid = started.child.id();
        starts.push(process::cpu_ms(pid)?);
        let began = Instant::now();
        let answer: serde_json::Value = serde_json::from_slice(&started.lambda.invoke(&event)?)?;
        if answer["statusCode"] != 200 {
            return Err(format!("the first event: {answer} after {} ms", since(began)).into());
        }
        wholes.push(process::cpu_ms(pid)?);
        started.end()?;
    }
    Ok([median(&starts), median(&wholes)])
}

/// `GET /health` as an API Gateway HTTP API sends it; answering reads the table.
fn health() -> serde_json::Value {
    json!({
        "version": "2.0",
        "routeKey": "ANY /health",
        "rawPath": "/health",
        "rawQueryString": "",
        "headers": {"host": "api.example", "accept": "application/json"},
        "requestContext": {
            "accountId": "000000000000",
            "apiId": "bench",
            "domainName": "api.example",
            "domainPrefix": "api",
            "http": {
                "method": "GET",
                "path": "/health",
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "bench",
            },
            "requestId": "bench",
            "routeKey": "ANY /health",
            "stage": "$default",
            "time": "01/Jan/2026:00:00:00 +0000",
            "timeEpoch": 1_767_225_600_000_u64,
        },
        "isBase64Encoded": false,
    })
}
