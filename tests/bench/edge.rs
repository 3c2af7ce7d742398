//! The Worker: its size, and its processor time against the same logic in JavaScript.

use crate::{
    Result,
    place::Place,
    report::{Figure, short},
};
use serde_json::Value;
use std::process::{Command, Stdio};

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let answer = Command::new("node")
        .arg("tests/edge/bench.mjs")
        .current_dir(&place.root)
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8(answer.stdout)?;
    let line = text.lines().rfind(|line| line.starts_with('{'));
    let line = line.ok_or_else(|| format!("tests/edge/bench.mjs: {} {text}", answer.status))?;
    let measured: Value = serde_json::from_str(line)?;
    let number = |name: &str| {
        measured[name]
            .as_f64()
            .ok_or_else(|| format!("tests/edge/bench.mjs has no {name}: {line}"))
    };
    let times = format!(
        "{} against {} µs",
        short(number("rust_us")?),
        short(number("js_us")?)
    );
    Ok(vec![
        Figure::at_most("Worker, gzip", 180.0, number("gzip_bytes")? / 1024.0, "KB"),
        Figure::at_most(
            "Worker with the offline page, gzip",
            300.0,
            number("gzip_bytes_with_pages")? / 1024.0,
            "KB",
        ),
        Figure::at_most(
            "Worker: CPU per request against JavaScript",
            1.0,
            number("ratio")?,
            "×",
        )
        .with(&times)
        .value("kinds", measured["kinds"].clone()),
    ])
}
