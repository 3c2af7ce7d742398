//! Shaped lines as text operators.
//!
//! A glyph that stands alone for its text is read through the font's ToUnicode. Everything else (several glyphs
//! for a cluster, a raised mark, one glyph for two different texts, the box of an unknown character) is wrapped
//! in a span with `/ActualText`, as small as a cluster, so that searching and copying hit the right place.

use std::collections::BTreeMap;

use printpdf::{Codepoint, Color, DictItem, Op, PdfFontHandle, Point, Pt, Rgb, TextItem};

use super::RenderError;
use super::embed::{Glyphs, resource};
use super::faces::{Face, FaceId};
use super::shape::{Cluster, Line};
use super::structure::utf16;

/// Red, green, blue from 0 to 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ink(pub(super) f32, pub(super) f32, pub(super) f32);

impl From<Ink> for Color {
    fn from(Ink(r, g, b): Ink) -> Self {
        Self::Rgb(Rgb { r, g, b, icc_profile: None })
    }
}

/// Where a line stands, in points from the lower left corner of the page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) size: f32,
    pub(super) ink: Ink,
}

/// Draws `line` with its left end at `spot`.
pub(super) fn line(ops: &mut Vec<Op>, glyphs: &Glyphs, line: &Line, spot: Spot) -> Result<(), RenderError> {
    if line.clusters.is_empty() {
        return Ok(());
    }
    ops.push(Op::SetFillColor { col: spot.ink.into() });
    ops.push(Op::StartTextSection);
    ops.push(Op::SetTextCursor { pos: Point { x: Pt(spot.x), y: Pt(spot.y) } });
    let mut pen = Pen { ops, glyphs, size: spot.size, pending: Vec::new(), face: None, rise: 0.0 };
    for cluster in &line.clusters {
        pen.cluster(&line.text, cluster)?;
    }
    pen.flush();
    pen.raise(0.0);
    ops.push(Op::EndTextSection);
    Ok(())
}

struct Pen<'a> {
    ops: &'a mut Vec<Op>,
    glyphs: &'a Glyphs,
    size: f32,
    pending: Vec<TextItem>,
    face: Option<FaceId>,
    rise: f32,
}

impl Pen<'_> {
    fn cluster(&mut self, text: &str, cluster: &Cluster) -> Result<(), RenderError> {
        let face = Face::get(cluster.face)?;
        if self.face != Some(cluster.face) {
            self.flush();
            let font = PdfFontHandle::External(resource(cluster.face));
            self.ops.push(Op::SetFont { font, size: Pt(self.size) });
            self.face = Some(cluster.face);
        }
        let text = &text[cluster.text.clone()];
        let spelled = !self.reads_itself(text, cluster);
        if spelled {
            self.flush();
            let map = BTreeMap::from([(
                "ActualText".to_owned(),
                DictItem::String { data: utf16(text), literal: false },
            )]);
            let properties = DictItem::Dict { map };
            self.ops.push(Op::BeginMarkedContentWithProperties { tag: "Span".to_owned(), properties });
        }
        for glyph in &cluster.glyphs {
            self.raise(glyph.dy);
            if glyph.dx != 0.0 {
                self.pending.push(TextItem::Offset(-glyph.dx));
            }
            let reads = self.glyphs.reads(cluster.face, glyph.id).to_owned();
            let after = round(glyph.dx + face.stated_width(glyph.id) - glyph.advance);
            let code = self.glyphs.subset_id(cluster.face, glyph.id);
            self.pending.push(TextItem::GlyphIds(vec![Codepoint::with_cid(code, after, reads)]));
        }
        if spelled {
            self.flush();
            self.ops.push(Op::EndMarkedContent);
        }
        Ok(())
    }

    /// Whether a reader that knows only ToUnicode gets this cluster right.
    fn reads_itself(&self, text: &str, cluster: &Cluster) -> bool {
        match cluster.glyphs.as_slice() {
            [glyph] => {
                let one = text.chars().nth(1).is_none();
                glyph.id != 0
                    && glyph.dy == 0.0
                    && (one || !cluster.rtl)
                    && self.glyphs.reads(cluster.face, glyph.id) == text
            }
            _ => false,
        }
    }

    /// Text rise for marks set above or below; `dy` in thousandths of an em.
    fn raise(&mut self, dy: f32) {
        let rise = round(dy * self.size / 1000.0 * 100.0) / 100.0;
        if rise.to_bits() != self.rise.to_bits() {
            self.flush();
            self.ops.push(Op::SetLineOffset { multiplier: rise });
            self.rise = rise;
        }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.ops.push(Op::ShowText { items: std::mem::take(&mut self.pending) });
        }
    }
}

/// Whole units, and never minus zero.
fn round(value: f32) -> f32 {
    value.round() + 0.0
}
