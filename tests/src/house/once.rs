//! That every handler of a `POST` takes the claim on the request's `Idempotency-Key`.

use super::files::{below, read};
use std::path::Path;

/// Those that have nothing to keep, or are called by providers, which send no keys.
const WITHOUT: &[&str] = &["sign_in::sign_in", "whatsapp::events"];

/// Handlers of a `POST` that do not.
pub(super) fn unclaimed(root: &Path) -> Vec<String> {
    let sources = below(&root.join("functions"), &["rs"]);
    let mut breaches = Vec::new();
    for router in &sources {
        for handler in posted(&read(router)) {
            let Some((module, function)) = handler.split_once("::") else {
                continue;
            };
            let beside = router.parent().expect("a source is in a folder");
            let mut homes = sources.iter().filter(|path| {
                path.starts_with(beside) && path.file_stem().is_some_and(|stem| stem == module)
            });
            let claims = homes.any(|path| takes_claim(&read(path), function));
            if !claims && !WITHOUT.contains(&handler.as_str()) {
                breaches.push(format!("{handler} of {} takes no claim", router.display()));
            }
        }
    }
    breaches
}

/// The handlers that a router has for `POST`.
fn posted(source: &str) -> Vec<String> {
    let parts = source.split("post(").skip(1);
    let names = parts.filter_map(|part| part.split_once(')').map(|(name, _)| name.trim()));
    names
        .filter(|name| {
            name.contains("::")
                && name
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c == '_' || c == ':')
        })
        .map(str::to_owned)
        .collect()
}

fn takes_claim(source: &str, function: &str) -> bool {
    let start = format!("async fn {function}(");
    let signature = source.split_once(start.as_str());
    let signature = signature.and_then(|(_, rest)| rest.split_once("->"));
    signature.is_some_and(|(arguments, _)| arguments.contains("Once"))
}

#[test]
fn a_handler_without_a_claim_is_found() {
    let with = "pub(crate) async fn open(_: Staff, Once(claim): Once) -> ApiResult {";
    assert!(takes_claim(with, "open"));
    assert!(!takes_claim(
        "async fn open(_: Staff) -> ApiResult {",
        "open"
    ));
    assert!(!takes_claim(with, "close"));
    assert_eq!(
        posted("get(a::b).post(open::open), post(\"x\")"),
        ["open::open"]
    );
}
