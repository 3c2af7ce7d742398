//! The faces that a page uses, each cut down to the glyphs used, with what every glyph reads as.

use std::collections::BTreeMap;

use printpdf::{FontId, FontMetrics, FontType, ParsedFont, PdfFont, PdfFontMetricsStub};
use subsetter::GlyphRemapper;

use super::RenderError;
use super::faces::{Face, FaceId};
use super::shape::{Cluster, Line};

/// Glyphs used so far.
#[derive(Default)]
pub(super) struct Glyphs {
    faces: BTreeMap<FaceId, Used>,
}

#[derive(Default)]
struct Used {
    mapper: GlyphRemapper,
    /// What a glyph (by its id in the whole face) reads as; the first text to claim it keeps it.
    reads: BTreeMap<u16, String>,
}

impl Glyphs {
    /// Claims every glyph of `line`. A cluster of one glyph says best what that glyph reads as, so those go first.
    pub(super) fn claim(&mut self, line: &Line) -> Result<(), RenderError> {
        for cluster in &line.clusters {
            let face = Face::get(cluster.face)?;
            // What `emit` adds: blanks under right-to-left ligatures, a stop after a mark.
            if cluster.rtl
                && let Some(blank) = face.blank()
            {
                self.claim_glyph(cluster.face, blank, " ");
            }
            if cluster.ends_early(face)
                && let Some(stop) = face.stop()
            {
                self.claim_glyph(cluster.face, stop, "\u{200B}");
            }
        }
        for simple in [true, false] {
            for cluster in line
                .clusters
                .iter()
                .filter(|cluster| (cluster.glyphs.len() == 1) == simple)
            {
                self.claim_cluster(&line.text, cluster);
            }
        }
        Ok(())
    }

    fn claim_glyph(&mut self, face: FaceId, glyph: u16, reads: &str) {
        let used = self.faces.entry(face).or_default();
        used.mapper.remap(glyph);
        used.reads.entry(glyph).or_insert_with(|| reads.to_owned());
    }

    fn claim_cluster(&mut self, text: &str, cluster: &Cluster) {
        let used = self.faces.entry(cluster.face).or_default();
        let mut rest = text[cluster.text.clone()].chars();
        let last = cluster.glyphs.len().saturating_sub(1);
        for (index, glyph) in cluster.glyphs.iter().enumerate() {
            let reads: String = if index == last {
                rest.by_ref().collect()
            } else {
                rest.next().into_iter().collect()
            };
            used.mapper.remap(glyph.id);
            used.reads.entry(glyph.id).or_insert_with(|| {
                if reads.is_empty() {
                    "\u{200B}".to_owned()
                } else {
                    reads
                }
            });
        }
    }

    /// The glyph's id in the subset.
    pub(super) fn subset_id(&self, face: FaceId, glyph: u16) -> u16 {
        self.faces
            .get(&face)
            .and_then(|used| used.mapper.get(glyph))
            .unwrap_or(0)
    }

    /// What the glyph reads as on its own.
    pub(super) fn reads(&self, face: FaceId, glyph: u16) -> &str {
        self.faces
            .get(&face)
            .and_then(|used| used.reads.get(&glyph))
            .map_or("", String::as_str)
    }

    /// The fonts to embed, by resource name.
    pub(super) fn fonts(&self) -> Result<BTreeMap<FontId, PdfFont>, RenderError> {
        self.faces
            .iter()
            .map(|(id, used)| Ok((resource(*id), PdfFont::new(used.font(*id)?))))
            .collect()
    }
}

impl Used {
    fn font(&self, id: FaceId) -> Result<ParsedFont, RenderError> {
        let face = Face::get(id)?;
        let program =
            subsetter::subset(face.data, 0, &self.mapper).map_err(|error| RenderError::Font {
                face: face.name,
                reason: error.to_string(),
            })?;
        let widths = self
            .mapper
            .remapped_gids()
            .zip(0u16..)
            .map(|(old, new)| {
                (
                    new,
                    face.table
                        .glyph_hor_advance(ttf_parser::GlyphId(old))
                        .unwrap_or(0),
                )
            })
            .collect();
        let bounds = face.table.global_bounding_box();
        let units_per_em = face.table.units_per_em();
        Ok(ParsedFont {
            original_bytes: program,
            font_index: 0,
            font_name: Some(format!("{}+{}", self.tag(), face.name)),
            codepoint_to_glyph: BTreeMap::new(),
            glyph_widths: widths,
            units_per_em,
            font_metrics: FontMetrics {
                ascent: face.table.ascender(),
                descent: face.table.descender(),
            },
            font_type: FontType::TrueType,
            pdf_font_metrics: PdfFontMetricsStub {
                units_per_em,
                x_min: bounds.x_min,
                y_min: bounds.y_min,
                x_max: bounds.x_max,
                y_max: bounds.y_max,
                us_weight_class: face.table.weight().to_number(),
                ..PdfFontMetricsStub::default()
            },
        })
    }

    /// The six letters that mark a subset: FNV-1a of the glyphs, so that equal subsets are named equally.
    fn tag(&self) -> String {
        let mut hash = self
            .mapper
            .remapped_gids()
            .fold(0xcbf2_9ce4_8422_2325_u64, |hash, glyph| {
                (hash ^ u64::from(glyph)).wrapping_mul(0x0100_0000_01b3)
            });
        (0..6)
            .map(|_| {
                let letter = u8::try_from(hash % 26).unwrap_or(0);
                hash /= 26;
                char::from(b'A' + letter)
            })
            .collect()
    }
}

/// The name under which the page's content calls a face.
pub(super) fn resource(face: FaceId) -> FontId {
    FontId(format!("T{}", face.index()))
}
