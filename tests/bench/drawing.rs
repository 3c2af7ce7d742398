//! Certificates: how many a second and core, beside `WeasyPrint` and qrcode drawing the same page in the same run; their size,
//! the time to the first, memory, and what is deployed for them.
//!
//! Both draw in a process of their own that is asked on its standard input. What counts is their processor time, so that
//! another program on the machine takes from neither.

use crate::{
    Result,
    place::Place,
    process,
    report::{Figure, median, short},
};
use serde_json::json;
use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    time::Instant,
};

/// Rounds of both, one after the other; the medians are reported.
const ROUNDS: usize = 5;
/// Certificates of a round.
const OURS: usize = 400;
const THEIRS: usize = 20;
/// Starts until the first certificate.
const STARTS: usize = 15;
/// Certificates after which memory is read.
const MANY: usize = 1_000;

pub(crate) fn figures(place: &Place) -> Result<Vec<Figure>> {
    let mut figures = vec![speed(place)?];
    figures.extend(sizes(place)?);
    figures.push(first(place)?);
    figures.push(package(place)?);
    Ok(figures)
}

/// A process that draws when it is asked.
struct Painter {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Painter {
    fn ours(place: &Place) -> Result<Self> {
        let program = place.binaries("release").join("registrar-specimen");
        Self::start(&mut Command::new(program))
    }

    fn theirs(place: &Place) -> Result<Self> {
        let python = place.target.join("tools/bin/python");
        let script = place.root.join("tests/bench/drawing.py");
        Self::start(Command::new(python).arg(script))
    }

    fn start(command: &mut Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let asks = child.stdin.take().ok_or("no standard input")?;
        let answers = child.stdout.take().ok_or("no standard output")?;
        Ok(Self {
            child,
            asks,
            answers: BufReader::new(answers),
        })
    }

    /// Asks, and returns the numbers of the answer.
    fn ask(&mut self, line: &str) -> Result<Vec<f64>> {
        writeln!(self.asks, "{line}")?;
        self.asks.flush()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer)?;
        let numbers = answer.split_whitespace().map(str::parse);
        let numbers = numbers.collect::<Result<Vec<f64>, _>>()?;
        if numbers.is_empty() {
            return Err("the painter ended without an answer".into());
        }
        Ok(numbers)
    }

    /// Certificates for a second of processor time.
    #[expect(clippy::cast_precision_loss, reason = "a few hundred")]
    fn rate(&mut self, line: &str, count: usize) -> Result<f64> {
        let before = process::cpu_ms(self.child.id())?;
        self.ask(line)?;
        let spent = process::cpu_ms(self.child.id())? - before;
        Ok(count as f64 * 1000.0 / spent)
    }

    fn end(mut self) -> Result<()> {
        drop(self.asks);
        self.child.wait()?;
        Ok(())
    }
}

fn speed(place: &Place) -> Result<Figure> {
    let (mut ours, mut theirs) = (Painter::ours(place)?, Painter::theirs(place)?);
    ours.ask("50 0 0")?;
    let size = theirs.ask("2")?[0];
    let (mut our_rates, mut their_rates) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        our_rates.push(ours.rate(&format!("{OURS} 0 0"), OURS)?);
        their_rates.push(theirs.rate(&THEIRS.to_string(), THEIRS)?);
    }
    let memory = process::peak_mb(theirs.child.id())?;
    ours.end()?;
    theirs.end()?;
    let (our_rate, their_rate) = (median(&our_rates), median(&their_rates));
    let times = our_rate / their_rate;
    Ok(Figure::holds(
        "certificates a second and core, against WeasyPrint + qrcode",
        "≥ 40×",
        format!(
            "{}×; {} against {}",
            short(times),
            short(our_rate),
            short(their_rate)
        ),
        times >= 40.0,
    )
    .value("measured", times)
    .value("per_second", our_rate)
    .value("weasyprint_per_second", their_rate)
    .value("weasyprint_bytes", size)
    .value("weasyprint_mb", memory))
}

/// Sizes of the files, and memory after many of them in every script.
fn sizes(place: &Place) -> Result<Vec<Figure>> {
    let scripts = fs::read_to_string(place.root.join("functions/rendering/scripts.tsv"))?;
    let mut painter = Painter::ours(place)?;
    let (mut latin, mut any, mut whose) = (0.0_f64, 0.0_f64, "");
    for (row, line) in scripts.lines().enumerate() {
        for design in 0..3 {
            let answer = painter.ask(&format!("20 {row} {design}"))?;
            let largest = answer.get(1).copied().ok_or("no largest size")?;
            if row == 0 {
                latin = latin.max(largest);
            }
            if largest > any {
                (any, whose) = (largest, line.split('\t').next().unwrap_or_default());
            }
        }
    }
    painter.ask(&format!("{MANY} 0 0"))?;
    let memory = process::peak_mb(painter.child.id())?;
    painter.end()?;
    Ok(vec![
        Figure::at_most("size of a PDF, Latin names", 20.0, latin / 1024.0, "KB"),
        Figure::at_most("… any of 32 scripts", 40.0, any / 1024.0, "KB")
            .with(&format!("the largest is {whose}")),
        Figure::at_most(
            "memory of drawing, after 1,000 and every script",
            32.0,
            memory,
            "MB",
        ),
    ])
}

fn first(place: &Place) -> Result<Figure> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        let mut painter = Painter::ours(place)?;
        painter.ask("1 0 0")?;
        times.push(began.elapsed().as_secs_f64() * 1000.0);
        painter.end()?;
    }
    Ok(Figure::at_most(
        "process start to first PDF",
        12.0,
        median(&times),
        "ms",
    ))
}

/// What is uploaded for the rendering function: a zip holds a file as gzip does.
#[expect(clippy::cast_precision_loss, reason = "no program has 2^52 bytes")]
fn package(place: &Place) -> Result<Figure> {
    let program = place.binaries("release").join("registrar-rendering");
    let zipped = Command::new("gzip")
        .args(["-9", "--stdout"])
        .arg(program)
        .output()?;
    if !zipped.status.success() || zipped.stdout.is_empty() {
        return Err("gzip failed".into());
    }
    let mb = zipped.stdout.len() as f64 / 1e6;
    Ok(
        Figure::at_most("package of rendering, zipped, every font", 12.0, mb, "MB")
            .value("values", json!({"bytes": zipped.stdout.len()})),
    )
}
