//! ```text
//!  issuer                  certificate of completion
//!
//!               this is to certify that
//!                       HOLDER              one or two lines
//!              —————————————————————————
//!             has successfully completed
//!                       COURSE              one or two lines
//!                      Grade: …
//!
//!  date         id                              ▓▓▓
//!  label        id label                     scan to verify
//!  valid until …
//! ```

use super::super::art::{Art, Gradient, HEIGHT, WIDTH};
use super::super::emit::Ink;
use super::super::fit::Room;
use super::{Align, Design, QR_SIDE, Slot, Square};

const INK: Ink = Ink(0.09, 0.10, 0.12);
const GREY: Ink = Ink(0.36, 0.38, 0.41);
const GREEN: Ink = Ink(0.05, 0.40, 0.33);
const LIGHT: Ink = Ink(0.62, 0.78, 0.72);
const WATERMARK: Ink = Ink(0.955, 0.968, 0.963);

const INSET: f32 = 64.0;
const WIDE: f32 = WIDTH - 2.0 * INSET;
const MIDDLE: f32 = WIDTH / 2.0;
const ID: f32 = INSET + 200.0;
const QR: Square = Square {
    x: WIDTH - INSET - QR_SIDE,
    y: 84.0,
    side: QR_SIDE,
};

pub(super) static DESIGN: Design = Design {
    gradient: Gradient {
        from: (0.0, 0.0),
        to: (WIDTH, HEIGHT),
        stops: &[(0.0, GREEN), (0.5, LIGHT), (1.0, GREEN)],
    },
    backdrop,
    qr: QR,
    slots: [
        centred(522.0, GREY, Room::line(WIDE, 12.0, 22.0, 8.0)),
        centred(486.0, GREEN, Room::line(WIDE, 22.0, 24.0, 12.0)).heading(),
        centred(424.0, GREY, Room::line(WIDE, 11.0, 30.0, 5.0)),
        centred(366.0, INK, Room::two(WIDE, 44.0, 26.0, 50.0, 32.0)).display(),
        centred(304.0, GREY, Room::line(WIDE, 11.0, 18.0, 4.0)),
        centred(264.0, INK, Room::two(WIDE, 23.0, 16.0, 34.0, 26.0)),
        centred(222.0, GREY, Room::line(WIDE, 12.0, 13.0, 10.0)),
        left(INSET, 100.0, INK, Room::line(184.0, 12.0, 30.0, 6.0)),
        left(INSET, 84.0, GREY, Room::line(184.0, 8.5, 9.0, 6.0)),
        left(INSET, 65.0, GREY, Room::line(184.0, 8.5, 13.0, 6.0)),
        left(ID, 100.0, INK, Room::line(240.0, 12.0, 30.0, 6.0)),
        left(ID, 84.0, GREY, Room::line(240.0, 8.5, 9.0, 20.0)),
        under_qr(74.0, GREEN, Room::line(134.0, 9.0, 9.0, 4.0)),
        under_qr(58.0, GREY, Room::two(144.0, 6.5, 6.0, 11.0, 12.0)),
    ],
};

const fn centred(y: f32, ink: Ink, room: Room) -> Slot {
    Slot::new(Align::Centre, MIDDLE, y, ink, room)
}

const fn left(x: f32, y: f32, ink: Ink, room: Room) -> Slot {
    Slot::new(Align::Left, x, y, ink, room)
}

const fn under_qr(y: f32, ink: Ink, room: Room) -> Slot {
    Slot::new(Align::Centre, QR.x + QR.side / 2.0, y, ink, room)
}

fn backdrop(art: &mut Art) {
    art.inside(|art| {
        art.pen(WATERMARK, 26.0);
        art.ellipse((MIDDLE, HEIGHT / 2.0), 190.0, 190.0);
        art.stroke();
    });
    art.inside(|art| {
        art.frame(24.0);
        art.frame(26.2);
        let (from, to) = (MIDDLE - 150.0, MIDDLE + 150.0);
        art.polygon(&[(from, 326.4), (to, 326.4), (to, 327.6), (from, 327.6)]);
        art.fill_with_gradient();
    });
}
