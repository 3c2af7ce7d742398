//! Lines and surfaces as content operators, and the backdrop of a design: the same for every certificate, so it is drawn
//! and compressed once and then only copied.

use std::fmt::Write as _;
use std::sync::OnceLock;

use lopdf::{Stream, dictionary};
use printpdf::{GradientStop, Shading, ShadingGeometry, ShadingId};

use super::deflate::shrink;
use super::emit::Ink;
use super::template::Template;

/// A4 landscape in points.
pub(super) const WIDTH: f32 = 841.89;
pub(super) const HEIGHT: f32 = 595.276;

/// A point of the page.
type Spot = (f32, f32);

/// The gradient of a design, along a line.
pub(super) struct Gradient {
    pub(super) from: Spot,
    pub(super) to: Spot,
    /// Place on the line from 0 to 1, and colour.
    pub(super) stops: &'static [(f32, Ink)],
}

impl Gradient {
    /// Its name in the page's resources.
    pub(super) fn id() -> ShadingId {
        ShadingId("Border".to_owned())
    }

    pub(super) fn shading(&self) -> Shading {
        let stops = self
            .stops
            .iter()
            .map(|&(offset, Ink(r, g, b))| GradientStop {
                offset,
                color: [r, g, b],
            });
        Shading {
            geometry: ShadingGeometry::Axial {
                coords: [self.from.0, self.from.1, self.to.0, self.to.1],
            },
            stops: stops.collect(),
            extend: (true, true),
        }
    }
}

/// Content operators being written.
#[derive(Default)]
pub(super) struct Art {
    text: String,
}

impl Art {
    /// The stream's bytes.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.text.into_bytes()
    }

    /// An operator as it stands, with its operands.
    pub(super) fn raw(&mut self, operator: &str) {
        self.text.push_str(operator);
        self.text.push('\n');
    }

    /// An operator behind its numbers.
    pub(super) fn op(&mut self, numbers: &[f32], operator: &str) {
        for number in numbers {
            // Thousandths of a point are finer than any printer.
            let rounded = (number * 1000.0).round() / 1000.0 + 0.0;
            write!(self.text, "{rounded} ").expect("a string takes everything");
        }
        self.raw(operator);
    }

    /// What `draw` sets is forgotten after it.
    pub(super) fn inside(&mut self, draw: impl FnOnce(&mut Self)) {
        self.raw("q");
        draw(self);
        self.raw("Q");
    }

    pub(super) fn pen(&mut self, Ink(r, g, b): Ink, thickness: f32) {
        self.op(&[r, g, b], "RG");
        self.op(&[thickness], "w");
    }

    pub(super) fn brush(&mut self, Ink(r, g, b): Ink) {
        self.op(&[r, g, b], "rg");
    }

    /// Like [`Art::op`], for numbers that others are multiplied with.
    pub(super) fn exact(&mut self, numbers: &[f32], operator: &str) {
        for number in numbers {
            write!(self.text, "{number:.5} ").expect("a string takes everything");
        }
        self.raw(operator);
    }

    /// Turns the page by an angle and moves its origin.
    pub(super) fn turn_and_move(&mut self, angle: f32, (x, y): Spot) {
        let (sin, cos) = angle.sin_cos();
        self.exact(&[cos, sin, -sin, cos, x, y], "cm");
    }

    /// Cells of a grid of one unit, in one row.
    pub(super) fn cells(&mut self, column: usize, row: usize, count: usize) {
        writeln!(self.text, "{column} {row} {count} 1 re").expect("a string takes everything");
    }

    pub(super) fn line(&mut self, from: Spot, to: Spot) {
        self.op(&[from.0, from.1], "m");
        self.op(&[to.0, to.1], "l");
        self.stroke();
    }

    pub(super) fn polygon(&mut self, corners: &[Spot]) {
        for (index, (x, y)) in corners.iter().enumerate() {
            self.op(&[*x, *y], if index == 0 { "m" } else { "l" });
        }
        self.raw("h");
    }

    /// A rectangle as far from every edge of the paper.
    pub(super) fn frame(&mut self, inset: f32) {
        self.op(
            &[inset, inset, WIDTH - 2.0 * inset, HEIGHT - 2.0 * inset],
            "re",
        );
    }

    pub(super) fn ellipse(&mut self, (x, y): Spot, a: f32, b: f32) {
        // Control points of a quarter circle.
        let (ka, kb) = (a * 0.5523, b * 0.5523);
        self.op(&[x + a, y], "m");
        self.op(&[x + a, y + kb, x + ka, y + b, x, y + b], "c");
        self.op(&[x - ka, y + b, x - a, y + kb, x - a, y], "c");
        self.op(&[x - a, y - kb, x - ka, y - b, x, y - b], "c");
        self.op(&[x + ka, y - b, x + a, y - kb, x + a, y], "c");
    }

    pub(super) fn stroke(&mut self) {
        self.raw("S");
    }

    pub(super) fn fill(&mut self) {
        self.raw("f");
    }

    /// Fills the path, rings as rings, with the design's gradient; what follows is clipped to it.
    pub(super) fn fill_with_gradient(&mut self) {
        self.raw("W* n");
        self.raw("/Border sh");
    }
}

/// Border, watermark and rules of a design, compressed.
pub(super) fn backdrop(template: Template) -> Stream {
    static STREAMS: [OnceLock<Stream>; Template::ALL.len()] =
        [const { OnceLock::new() }; Template::ALL.len()];
    STREAMS[template.index()]
        .get_or_init(|| {
            let mut art = Art::default();
            art.raw("/Artifact BMC");
            art.inside(template.design().backdrop);
            art.raw("EMC");
            let mut stream = Stream::new(dictionary! {}, art.into_bytes());
            shrink(&mut stream);
            stream
        })
        .clone()
}
