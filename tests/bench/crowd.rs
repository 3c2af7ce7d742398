//! 10,000 tickets by 32 clients at once, over HTTP through the whole deployment.
//!
//! The stream's records are lost on purpose: the letters, postings and webhooks of 10,000 tickets would be a measurement of
//! something else, on the same processors.

use crate::{
    Result,
    place::Place,
    report::{Figure, note, short},
};
use registrar_local::{Options, Platform, seed};
use registrar_tests::crowd::{self, Crowd, Fault};
use tokio::runtime::Runtime;

const CLIENTS: usize = 32;
const TICKETS: usize = 10_000;
/// The most that a partition may have of a list, in per cent: a tenth, and four standard deviations of 1,429 entries.
const MOST: f64 = 13.2;

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let profile = std::env::var("BENCH_PROFILE").unwrap_or_else(|_| "release".to_owned());
    let scratch = tempfile::tempdir()?;
    let mut options = Options::new(place.template(), scratch.path());
    options.binaries = place.binaries(&profile);
    options.schedules = false;
    let crowd = Runtime::new()?.block_on(run(options));
    let crowd = crowd.map_err(|fault| fault.to_string())?;
    for (list, counts) in &crowd.spread {
        note(&format!("{list:40} {counts:?}"));
    }
    let seconds = crowd.elapsed.as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "a few thousand")]
    let requests = (TICKETS + crowd.resolved) as f64;
    let share = crowd.largest_share() * 100.0;
    Ok(vec![
        Figure::holds(
            "10,000 tickets by 32 clients over HTTP: numbers twice, tickets lost, counters off",
            "none",
            "none".to_owned(),
            true,
        )
        .with(&format!(
            "{} s, {}/s",
            short(seconds),
            short(requests / seconds)
        ))
        .value("seconds", seconds)
        .value("profile", profile),
        Figure::at_most(
            "… the fullest partition's share of its list",
            MOST,
            share,
            "%",
        ),
    ])
}

async fn run(options: Options) -> Result<Crowd, Fault> {
    let platform = Platform::start(options).await.map_err(Box::new)?;
    seed::demo(&platform).await?;
    platform.lose_stream_records(true).await;
    let crowd = crowd::crowd(&platform, CLIENTS, TICKETS).await;
    platform.shutdown().await;
    crowd
}
