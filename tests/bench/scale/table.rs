//! The template's table over HTTP, in this program.

use crate::{Result, environment, place::Place};
use data_encoding::BASE64;
use dynoxide::{Database, ImportOptions, actions::create_table::CreateTableRequest};
use registrar_local::{
    LocalSecrets,
    template::{Deployment, Function},
};
use registrar_runtime::auth::TokenSigner;
use registrar_store::aws::Aws;
use serde_json::Value;
use std::{
    future::pending,
    path::{Path, PathBuf},
};
use tokio::runtime::{Builder, Runtime};

/// A database, its server, and what a function needs to know of the deployment.
pub(super) struct Table {
    pub(super) runtime: Runtime,
    pub(super) store: registrar_store::Table,
    database: Database,
    deployment: Deployment,
    name: String,
    url: String,
    signer: TokenSigner,
    scratch: PathBuf,
}

impl Table {
    pub(super) fn start(place: &Place, scratch: &Path) -> Result<Self> {
        let runtime = Builder::new_multi_thread().enable_all().build()?;
        let deployment = environment::deployment(place, scratch)?;
        let table = deployment
            .tables
            .first()
            .ok_or("the template has no table")?;
        let mut create = table.create.clone();
        // Nothing reads the stream here.
        if let Some(request) = create.as_object_mut() {
            request.remove("StreamSpecification");
        }
        let file = scratch.join("table.sqlite");
        let database = Database::new(file.to_str().ok_or("a path that is no text")?)
            .map_err(|error| error.to_string())?;
        database
            .create_table(serde_json::from_value::<CreateTableRequest>(create)?)
            .map_err(|error| error.to_string())?;
        database
            .enable_bulk_loading()
            .map_err(|error| error.to_string())?;

        let listener = runtime.block_on(tokio::net::TcpListener::bind(("127.0.0.1", 0)))?;
        let url = format!("http://{}", listener.local_addr()?);
        runtime.spawn(dynoxide::server::serve_with_shutdown(
            listener,
            database.clone(),
            pending::<()>(),
        ));
        let name = table.name.clone();
        let lookup = |setting: &str| match setting {
            "AWS_REGION" => Some("us-east-1".to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("local".to_owned()),
            "AWS_ENDPOINT_URL_DYNAMODB" => Some(url.clone()),
            _ => None,
        };
        let aws = Aws::from_settings(&lookup).map_err(|error| error.to_string())?;
        let shards = deployment
            .functions
            .get("TicketsFunction")
            .and_then(|function| function.environment.get("INDEX_SHARDS"))
            .ok_or("the template has no INDEX_SHARDS")?
            .parse()?;
        let function = deployment.functions.get("TicketsFunction");
        let issuer = function.and_then(|function| function.environment.get("AUTH_ISSUER"));
        let issuer = issuer.ok_or("the template has no AUTH_ISSUER")?.clone();
        let seed = LocalSecrets::load_or_create(scratch)?.token_signing_key;
        let seed = BASE64.decode(seed.as_bytes())?;
        let seed = seed.try_into().map_err(|_| "a seed has 32 bytes")?;
        Ok(Self {
            store: registrar_store::Table::new(&aws, &name, shards),
            signer: TokenSigner::new(issuer, &seed),
            scratch: scratch.to_path_buf(),
            runtime,
            database,
            deployment,
            name,
            url,
        })
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn scratch(&self) -> &Path {
        &self.scratch
    }

    pub(super) fn signer(&self) -> &TokenSigner {
        &self.signer
    }

    pub(super) fn function(&self, name: &str) -> Result<&Function> {
        let function = self.deployment.functions.get(name);
        Ok(function.ok_or_else(|| format!("the template has no {name}"))?)
    }

    /// Writes items without asking what was there, a transaction for all of them.
    pub(super) fn import(&self, items: Vec<Value>) -> Result<()> {
        let items = items.into_iter().map(serde_json::from_value);
        let items = items.collect::<Result<Vec<_>, _>>()?;
        let imported = self
            .database
            .import_items(&self.name, items, ImportOptions::default());
        imported.map_err(|error| error.to_string())?;
        Ok(())
    }
}
