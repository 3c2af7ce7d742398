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
//!   valid until …
//! ```

use std::f32::consts::PI;

use super::super::art::{Art, Gradient, HEIGHT, WIDTH};
use super::super::emit::Ink;
use super::super::fit::Room;
use super::{Align, Design, QR_SIDE, Slot, Square};

const NAVY: Ink = Ink(0.07, 0.16, 0.33);
const TEAL: Ink = Ink(0.09, 0.45, 0.51);
const GOLD: Ink = Ink(0.70, 0.53, 0.20);
/// Gold that is dark enough to be read: 4.6 : 1 on white.
const BRONZE: Ink = Ink(0.56, 0.42, 0.14);
const GREY: Ink = Ink(0.33, 0.36, 0.42);
const BLACK: Ink = Ink(0.10, 0.11, 0.14);
const WATERMARK: Ink = Ink(0.925, 0.935, 0.955);

/// Text stays this far from the paper's edge.
const INSET: f32 = 62.0;
const WIDE: f32 = WIDTH - 2.0 * INSET;
const MIDDLE: f32 = WIDTH / 2.0;
const ID: f32 = 290.0;
const QR: Square = Square {
    x: WIDTH - INSET - 147.0,
    y: 97.0,
    side: QR_SIDE,
};
const UNDER_QR: f32 = QR.x + QR.side / 2.0;

/// The border's outer edge, from the paper's edge.
const MARGIN: f32 = 20.0;
const BAND: f32 = 11.0;

pub(super) static DESIGN: Design = Design {
    gradient: Gradient {
        from: (0.0, HEIGHT),
        to: (WIDTH, 0.0),
        stops: &[(0.0, NAVY), (0.45, TEAL), (0.75, GOLD), (1.0, NAVY)],
    },
    backdrop,
    qr: QR,
    slots: [
        centred(513.0, BRONZE, Room::line(WIDE - 60.0, 15.0, 30.0, 10.0)),
        centred(457.0, NAVY, Room::line(WIDE - 40.0, 40.0, 44.0, 14.0))
            .display()
            .heading(),
        centred(404.0, GREY, Room::line(WIDE, 13.0, 24.0, 4.0)),
        centred(354.0, BLACK, Room::two(WIDE - 40.0, 38.0, 23.0, 44.0, 36.0)).display(),
        centred(303.0, GREY, Room::line(WIDE, 13.0, 13.0, 5.0)),
        centred(261.0, NAVY, Room::two(WIDE - 60.0, 25.0, 17.0, 36.0, 28.0)).display(),
        centred(217.0, GREY, Room::line(420.0, 14.0, 16.0, 10.0)),
        left(INSET, 104.0, BLACK, Room::line(190.0, 13.0, 30.0, 7.0)),
        left(INSET, 81.0, GREY, Room::line(190.0, 9.0, 13.0, 6.0)),
        left(INSET, 62.0, GREY, Room::line(190.0, 9.0, 13.0, 6.0)),
        left(ID, 104.0, BLACK, Room::line(250.0, 13.0, 30.0, 7.0)),
        left(ID, 81.0, GREY, Room::line(250.0, 9.0, 13.0, 20.0)),
        under_qr(88.0, NAVY, Room::line(164.0, 9.5, 11.0, 4.0)),
        under_qr(71.0, GREY, Room::two(168.0, 7.0, 6.0, 13.0, 12.0)),
    ],
};

const fn centred(y: f32, ink: Ink, room: Room) -> Slot {
    Slot::new(Align::Centre, MIDDLE, y, ink, room)
}

const fn left(x: f32, y: f32, ink: Ink, room: Room) -> Slot {
    Slot::new(Align::Left, x, y, ink, room)
}

const fn under_qr(y: f32, ink: Ink, room: Room) -> Slot {
    Slot::new(Align::Centre, UNDER_QR, y, ink, room)
}

fn backdrop(art: &mut Art) {
    rosette(art);
    border(art);
    art.pen(GOLD, 0.8);
    art.line((MIDDLE - 120.0, 438.0), (MIDDLE + 120.0, 438.0));
    art.line((INSET, 96.0), (INSET + 190.0, 96.0));
    art.line((ID, 96.0), (ID + 250.0, 96.0));
    diamond(art, MIDDLE, 438.0, 3.5);
}

/// Turned ellipses, as engraved on share certificates.
fn rosette(art: &mut Art) {
    const TURNS: u8 = 30;
    art.inside(|art| {
        art.pen(WATERMARK, 0.7);
        art.turn_and_move(0.0, (WIDTH / 2.0, HEIGHT / 2.0));
        for _ in 0..TURNS {
            art.turn_and_move(PI / f32::from(TURNS), (0.0, 0.0));
            art.ellipse((0.0, 0.0), 215.0, 95.0);
            art.ellipse((0.0, 0.0), 120.0, 60.0);
            art.stroke();
        }
    });
}

fn border(art: &mut Art) {
    art.inside(|art| {
        art.frame(MARGIN);
        art.frame(MARGIN + BAND);
        art.fill_with_gradient();
    });
    for (inset, thickness) in [(MARGIN + BAND + 5.0, 0.8), (MARGIN + BAND + 8.0, 0.3)] {
        art.pen(GOLD, thickness);
        art.frame(inset);
        art.stroke();
    }
    for x in [MARGIN + BAND + 6.5, WIDTH - MARGIN - BAND - 6.5] {
        for y in [MARGIN + BAND + 6.5, HEIGHT - MARGIN - BAND - 6.5] {
            diamond(art, x, y, 6.0);
        }
    }
}

/// A gold diamond on white.
fn diamond(art: &mut Art, x: f32, y: f32, half: f32) {
    for (half, ink) in [(half + 2.0, Ink(1.0, 1.0, 1.0)), (half, GOLD)] {
        art.brush(ink);
        art.polygon(&[(x - half, y), (x, y + half), (x + half, y), (x, y - half)]);
        art.fill();
    }
}
