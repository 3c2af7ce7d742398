//! The embedded faces and which of them can show a text.

use std::sync::OnceLock;

use harfrust::{FontRef, ShaperData};
use unicode_normalization::UnicodeNormalization;

use super::RenderError;

/// Index into [`FILES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FaceId(usize);

impl FaceId {
    /// Text.
    pub(super) const SANS: Self = Self(0);
    /// Titles and names in Latin letters.
    pub(super) const DISPLAY: Self = Self(1);

    /// Han as China draws it, with kana and punctuation.
    pub(super) const SIMPLIFIED: Self = Self(27);
    /// What Taiwan has beyond that or draws otherwise.
    pub(super) const TRADITIONAL: Self = Self(28);
    /// What Japan has beyond both or draws otherwise.
    pub(super) const JAPANESE: Self = Self(29);

    /// Pictures in one colour; it has digits and a wide space of its own, which nothing else wants.
    pub(super) const EMOJI: Self = Self(30);

    /// Every face, in the order in which they are asked for a character.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (0..FILES.len()).map(Self)
    }

    pub(super) fn index(self) -> usize {
        self.0
    }
}

macro_rules! faces {
    ($($name:literal . $kind:literal),+ $(,)?) => {
        [$(($name, include_bytes!(concat!("../../fonts/", $name, ".", $kind)).as_slice())),+]
    };
}

static FILES: [(&str, &[u8]); 31] = faces![
    "NotoSans-Regular"."ttf",
    "NotoSerif-Regular"."ttf",
    "NotoSansDevanagari-Regular"."ttf",
    "NotoSansArabic-Regular"."ttf",
    "NotoSansBengali-Regular"."ttf",
    "NotoSansTamil-Regular"."ttf",
    "NotoSansTelugu-Regular"."ttf",
    "NotoSansGujarati-Regular"."ttf",
    "NotoSansKannada-Regular"."ttf",
    "NotoSansMalayalam-Regular"."ttf",
    "NotoSansGurmukhi-Regular"."ttf",
    "NotoSansHebrew-Regular"."ttf",
    "NotoSansThai-Regular"."ttf",
    "NotoSansLao-Regular"."ttf",
    "NotoSansArmenian-Regular"."ttf",
    "NotoSansGeorgian-Regular"."ttf",
    "NotoSansOriya-Regular"."ttf",
    "NotoSansSinhala-Regular"."ttf",
    "NotoSansMyanmar-Regular"."ttf",
    "NotoSansKhmer-Regular"."ttf",
    "NotoSansEthiopic-Regular"."ttf",
    "NotoSansThaana-Regular"."ttf",
    "NotoSansNKo-Regular"."ttf",
    "NotoSansTifinagh-Regular"."ttf",
    "NotoSansOlChiki-Regular"."ttf",
    "NotoSansMeeteiMayek-Regular"."ttf",
    "NotoSansKR-Regular"."otf",
    "NotoSansSC-Regular"."otf",
    "NotoSansTC-Regular"."otf",
    "NotoSansJP-Regular"."otf",
    "NotoEmoji-Regular"."ttf",
];

/// A parsed face: made on first use, kept for the life of the process.
pub(super) struct Face {
    pub(super) name: &'static str,
    pub(super) data: &'static [u8],
    pub(super) font: FontRef<'static>,
    shaper: OnceLock<ShaperData>,
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
            shaper: OnceLock::new(),
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

    /// What shaping reads from the face before the first text.
    pub(super) fn shaper(&self) -> &ShaperData {
        self.shaper.get_or_init(|| ShaperData::new(&self.font))
    }

    /// Whether it draws `c`, if need be put together from its parts: the shaper takes it apart where the face lacks it.
    pub(super) fn shows(&self, c: char) -> bool {
        let has = |c: char| self.table.glyph_index(c).is_some();
        is_invisible(c) || has(c) || std::iter::once(c).nfd().all(has)
    }

    /// The glyph of the space, when it has a width.
    pub(super) fn blank(&self) -> Option<u16> {
        self.table
            .glyph_index(' ')
            .map(|glyph| glyph.0)
            .filter(|glyph| self.stated_width(*glyph) > 0.0)
    }

    /// The box of what a glyph draws, in font units; nothing for a blank.
    pub(super) fn ink(&self, glyph: u16) -> Option<ttf_parser::Rect> {
        let glyph = ttf_parser::GlyphId(glyph);
        match self.table.tables().glyf {
            Some(outlines) => outlines.bbox(glyph),
            None => self.table.glyph_bounding_box(glyph),
        }
    }

    /// The glyph of the replacement character.
    pub(super) fn unknown(&self) -> u16 {
        self.table.glyph_index(UNKNOWN).map_or(0, |glyph| glyph.0)
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

/// Stands for what no face shows.
pub(super) const UNKNOWN: char = '\u{FFFD}';

/// Joiners and variation selectors need no glyph.
fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{200C}' | '\u{200D}' | '\u{34F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'
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
            // Ol Chiki's letters neither join nor carry marks: its source has neither table.
            assert!(
                face.table.tables().gsub.is_some()
                    || face.table.tables().gpos.is_some()
                    || face.name == "NotoSansOlChiki-Regular",
                "{}",
                face.name
            );
        }
        assert_ne!(Face::get(FaceId::SANS).expect("readable").unknown(), 0);
    }
}
