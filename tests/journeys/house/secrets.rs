//! One RSA key for all deployments of this machine's tests: making one takes longer than many a test.

use super::binaries;
use registrar_local::Platform;
use serde_json::json;
use std::{
    fs,
    path::{Path, PathBuf},
    process,
};

/// The certificate keys that an earlier test made, beside the compiled functions.
fn kept() -> PathBuf {
    binaries().join("journeys-certificate-keys.json")
}

/// Gives them to a deployment that has no secrets yet; it makes the others itself, and these too when there are none.
pub(super) fn lend(data: &Path) {
    let own = data.join("secrets.json");
    if let (Ok(keys), false) = (fs::read_to_string(kept()), own.exists()) {
        let secrets = json!({"certificate_keys": keys}).to_string();
        fs::write(own, secrets).expect("a folder of the test's own");
    }
}

/// Keeps a deployment's certificate keys for later tests. Written aside and renamed: tests run side by side.
pub(super) fn keep(platform: &Platform) {
    let path = kept();
    if !path.exists() {
        let aside = path.with_extension(process::id().to_string());
        fs::write(&aside, &platform.secrets().certificate_keys).expect("the folder of binaries");
        fs::rename(aside, path).expect("the same folder");
    }
}
