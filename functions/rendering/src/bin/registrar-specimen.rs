//! Draws specimens of certificates: what designers look at, and what the bench measures.
//!
//! | call | does |
//! |---|---|
//! | `registrar-specimen FOLDER` | writes every script of `scripts.tsv` in every design |
//! | `registrar-specimen` | answers each line `COUNT ROW DESIGN` of standard input with `MEAN LARGEST`, in bytes |
//!
//! ROW counts the scripts from 0, DESIGN is 0 for classic, 1 for modern, 2 for minimal. The COUNT certificates have different
//! names and ids. Nothing is timed in here: whoever asks measures from outside.

use std::error::Error;
use std::io::{self, BufRead as _, Write as _};
use std::path::Path;

use registrar_domain::credential::{Claim, Day, SigningKey, Text};
use registrar_rendering::pdf::{CertificatePage, Created, Labels, Template, render};

/// Script, name and course, a row each.
const SCRIPTS: &str = include_str!("../../scripts.tsv");

/// Where the specimens' codes lead.
const ADDRESS: &str = "https://verify.registrar.example";

fn main() -> Result<(), Box<dyn Error>> {
    match std::env::args_os().nth(1) {
        Some(folder) => write_all(Path::new(&folder)),
        None => answer(),
    }
}

fn write_all(folder: &Path) -> Result<(), Box<dyn Error>> {
    std::fs::create_dir_all(folder)?;
    for line in SCRIPTS.lines() {
        let [script, name, course] = columns(line)?;
        for template in Template::ALL {
            let file = format!("{script} {template:?}.pdf")
                .to_lowercase()
                .replace(' ', "-");
            let pdf = draw(template, name, course, "CERT-20260303-7Q4KZ9M2XH")?;
            std::fs::write(folder.join(file), pdf)?;
        }
    }
    Ok(())
}

fn answer() -> Result<(), Box<dyn Error>> {
    for line in io::stdin().lock().lines() {
        let line = line?;
        let mut words = line.split_whitespace().map(str::parse::<usize>);
        let mut word = || words.next().ok_or("COUNT ROW DESIGN, please");
        let (count, row, design) = (word()??, word()??, word()??);
        let script = SCRIPTS.lines().nth(row).ok_or("no such row")?;
        let [_, name, course] = columns(script)?;
        let template = *Template::ALL.get(design).ok_or("no such design")?;
        let (mut sum, mut largest) = (0, 0);
        for number in 0..count {
            let name = format!("{name} {number}");
            let pdf = draw(
                template,
                &name,
                course,
                &format!("CERT-20260303-{number:010}"),
            )?;
            sum += pdf.len();
            largest = largest.max(pdf.len());
        }
        let mut out = io::stdout().lock();
        writeln!(out, "{} {largest}", sum / count.max(1))?;
        out.flush()?;
    }
    Ok(())
}

fn columns(line: &str) -> Result<[&str; 3], Box<dyn Error>> {
    let columns: Vec<_> = line.split('\t').collect();
    columns
        .try_into()
        .map_err(|_| "a row has three columns".into())
}

/// The token of a specimen, as long as a certificate's.
fn token(holder: &str, course: &str, id: &str) -> Result<String, Box<dyn Error>> {
    let key = SigningKey::new(1, &[7; 32], Day::from_days(0), None, None);
    let (holder, course) = Text::pair(holder, course)?;
    let claim = Claim {
        key_id: key.kid(),
        expires: None,
        id: id.parse()?,
        status_index: 40_000,
        holder,
        course,
    };
    Ok(claim.sign(&key)?.token())
}

fn draw(
    template: Template,
    holder: &str,
    course: &str,
    id: &str,
) -> Result<Vec<u8>, Box<dyn Error>> {
    Ok(render(&CertificatePage {
        template,
        id,
        holder,
        course,
        completion_date: "3 March 2026",
        grade: Some("A+"),
        expiry_date: None,
        issuer: "Riverside Academy",
        labels: Labels {
            title: "Certificate of Completion",
            certify: "This is to certify that",
            completed: "has successfully completed",
            grade: "Grade:",
            expires: "Valid until",
            date: "Date",
            id: "Certificate ID",
            verify: "Verify at",
        },
        verify_url: &format!("{ADDRESS}/v/{}", token(holder, course, id)?),
        verify_text: &format!("verify.registrar.example/verify/{id}"),
        language: "en",
        created: Created {
            year: 2026,
            month: 3,
            day: 3,
            hour: 10,
            minute: 11,
            second: 12,
        },
    })?)
}
