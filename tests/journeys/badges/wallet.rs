//! Outside verifiers in processes of their own, and the documents that they may read.

use super::{kid, payload};
use crate::house::{House, repository};
use data_encoding::BASE64;
use serde_json::{Map, Value, json};
use std::{process::Stdio, sync::Mutex};
use tokio::{io::AsyncWriteExt, process::Command};

/// What the public addresses answer, by address. Verifiers fetch nothing themselves.
pub(super) struct Documents(Mutex<Map<String, Value>>);

impl Documents {
    /// What a badge and its lists name, as the origin serves it.
    pub(super) async fn named_by(house: &House, jws: &str) -> Self {
        let documents = Self(Mutex::default());
        documents.add_those_named_by(house, jws).await;
        documents
    }

    /// The same of another badge.
    pub(super) async fn add_those_named_by(&self, house: &House, jws: &str) {
        let credential = payload(jws);
        let lists = credential["credentialStatus"]
            .as_array()
            .expect("two lists");
        let lists = lists.iter().map(|entry| &entry["statusListCredential"]);
        let mut addresses = vec![kid(jws), text(&credential["issuer"]["id"])];
        for list in lists {
            let address = text(list);
            let signed = self.add(house, &address).await;
            addresses.push(kid(&signed));
        }
        let key = kid(jws);
        let (set, _) = key.rsplit_once('/').expect("a key below the set");
        addresses.push(set.to_owned());
        for address in addresses {
            self.add(house, &address).await;
        }
    }

    async fn add(&self, house: &House, address: &str) -> String {
        let base = house.platform.verify_url();
        let path = address.strip_prefix(base);
        let path = path.unwrap_or_else(|| panic!("{address} is not under {base}"));
        let answer = house.public(path).await;
        assert_eq!(answer.status, 200, "{address}: {answer:?}");
        let text = Value::String(answer.text.clone());
        self.0
            .lock()
            .expect("no panic")
            .insert(address.to_owned(), text);
        answer.text
    }

    /// What a wallet makes of a badge: `tests/badges/wallet.mjs`.
    pub(super) async fn wallet(&self, jws: &str) -> Value {
        self.asked("node", "wallet.mjs", json!({"jws": jws})).await
    }

    /// Which of these tokens have a good signature.
    pub(super) async fn signatures(&self, tokens: &[String]) -> Vec<Value> {
        let said = self
            .asked("node", "wallet.mjs", json!({"tokens": tokens}))
            .await;
        said["accepted"].as_array().expect("a list").clone()
    }

    /// What a verifier of Open Badges makes of it: `tests/badges/open_badges.py`.
    pub(super) async fn open_badges(&self, badge: Value) -> Value {
        self.asked("python", "open_badges.py", badge).await
    }

    /// The same of a baked picture.
    pub(super) async fn unbaked(&self, form: &str, bytes: &[u8]) -> Value {
        let picture = match form {
            "png" => json!({"png": BASE64.encode(bytes)}),
            _ => json!({"svg": String::from_utf8_lossy(bytes)}),
        };
        self.open_badges(picture).await
    }

    async fn asked(&self, program: &str, script: &str, mut message: Value) -> Value {
        let folder = repository().join("tests/badges");
        assert!(
            folder.join("node_modules/jose").exists(),
            "tests/badges/node_modules is missing: `make setup` makes it"
        );
        message["documents"] = Value::Object(self.0.lock().expect("no panic").clone());
        let mut process = Command::new(program)
            .arg(folder.join(script))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|e| panic!("{program} is needed, of `make setup`: {e}"));
        let mut input = process.stdin.take().expect("a pipe");
        let message = message.to_string();
        let writing = async move {
            input.write_all(message.as_bytes()).await.expect("it reads");
            drop(input);
        };
        let (output, ()) = tokio::join!(process.wait_with_output(), writing);
        let output = output.expect("it ends");
        assert!(output.status.success(), "{script}: its error stands above");
        serde_json::from_slice(&output.stdout).expect("it says JSON")
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}
