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
