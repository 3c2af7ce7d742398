//! The same house with other secrets, as after a deployment with another `SecretsRevision`.

use super::{House, binaries, repository};
use registrar_local::{Error, Options, Platform};
use reqwest::Client;
use serde_json::{Value, json};
use std::{
    fs,
    time::{Duration, Instant},
};
use tempfile::TempDir;

impl House {
    /// The certificate keys of the house's setting.
    pub(crate) fn certificate_keys(&self) -> Vec<Value> {
        serde_json::from_str(&self.platform.secrets().certificate_keys).expect("a list")
    }

    /// Ends the deployment and starts it on the same folder with these certificate keys.
    pub(crate) async fn with_certificate_keys(self, keys: &[Value]) -> Self {
        self.with_secrets(&[], &[("certificate_keys", &json!(keys).to_string())])
            .await
    }

    /// Ends the deployment and starts it on the same folder with these parameters and secrets.
    pub(crate) async fn with_secrets(
        self,
        parameters: &[(&str, &str)],
        secrets: &[(&str, &str)],
    ) -> Self {
        let (mut options, http, data) = self.stopped_with(secrets).await;
        for (name, value) in parameters {
            let (name, value) = ((*name).to_owned(), (*value).to_owned());
            options.parameters.insert(name, value);
        }
        let platform = restarted(options).await;
        Self {
            platform,
            http,
            data,
        }
    }

    /// The same with keys that it must refuse; what it says.
    pub(crate) async fn start_refused(self, keys: &[Value]) -> String {
        let keys = json!(keys).to_string();
        let (options, _, _data) = self.stopped_with(&[("certificate_keys", &keys)]).await;
        let refused = Platform::start(options).await;
        refused.expect_err("it must not start").to_string()
    }

    async fn stopped_with(self, changed: &[(&str, &str)]) -> (Options, Client, TempDir) {
        let Self {
            platform,
            http,
            data,
        } = self;
        let mut options = Options::new(repository().join("infra/template.yaml"), data.path());
        options.binaries = binaries();
        options.schedules = false;
        // What was signed names the edge's address.
        let (_, port) = platform
            .verify_url()
            .rsplit_once(':')
            .expect("an address with a port");
        options.ports.verify = port.parse().expect("a port");
        platform.quiesce().await;
        platform.shutdown().await;

        let file = data.path().join("secrets.json");
        let secrets = fs::read(&file).expect("the secrets");
        let mut secrets: Value = serde_json::from_slice(&secrets).expect("JSON");
        for (name, value) in changed {
            secrets[*name] = json!(value);
        }
        fs::write(&file, secrets.to_string()).expect("the folder of the test");
        (options, http, data)
    }

    /// All that the functions have logged.
    pub(crate) fn log_text(&self) -> String {
        self.logs().into_iter().map(|(_, text)| text).collect()
    }
}

/// Starts where another one was. A connection of another test may have the port for a while.
async fn restarted(options: Options) -> Platform {
    let limit = Instant::now() + Duration::from_mins(1);
    loop {
        match Platform::start(options.clone()).await {
            Err(Error::Listen { .. }) if Instant::now() < limit => tokio::task::yield_now().await,
            started => return started.expect("it starts again"),
        }
    }
}
