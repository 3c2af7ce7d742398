//! Shaped lines as outlines, for pictures that carry no fonts.

use ttf_parser::{GlyphId, OutlineBuilder};

use super::RenderError;
use super::clean::clean;
use super::faces::{Face, FaceId};
use super::fit::{Room, fit};
use super::shape::Line;

/// A step of an outline; x to the right, y downwards.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Step {
    Move(f32, f32),
    Line(f32, f32),
    Quad(f32, f32, f32, f32),
    Cubic(f32, f32, f32, f32, f32, f32),
    Close,
}

/// A text and the room it has, in units of the picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting<'a> {
    pub(crate) text: &'a str,
    /// In the face of titles, not that of text.
    pub(crate) display: bool,
    pub(crate) width: f32,
    pub(crate) lines: usize,
    pub(crate) size: f32,
    /// Several lines are tried rather than a single one smaller than this.
    pub(crate) least: f32,
    /// The middle of every line, and the baseline of a single one; several spread around it.
    pub(crate) at: (f32, f32),
}

/// A single line shrinks to this share of its size before it wraps.
const SINGLE: f32 = 0.7;
/// Between baselines, in sizes: tall scripts need it.
const LEADING: f32 = 1.36;

/// What is shown of a text: as typed, without what cannot be shown.
pub(crate) fn shown(text: &str) -> String {
    clean(text)
}

/// The outlines of a text's glyphs, centred and fitted: it shrinks, then wraps, and shrinks on.
pub(crate) fn outline(setting: &Setting<'_>) -> Result<Vec<Step>, RenderError> {
    let text = clean(setting.text);
    let mut steps = Vec::new();
    if text.is_empty() {
        return Ok(steps);
    }
    let face = if setting.display {
        FaceId::DISPLAY
    } else {
        FaceId::SANS
    };
    let room = Room {
        width: setting.width,
        lines: setting.lines,
        size: setting.size,
        single: (setting.size * SINGLE).max(setting.least),
        above: f32::INFINITY,
        below: f32::INFINITY,
    };
    let fitted = fit(&text, face, &room)?;
    let further = u8::try_from(fitted.lines.len().saturating_sub(1)).unwrap_or(0);
    let (middle, baseline) = setting.at;
    let mut y = baseline - f32::from(further) * fitted.size * LEADING / 2.0;
    for line in &fitted.lines {
        let x = middle - line.width * fitted.size / 2000.0;
        draw(line, fitted.size, (x, y), &mut steps)?;
        y += fitted.size * LEADING;
    }
    Ok(steps)
}

fn draw(
    line: &Line,
    size: f32,
    (x, y): (f32, f32),
    steps: &mut Vec<Step>,
) -> Result<(), RenderError> {
    let mille = size / 1000.0;
    let mut pen = x;
    for cluster in &line.clusters {
        let face = Face::get(cluster.face)?;
        let scale = size / f32::from(face.table.units_per_em());
        for glyph in &cluster.glyphs {
            let origin = (pen + glyph.dx * mille, y - glyph.dy * mille);
            let mut pencil = Pencil {
                steps,
                origin,
                scale,
            };
            // A blank has no outline.
            let _ = face.table.outline_glyph(GlyphId(glyph.id), &mut pencil);
            pen += glyph.advance * mille;
        }
    }
    Ok(())
}

struct Pencil<'a> {
    steps: &'a mut Vec<Step>,
    origin: (f32, f32),
    scale: f32,
}

impl Pencil<'_> {
    fn x(&self, x: f32) -> f32 {
        self.origin.0 + x * self.scale
    }

    fn y(&self, y: f32) -> f32 {
        self.origin.1 - y * self.scale
    }
}

impl OutlineBuilder for Pencil<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.steps.push(Step::Move(self.x(x), self.y(y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.steps.push(Step::Line(self.x(x), self.y(y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.steps
            .push(Step::Quad(self.x(x1), self.y(y1), self.x(x), self.y(y)));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.steps.push(Step::Cubic(
            self.x(x1),
            self.y(y1),
            self.x(x2),
            self.y(y2),
            self.x(x),
            self.y(y),
        ));
    }

    fn close(&mut self) {
        self.steps.push(Step::Close);
    }
}
