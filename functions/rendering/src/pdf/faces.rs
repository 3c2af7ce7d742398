//! The embedded faces and which of them can show a text.

use std::sync::OnceLock;

use harfrust::{FontRef, ShaperData};

use super::RenderError;

/// Index into [`FILES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FaceId(usize);

impl FaceId {
    /// Text.
    pub(super) const SANS: Self = Self(0);
    /// Titles and names in Latin letters.
    pub(super) const DISPLAY: Self = Self(1);

    /// Every face, in the order in which they are asked for a character.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..FILES.len()).map(Self)
    }

    pub(super) fn index(self) -> usize {
        self.0
    }
}

macro_rules! faces {
    ($($name:literal),+ $(,)?) => {
        [$(($name, include_bytes!(concat!("../../fonts/", $name, ".ttf")).as_slice())),+]
    };
}

static FILES: [(&str, &[u8]); 16] = faces![
    "NotoSans-Regular",
    "NotoSerif-Regular",
    "NotoSansDevanagari-Regular",
    "NotoSansArabic-Regular",
    "NotoSansBengali-Regular",
    "NotoSansTamil-Regular",
    "NotoSansTelugu-Regular",
    "NotoSansGujarati-Regular",
    "NotoSansKannada-Regular",
    "NotoSansMalayalam-Regular",
    "NotoSansGurmukhi-Regular",
    "NotoSansHebrew-Regular",
    "NotoSansThai-Regular",
    "NotoSansLao-Regular",
    "NotoSansArmenian-Regular",
    "NotoSansGeorgian-Regular",
];

/// A parsed face: made on first use, kept for the life of the process.
pub(super) struct Face {
    pub(super) name: &'static str,
    pub(super) data: &'static [u8],
    pub(super) font: FontRef<'static>,
    pub(super) shaper: ShaperData,
    pub(super) table: ttf_parser::Face<'static>,
}

impl Face {
    fn parse(name: &'static str, data: &'static [u8]) -> Result<Self, RenderError> {
        let unreadable = |reason: String| RenderError::Font { face: name, reason };
        let font = FontRef::new(data).map_err(|error| unreadable(error.to_string()))?;
        let table =
            ttf_parser::Face::parse(data, 0).map_err(|error| unreadable(error.to_string()))?;
        Ok(Self {
            name,
            data,
            shaper: ShaperData::new(&font),
            font,
            table,
        })
    }

    /// The face behind `id`.
    pub(super) fn get(id: FaceId) -> Result<&'static Self, RenderError> {
        static FACES: [OnceLock<Result<Face, String>>; FILES.len()] =
            [const { OnceLock::new() }; FILES.len()];
        let (name, data) = FILES[id.0];
        FACES[id.0]
            .get_or_init(|| Self::parse(name, data).map_err(|error| error.to_string()))
            .as_ref()
            .map_err(|reason| RenderError::Font {
                face: name,
                reason: reason.clone(),
            })
    }

    pub(super) fn shows(&self, c: char) -> bool {
        is_invisible(c) || self.table.glyph_index(c).is_some()
    }

    /// The glyph of the space, when it has a width.
    pub(super) fn blank(&self) -> Option<u16> {
        self.table
            .glyph_index(' ')
            .map(|glyph| glyph.0)
            .filter(|glyph| self.stated_width(*glyph) > 0.0)
    }

    /// A glyph without ink or width.
    pub(super) fn stop(&self) -> Option<u16> {
        ['\u{200B}', '\u{200C}', '\u{200D}']
            .into_iter()
            .filter_map(|c| self.table.glyph_index(c))
            .map(|glyph| glyph.0)
            .find(|glyph| self.stated_width(*glyph) == 0.0)
    }

    /// Thousandths of an em for a length in font units.
    #[expect(clippy::cast_precision_loss, reason = "font units are far below 2^23")]
    pub(super) fn mille(&self, units: i32) -> f32 {
        units as f32 * 1000.0 / f32::from(self.table.units_per_em())
    }

    /// The advance that `/W` will state for this glyph: the writer cuts to whole thousandths.
    pub(super) fn stated_width(&self, glyph: u16) -> f32 {
        let advance = self
            .table
            .glyph_hor_advance(ttf_parser::GlyphId(glyph))
            .unwrap_or(0);
        self.mille(i32::from(advance)).trunc()
    }
}

/// Joiners and variation selectors need no glyph.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200C}' | '\u{200D}' | '\u{34F}' | '\u{FE00}'..='\u{FE0F}'
    )
}

#[cfg(test)]
mod tests {
    use super::{Face, FaceId};

    #[test]
    fn every_embedded_face_is_readable_and_keeps_what_shaping_needs() {
        for id in FaceId::all() {
            let face = Face::get(id).expect("readable");
            assert!(face.table.number_of_glyphs() > 50, "{}", face.name);
            assert!(
                face.table.tables().gsub.is_some() || face.table.tables().gpos.is_some(),
                "{}",
                face.name
            );
        }
    }
}
