//! One shape of every dependency.
//!
//! Cargo unites the features that all selected packages ask for. What only tests ask for makes another crate of the same
//! version, and everything above it is built twice: once for `make run` and once for `make test`. A feature that tests
//! need is therefore named in the normal dependencies of the package `tests`, which nothing is deployed from.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Features by crate and version.
type Features = BTreeMap<String, String>;

/// Crates that are built in one way for what runs and in another for tests.
pub(super) fn differences(root: &Path) -> Vec<String> {
    let runs = features(&tree(root, "normal,build"));
    assert!(
        runs.len() > 100,
        "cargo tree lists what the workspace is made of"
    );
    compare(&runs, &features(&tree(root, "normal,build,dev")))
}

fn compare(runs: &Features, tests: &Features) -> Vec<String> {
    let differ = runs.iter().filter_map(|(name, run)| {
        let test = tests.get(name)?;
        (run != test).then(|| format!("{name}: {run} to run, {test} for tests"))
    });
    differ.collect()
}

fn tree(root: &Path, edges: &str) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let answer = Command::new(cargo)
        .args([
            "tree",
            "--workspace",
            "--offline",
            "--prefix",
            "none",
            "--format",
            "{p}|{f}",
            "--edges",
            edges,
        ])
        .current_dir(root)
        .output()
        .expect("cargo runs these tests");
    let said = String::from_utf8_lossy(&answer.stderr);
    assert!(answer.status.success(), "cargo tree: {said}");
    String::from_utf8(answer.stdout).expect("cargo writes UTF-8")
}

/// Reads lines of `name version|feature,feature`; a crate that is built for the host and the target apart is there twice.
fn features(tree: &str) -> Features {
    let mut lines: Vec<&str> = tree
        .lines()
        .map(|line| line.trim_end_matches(" (*)"))
        .collect();
    lines.sort_unstable();
    lines.dedup();
    let mut found = Features::new();
    for (name, features) in lines.iter().filter_map(|line| line.split_once('|')) {
        let all = found.entry(name.to_owned()).or_default();
        all.extend(["[", features, "]"]);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{compare, features};

    #[test]
    fn a_feature_that_only_tests_turn_on_is_found() {
        let runs = features("reqwest v0.13.5|json\nserde v1.0.0|std\n");
        let tests =
            features("insta v1.0.0|\nreqwest v0.13.5|json,multipart (*)\nserde v1.0.0|std\n");
        assert_eq!(
            compare(&runs, &tests),
            ["reqwest v0.13.5: [json] to run, [json,multipart] for tests"]
        );
        assert!(compare(&runs, &runs).is_empty());
    }
}
