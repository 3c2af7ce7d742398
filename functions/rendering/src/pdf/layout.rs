//! Where everything stands on the page.
//!
//! ```text
//!                    issuer
//!           CERTIFICATE OF COMPLETION
//!              ———————◆———————
//!            This is to certify that
//!                    HOLDER            one or two lines
//!           has successfully completed
//!                    COURSE            one or two lines
//!                   Grade: …
//!   date                                      ▓▓▓
//!   ————————   ———————————————————            ▓▓▓
//!   label      id label                   scan to verify
//! ```

use printpdf::Op;

use super::clean::clean;
use super::embed::Glyphs;
use super::emit::{self, Ink, Spot};
use super::faces::FaceId;
use super::fit::{Fitted, Room, fit};
use super::ornament::{GOLD, HEIGHT, NAVY, WIDTH, backdrop, rule};
use super::qr::{Qr, qr_text};
use super::structure::Content;
use super::{CertificatePage, RenderError};

const GREY: Ink = Ink(0.33, 0.36, 0.42);
const BLACK: Ink = Ink(0.10, 0.11, 0.14);

/// Text stays this far from the paper's edge.
const INSET: f32 = 62.0;
const QR_SIDE: f32 = 104.0;

/// A page ready to be written.
pub(super) struct Composed {
    pub(super) content: Content,
    pub(super) glyphs: Glyphs,
}

#[derive(Clone, Copy)]
enum Align {
    Left,
    Centre,
}

/// A text and where it goes: `y` is the baseline of a single line; several lines spread around it.
struct Block<'a> {
    text: &'a str,
    role: &'static str,
    face: FaceId,
    room: Room,
    x: f32,
    y: f32,
    align: Align,
    ink: Ink,
}

/// Lays out the whole page.
pub(super) fn compose(page: &CertificatePage<'_>) -> Result<Composed, RenderError> {
    let texts = Texts::new(page);
    let qr = Qr::new(page.verify_url)?;
    let blocks = blocks(&texts);
    let mut glyphs = Glyphs::default();
    let mut fitted = Vec::with_capacity(blocks.len());
    for block in &blocks {
        let text = fit(block.text, block.face, &block.room)?;
        text.lines.iter().for_each(|line| glyphs.claim(line));
        fitted.push(text);
    }

    let mut content = Content::default();
    content.artifact(|ops| {
        ops.extend_from_slice(backdrop());
        rule(ops, WIDTH / 2.0 - 120.0, WIDTH / 2.0 + 120.0, 438.0, true);
        rule(ops, DATE_X, DATE_X + DATE_WIDTH, 96.0, false);
        rule(ops, ID_X, ID_X + ID_WIDTH, 96.0, false);
    });
    for (block, text) in blocks.iter().zip(&fitted).filter(|(block, _)| !block.text.is_empty()) {
        let mut drawn = Ok(());
        content.tagged(block.role, None, |ops| drawn = draw(ops, &glyphs, block, text));
        drawn?;
    }
    let alt = format!("{}: {}", texts.verify, qr_text(page.verify_url));
    content.tagged("Figure", Some(alt), |ops| qr.draw(ops, QR_X, QR_Y, QR_SIDE));
    Ok(Composed { content, glyphs })
}

fn draw(ops: &mut Vec<Op>, glyphs: &Glyphs, block: &Block<'_>, text: &Fitted) -> Result<(), RenderError> {
    // Tall scripts (Devanagari below, Thai and Arabic above) need 1.36 em between baselines.
    let leading = text.size * 1.36;
    let extra = f32::from(u8::try_from(text.lines.len().saturating_sub(1)).unwrap_or(0));
    let mut y = block.y + extra * leading / 2.0;
    for line in &text.lines {
        let width = line.width * text.size / 1000.0;
        let x = match block.align {
            Align::Left => block.x,
            Align::Centre => block.x - width / 2.0,
        };
        emit::line(ops, glyphs, line, Spot { x, y, size: text.size, ink: block.ink })?;
        y -= leading;
    }
    Ok(())
}

/// The page's texts, cleaned.
struct Texts {
    issuer: String,
    title: String,
    certify: String,
    holder: String,
    completed: String,
    course: String,
    grade: String,
    date: String,
    date_label: String,
    id: String,
    id_label: String,
    verify: String,
    verify_text: String,
}

impl Texts {
    fn new(page: &CertificatePage<'_>) -> Self {
        let labels = &page.labels;
        let grade = page.grade.map(clean).filter(|grade| !grade.is_empty());
        Self {
            issuer: clean(page.issuer),
            title: clean(labels.title),
            certify: clean(labels.certify),
            holder: clean(page.holder),
            completed: clean(labels.completed),
            course: clean(page.course),
            grade: grade.map_or_else(String::new, |grade| format!("{}: {grade}", clean(labels.grade))),
            date: clean(page.completion_date),
            date_label: clean(labels.date),
            id: clean(page.id),
            id_label: clean(labels.id),
            verify: clean(labels.verify),
            verify_text: clean(page.verify_text),
        }
    }
}

const DATE_X: f32 = INSET;
const DATE_WIDTH: f32 = 190.0;
const ID_X: f32 = 290.0;
const ID_WIDTH: f32 = 250.0;
const QR_X: f32 = WIDTH - INSET - 32.0 - QR_SIDE;
const QR_Y: f32 = 98.0;

fn blocks(texts: &Texts) -> Vec<Block<'_>> {
    let wide = WIDTH - 2.0 * INSET;
    let room = |width, lines, size, single, least| Room { width, lines, size, single, least };
    let centred = |text, role, face, y, ink, room| Block { text, role, face, room, x: WIDTH / 2.0, y, align: Align::Centre, ink };
    let left = |text, x, y, ink, room| Block { text, role: "P", face: FaceId::SANS, room, x, y, align: Align::Left, ink };
    let small = |text, y, ink, room| Block {
        text,
        role: "P",
        face: FaceId::SANS,
        room,
        x: QR_X + QR_SIDE / 2.0,
        y,
        align: Align::Centre,
        ink,
    };
    let (sans, display) = (FaceId::SANS, FaceId::DISPLAY);
    vec![
        centred(&texts.issuer, "P", sans, HEIGHT - 82.0, GOLD, room(wide - 60.0, 1, 15.0, 8.0, 8.0)),
        centred(&texts.title, "H1", display, 457.0, NAVY, room(wide - 40.0, 1, 40.0, 12.0, 12.0)),
        centred(&texts.certify, "P", sans, 404.0, GREY, room(wide, 1, 13.0, 8.0, 8.0)),
        centred(&texts.holder, "P", display, 354.0, BLACK, room(wide - 40.0, 2, 38.0, 23.0, 11.0)),
        centred(&texts.completed, "P", sans, 303.0, GREY, room(wide, 1, 13.0, 8.0, 8.0)),
        centred(&texts.course, "P", display, 261.0, NAVY, room(wide - 60.0, 2, 25.0, 17.0, 9.0)),
        centred(&texts.grade, "P", sans, 217.0, GREY, room(420.0, 1, 14.0, 7.0, 7.0)),
        left(&texts.date, DATE_X, 104.0, BLACK, room(DATE_WIDTH, 1, 13.0, 6.0, 6.0)),
        left(&texts.date_label, DATE_X, 81.0, GREY, room(DATE_WIDTH, 1, 9.0, 5.0, 5.0)),
        left(&texts.id, ID_X, 104.0, BLACK, room(ID_WIDTH, 1, 13.0, 6.0, 6.0)),
        left(&texts.id_label, ID_X, 81.0, GREY, room(ID_WIDTH, 1, 9.0, 5.0, 5.0)),
        small(&texts.verify, 88.0, NAVY, room(QR_SIDE + 60.0, 1, 9.5, 5.0, 5.0)),
        small(&texts.verify_text, 71.0, GREY, room(QR_SIDE + 64.0, 2, 7.0, 6.0, 4.0)),
    ]
}
