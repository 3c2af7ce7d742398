//! Where everything stands on the page, in three designs that show the same.
//!
//! Every design has a gradient border, a watermark, fourteen texts and the QR code; coordinates are points from the lower
//! left corner. A text's slot says how wide it may be and how far its ink may reach above and below its baseline, so that
//! neither a long name nor a stack of marks meets what stands beside it.

mod classic;
mod minimal;
mod modern;

use super::CertificatePage;
use super::art::{Art, Gradient};
use super::clean::clean;
use super::emit::Ink;
use super::faces::FaceId;
use super::fit::Room;
use registrar_templates::isolated;

/// The designs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Template {
    /// Serifs, centred, in a frame of navy, teal and gold over a rosette.
    #[default]
    Classic,
    /// No serifs, from the left, beside a band of colour.
    Modern,
    /// White space, a hairline frame and one rule.
    Minimal,
}

impl Template {
    /// Every design.
    pub const ALL: [Self; 3] = [Self::Classic, Self::Modern, Self::Minimal];

    pub(super) fn design(self) -> &'static Design {
        match self {
            Self::Classic => &classic::DESIGN,
            Self::Modern => &modern::DESIGN,
            Self::Minimal => &minimal::DESIGN,
        }
    }

    pub(super) fn index(self) -> usize {
        match self {
            Self::Classic => 0,
            Self::Modern => 1,
            Self::Minimal => 2,
        }
    }
}

/// What makes a design.
pub(super) struct Design {
    pub(super) gradient: Gradient,
    /// Draws border, watermark and rules.
    pub(super) backdrop: fn(&mut Art),
    /// In reading order: [`Texts::in_order`].
    pub(super) slots: [Slot; SLOTS],
    pub(super) qr: Square,
}

pub(super) const SLOTS: usize = 14;

/// The side of a QR code, its quiet zone included, in points: 38 mm without that at the density of a certificate's code.
const QR_SIDE: f32 = 126.0;

/// The square of the QR code, its quiet zone included.
pub(super) struct Square {
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) side: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Align {
    Left,
    Centre,
}

/// Where a text goes: `y` is the baseline of a single line; several lines spread around it.
#[derive(Clone, Copy)]
pub(super) struct Slot {
    pub(super) role: &'static str,
    pub(super) face: FaceId,
    pub(super) room: Room,
    pub(super) x: f32,
    pub(super) y: f32,
    pub(super) align: Align,
    pub(super) ink: Ink,
}

impl Slot {
    /// A paragraph in the text face.
    const fn new(align: Align, x: f32, y: f32, ink: Ink, room: Room) -> Self {
        Self {
            role: "P",
            face: FaceId::SANS,
            room,
            x,
            y,
            align,
            ink,
        }
    }

    /// In the display face.
    const fn display(self) -> Self {
        Self {
            face: FaceId::DISPLAY,
            ..self
        }
    }

    /// The page's heading.
    const fn heading(self) -> Self {
        Self { role: "H1", ..self }
    }
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
    expires: String,
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
                format!("{} {}", clean(labels.grade), isolated(&grade))
            }),
            date: clean(page.completion_date),
            date_label: clean(labels.date),
            expires: page.expiry_date.map_or_else(String::new, |last| {
                format!("{} {}", clean(labels.expires), clean(last))
            }),
            id: clean(page.id),
            id_label: clean(labels.id),
            verify: clean(labels.verify),
            verify_text: clean(page.verify_text),
        }
    }

    /// As they are read.
    pub(super) fn in_order(&self) -> [&str; SLOTS] {
        [
            &self.issuer,
            &self.title,
            &self.certify,
            &self.holder,
            &self.completed,
            &self.course,
            &self.grade,
            &self.date,
            &self.date_label,
            &self.expires,
            &self.id,
            &self.id_label,
            &self.verify,
            &self.verify_text,
        ]
    }
}
