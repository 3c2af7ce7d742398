//! Shaped lines as text operators.
//!
//! A glyph that stands alone for its text is read through the font's `ToUnicode`. Everything else (several glyphs
//! for a cluster, a raised mark, one glyph for two different texts, the box of an unknown character) is wrapped
//! in a span with `/ActualText`, as small as a cluster, so that searching and copying hit the right place.
//!
//! Readers take right-to-left text in the order in which it stands on the page and turn it round letter by letter;
//! several letters in one span come out reversed (ligatures, vowel marks). Such a cluster is therefore drawn
//! silently, and blanks tiled beneath it, one a letter from left to right, carry what it reads as.

use std::collections::BTreeMap;

use printpdf::{Codepoint, Color, DictItem, Op, PdfFontHandle, Point, Pt, Rgb, TextItem};

use super::RenderError;
use super::embed::{Glyphs, resource};
use super::faces::{Face, FaceId};
use super::shape::{Cluster, Line};
use super::structure::utf16;

/// Red, green, blue from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Ink(pub(super) f32, pub(super) f32, pub(super) f32);

impl From<Ink> for Color {
    fn from(Ink(r, g, b): Ink) -> Self {
        Self::Rgb(Rgb {
            r,
            g,
            b,
            icc_profile: None,
        })
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
pub(super) fn line(
    ops: &mut Vec<Op>,
    glyphs: &Glyphs,
    line: &Line,
    spot: Spot,
) -> Result<(), RenderError> {
    if line.clusters.is_empty() {
        return Ok(());
    }
    ops.push(Op::SetFillColor {
        col: spot.ink.into(),
    });
    ops.push(Op::StartTextSection);
    ops.push(Op::SetTextCursor {
        pos: Point {
            x: Pt(spot.x),
            y: Pt(spot.y),
        },
    });
    let mut pen = Pen {
        ops,
        glyphs,
        size: spot.size,
        pending: Vec::new(),
        face: None,
        rise: 0.0,
    };
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
            self.ops.push(Op::SetFont {
                font,
                size: Pt(self.size),
            });
            self.face = Some(cluster.face);
        }
        let text = &text[cluster.text.clone()];
        if cluster.rtl
            && text.chars().nth(1).is_some()
            && let Some(blank) = face.blank().filter(|_| cluster.width() > 0.0)
        {
            self.tiled(text, cluster, face, blank);
            return Ok(());
        }
        let spelled = !self.reads_itself(text, cluster);
        if spelled {
            self.begin_span(text);
        }
        for glyph in &cluster.glyphs {
            self.raise(glyph.dy);
            self.step(glyph.dx);
            self.glyph(
                cluster.face,
                glyph.id,
                glyph.dx + face.stated_width(glyph.id) - glyph.advance,
            );
        }
        if spelled {
            // Readers take the last glyph's end for the end of the span; after a mark that would be amid the letter
            // and look like a word gap.
            if let (Some(stop), true) = (face.stop(), cluster.ends_early(face)) {
                self.raise(0.0);
                self.glyph(cluster.face, stop, 0.0);
            }
            self.end_span();
        }
        Ok(())
    }

    /// See the module's last paragraph.
    fn tiled(&mut self, text: &str, cluster: &Cluster, face: &Face, blank: u16) {
        self.begin_span("");
        let mut origin = 0.0;
        let mut placed: Vec<_> = cluster
            .glyphs
            .iter()
            .map(|glyph| {
                let x = origin + glyph.dx;
                origin += glyph.advance;
                (glyph, x)
            })
            .collect();
        // The letter before its raised marks: readers take the baseline of the first glyph.
        placed.sort_by_key(|(glyph, _)| glyph.dy != 0.0);
        let mut pen = 0.0;
        for (glyph, x) in placed {
            self.raise(glyph.dy);
            self.step(x - pen);
            self.glyph(cluster.face, glyph.id, 0.0);
            pen = x + face.stated_width(glyph.id);
        }
        self.end_span();
        self.raise(0.0);
        self.step(-pen);
        self.flush();

        let letters: Vec<char> = text.chars().collect();
        let count = f32::from(u16::try_from(letters.len()).unwrap_or(u16::MAX));
        let percent = cluster.width() / count / face.stated_width(blank) * 100.0;
        self.ops.push(Op::SetHorizontalScaling { percent });
        for letter in letters.into_iter().rev() {
            self.begin_span(letter.encode_utf8(&mut [0; 4]));
            self.glyph(cluster.face, blank, 0.0);
            self.end_span();
        }
        self.ops.push(Op::SetHorizontalScaling { percent: 100.0 });
    }

    fn begin_span(&mut self, text: &str) {
        self.flush();
        let actual = DictItem::String {
            data: utf16(text),
            literal: false,
        };
        let properties = DictItem::Dict {
            map: BTreeMap::from([("ActualText".to_owned(), actual)]),
        };
        self.ops.push(Op::BeginMarkedContentWithProperties {
            tag: "Span".to_owned(),
            properties,
        });
    }

    fn end_span(&mut self) {
        self.flush();
        self.ops.push(Op::EndMarkedContent);
    }

    /// Moves right, in thousandths of an em.
    fn step(&mut self, distance: f32) {
        if distance != 0.0 {
            self.pending.push(TextItem::Offset(-distance));
        }
    }

    /// Shows a glyph and then moves back by `back` thousandths of an em.
    fn glyph(&mut self, face: FaceId, glyph: u16, back: f32) {
        let reads = self.glyphs.reads(face, glyph).to_owned();
        let code = self.glyphs.subset_id(face, glyph);
        self.pending
            .push(TextItem::GlyphIds(vec![Codepoint::with_cid(
                code,
                round(back),
                reads,
            )]));
    }

    /// Whether a reader that knows only `ToUnicode` gets this cluster right.
    fn reads_itself(&self, text: &str, cluster: &Cluster) -> bool {
        match cluster.glyphs.as_slice() {
            [glyph] => {
                glyph.id != 0
                    && glyph.dy == 0.0
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
            self.ops.push(Op::ShowText {
                items: std::mem::take(&mut self.pending),
            });
        }
    }
}

/// Whole units, and never minus zero.
fn round(value: f32) -> f32 {
    value.round() + 0.0
}
