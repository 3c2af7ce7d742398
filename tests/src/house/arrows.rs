//! Who may depend on whom.

use super::packages::{Dependency, Package, Workspace};

const SHARED: &[&str] = &[
    "credential",
    "domain",
    "store",
    "providers",
    "templates",
    "runtime",
];

/// What the pure rooms may link: nothing that reads a clock, a disk, a network or randomness.
const PURE: &[(&str, &[&str])] = &[
    (
        "credential",
        &[
            "data-encoding",
            "ed25519-dalek",
            "miniz_oxide",
            "serde",
            "serde_json",
            "sha2",
            "thiserror",
            "zeroize",
        ],
    ),
    (
        "domain",
        &[
            "credential",
            "csv",
            "data-encoding",
            "email_address",
            "hmac",
            "infer",
            "jiff",
            "serde",
            "serde_json",
            "serde_path_to_error",
            "sha2",
            "thiserror",
            "unicase",
            "unicode-normalization",
            "unicode-segmentation",
            "uuid",
        ],
    ),
];

/// Features with which a pure crate would make ids, read time or find randomness by itself.
const AMBIENT_FEATURES: &[&str] = &[
    "getrandom",
    "js",
    "rand",
    "rand_core",
    "tz-system",
    "v1",
    "v4",
    "v6",
    "v7",
];

const ENGINES: &[&str] = &[
    "harfrust",
    "lopdf",
    "printpdf",
    "qrcode",
    "subsetter",
    "ttf-parser",
    "unicode-bidi",
    "unicode-script",
];

/// The packages of the workspace that a package may use outside its tests.
fn may_use(package: &Package, other: &str) -> bool {
    match package
        .folder
        .to_str()
        .expect("folders of the workspace are ASCII")
    {
        "shared/credential" | "infra/simulators" | "edge-verify/pack" => false,
        "shared/domain" | "edge-verify" | "infra/cli" => other == "credential",
        "shared/store" | "shared/providers" | "shared/templates" => {
            matches!(other, "credential" | "domain")
        }
        "shared/runtime" => matches!(other, "credential" | "domain" | "store"),
        "infra/local" => !matches!(other, "tests" | "edge-pack" | "cli"),
        "tests" => true,
        folder => folder.starts_with("functions/") && SHARED.contains(&other),
    }
}

/// Dependencies between rooms that are no arrow of ARCHITECTURE.md.
pub(super) fn directions(workspace: &Workspace) -> Vec<String> {
    breaches(workspace, |package, dependency| {
        // A stand-in for a provider may serve the tests of who talks to that provider.
        let stand_in = dependency.dev && dependency.name == "simulators";
        dependency.own && !stand_in && !may_use(package, &dependency.name)
    })
}

/// Dependencies of the pure rooms that are not known to be pure.
pub(super) fn purity(workspace: &Workspace) -> Vec<String> {
    breaches(workspace, |package, dependency| {
        PURE.iter().any(|(room, allowed)| {
            let ambient = dependency
                .features
                .iter()
                .any(|f| AMBIENT_FEATURES.contains(&f.as_str()));
            package.name == *room
                && !dependency.dev
                && (ambient || !allowed.contains(&dependency.name.as_str()))
        })
    })
}

/// Packages other than `rendering` that would carry the PDF engine into a function.
pub(super) fn engines(workspace: &Workspace) -> Vec<String> {
    breaches(workspace, |package, dependency| {
        !matches!(package.name.as_str(), "rendering" | "tests")
            && !dependency.dev
            && ENGINES.contains(&dependency.name.as_str())
    })
}

fn breaches(workspace: &Workspace, breach: impl Fn(&Package, &Dependency) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for package in &workspace.0 {
        for dependency in package.dependencies.iter().filter(|d| breach(package, d)) {
            let (kind, features) = (
                if dependency.dev { "in tests " } else { "" },
                &dependency.features,
            );
            found.push(format!(
                "{} may not depend {kind}on {} {features:?}",
                package.name, dependency.name
            ));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{directions, engines, purity};
    use crate::house::packages::Workspace;

    fn own(name: &str) -> Value {
        json!({"name": format!("registrar-{name}"), "kind": null, "features": [], "path": "/house/any"})
    }

    fn foreign(name: &str, kind: Option<&str>, features: &[&str]) -> Value {
        json!({"name": name, "kind": kind, "features": features})
    }

    /// A workspace of one package in a folder.
    fn house(folder: &str, dependencies: &[Value]) -> Workspace {
        let name = folder.rsplit('/').next().unwrap();
        Workspace::from_metadata(&json!({
            "workspace_root": "/house",
            "packages": [{
                "name": format!("registrar-{name}"),
                "manifest_path": format!("/house/{folder}/Cargo.toml"),
                "dependencies": dependencies,
            }],
        }))
    }

    #[test]
    fn an_arrow_against_the_direction_is_found() {
        for (folder, other) in [
            ("shared/credential", "domain"),
            ("shared/domain", "store"),
            ("shared/store", "runtime"),
            ("shared/runtime", "providers"),
            ("functions/tickets", "certificates"),
            ("functions/relay", "local"),
            ("edge-verify", "domain"),
            ("infra/simulators", "providers"),
            ("infra/local", "tests"),
            ("infra/cli", "domain"),
            ("infra/cli", "certificates"),
            ("infra/local", "cli"),
            ("elsewhere", "domain"),
        ] {
            assert_eq!(
                directions(&house(folder, &[own(other)])).len(),
                1,
                "{folder} → {other}"
            );
        }
    }

    #[test]
    fn arrows_of_the_architecture_are_accepted() {
        for (folder, other) in [
            ("shared/domain", "credential"),
            ("shared/runtime", "store"),
            ("functions/deliveries", "providers"),
            ("edge-verify", "credential"),
            ("infra/local", "edge-verify"),
            ("infra/cli", "credential"),
            ("infra/local", "identity"),
            ("tests", "local"),
        ] {
            assert!(
                directions(&house(folder, &[own(other)])).is_empty(),
                "{folder} → {other}"
            );
        }
    }

    #[test]
    fn an_impure_crate_in_a_pure_room_is_found() {
        assert_eq!(
            purity(&house("shared/domain", &[foreign("tokio", None, &[])])).len(),
            1
        );
        assert_eq!(
            purity(&house(
                "shared/domain",
                &[foreign("uuid", None, &["serde", "v7"])]
            ))
            .len(),
            1
        );
        assert_eq!(
            purity(&house("shared/credential", &[foreign("jiff", None, &[])])).len(),
            1
        );
        assert!(
            purity(&house(
                "shared/credential",
                &[foreign("proptest", Some("dev"), &[])]
            ))
            .is_empty()
        );
        assert!(purity(&house("shared/store", &[foreign("tokio", None, &[])])).is_empty());
    }

    #[test]
    fn a_pdf_engine_outside_rendering_is_found() {
        assert_eq!(
            engines(&house(
                "functions/certificates",
                &[foreign("printpdf", None, &[])]
            ))
            .len(),
            1
        );
        assert!(
            engines(&house(
                "functions/rendering",
                &[foreign("printpdf", None, &[])]
            ))
            .is_empty()
        );
    }
}
