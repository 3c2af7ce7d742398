//! A rendered file in a folder of its own, and the outside tools that read it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use unicode_normalization::UnicodeNormalization;

pub(crate) struct Pdf {
    folder: TempDir,
    path: PathBuf,
}

/// A page in grey.
pub(crate) struct Drawing {
    width: usize,
    dots: Vec<u8>,
}

impl Drawing {
    /// The share of nearly black dots between two heights, in points from the upper edge.
    pub(crate) fn dark(&self, from: f64, to: f64) -> f64 {
        let rows = self.dots.chunks(self.width).zip(0u32..);
        let part: Vec<u8> = rows
            .filter(|(_, row)| (from..to).contains(&f64::from(*row)))
            .flat_map(|(dots, _)| dots.to_vec())
            .collect();
        let dark = part.iter().filter(|dot| **dot < 70).count();
        #[expect(clippy::cast_precision_loss, reason = "a page has far fewer dots")]
        let share = dark as f64 / part.len().max(1) as f64;
        share
    }

    /// The dots that are nearer to the paper's edge than so many points, or all others.
    fn part(&self, edge: usize, outside: bool) -> impl Iterator<Item = u8> {
        let height = self.dots.len() / self.width;
        let near = move |at: usize, of: usize| at < edge || at >= of - edge;
        let rows = self.dots.chunks(self.width).enumerate();
        rows.flat_map(move |(y, row)| {
            let dots = row.iter().copied().enumerate();
            dots.filter(move |(x, _)| (near(y, height) || near(*x, self.width)) == outside)
        })
        .map(|(_, dot)| dot)
    }

    /// How many shades there are near the paper's edge.
    pub(crate) fn shades_near_the_edge(&self, edge: usize) -> usize {
        self.part(edge, true).collect::<BTreeSet<_>>().len()
    }

    /// How many dots away from the edge are nearly white and not white.
    pub(crate) fn faint(&self, edge: usize) -> usize {
        let faint = self.part(edge, false);
        faint.filter(|dot| (225..254).contains(dot)).count()
    }
}

/// A word's box in points from the upper left corner.
#[derive(Debug)]
pub(crate) struct WordBox {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) right: f64,
    pub(crate) bottom: f64,
}

impl Pdf {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("certificate.pdf");
        std::fs::write(&path, bytes).expect("the file is written");
        Self { folder, path }
    }

    /// What `tool` prints, given the file between `before` and `after`.
    pub(crate) fn run(&self, tool: &str, before: &[&str], after: &[&str]) -> String {
        run(tool, before, &self.path, after)
    }

    /// The page's lines as pdftotext reads them, without the marks that it adds around right-to-left text.
    pub(crate) fn lines(&self) -> Vec<String> {
        let text = self.run("pdftotext", &[], &["-"]);
        let is_direction = |c: char| matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}');
        text.replace('\u{c}', "\n")
            .lines()
            .map(|line| line.replace(is_direction, ""))
            .collect()
    }

    /// What zbarimg reads from the page at 150 dots an inch.
    pub(crate) fn qr(&self) -> String {
        self.qr_of(&["-r", "150", "-png"], "png")
    }

    /// What zbarimg reads from the page as pdftoppm draws it; nothing where it reads nothing.
    pub(crate) fn qr_of(&self, drawn: &[&str], extension: &str) -> String {
        let image = self.folder.path().join("page");
        self.run(
            "pdftoppm",
            &[drawn, &["-singlefile"]].concat(),
            &[image.to_str().expect("a plain path")],
        );
        let image = image.with_extension(extension);
        let read = Command::new("zbarimg")
            .args(["--quiet", "--raw"])
            .arg(image)
            .output()
            .unwrap_or_else(|error| panic!("zbarimg is needed (Debian: zbar-tools): {error}"));
        // It ends with 4 where it found no code.
        assert!(matches!(read.status.code(), Some(0 | 4)), "{read:?}");
        String::from_utf8(read.stdout)
            .expect("the tool prints UTF-8")
            .trim_end()
            .to_owned()
    }

    /// The page in grey, one dot a point.
    pub(crate) fn drawing(&self) -> Drawing {
        let image = self.folder.path().join("grey");
        self.run(
            "pdftoppm",
            &["-r", "72", "-gray", "-singlefile"],
            &[image.to_str().expect("a plain path")],
        );
        let file = std::fs::read(image.with_extension("pgm")).expect("a drawing");
        // `P5`, width, height, 255, then the dots.
        let mut rest = file.as_slice();
        let mut word = || {
            let end = rest
                .iter()
                .position(u8::is_ascii_whitespace)
                .expect("a header");
            let (word, after) = rest.split_at(end);
            rest = &after[1..];
            String::from_utf8_lossy(word).into_owned()
        };
        let header = [word(), word(), word(), word()];
        assert_eq!(header[0], "P5");
        Drawing {
            width: header[1].parse().expect("a number"),
            dots: rest.to_vec(),
        }
    }

    pub(crate) fn boxes(&self) -> Vec<WordBox> {
        let page = self.run("pdftotext", &["-bbox"], &["-"]);
        let number = |line: &str, key: &str| -> f64 {
            let start = line
                .find(key)
                .map(|at| at + key.len() + 2)
                .expect("the edge of a word");
            line[start..]
                .split('"')
                .next()
                .and_then(|digits| digits.parse().ok())
                .expect("a number")
        };
        let words: Vec<_> = page
            .lines()
            .filter(|line| line.trim_start().starts_with("<word"))
            .map(|line| WordBox {
                left: number(line, "xMin"),
                top: number(line, "yMin"),
                right: number(line, "xMax"),
                bottom: number(line, "yMax"),
            })
            .collect();
        assert!(!words.is_empty(), "the page has words");
        words
    }
}

fn run(tool: &str, before: &[&str], file: &Path, after: &[&str]) -> String {
    let output = Command::new(tool)
        .args(before)
        .arg(file)
        .args(after)
        .output()
        .unwrap_or_else(|error| {
            panic!("{tool} is needed (Debian: poppler-utils, zbar-tools, qpdf): {error}");
        });
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{tool}: {complaint}");
    String::from_utf8(output.stdout).expect("the tool prints UTF-8")
}

/// NFC, the form in which names are kept and shown.
pub(crate) fn normalized(text: &str) -> String {
    text.nfc().collect()
}
