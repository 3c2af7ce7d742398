//! The workspace's packages, as `cargo metadata --no-deps` tells them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// A package of the workspace.
#[derive(Debug)]
pub(super) struct Package {
    /// Without the prefix `registrar-`.
    pub(super) name: String,
    /// The folder below the root, with `/`: `functions/tickets`.
    pub(super) folder: PathBuf,
    pub(super) dependencies: Vec<Dependency>,
}

/// One line of a package's manifest.
#[derive(Debug)]
pub(super) struct Dependency {
    /// As on the registry, or without the prefix `registrar-` for a package of the workspace.
    pub(super) name: String,
    /// Whether it is a package of the workspace.
    pub(super) own: bool,
    /// Whether only tests use it.
    pub(super) dev: bool,
    pub(super) features: Vec<String>,
}

/// All packages.
#[derive(Debug)]
pub(super) struct Workspace(pub(super) Vec<Package>);

const PREFIX: &str = "registrar-";

impl Workspace {
    /// Asks cargo, offline.
    pub(super) fn read(root: &Path) -> Self {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let answer = Command::new(cargo)
            .args([
                "metadata",
                "--no-deps",
                "--offline",
                "--format-version",
                "1",
            ])
            .current_dir(root)
            .output()
            .expect("cargo runs these tests");
        let said = String::from_utf8_lossy(&answer.stderr);
        assert!(answer.status.success(), "cargo metadata: {said}");
        let metadata = serde_json::from_slice(&answer.stdout).expect("cargo writes JSON");
        Self::from_metadata(&metadata)
    }

    /// Reads `cargo metadata`'s format version 1.
    pub(super) fn from_metadata(metadata: &Value) -> Self {
        let root = Path::new(text(metadata, "workspace_root"));
        Self(
            list(metadata, "packages")
                .iter()
                .map(|found| package(found, root))
                .collect(),
        )
    }
}

fn package(found: &Value, root: &Path) -> Package {
    let manifest = Path::new(text(found, "manifest_path"));
    let folder = manifest.parent().expect("a manifest lies in a folder");
    Package {
        name: short(text(found, "name")),
        folder: folder
            .strip_prefix(root)
            .expect("members lie in the workspace")
            .to_path_buf(),
        dependencies: list(found, "dependencies").iter().map(dependency).collect(),
    }
}

fn dependency(found: &Value) -> Dependency {
    let features = list(found, "features").iter().filter_map(Value::as_str);
    Dependency {
        name: short(text(found, "name")),
        own: found["path"].is_string(),
        dev: found["kind"].as_str() == Some("dev"),
        features: features.map(ToOwned::to_owned).collect(),
    }
}

fn short(name: &str) -> String {
    name.strip_prefix(PREFIX).unwrap_or(name).to_owned()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key]
        .as_str()
        .unwrap_or_else(|| panic!("cargo metadata has no text `{key}`"))
}

fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value[key]
        .as_array()
        .unwrap_or_else(|| panic!("cargo metadata has no list `{key}`"))
}
