//! How large the functions are, and what only one of them may carry.

use crate::{
    Result,
    place::Place,
    report::{Figure, short},
};
use std::{fs, path::Path};

/// Most megabytes of a function that talks to `DynamoDB` (and SQS) only.
const WITH_DYNAMODB: f64 = 6.0;
/// Most megabytes of one that talks to S3 too.
const WITH_S3: f64 = 8.0;
/// The functions, and what each may have.
const FUNCTIONS: [(&str, f64); 15] = [
    ("identity", WITH_DYNAMODB),
    ("hooks", WITH_DYNAMODB),
    ("notifications", WITH_DYNAMODB),
    ("webhooks", WITH_DYNAMODB),
    ("relay", WITH_DYNAMODB),
    ("schedules", WITH_DYNAMODB),
    ("deliveries", WITH_DYNAMODB),
    ("hook-deliveries", WITH_DYNAMODB),
    ("ticket-work", WITH_S3),
    ("triage", WITH_DYNAMODB),
    ("edge-sync", WITH_DYNAMODB),
    ("tickets", WITH_S3),
    ("conversations", WITH_S3),
    ("bulk", WITH_S3),
    ("certificates", WITH_S3),
];
/// Bytes of a font that are looked for.
const SAMPLE: usize = 256;

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let binaries = place.binaries("release");
    let fonts = samples(&place.root.join("functions/rendering/fonts"))?;
    let mut figures = Vec::new();
    let mut carriers = Vec::new();
    for (name, limit) in FUNCTIONS {
        let bytes = fs::read(binaries.join(format!("registrar-{name}")))?;
        let what = format!("size of {name}, stripped");
        figures.push(Figure::at_most(what, limit, megabytes(&bytes), "MB"));
        if carries(&bytes, &fonts) {
            carriers.push(name);
        }
    }
    let rendering = fs::read(binaries.join("registrar-rendering"))?;
    if !carries(&rendering, &fonts) {
        return Err("neither fonts nor the PDF engine are found where they must be".into());
    }
    let fonts = size_below(&place.root.join("functions/rendering/fonts"))?;
    figures.push(
        Figure::shown(
            "size of rendering, stripped",
            format!("{} MB", short(megabytes(&rendering))),
            serde_json::json!({"measured": megabytes(&rendering), "unit": "MB"}),
        )
        .with(&format!("fonts {} MB", short(fonts))),
    );
    figures.push(Figure::holds(
        "functions with fonts or the PDF engine, besides rendering",
        "none",
        if carriers.is_empty() {
            "none".to_owned()
        } else {
            carriers.join(", ")
        },
        carriers.is_empty(),
    ));
    Ok(figures)
}

#[expect(clippy::cast_precision_loss, reason = "no program has 2^52 bytes")]
fn megabytes(bytes: &[u8]) -> f64 {
    bytes.len() as f64 / 1e6
}

/// Megabytes of the fonts in a folder.
fn size_below(folder: &Path) -> Result<f64> {
    let mut sum = 0.0;
    for font in fonts(folder)? {
        sum += megabytes(&font);
    }
    Ok(sum)
}

fn fonts(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path
            .extension()
            .is_some_and(|extension| extension == "ttf" || extension == "otf")
        {
            found.push(fs::read(path)?);
        }
    }
    Ok(found)
}

/// Bytes from the middle of each font.
fn samples(folder: &Path) -> Result<Vec<Vec<u8>>> {
    let samples: Vec<Vec<u8>> = fonts(folder)?
        .iter()
        .map(|font| {
            font.iter()
                .copied()
                .skip(font.len() / 2)
                .take(SAMPLE)
                .collect()
        })
        .collect();
    if samples.is_empty() {
        Err("there are no fonts".into())
    } else {
        Ok(samples)
    }
}

/// Whether a program holds one of the fonts, or names sources of the PDF engine.
fn carries(program: &[u8], fonts: &[Vec<u8>]) -> bool {
    let holds = |part: &[u8]| {
        let first = part[0];
        program
            .iter()
            .enumerate()
            .any(|(at, byte)| *byte == first && program[at..].starts_with(part))
    };
    holds(b"/printpdf-") || fonts.iter().any(|font| holds(font))
}
