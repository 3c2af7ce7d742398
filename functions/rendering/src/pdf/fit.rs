//! A text in a box: it shrinks first, then wraps and shrinks on. It is never cut: a certificate says the whole of what it says,
//! small if need be.

use unicode_script::{Script, UnicodeScript};

use super::RenderError;
use super::faces::FaceId;
use super::shape::{Line, shape};

/// What a box allows; lengths in points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) width: f32,
    pub(super) lines: usize,
    /// The size wanted.
    pub(super) size: f32,
    /// A line shrinks to this before it wraps.
    pub(super) single: f32,
    /// How far ink may reach above the baseline of a single line …
    pub(super) above: f32,
    /// … and below it.
    pub(super) below: f32,
}

impl Room {
    /// One line, which shrinks from `size`.
    pub(super) const fn line(width: f32, size: f32, above: f32, below: f32) -> Self {
        Self {
            width,
            lines: 1,
            size,
            single: 0.0,
            above,
            below,
        }
    }

    /// One line, which shrinks from `size` to `single`, then two, which shrink on.
    pub(super) const fn two(width: f32, size: f32, single: f32, above: f32, below: f32) -> Self {
        Self {
            width,
            lines: 2,
            size,
            single,
            above,
            below,
        }
    }
}

/// Between baselines, in em: tall scripts (Devanagari below, Thai and Arabic above) need as much.
pub(super) const LEADING: f32 = 1.36;

/// Lines that fit, and the size at which they do.
#[derive(Clone, Debug)]
pub(super) struct Fitted {
    pub(super) lines: Vec<Line>,
    pub(super) size: f32,
}

impl Fitted {
    /// How far the first baseline stands above that of a single line, in em.
    pub(super) fn rise(&self) -> f32 {
        let more = u8::try_from(self.lines.len().saturating_sub(1)).unwrap_or(u8::MAX);
        f32::from(more) * LEADING / 2.0
    }

    /// How far the ink reaches above and below the baseline of a single line, in em.
    fn reach(&self) -> Result<(f32, f32), RenderError> {
        let mut baseline = self.rise();
        let (mut above, mut below) = (0.0_f32, 0.0_f32);
        for line in &self.lines {
            let (high, low) = line.ink()?;
            above = above.max(baseline + high / 1000.0);
            below = below.max(-(baseline + low / 1000.0));
            baseline -= LEADING;
        }
        Ok((above, below))
    }

    /// Shrinks until the ink stays within the room's height: stacked marks and conjuncts are taller than a line.
    fn within(mut self, room: &Room) -> Result<Self, RenderError> {
        let (above, below) = self.reach()?;
        self.size = size_for(above * 1000.0, self.size, room.above);
        self.size = size_for(below * 1000.0, self.size, room.below);
        Ok(self)
    }
}

/// Fits cleaned text into `room`.
pub(super) fn fit(text: &str, face: FaceId, room: &Room) -> Result<Fitted, RenderError> {
    lines(text, face, room)?.within(room)
}

fn lines(text: &str, face: FaceId, room: &Room) -> Result<Fitted, RenderError> {
    let whole = shape(text, face)?;
    let size = size_for(whole.width, room.size, room.width);
    if size >= room.single || room.lines < 2 {
        return Ok(Fitted {
            lines: vec![whole],
            size,
        });
    }
    let pieces = pieces(&whole);
    let mut size = room.single.min(room.size);
    loop {
        let width = room.width * 1000.0 / size;
        if let Some(cuts) = break_at(&pieces, width, room.lines) {
            let cuts = balance(&pieces, width, cuts);
            return finish(text, &cuts, face, size, room);
        }
        size *= 0.93;
    }
}

fn size_for(width: f32, wanted: f32, room: f32) -> f32 {
    if width <= 0.0 {
        wanted
    } else {
        wanted.min(room * 1000.0 / width)
    }
}

/// A part that stays on one line, in reading order: its end in the text, its width, whether it may hang over the end of a
/// line, and whether a line may end there.
struct Piece {
    end: usize,
    width: f32,
    space: bool,
    breaks: bool,
}

fn pieces(line: &Line) -> Vec<Piece> {
    let mut clusters: Vec<_> = line.clusters.iter().collect();
    clusters.sort_by_key(|cluster| cluster.text.start);
    clusters
        .into_iter()
        .map(|cluster| {
            let text = &line.text[cluster.text.clone()];
            let space = text == " " || text == "-";
            Piece {
                end: cluster.text.end,
                width: cluster.width(),
                space,
                breaks: space
                    || text == "/"
                    || ideograph_ends(text, &line.text[cluster.text.end..]),
            }
        })
        .collect()
}

/// Han and kana are written without spaces: a line may end after any of them that another one follows, but for the small
/// kana and the length mark, which begin no line.
fn ideograph_ends(text: &str, rest: &str) -> bool {
    let is_ideograph = |c: char| {
        matches!(
            c.script(),
            Script::Han | Script::Hiragana | Script::Katakana
        )
    };
    let begins_no_line = |c: char| "ぁぃぅぇぉっゃゅょァィゥェォッャュョー々".contains(c);
    text.chars().next_back().is_some_and(is_ideograph)
        && rest
            .chars()
            .next()
            .is_some_and(|next| is_ideograph(next) && !begins_no_line(next))
}

/// Ends of lines no wider than `width`, broken after spaces, hyphens and slashes, inside a word only when it is wider than a line.
/// `None` when more than `lines` are needed.
fn break_at(pieces: &[Piece], width: f32, lines: usize) -> Option<Vec<usize>> {
    let mut cuts = Vec::new();
    let (mut used, mut since_space, mut last_space) = (0.0, 0.0, None);
    for (index, piece) in pieces.iter().enumerate() {
        while used + piece.width > width && !piece.space && used > 0.0 {
            if let Some(space) = last_space.take() {
                cuts.push(space);
                used = since_space;
            } else {
                cuts.push(pieces[index - 1].end);
                (used, since_space) = (0.0, 0.0);
            }
        }
        used += piece.width;
        since_space += piece.width;
        if piece.breaks {
            last_space = Some(piece.end);
            since_space = 0.0;
        }
        if cuts.len() >= lines {
            return None;
        }
    }
    Some(cuts)
}

/// The same number of lines, as even as they can be.
fn balance(pieces: &[Piece], width: f32, cuts: Vec<usize>) -> Vec<usize> {
    let (mut low, mut high, mut best) = (width / 4.0, width, cuts);
    for _ in 0..8 {
        let middle = f32::midpoint(low, high);
        match break_at(pieces, middle, best.len() + 1) {
            Some(cuts) if cuts.len() == best.len() => {
                best = cuts;
                high = middle;
            }
            _ => low = middle,
        }
    }
    best
}

/// Shapes the lines on their own; a line that grew by that (a letter that no longer joins) shrinks all.
fn finish(
    text: &str,
    cuts: &[usize],
    face: FaceId,
    size: f32,
    room: &Room,
) -> Result<Fitted, RenderError> {
    let mut lines = Vec::with_capacity(cuts.len() + 1);
    let mut start = 0;
    for end in cuts.iter().copied().chain([text.len()]) {
        lines.push(shape(text[start..end].trim(), face)?);
        start = end;
    }
    let widest = lines.iter().map(|line| line.width).fold(0.0, f32::max);
    Ok(Fitted {
        lines,
        size: size_for(widest, size, room.width),
    })
}

#[cfg(test)]
mod tests {
    use super::{FaceId, Room, fit};

    const ROOM: Room = Room {
        width: 400.0,
        lines: 2,
        size: 36.0,
        single: 26.0,
        above: 60.0,
        below: 60.0,
    };

    #[test]
    fn a_short_name_keeps_its_size_and_a_longer_one_shrinks_on_one_line() {
        assert!(fit("Ada", FaceId::DISPLAY, &ROOM).expect("fits").size >= 36.0);
        let longer = fit("Wilhelmina Featherstone", FaceId::DISPLAY, &ROOM).expect("fits");
        assert_eq!(longer.lines.len(), 1);
        assert!(longer.size < 36.0 && longer.size >= 26.0);
    }

    #[test]
    fn a_long_name_wraps_at_a_space_into_even_lines() {
        let fitted = fit(
            "Maria Magdalena Concepción de los Ángeles Fernández",
            FaceId::DISPLAY,
            &ROOM,
        )
        .expect("fits");
        assert_eq!(fitted.lines.len(), 2);
        let (first, second) = (fitted.lines[0].width, fitted.lines[1].width);
        assert!(first.min(second) / first.max(second) > 0.6);
    }

    #[test]
    fn a_long_course_in_chinese_breaks_between_characters_and_not_at_its_one_space() {
        let text = "高级 全栈网络应用程序开发与云计算工程实践研修班二零二六年春季第三期";
        let fitted = fit(text, FaceId::DISPLAY, &ROOM).expect("fits");
        assert_eq!(fitted.lines.len(), 2);
        let (first, second) = (fitted.lines[0].width, fitted.lines[1].width);
        assert!(first.min(second) / first.max(second) > 0.8);
    }

    #[test]
    fn an_address_that_needs_two_lines_breaks_before_the_id() {
        let room = Room {
            width: 100.0,
            size: 7.0,
            single: 6.0,
            ..ROOM
        };
        let address = "verify.school.example/verify/CERT-20260303-7Q4KZ9M2XH";
        let fitted = fit(address, FaceId::DISPLAY, &room).expect("fits");
        let lines: Vec<_> = fitted.lines.iter().map(|line| &line.text[..]).collect();
        assert_eq!(
            lines,
            ["verify.school.example/verify/", "CERT-20260303-7Q4KZ9M2XH"]
        );
    }

    #[test]
    fn no_text_is_cut_however_long_it_is() {
        for text in [
            "王小明".repeat(66),
            "W".repeat(200),
            "﷽".repeat(20),
            "Ọlọ́run Ẹ̀bùn ".repeat(14),
        ] {
            let text = text.trim();
            let fitted = fit(text, FaceId::DISPLAY, &ROOM).expect("fits");
            let shown: String = fitted.lines.iter().map(|line| &line.text[..]).collect();
            assert_eq!(shown.replace(' ', ""), text.replace(' ', ""));
        }
    }

    #[test]
    fn nothing_is_ever_wider_than_its_room() {
        let texts = [
            "W".repeat(400),
            "श्रीवास्तव ".repeat(60),
            "محمد".repeat(90),
            "a b ".repeat(100),
            String::new(),
        ];
        for text in texts {
            let fitted = fit(text.trim(), FaceId::DISPLAY, &ROOM).expect("fits");
            assert!(fitted.lines.len() <= ROOM.lines);
            for line in &fitted.lines {
                assert!(
                    line.width * fitted.size / 1000.0 <= ROOM.width + 0.01,
                    "{}",
                    line.text
                );
            }
        }
    }
}
