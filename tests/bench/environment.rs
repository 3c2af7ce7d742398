//! The functions of the template, with the environments that it gives them.

use crate::{
    Result,
    place::Place,
    stub::{self, Reply, Request},
};
use registrar_local::{
    LocalSecrets,
    template::{self, Deployment, Function, World},
};
use rustls::ServerConfig;
use serde_json::json;
use std::{
    collections::BTreeMap,
    fs::File,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
};

/// An address that nothing answers at: nobody calls it before the first event.
const NOWHERE: &str = "http://127.0.0.1:9";

/// The template, evaluated for nowhere in particular; generated secrets are kept in `scratch`.
pub(crate) fn deployment(place: &Place, scratch: &Path) -> Result<Deployment> {
    let secrets = LocalSecrets::load_or_create(scratch)?;
    let parameters = [
        ("AppBaseUrl", NOWHERE.to_owned()),
        ("VerifyBaseUrl", NOWHERE.to_owned()),
        ("SimulatorsBaseUrl", NOWHERE.to_owned()),
        ("AuthJwks", secrets.auth_jwks()?),
        ("ProfileFile", unlimited(place)),
    ];
    let world = World {
        region: "us-east-1".to_owned(),
        stack: "registrar".to_owned(),
        api_url: NOWHERE.to_owned(),
        sqs_url: NOWHERE.to_owned(),
        parameters: parameters
            .map(|(name, value)| (name.to_owned(), value))
            .into(),
        secrets: secrets.references(),
    };
    Ok(template::load(
        &std::fs::read_to_string(place.template())?,
        &world,
    )?)
}

/// A Parameter Store that has the secrets of `scratch`.
pub(crate) fn parameters(scratch: &Path, tls: Option<Arc<ServerConfig>>) -> Result<SocketAddr> {
    let secrets = LocalSecrets::load_or_create(scratch)?.references();
    let answer = move |request: Request| {
        let asked: serde_json::Value = serde_json::from_slice(&request.body).ok()?;
        let named = asked["Names"].as_array()?.iter().filter_map(|n| n.as_str());
        let found: Vec<_> = named
            .filter_map(|name| Some(json!({"Name": name, "Value": secrets.parameter(name)?})))
            .collect();
        Some(Reply {
            status: "200 OK",
            headers: "content-type: application/x-amz-json-1.1\r\n".to_owned(),
            body: json!({"Parameters": found}).to_string().into_bytes(),
        })
    };
    stub::serve(tls, Arc::new(answer))
}

/// A file of members of a profile that limit nobody: one person does here what a thousand do.
pub(crate) fn unlimited(place: &Place) -> String {
    let file = place.root.join("tests/unlimited.json");
    file.to_string_lossy().into_owned()
}

/// Where a function's process finds the world, and leaves its log.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) binaries: &'a Path,
    pub(crate) lambda: SocketAddr,
    /// Address of the table.
    pub(crate) dynamodb: String,
    /// Address of its secrets.
    pub(crate) parameters: String,
    /// File of the certificates that are trusted; `None` = the system's.
    pub(crate) trusted: Option<&'a Path>,
    pub(crate) log: PathBuf,
}

/// Starts a process of a function as Lambda does.
pub(crate) fn spawn(function: &Function, surroundings: &Surroundings<'_>) -> Result<Child> {
    let mut environment: BTreeMap<String, String> = function.environment.clone();
    for (name, value) in [
        ("AWS_LAMBDA_RUNTIME_API", surroundings.lambda.to_string()),
        ("AWS_ENDPOINT_URL_DYNAMODB", surroundings.dynamodb.clone()),
        ("AWS_ENDPOINT_URL_SSM", surroundings.parameters.clone()),
        ("AWS_REGION", "us-east-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", function.name.clone()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        (
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
            function.memory_mb.to_string(),
        ),
    ] {
        environment.insert(name.to_owned(), value);
    }
    if let Some(file) = surroundings.trusted {
        environment.insert("SSL_CERT_FILE".to_owned(), file.display().to_string());
    }
    let log = File::create(&surroundings.log)?;
    let binary = surroundings.binaries.join(&function.binary);
    let child = Command::new(&binary)
        .env_clear()
        .envs(environment)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .spawn()
        .map_err(|error| format!("{}: {error}", binary.display()))?;
    Ok(child)
}
