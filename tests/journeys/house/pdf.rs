//! A PDF, read by outside programs.

use std::{path::Path, process::Command};
use tempfile::TempDir;

/// A file in a folder of its own.
pub(crate) struct Pdf {
    folder: TempDir,
}

impl Pdf {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        assert!(
            bytes.starts_with(b"%PDF-"),
            "{:?}",
            &bytes[..bytes.len().min(200)]
        );
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("certificate.pdf"), bytes).expect("the file is written");
        Self { folder }
    }

    /// Its text, as pdftotext gives it back.
    pub(crate) fn text(&self) -> String {
        run(self.folder.path(), "pdftotext", &["certificate.pdf", "-"])
    }

    /// The PostScript names of the faces in it, each after the six letters of its subset.
    pub(crate) fn faces(&self) -> String {
        run(self.folder.path(), "pdffonts", &["certificate.pdf"])
    }

    /// Its words as they stand on the page from left to right, with where each begins and its height, in points.
    pub(crate) fn words(&self) -> Vec<(f64, f64, String)> {
        let layout = run(
            self.folder.path(),
            "pdftotext",
            &["-bbox", "certificate.pdf", "-"],
        );
        let number = |line: &str, name: &str| {
            let (_, rest) = line.split_once(&format!("{name}=\""))?;
            rest.split_once('"')?.0.parse::<f64>().ok()
        };
        let mut words: Vec<_> = layout
            .lines()
            .filter_map(|line| {
                let (_, text) = line.trim().strip_suffix("</word>")?.rsplit_once('>')?;
                Some((
                    number(line, "xMin")?,
                    number(line, "yMin")?,
                    text.to_owned(),
                ))
            })
            .collect();
        words.sort_by(|one, other| one.0.total_cmp(&other.0));
        words
    }

    /// What zbarimg reads from its QR code at 150 dots an inch.
    pub(crate) fn qr(&self) -> String {
        let folder = self.folder.path();
        run(
            folder,
            "pdftoppm",
            &[
                "-r",
                "150",
                "-png",
                "-singlefile",
                "certificate.pdf",
                "page",
            ],
        );
        run(folder, "zbarimg", &["--quiet", "--raw", "page.png"])
            .trim_end()
            .to_owned()
    }
}

fn run(folder: &Path, tool: &str, arguments: &[&str]) -> String {
    let output = Command::new(tool)
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap_or_else(|error| {
            panic!("{tool} is needed (Debian: poppler-utils, zbar-tools): {error}")
        });
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool}: {complaint}");
    String::from_utf8(output.stdout).expect("the tool prints UTF-8")
}
