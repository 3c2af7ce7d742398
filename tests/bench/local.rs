//! The deployment on this machine, in a process of its own.

use crate::{
    Result, environment,
    http::{Http, since},
    place::Place,
    process,
};
use registrar_local::seed;
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

/// A running deployment; it ends with this value.
#[derive(Debug)]
pub(crate) struct Local {
    child: Child,
    pub(crate) api: String,
    pub(crate) simulators: String,
    /// When the command was given.
    pub(crate) began: Instant,
}

impl Local {
    /// Starts `registrar-local` of a profile on a data folder.
    pub(crate) fn program(place: &Place, profile: &str, data: &Path) -> Result<Self> {
        let mut command = Command::new(place.binaries(profile).join("registrar-local"));
        command.args(arguments(place, data));
        Self::start(place, command)
    }

    /// Types `make run`.
    pub(crate) fn make(place: &Place, data: &Path) -> Result<Self> {
        let mut command = Command::new("make");
        let arguments = arguments(place, data).join(" ");
        command.args(["--silent", "run", &format!("ARGUMENTS={arguments}")]);
        // As a person types it, also when this program was started by make.
        for variable in ["MAKEFLAGS", "MFLAGS", "MAKELEVEL"] {
            command.env_remove(variable);
        }
        command.env("CARGO_TARGET_DIR", &place.target);
        Self::start(place, command)
    }

    fn start(place: &Place, mut command: Command) -> Result<Self> {
        let began = Instant::now();
        let mut child = command
            .current_dir(&place.root)
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()?;
        let output = child.stdout.take().ok_or("the output is not piped")?;
        let urls = BufReader::new(output)
            .lines()
            .map_while(std::io::Result::ok)
            .find_map(|line| serde_json::from_str::<Value>(&line).ok());
        let text = |name: &str| {
            let found = urls.as_ref().and_then(|urls| urls[name].as_str());
            found
                .map(str::to_owned)
                .ok_or("the deployment did not start")
        };
        match (text("api"), text("simulators")) {
            (Ok(api), Ok(simulators)) => Ok(Self {
                child,
                api,
                simulators,
                began,
            }),
            (Err(error), _) | (_, Err(error)) => {
                process::end_group(&mut child)?;
                Err(error.into())
            }
        }
    }

    /// Milliseconds since the command.
    pub(crate) fn age_ms(&self) -> f64 {
        since(self.began)
    }

    /// The access token of a demo person.
    pub(crate) fn sign_in(&self, http: &Http, email: &str) -> Result<String> {
        let url = format!("{}/auth/sign-in", self.api);
        let body = json!({"email": email, "password": seed::PASSWORD});
        let answer = http.send(|client| client.post(url).json(&body))?;
        let token = answer.body["access_token"].as_str();
        Ok(token.ok_or("the sign-in gave no access token")?.to_owned())
    }
}

impl Drop for Local {
    fn drop(&mut self) {
        // What is gone already cannot be ended.
        let _ = process::end_group(&mut self.child);
    }
}

fn arguments(place: &Place, data: &Path) -> Vec<String> {
    let data = data.display().to_string();
    let profile = format!("ProfileFile={}", environment::unlimited(place));
    [
        "--data",
        &data,
        "--port",
        "0",
        "--ready-json",
        "--parameter",
        &profile,
    ]
    .map(str::to_owned)
    .to_vec()
}
