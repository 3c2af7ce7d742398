//! The house rules of ARCHITECTURE.md, held on the workspace as it is: which package may depend on which, what is
//! pure, who links the heavy engines, and what lies at the top level.
//!
//! Every rule is a function from what was read to the breaches found, in words, so that it is tested on made-up
//! workspaces too: a check that cannot fail holds nothing.

mod arrows;
mod files;
mod once;
mod packages;
mod shape;

use std::path::{Path, PathBuf};

use packages::Workspace;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("tests/ lies in the workspace")
        .to_path_buf()
}

/// Fails with every breach, one a line.
fn held(breaches: &[String]) {
    assert!(breaches.is_empty(), "\n{}\n", breaches.join("\n"));
}

#[test]
fn dependencies_point_one_way() {
    held(&arrows::directions(&Workspace::read(&root())));
}

#[test]
fn credential_and_domain_link_only_pure_crates() {
    held(&arrows::purity(&Workspace::read(&root())));
}

#[test]
fn only_rendering_links_the_pdf_engine() {
    held(&arrows::engines(&Workspace::read(&root())));
}

#[test]
fn building_for_tests_changes_no_feature_of_what_runs() {
    held(&shape::differences(&root()));
}

#[test]
fn credential_and_domain_touch_no_clock_no_disk_and_no_network() {
    held(&files::purity(&root()));
}

#[test]
fn only_rendering_holds_fonts() {
    held(&files::fonts(&root()));
}

#[test]
fn the_top_level_holds_what_it_should() {
    held(&files::top_level(&root()));
}

#[test]
fn every_package_follows_the_lints_of_the_workspace() {
    held(&files::lints(&root(), &Workspace::read(&root())));
}

#[test]
fn every_post_takes_the_claim_on_its_key() {
    held(&once::unclaimed(&root()));
}

#[test]
fn no_source_file_is_longer_than_500_lines() {
    held(&files::lengths(&root()));
}
