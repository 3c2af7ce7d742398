//! From the command to the first answered request, on a new data folder.

use crate::{
    Result,
    http::Http,
    local::Local,
    place::Place,
    report::{Figure, median, short},
};
use std::path::Path;

/// Starts of each kind; the medians are reported.
const STARTS: usize = 5;
const STUDENT: &str = "asha@example.org";

/// Starts a deployment in one way.
type Start = fn(&Place, &Path) -> Result<Local>;

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let ways: [(&str, Start); 3] = [
        (
            "`make run` from built to first answered request",
            Local::make,
        ),
        ("… without make and cargo", |place, data| {
            Local::program(place, "debug", data)
        }),
        ("… release build", |place, data| {
            Local::program(place, "release", data)
        }),
    ];
    ways.into_iter()
        .map(|(what, start)| figure(place, what, start))
        .collect()
}

fn figure(place: &Place, what: &str, start: Start) -> Result<Figure> {
    let (mut answered, mut signed_in) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let data = tempfile::tempdir()?;
        let http = Http::new()?;
        let local = start(place, data.path())?;
        http.get(&format!("{}/health", local.api))?;
        answered.push(local.age_ms());
        let token = local.sign_in(&http, STUDENT)?;
        let tickets = format!("{}/tickets", local.api);
        http.send(|client| client.get(tickets).bearer_auth(token))?;
        signed_in.push(local.age_ms());
    }
    let later = short(median(&signed_in));
    Ok(Figure::at_most(what, 3000.0, median(&answered), "ms")
        .with(&format!("{later} ms until signed in and a list read"))
        .value("signed_in_ms", median(&signed_in)))
}
