//! The figures of this repository, measured on this machine: one table on standard output, and
//! `target/bench.json`.
//!
//! It asserts nothing: a figure that is missed is shown as missed. The exit code says only whether
//! everything could be measured. What it measures are the programs that `make` has built.

mod certificate;
mod codes;
mod cold;
mod crowd;
mod drawing;
mod edge;
mod environment;
mod http;
mod lambda;
mod local;
mod place;
mod process;
mod report;
mod requests;
mod revocation;
mod run;
mod scale;
mod size;
mod steps;
mod stub;

use place::Place;
use report::{Figure, Report};
use std::process::ExitCode;

/// Whatever goes wrong ends one group of figures, in words.
type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// One group of figures.
type Measure = fn(&Place) -> Result<Vec<Figure>>;

const GROUPS: [(&str, Measure); 11] = [
    ("make run", run::figures),
    ("make test", steps::figures),
    ("cold starts", cold::figures),
    ("binaries", size::figures),
    ("requests", requests::figures),
    ("a crowd", crowd::figures),
    ("tickets at scale", scale::figures),
    ("revocation", revocation::figures),
    ("certificates", drawing::figures),
    ("codes on paper", codes::figures),
    ("the Worker", edge::figures),
];

fn main() -> ExitCode {
    // Without arguments every group; else those whose names hold one of the words.
    let words: Vec<String> = std::env::args().skip(1).collect();
    // A second installation is refused and changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    match work(&words) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            report::note(&format!("bench: {error}"));
            ExitCode::FAILURE
        }
    }
}

/// Whether everything could be measured.
fn work(words: &[String]) -> Result<bool> {
    let place = Place::find()?;
    let mut report = Report::default();
    for (name, measure) in GROUPS {
        if words.is_empty() || words.iter().any(|word| name.contains(word.as_str())) {
            report::note(&format!("measuring: {name}"));
            match measure(&place) {
                Ok(figures) => report.add(figures),
                Err(error) => report.lost(name, error.as_ref()),
            }
        }
    }
    report.print()?;
    // Some of the figures do not replace all of them.
    if words.is_empty() {
        report.store(&place.target.join("bench.json"))?;
    }
    Ok(report.is_whole())
}
