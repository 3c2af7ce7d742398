//! The whole page: texts fitted into the design's slots, in reading order, then the QR code.

use printpdf::Op;

use super::embed::Glyphs;
use super::emit::{self, Spot};
use super::fit::{Fitted, LEADING, fit};
use super::qr::{Qr, qr_text};
use super::structure::Content;
use super::template::{Align, Slot, Texts};
use super::{CertificatePage, RenderError};

/// A page ready to be written.
pub(super) struct Composed {
    pub(super) content: Content,
    pub(super) glyphs: Glyphs,
}

/// Lays out the whole page.
pub(super) fn compose(page: &CertificatePage<'_>) -> Result<Composed, RenderError> {
    let design = page.template.design();
    let texts = Texts::new(page);
    let qr = Qr::new(page.verify_url)?;
    let mut glyphs = Glyphs::default();
    let mut fitted = Vec::with_capacity(design.slots.len());
    for (slot, text) in design.slots.iter().zip(texts.in_order()) {
        if !text.is_empty() {
            let text = fit(text, slot.face, &slot.room)?;
            text.lines.iter().try_for_each(|line| glyphs.claim(line))?;
            fitted.push((slot, text));
        }
    }

    let mut content = Content::default();
    for (slot, text) in &fitted {
        content.tagged(slot.role, |ops| draw(ops, &glyphs, slot, text))?;
    }
    let alt = format!("{}: {}", texts.verify, qr_text(page.verify_url));
    content.figure(alt, &design.qr, |art| qr.draw(art, &design.qr));
    Ok(Composed { content, glyphs })
}

fn draw(ops: &mut Vec<Op>, glyphs: &Glyphs, slot: &Slot, text: &Fitted) -> Result<(), RenderError> {
    let mut y = slot.y + text.rise() * text.size;
    for line in &text.lines {
        emit::line(
            ops,
            glyphs,
            line,
            Spot {
                x: left_end(slot, line.width * text.size / 1000.0),
                y,
                size: text.size,
                ink: slot.ink,
            },
        )?;
        y -= LEADING * text.size;
    }
    Ok(())
}

fn left_end(slot: &Slot, width: f32) -> f32 {
    match slot.align {
        Align::Left => slot.x,
        Align::Centre => slot.x - width / 2.0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::art::{HEIGHT, WIDTH};
    use super::super::clean::clean;
    use super::super::faces::Face;
    use super::super::fit::{LEADING, fit};
    use super::super::template::{Align, Slot, Template};
    use super::left_end;

    /// Left, bottom, right, top of a glyph's ink, in points.
    type Ink = [f32; 4];

    /// Where the ink of `text` lands in `slot`, glyph by glyph.
    fn ink(slot: &Slot, text: &str) -> Vec<Ink> {
        let fitted = fit(text, slot.face, &slot.room).expect("fits");
        let em = fitted.size / 1000.0;
        let mut y = slot.y + fitted.rise() * fitted.size;
        let mut boxes = Vec::new();
        for line in &fitted.lines {
            let mut pen = left_end(slot, line.width * em);
            for cluster in &line.clusters {
                let face = Face::get(cluster.face).expect("readable");
                for glyph in &cluster.glyphs {
                    if let Some(drawn) = face.ink(glyph.id) {
                        let across = |units: i16| pen + (glyph.dx + face.mille(units.into())) * em;
                        let up = |units: i16| y + (glyph.dy + face.mille(units.into())) * em;
                        boxes.push([
                            across(drawn.x_min),
                            up(drawn.y_min),
                            across(drawn.x_max),
                            up(drawn.y_max),
                        ]);
                    }
                    pen += glyph.advance * em;
                }
            }
            y -= LEADING * fitted.size;
        }
        boxes
    }

    fn texts() -> Vec<String> {
        vec![
            "Ada".to_owned(),
            "Maria Magdalena Concepción Fernández de la Vega y Castellanos-Montgomery".to_owned(),
            "Wolfeschlegelsteinhausenbergerdorff".repeat(4),
            "Ọlọ́run Ẹ̀bùn ".repeat(12),
            "Nguyễn Thị Phương Thảo ".repeat(6),
            "श्रीवास्तव त्र्यंबक ".repeat(9),
            "মোহাম্মদ রহমান ".repeat(9),
            "محمد عبد الله الأحمد ".repeat(9),
            "שָׁלוֹם ".repeat(20),
            "கோவிந்தராஜன்".repeat(9),
            "ผู้ใหญ่ น้ำทิพย์ ".repeat(9),
            "渡辺さくら高橋健太郎".repeat(9),
            "김민준이서연".repeat(14),
            "👩‍💻🎓".repeat(30),
            "W".repeat(2_000),
            format!("Z{}", "\u{336}\u{30A}\u{30A}\u{30A}\u{323}".repeat(90)),
        ]
    }

    #[test]
    fn the_ink_of_every_text_stays_in_its_slot_and_on_the_paper() {
        // Letters may hang over their advance by a little, as an italic or a swash does.
        const OVERHANG: f32 = 6.0;
        for template in Template::ALL {
            for slot in &template.design().slots {
                let room = &slot.room;
                let (left, right) = match slot.align {
                    Align::Left => (slot.x, slot.x + room.width),
                    Align::Centre => (slot.x - room.width / 2.0, slot.x + room.width / 2.0),
                };
                assert!(
                    left > 30.0 && right < WIDTH - 30.0,
                    "{template:?} {}",
                    slot.y
                );
                assert!(slot.y - room.below > 30.0 && slot.y + room.above < HEIGHT - 30.0);
                for text in texts() {
                    for drawn in ink(slot, &clean(&text)) {
                        let inside = drawn[0] >= left - OVERHANG
                            && drawn[1] >= slot.y - room.below - 0.1
                            && drawn[2] <= right + OVERHANG
                            && drawn[3] <= slot.y + room.above + 0.1;
                        assert!(inside, "{template:?} {} {text}: {drawn:?}", slot.y);
                    }
                }
            }
        }
    }

    #[test]
    fn slots_of_one_column_leave_each_other_room() {
        for template in Template::ALL {
            let slots = &template.design().slots;
            for (index, upper) in slots.iter().enumerate() {
                for lower in &slots[index + 1..] {
                    if upper.x.to_bits() == lower.x.to_bits() && upper.align == lower.align {
                        let (bottom, top) =
                            (upper.y - upper.room.below, lower.y + lower.room.above);
                        assert!(bottom >= top, "{template:?}: {} over {}", upper.y, lower.y);
                    }
                }
            }
        }
    }
}
