//! How long the steps of the last `make test` took, as `tests/step.sh` noted them.

use crate::{Result, place::Place, report::Figure};
use serde_json::{Map, Value, json};
use std::{fs, io::ErrorKind};

const WHAT: &str = "`make test`, last run";

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let text = match fs::read_to_string(place.target.join("steps.tsv")) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Ok(vec![Figure::shown(
                WHAT,
                "not run yet".to_owned(),
                json!({}),
            )]);
        }
        Err(error) => return Err(error.into()),
    };
    let mut sum = 0;
    let mut steps = Map::new();
    for line in text.lines() {
        let (name, seconds) = line.split_once('\t').ok_or("steps.tsv: no tab in a line")?;
        let seconds: u64 = seconds.trim().parse()?;
        sum += seconds;
        steps.insert(name.to_owned(), seconds.into());
    }
    let mut longest: Vec<_> = steps
        .iter()
        .filter_map(|(name, s)| Some((s.as_u64()?, name)))
        .collect();
    longest.sort_unstable_by(|a, b| b.cmp(a));
    let longest: Vec<String> = longest
        .iter()
        .take(3)
        .map(|(seconds, name)| format!("{name} {seconds} s"))
        .collect();
    // From scratch or repeated: the file does not say, so neither limit is applied.
    let measured = format!(
        "{sum} s in {} steps: {}, …",
        steps.len(),
        longest.join(", ")
    );
    let figure = Figure::shown(WHAT, measured, json!({}));
    Ok(vec![
        figure
            .reach("≤ 40 min clean, ≤ 6 min repeated")
            .value("steps", Value::Object(steps)),
    ])
}
