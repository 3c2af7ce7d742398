//! One line of text as positioned glyphs: bidirectional runs, then script and face runs, then the shaper.

use std::ops::Range;

use harfrust::{BufferFlags, Direction, ShapeOptions, Tag, UnicodeBuffer};
use unicode_bidi::BidiInfo;
use unicode_script::{Script, UnicodeScript};
use unicode_segmentation::UnicodeSegmentation;

use super::RenderError;
use super::faces::{Face, FaceId};
use super::han::{self, Order};

/// A glyph; lengths in thousandths of an em.
#[derive(Clone, Debug)]
pub(super) struct Glyph {
    pub(super) id: u16,
    pub(super) advance: f32,
    pub(super) dx: f32,
    pub(super) dy: f32,
}

/// The smallest part of a text that glyphs stand for.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    /// Bytes of [`Line::text`].
    pub(super) text: Range<usize>,
    pub(super) face: FaceId,
    pub(super) rtl: bool,
    pub(super) glyphs: Vec<Glyph>,
}

impl Cluster {
    pub(super) fn width(&self) -> f32 {
        self.glyphs.iter().map(|glyph| glyph.advance).sum()
    }

    /// Whether the last glyph is a mark set back over what it belongs to.
    pub(super) fn ends_early(&self, face: &Face) -> bool {
        self.glyphs
            .last()
            .is_some_and(|last| last.dx + face.stated_width(last.id) < last.advance - 1.0)
    }
}

/// A shaped line: clusters from left to right.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) clusters: Vec<Cluster>,
    /// Thousandths of an em.
    pub(super) width: f32,
}

impl Line {
    /// Highest and lowest ink above the baseline, in thousandths of an em.
    pub(super) fn ink(&self) -> Result<(f32, f32), RenderError> {
        let (mut high, mut low) = (0.0_f32, 0.0_f32);
        for cluster in &self.clusters {
            let face = Face::get(cluster.face)?;
            for glyph in &cluster.glyphs {
                if let Some(ink) = face.ink(glyph.id) {
                    high = high.max(glyph.dy + face.mille(i32::from(ink.y_max)));
                    low = low.min(glyph.dy + face.mille(i32::from(ink.y_min)));
                }
            }
        }
        Ok((high, low))
    }
}

/// Shapes `text`, asking `primary` first for every cluster.
pub(super) fn shape(text: &str, primary: FaceId) -> Result<Line, RenderError> {
    let mut line = Line {
        text: text.to_owned(),
        ..Line::default()
    };
    let order = han::order(text)?;
    let bidi = BidiInfo::new(text, None);
    for paragraph in &bidi.paragraphs {
        let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
        for run in runs {
            let rtl = levels[run.start].is_rtl();
            let mut items = items(text, run, primary, order)?;
            if rtl {
                items.reverse();
            }
            for item in &items {
                shape_item(text, item, rtl, &mut line.clusters)?;
            }
        }
    }
    line.width = line.clusters.iter().map(Cluster::width).sum();
    Ok(line)
}

struct Item {
    text: Range<usize>,
    script: Script,
    face: FaceId,
}

/// Cuts a run of one direction where script or face changes.
fn items(
    text: &str,
    run: Range<usize>,
    primary: FaceId,
    order: Order,
) -> Result<Vec<Item>, RenderError> {
    let mut items: Vec<Item> = Vec::new();
    for (offset, grapheme) in text[run.clone()].grapheme_indices(true) {
        let start = run.start + offset;
        let end = start + grapheme.len();
        let own = grapheme
            .chars()
            .map(|c| c.script())
            .find(|script| is_real(*script));
        let previous = items.last();
        let script = own
            .or_else(|| previous.map(|item| item.script))
            .unwrap_or(Script::Common);
        // Digits and punctuation stay in the face of the word they follow; after a picture they go back to the text's.
        let near = previous
            .map(|item| item.face)
            .filter(|face| own.is_none() && *face != FaceId::EMOJI);
        let mut add = |text: Range<usize>, face| match items.last_mut() {
            Some(item)
                if item.text.end == text.start
                    && item.face == face
                    && (item.script == script || !is_real(item.script)) =>
            {
                item.text.end = text.end;
                item.script = script;
            }
            _ => items.push(Item { text, script, face }),
        };
        if is_isolate(grapheme) {
            continue;
        }
        if let Some(face) = choose(grapheme, near, primary, order)? {
            add(start..end, face);
            continue;
        }
        // A letter with a mark that its own face lacks: the mark comes from another one.
        for (offset, c) in grapheme.char_indices() {
            let own = &grapheme[offset..offset + c.len_utf8()];
            let face = choose(own, near, primary, order)?.unwrap_or(FaceId::SANS);
            add(start + offset..start + offset + own.len(), face);
        }
    }
    Ok(items)
}

/// What sets a value apart within a sentence of ours: it steers the order and is not drawn.
fn is_isolate(grapheme: &str) -> bool {
    matches!(grapheme, "\u{2068}" | "\u{2069}")
}

fn is_real(script: Script) -> bool {
    !matches!(script, Script::Common | Script::Inherited | Script::Unknown)
}

/// The first face that shows all of `grapheme`.
fn choose(
    grapheme: &str,
    near: Option<FaceId>,
    primary: FaceId,
    order: Order,
) -> Result<Option<FaceId>, RenderError> {
    let rest = order.into_iter().flatten().chain(FaceId::all());
    for id in near.into_iter().chain([primary]).chain(rest) {
        if id == FaceId::DISPLAY && primary != FaceId::DISPLAY {
            continue;
        }
        let face = Face::get(id)?;
        if grapheme.chars().all(|c| face.shows(c)) {
            return Ok(Some(id));
        }
    }
    Ok(None)
}

fn shape_item(
    text: &str,
    item: &Item,
    rtl: bool,
    clusters: &mut Vec<Cluster>,
) -> Result<(), RenderError> {
    let face = Face::get(item.face)?;
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(&text[item.text.clone()]);
    buffer.set_pre_context(&text[..item.text.start]);
    buffer.set_post_context(&text[item.text.end..]);
    buffer.set_direction(if rtl {
        Direction::RightToLeft
    } else {
        Direction::LeftToRight
    });
    buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
    if let Some(script) = iso_script(item.script) {
        buffer.set_script(script);
    }
    let shaper = face.shaper().shaper(&face.font).build();
    let result = shaper.shape(buffer, ShapeOptions::new());

    let first = clusters.len();
    let mut current = None;
    for (info, position) in result.glyph_infos().iter().zip(result.glyph_positions()) {
        let glyph = Glyph {
            id: u16::try_from(info.glyph_id).unwrap_or(0),
            advance: face.mille(position.x_advance),
            dx: face.mille(position.x_offset),
            dy: face.mille(position.y_offset),
        };
        if current == Some(info.cluster)
            && let Some(cluster) = clusters.last_mut()
        {
            cluster.glyphs.push(glyph);
            continue;
        }
        current = Some(info.cluster);
        let start = item.text.start + usize::try_from(info.cluster).unwrap_or(0);
        clusters.push(Cluster {
            text: start..start,
            face: item.face,
            rtl,
            glyphs: vec![glyph],
        });
    }
    close(&mut clusters[first..], &item.text, rtl);
    for cluster in &mut clusters[first..] {
        if cluster.glyphs.iter().any(|glyph| glyph.id == 0) {
            mark_unknown(cluster)?;
        }
    }
    Ok(())
}

/// A glyph of its own for what no face shows: an archive takes no text that is set in the font's box for "undefined".
fn mark_unknown(cluster: &mut Cluster) -> Result<(), RenderError> {
    let face = Face::get(FaceId::SANS)?;
    let id = face.unknown();
    cluster.face = FaceId::SANS;
    cluster.glyphs = vec![Glyph {
        id,
        advance: face.stated_width(id),
        dx: 0.0,
        dy: 0.0,
    }];
    Ok(())
}

/// Gives every cluster the text up to the next one in reading order.
fn close(clusters: &mut [Cluster], item: &Range<usize>, rtl: bool) {
    let mut end = item.end;
    let last = clusters.len();
    for step in 0..last {
        let index = if rtl { step } else { last - 1 - step };
        let cluster = &mut clusters[index];
        cluster.text.end = end.max(cluster.text.start);
        end = cluster.text.start;
    }
}

fn iso_script(script: Script) -> Option<harfrust::Script> {
    if !is_real(script) {
        return None;
    }
    let name: [u8; 4] = script.short_name().as_bytes().try_into().ok()?;
    harfrust::Script::from_iso15924_tag(Tag::new(&name))
}

#[cfg(test)]
mod tests {
    use super::{FaceId, shape};

    #[test]
    fn every_byte_of_the_text_belongs_to_exactly_one_cluster() {
        for text in [
            "Ọlọ́run",
            "अनुष्का श्रीवास्तव",
            "محمد الأحمد",
            "யாழினி",
            "Ana ירושלים 12 क्षितिज",
            "👩‍💻 x",
        ] {
            let line = shape(text, FaceId::DISPLAY).expect("shaped");
            let mut covered: Vec<_> = line
                .clusters
                .iter()
                .map(|cluster| cluster.text.clone())
                .collect();
            covered.sort_by_key(|range| range.start);
            let mut end = 0;
            for range in covered {
                assert_eq!(range.start, end, "{text}");
                end = range.end;
            }
            assert_eq!(end, text.len(), "{text}");
        }
    }

    #[test]
    fn a_hebrew_word_is_set_from_right_to_left() {
        let line = shape("אבג", FaceId::SANS).expect("shaped");
        let starts: Vec<_> = line
            .clusters
            .iter()
            .map(|cluster| cluster.text.start)
            .collect();
        assert_eq!(starts, [4, 2, 0]);
    }

    #[test]
    fn a_rare_hangul_syllable_is_put_together_from_its_letters() {
        let common = shape("각", FaceId::SANS).expect("shaped");
        let rare = shape("뷁뛟", FaceId::SANS).expect("shaped");
        assert_eq!(common.clusters[0].glyphs.len(), 1);
        assert_eq!(rare.clusters.len(), 2);
        for cluster in &rare.clusters {
            assert_eq!(cluster.glyphs.len(), 3);
            assert!(cluster.glyphs.iter().all(|glyph| glyph.id != 0));
            assert_eq!(cluster.face, common.clusters[0].face);
            assert!((cluster.width() - common.width).abs() < 1.0);
        }
    }

    #[test]
    fn conjuncts_join_into_fewer_glyphs_than_characters() {
        let line = shape("क्षि", FaceId::SANS).expect("shaped");
        let glyphs: usize = line
            .clusters
            .iter()
            .map(|cluster| cluster.glyphs.len())
            .sum();
        assert_eq!(glyphs, 2);
    }
}
