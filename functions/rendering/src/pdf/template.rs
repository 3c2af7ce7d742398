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

use super::CertificatePage;
use super::clean::clean;
use super::emit::Ink;
use super::faces::FaceId;
use super::fit::Room;
use super::ornament::{GOLD, HEIGHT, NAVY, WIDTH};

const GREY: Ink = Ink(0.33, 0.36, 0.42);
const BLACK: Ink = Ink(0.10, 0.11, 0.14);

/// Text stays this far from the paper's edge, in points.
const INSET: f32 = 62.0;
const WIDE: f32 = WIDTH - 2.0 * INSET;
const MIDDLE: f32 = WIDTH / 2.0;

/// The square of the QR code, its quiet zone included.
pub(super) struct Square {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) side: f32,
}

pub(super) const QR: Square = Square {
    x: WIDTH - INSET - 136.0,
    y: 98.0,
    side: 104.0,
};

const DATE_X: f32 = INSET;
const DATE_WIDTH: f32 = 190.0;
const ID_X: f32 = 290.0;
const ID_WIDTH: f32 = 250.0;

/// From, to, height, and whether a diamond sits in the middle.
pub(super) const RULES: [(f32, f32, f32, bool); 3] = [
    (MIDDLE - 120.0, MIDDLE + 120.0, 438.0, true),
    (DATE_X, DATE_X + DATE_WIDTH, 96.0, false),
    (ID_X, ID_X + ID_WIDTH, 96.0, false),
];

#[derive(Clone, Copy)]
pub(super) enum Align {
    Left,
    Centre,
}

/// A text and where it goes: `y` is the baseline of a single line; several lines spread around it.
pub(super) struct Block<'a> {
    pub(super) text: &'a str,
    pub(super) role: &'static str,
    pub(super) face: FaceId,
    pub(super) room: Room,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) align: Align,
    pub(super) ink: Ink,
}

impl<'a> Block<'a> {
    /// A paragraph of the text face, centred on the page.
    fn centred(text: &'a str, y: f32, ink: Ink, room: Room) -> Self {
        Self {
            text,
            role: "P",
            face: FaceId::SANS,
            room,
            x: MIDDLE,
            y,
            align: Align::Centre,
            ink,
        }
    }

    fn left(text: &'a str, x: f32, y: f32, ink: Ink, room: Room) -> Self {
        Self {
            x,
            align: Align::Left,
            ..Self::centred(text, y, ink, room)
        }
    }

    fn under_qr(text: &'a str, y: f32, ink: Ink, room: Room) -> Self {
        Self {
            x: QR.x + QR.side / 2.0,
            ..Self::centred(text, y, ink, room)
        }
    }

    /// In the display face.
    fn display(self) -> Self {
        Self {
            face: FaceId::DISPLAY,
            ..self
        }
    }
}

/// The blocks in reading order.
pub(super) fn blocks(texts: &Texts) -> [Block<'_>; 13] {
    let holder = Room {
        width: WIDE - 40.0,
        lines: 2,
        size: 38.0,
        single: 23.0,
        least: 11.0,
    };
    let course = Room {
        width: WIDE - 60.0,
        lines: 2,
        size: 25.0,
        single: 17.0,
        least: 9.0,
    };
    let address = Room {
        width: QR.side + 64.0,
        lines: 2,
        size: 7.0,
        single: 6.0,
        least: 4.0,
    };
    let title = Block::centred(
        &texts.title,
        457.0,
        NAVY,
        Room::line(WIDE - 40.0, 40.0, 12.0),
    )
    .display();
    [
        Block::centred(
            &texts.issuer,
            HEIGHT - 82.0,
            GOLD,
            Room::line(WIDE - 60.0, 15.0, 8.0),
        ),
        Block {
            role: "H1",
            ..title
        },
        Block::centred(&texts.certify, 404.0, GREY, Room::line(WIDE, 13.0, 8.0)),
        Block::centred(&texts.holder, 354.0, BLACK, holder).display(),
        Block::centred(&texts.completed, 303.0, GREY, Room::line(WIDE, 13.0, 8.0)),
        Block::centred(&texts.course, 261.0, NAVY, course).display(),
        Block::centred(&texts.grade, 217.0, GREY, Room::line(420.0, 14.0, 7.0)),
        Block::left(
            &texts.date,
            DATE_X,
            104.0,
            BLACK,
            Room::line(DATE_WIDTH, 13.0, 6.0),
        ),
        Block::left(
            &texts.date_label,
            DATE_X,
            81.0,
            GREY,
            Room::line(DATE_WIDTH, 9.0, 5.0),
        ),
        Block::left(
            &texts.id,
            ID_X,
            104.0,
            BLACK,
            Room::line(ID_WIDTH, 13.0, 6.0),
        ),
        Block::left(
            &texts.id_label,
            ID_X,
            81.0,
            GREY,
            Room::line(ID_WIDTH, 9.0, 5.0),
        ),
        Block::under_qr(
            &texts.verify,
            88.0,
            NAVY,
            Room::line(QR.side + 60.0, 9.5, 5.0),
        ),
        Block::under_qr(&texts.verify_text, 71.0, GREY, address),
    ]
}

/// The page's texts, cleaned.
pub(super) struct Texts {
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
    pub(super) verify: String,
    verify_text: String,
}

impl Texts {
    pub(super) fn new(page: &CertificatePage<'_>) -> Self {
        let labels = &page.labels;
        let grade = page.grade.map(clean).filter(|grade| !grade.is_empty());
        Self {
            issuer: clean(page.issuer),
            title: clean(labels.title),
            certify: clean(labels.certify),
            holder: clean(page.holder),
            completed: clean(labels.completed),
            course: clean(page.course),
            grade: grade.map_or_else(String::new, |grade| {
                format!("{}: {grade}", clean(labels.grade))
            }),
            date: clean(page.completion_date),
            date_label: clean(labels.date),
            id: clean(page.id),
            id_label: clean(labels.id),
            verify: clean(labels.verify),
            verify_text: clean(page.verify_text),
        }
    }
}
