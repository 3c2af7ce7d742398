//! Certificates' codes: how many of them four readers get out of bad scans, beside the code that certificates had before.

use crate::{Result, place::Place, report::Figure};
use serde_json::Value;
use std::process::{Command, Stdio};

/// The certificates that are looked at, by their script: ordinary names, and names that fill a claim.
const SCRIPTS: [&str; 2] = ["latin", "vietnamese"];
const DESIGNS: [&str; 3] = ["classic", "modern", "minimal"];
/// How a page was spoilt, in words, and how many of the certificates each reader must read: in the order of [`READERS`].
const SCANS: [(&str, &str, [u64; 4]); 4] = [
    ("jpeg", "100 dpi, JPEG quality 40", [6, 6, 6, 0]),
    ("askew", "150 dpi, rotated 7°, blurred 0.7 px", [6, 6, 6, 0]),
    ("whole", "150 dpi", [0, 0, 0, 4]),
    ("screen", "72 dpi", [0, 0, 0, 0]),
];
const READERS: [&str; 4] = ["zbar", "zxing", "jsqr", "opencv"];

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let program = place.binaries("release").join("registrar-specimen");
    let drawn = Command::new(program).arg(folder.path()).status()?;
    if !drawn.success() {
        return Err("registrar-specimen failed".into());
    }
    let pages = SCRIPTS.iter().flat_map(|script| {
        let page = |design: &&str| folder.path().join(format!("{script}-{design}.pdf"));
        DESIGNS.iter().map(page).collect::<Vec<_>>()
    });
    let answer = Command::new(place.target.join("tools/bin/python"))
        .arg(place.root.join("tests/bench/codes.py"))
        .arg(folder.path())
        .args(pages)
        .stderr(Stdio::inherit())
        .output()?;
    if !answer.status.success() {
        return Err(format!("tests/bench/codes.py: {}", answer.status).into());
    }
    let measured: Value = serde_json::from_slice(&answer.stdout)?;
    SCANS
        .into_iter()
        .map(|scan| figure(&measured, scan))
        .collect()
}

fn figure(measured: &Value, (scan, words, least): (&str, &str, [u64; 4])) -> Result<Figure> {
    let of = measured["of"].as_u64().ok_or("no number of certificates")?;
    let counts = |when: &str| -> Result<Vec<u64>> {
        let count = |reader: &&str| measured[when][scan][*reader].as_u64();
        let counts: Option<Vec<u64>> = READERS.iter().map(count).collect();
        counts.ok_or_else(|| format!("no counts of {when}, {scan}").into())
    };
    let (now, before) = (counts("now")?, counts("before")?);
    let said = |counts: &[u64]| {
        let pairs = READERS.iter().zip(counts);
        let words: Vec<_> = pairs
            .map(|(name, count)| format!("{name} {count}"))
            .collect();
        words.join(", ")
    };
    let what = format!("codes read of {of}: {words}");
    let text = format!("{}; before: {}", said(&now), said(&before));
    let asked: Vec<_> = READERS
        .iter()
        .zip(least)
        .filter(|(_, least)| *least > 0)
        .collect();
    if asked.is_empty() {
        return Ok(Figure::shown(what, text, measured.clone()));
    }
    let reach: Vec<_> = asked
        .iter()
        .map(|(name, least)| format!("{name} ≥ {least}"))
        .collect();
    let holds = now.iter().zip(least).all(|(count, least)| *count >= least);
    Ok(Figure::holds(what, &reach.join(", "), text, holds).value("codes", measured.clone()))
}
