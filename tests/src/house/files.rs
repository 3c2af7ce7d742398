//! What the files themselves show.

use std::fs;
use std::path::{Path, PathBuf};

use super::packages::Workspace;

/// Words that a pure source has no use for.
const IMPURE: &[&str] = &[
    "SystemTime",
    "Instant::now",
    "Timestamp::now",
    "Zoned::now",
    "std::env",
    "std::fs",
    "std::io",
    "std::net",
    "std::process",
    "std::thread",
    "async ",
    ".await",
    "tokio",
    "getrandom",
    "OsRng",
    "thread_rng",
];

const TOP_LEVEL: &[&str] = &[
    "ARCHITECTURE.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "Makefile",
    "README.md",
    "clippy.toml",
    "deny.toml",
    "docs",
    "edge-verify",
    "findings",
    "functions",
    "infra",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "samconfig.toml",
    "shared",
    "tests",
    "typos.toml",
];

const MADE: &[&str] = &["node_modules", "target"];
const LONGEST: usize = 500;

/// Impure words in the sources of the pure rooms, outside comments and tests.
pub(super) fn purity(root: &Path) -> Vec<String> {
    let rooms = ["shared/credential/src", "shared/domain/src"];
    let sources: Vec<PathBuf> = rooms
        .iter()
        .flat_map(|room| below(&root.join(room), &["rs"]))
        .collect();
    assert!(!sources.is_empty(), "the pure rooms are where they were");
    let mut breaches = Vec::new();
    for path in sources {
        for word in impure_words(&read(&path)) {
            breaches.push(format!("{} uses {word}", path.display()));
        }
    }
    breaches
}

fn impure_words(source: &str) -> Vec<&'static str> {
    let code = source
        .split("#[cfg(test)]\nmod tests {")
        .next()
        .unwrap_or_default();
    let lines: Vec<&str> = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .collect();
    IMPURE
        .iter()
        .copied()
        .filter(|word| lines.iter().any(|line| line.contains(word)))
        .collect()
}

/// Fonts outside `rendering`: another function would carry them.
pub(super) fn fonts(root: &Path) -> Vec<String> {
    let home = root.join("functions/rendering");
    let rooms = ["shared", "functions", "edge-verify", "infra"];
    let found = rooms
        .iter()
        .flat_map(|room| below(&root.join(room), &["ttf", "otf", "ttc", "woff2"]));
    found
        .filter(|path| !path.starts_with(&home))
        .map(|path| path.display().to_string())
        .collect()
}

/// Entries of the root that are not the house's. Hidden ones belong to tools.
pub(super) fn top_level(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root).expect("the workspace can be read");
    let names = entries.map(|entry| entry.expect("an entry has a name").file_name());
    unknown(names.map(|name| name.to_string_lossy().into_owned()))
}

fn unknown(names: impl Iterator<Item = String>) -> Vec<String> {
    let known =
        |name: &str| TOP_LEVEL.contains(&name) || MADE.contains(&name) || name.starts_with('.');
    names
        .filter(|name| !known(name))
        .map(|name| format!("{name} does not belong to the top level"))
        .collect()
}

/// Packages that do not take the workspace's lints.
pub(super) fn lints(root: &Path, workspace: &Workspace) -> Vec<String> {
    let mut breaches = Vec::new();
    for package in &workspace.0 {
        if !read(&root.join(&package.folder).join("Cargo.toml"))
            .contains("[lints]\nworkspace = true")
        {
            breaches.push(format!(
                "{} does not take the lints of the workspace",
                package.name
            ));
        }
    }
    breaches
}

/// Sources that are too long to be read at one sitting.
pub(super) fn lengths(root: &Path) -> Vec<String> {
    let rooms = ["shared", "functions", "edge-verify", "infra", "tests"];
    let sources = rooms
        .iter()
        .flat_map(|room| below(&root.join(room), &["rs"]));
    let long = sources.filter(|path| too_long(&read(path)));
    long.map(|path| format!("{} is longer than {LONGEST} lines", path.display()))
        .collect()
}

fn too_long(source: &str) -> bool {
    source.lines().count() > LONGEST
}

pub(super) fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Files below a folder with one of the endings; what builds have made is left out.
pub(super) fn below(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry has a path").path();
        let named = |names: &[&str]| {
            path.file_name()
                .is_some_and(|n| names.iter().any(|name| n == *name))
        };
        if path.is_dir() && !named(MADE) {
            found.extend(below(&path, endings));
        } else if path
            .extension()
            .is_some_and(|e| endings.iter().any(|ending| e == *ending))
        {
            found.push(path);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, fonts, impure_words, too_long, unknown};

    #[test]
    fn a_clock_in_a_pure_source_is_found_unless_it_is_a_comment_or_a_test() {
        assert_eq!(
            impure_words("fn now() -> SystemTime {\n    todo\n}\n"),
            ["SystemTime"]
        );
        assert_eq!(impure_words("pub async fn load() {}\n"), ["async "]);
        assert!(impure_words("//! No SystemTime here.\nfn pure() {}\n").is_empty());
        assert!(
            impure_words("fn pure() {}\n\n#[cfg(test)]\nmod tests {\n    use std::fs;\n}\n")
                .is_empty()
        );
    }

    #[test]
    fn an_entry_that_nobody_knows_is_found_at_the_top_level() {
        let names = ["Cargo.toml", ".git", "target", "utils"].map(ToOwned::to_owned);
        assert_eq!(
            unknown(names.into_iter()),
            ["utils does not belong to the top level"]
        );
    }

    #[test]
    fn a_font_outside_rendering_is_found() {
        let root = tempfile::tempdir().unwrap();
        for folder in [
            "shared/templates",
            "functions/rendering",
            "edge-verify",
            "infra",
        ] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        std::fs::write(root.path().join("functions/rendering/a.ttf"), "").unwrap();
        assert!(fonts(root.path()).is_empty());
        std::fs::write(root.path().join("shared/templates/b.otf"), "").unwrap();
        assert_eq!(fonts(root.path()).len(), 1);
    }

    #[test]
    fn a_file_of_501_lines_is_too_long() {
        assert!(!too_long(&"line\n".repeat(LONGEST)));
        assert!(too_long(&"line\n".repeat(LONGEST + 1)));
    }
}
