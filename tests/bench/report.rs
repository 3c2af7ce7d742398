//! Figures, and how they are shown.

use crate::Result;
use serde_json::{Value, json};
use std::{fs, io::Write as _, path::Path};

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Figure {
    what: String,
    /// What is to be reached, in words; empty when the row only informs.
    reach: String,
    measured: String,
    ok: Option<bool>,
    values: Value,
}

impl Figure {
    /// A figure that is fine up to `limit`, both in `unit`.
    pub(crate) fn at_most(what: impl Into<String>, limit: f64, measured: f64, unit: &str) -> Self {
        Self {
            what: what.into(),
            reach: format!("≤ {limit} {unit}"),
            measured: format!("{} {unit}", short(measured)),
            ok: Some(measured <= limit),
            values: json!({"measured": measured, "limit": limit, "unit": unit}),
        }
    }

    /// Something that holds or does not.
    pub(crate) fn holds(what: impl Into<String>, reach: &str, measured: String, ok: bool) -> Self {
        Self {
            ok: Some(ok),
            reach: reach.to_owned(),
            ..Self::shown(what, measured, json!({}))
        }
    }

    /// A figure that nothing is asked of.
    pub(crate) fn shown(what: impl Into<String>, measured: String, values: Value) -> Self {
        Self {
            what: what.into(),
            reach: String::new(),
            measured,
            ok: None,
            values,
        }
    }

    /// Says what is to be reached, where it is not for this program to judge.
    #[must_use]
    pub(crate) fn reach(self, reach: &str) -> Self {
        Self {
            reach: reach.to_owned(),
            ..self
        }
    }

    /// Adds words to what was measured.
    #[must_use]
    pub(crate) fn with(mut self, more: &str) -> Self {
        self.measured.push_str("; ");
        self.measured.push_str(more);
        self
    }

    /// Adds a value to the JSON.
    #[must_use]
    pub(crate) fn value(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.values[name] = value.into();
        self
    }

    fn mark(&self) -> &'static str {
        match self.ok {
            Some(true) => "yes",
            Some(false) => "NO",
            None => "-",
        }
    }
}

/// All figures.
#[derive(Debug, Default)]
pub(crate) struct Report {
    figures: Vec<Figure>,
    lost: Vec<String>,
}

impl Report {
    pub(crate) fn add(&mut self, figures: Vec<Figure>) {
        self.figures.extend(figures);
    }

    /// A group that could not be measured.
    pub(crate) fn lost(&mut self, group: &str, error: &dyn std::error::Error) {
        let measured = format!("not measured: {error}");
        note(&format!("bench: {group}: {error}"));
        self.lost.push(group.to_owned());
        self.figures.push(Figure::shown(
            group,
            measured,
            json!({"error": error.to_string()}),
        ));
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.lost.is_empty()
    }

    /// The table, on standard output.
    pub(crate) fn print(&self) -> Result<()> {
        let mut rows = vec![["what", "reach", "measured", "ok"].map(str::to_owned)];
        rows.extend(self.figures.iter().map(|figure| {
            let ok = figure.mark().to_owned();
            [
                figure.what.clone(),
                figure.reach.clone(),
                figure.measured.clone(),
                ok,
            ]
        }));
        let width = |column: usize| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths = [width(0), width(1), width(2), width(3)];
        let mut out = std::io::stdout().lock();
        for (at, [what, reach, measured, ok]) in rows.iter().enumerate() {
            let [a, b, c, d] = widths;
            writeln!(
                out,
                "| {what:<a$} | {reach:<b$} | {measured:<c$} | {ok:<d$} |"
            )?;
            if at == 0 {
                let line = widths.map(|width| "-".repeat(width + 2)).join("|");
                writeln!(out, "|{line}|")?;
            }
        }
        Ok(())
    }

    pub(crate) fn store(&self, path: &Path) -> Result<()> {
        let figures: Vec<Value> = self
            .figures
            .iter()
            .map(|figure| {
                let Figure { what, reach, measured, ok, values } = figure;
                json!({"what": what, "reach": reach, "measured": measured, "ok": ok, "values": values})
            })
            .collect();
        let stored = json!({"machine": machine(), "not_measured": self.lost, "figures": figures});
        let mut text = serde_json::to_string_pretty(&stored)?;
        text.push('\n');
        fs::write(path, text)?;
        note(&format!("stored in {}", path.display()));
        Ok(())
    }
}

/// What the figures depend on.
fn machine() -> Value {
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let cpuinfo = read("/proc/cpuinfo");
    let model = cpuinfo
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    json!({
        "processor": model.map(|model| model.trim_start_matches([' ', '\t', ':'])),
        "cores": std::thread::available_parallelism().map_or(0, usize::from),
        "load_average": read("/proc/loadavg").split(' ').next(),
    })
}

/// A line for whoever waits.
pub(crate) fn note(text: &str) {
    // Nobody can be told that nobody can be told.
    let _ = writeln!(std::io::stderr(), "{text}");
}

/// Three digits that matter.
pub(crate) fn short(value: f64) -> String {
    let decimals = match value.abs() {
        small if small < 10.0 => 2,
        middle if middle < 100.0 => 1,
        _ => 0,
    };
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

/// The middle of some values; 0 of none.
pub(crate) fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// The value that `percent` of all are not above; 0 of none.
pub(crate) fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (sorted.len() * percent).div_ceil(100).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(0.0)
}
