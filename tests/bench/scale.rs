//! What one request costs when there are 100, 10,000 and 1,000,000 messages in the table: request units, and the function's
//! own processor time.
//!
//! The function runs as on Lambda, with a Runtime API and the `DynamoDB` stand-in in this program; nothing else of the
//! deployment does, so that nothing else is measured. Headers, counters and postings are written by the store, as requests
//! and the worker behind the outbox do; the messages, of which there are a hundred to a ticket, are imported in bulk.
//!
//! `BENCH_PROFILE=debug` measures the functions of the debug build, and `BENCH_MESSAGES=100,2000` other sizes of the table:
//! for trying it out, not for figures.

mod calls;
mod fill;
mod table;

use crate::{
    Result,
    environment::{self, Surroundings},
    lambda::Lambda,
    place::Place,
    process,
    report::{Figure, note, short},
    requests::consumed,
};
use calls::{Call, Caller};
use fill::Filled;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fs, process::Child};
use table::Table;

/// Messages in the table.
const MESSAGES: [usize; 3] = [100, 10_000, 1_000_000];
/// Requests of each kind that are measured, after [`WARM`] that are not.
const MEASURED: usize = 60;
const WARM: usize = 20;
/// How much more one request may cost in the largest table than in the one before.
const RATIO: f64 = 1.3;

/// What one call costs on average.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    read: f64,
    write: f64,
    cpu_ms: f64,
}

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let sizes = match std::env::var("BENCH_MESSAGES") {
        Ok(sizes) => sizes
            .split(',')
            .map(str::parse)
            .collect::<Result<Vec<_>, _>>()?,
        Err(_) => MESSAGES.to_vec(),
    };
    let scratch = tempfile::tempdir()?;
    let mut filled: Option<Filled> = None;
    let table = Table::start(place, scratch.path())?;
    let mut costs: Vec<(usize, BTreeMap<Call, Cost>)> = Vec::new();
    for messages in sizes {
        let began = std::time::Instant::now();
        let now = table.fill(filled.take(), messages)?;
        note(&format!(
            "{messages} messages in {} tickets; filled in {:.1?}",
            now.tickets.len(),
            began.elapsed()
        ));
        costs.push((messages, measure(place, &table, &now, messages)?));
        filled = Some(now);
    }
    Ok(Call::ALL
        .into_iter()
        .map(|call| figure(call, &costs))
        .collect())
}

/// The costs of each kind of call, in a process of its own.
fn measure(
    place: &Place,
    table: &Table,
    filled: &Filled,
    messages: usize,
) -> Result<BTreeMap<Call, Cost>> {
    let lambda = Lambda::start()?;
    let profile = std::env::var("BENCH_PROFILE").unwrap_or_else(|_| "release".to_owned());
    let log = table.scratch().join(format!("tickets-{messages}.log"));
    let surroundings = Surroundings {
        binaries: &place.binaries(&profile),
        lambda: lambda.address,
        parameters: format!("http://{}", environment::parameters(table.scratch(), None)?),
        dynamodb: table.url().to_owned(),
        trusted: None,
        log: log.clone(),
    };
    let function = table.function("TicketsFunction")?;
    let mut child = environment::spawn(function, &surroundings)?;
    let measured = lambda
        .asked()
        .and_then(|_| all_calls(&lambda, &mut child, &Caller::new(table, filled)));
    child.kill()?;
    child.wait()?;
    let text = fs::read_to_string(&log)?;
    let processor = measured.map_err(|error| format!("{error}\n{text}"))?;
    let mut costs = BTreeMap::new();
    for (call, cpu_ms) in processor {
        let (mut read, mut write) = (0.0, 0.0);
        for n in 0..MEASURED {
            let [r, w] = consumed(&text, &call.request_id(WARM + n))?;
            read += r;
            write += w;
        }
        #[expect(clippy::cast_precision_loss, reason = "a small constant")]
        let calls = MEASURED as f64;
        let cost = Cost {
            read: read / calls,
            write: write / calls,
            cpu_ms,
        };
        costs.insert(call, cost);
    }
    Ok(costs)
}

/// Milliseconds of processor per call of each kind.
fn all_calls(lambda: &Lambda, child: &mut Child, caller: &Caller<'_>) -> Result<Vec<(Call, f64)>> {
    let mut times = Vec::new();
    for call in Call::ALL {
        for n in 0..WARM {
            invoke(lambda, caller, call, n)?;
        }
        let before = process::cpu_ms(child.id())?;
        for n in 0..MEASURED {
            invoke(lambda, caller, call, WARM + n)?;
        }
        #[expect(clippy::cast_precision_loss, reason = "a small constant")]
        let calls = MEASURED as f64;
        times.push((call, (process::cpu_ms(child.id())? - before) / calls));
    }
    Ok(times)
}

fn invoke(lambda: &Lambda, caller: &Caller<'_>, call: Call, n: usize) -> Result<()> {
    let event = serde_json::to_vec(&caller.event(call, n))?;
    let answer: Value = serde_json::from_slice(&lambda.invoke(&event)?)?;
    if answer["statusCode"]
        .as_u64()
        .is_some_and(|status| status < 300)
    {
        Ok(())
    } else {
        Err(format!("{call:?}: {answer}").into())
    }
}

/// One row of the table: a call at every size, and the last against the one before.
fn figure(call: Call, costs: &[(usize, BTreeMap<Call, Cost>)]) -> Figure {
    let of = |(messages, costs): &(usize, BTreeMap<Call, Cost>)| {
        (*messages, costs.get(&call).copied().unwrap_or_default())
    };
    let costs: Vec<(usize, Cost)> = costs.iter().map(of).collect();
    let parts = costs.iter().map(|(messages, cost)| {
        let Cost {
            read,
            write,
            cpu_ms,
        } = cost;
        let written = if *write > 0.0 {
            format!(", {} WRU", short(*write))
        } else {
            String::new()
        };
        format!(
            "{messages}: {} RRU{written}, {} ms",
            short(*read),
            short(*cpu_ms)
        )
    });
    let measured = parts.collect::<Vec<_>>().join("; ");
    let values = costs.iter().map(|(messages, cost)| {
        json!({"messages": messages, "read": cost.read, "write": cost.write, "cpu_ms": cost.cpu_ms})
    });
    let values = json!({"sizes": values.collect::<Vec<_>>()});
    let what = format!("at scale: {}", call.name());
    let [.., (_, before), (_, last)] = costs.as_slice() else {
        return Figure::shown(what, measured, values);
    };
    if !call.is_held_to_ratio() {
        return Figure::shown(what, measured, values);
    }
    let units = ratio(last.read + last.write, before.read + before.write);
    let cpu = ratio(last.cpu_ms, before.cpu_ms);
    Figure::holds(
        what,
        &format!("≤ {RATIO} × the size before"),
        format!("{} × units, {} × CPU; {measured}", short(units), short(cpu)),
        units <= RATIO && cpu <= RATIO,
    )
    .value("sizes", values["sizes"].clone())
    .value("units_ratio", units)
    .value("cpu_ratio", cpu)
}

fn ratio(last: f64, before: f64) -> f64 {
    if before > 0.0 { last / before } else { 1.0 }
}
