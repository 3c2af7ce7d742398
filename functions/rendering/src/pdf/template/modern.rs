//! ```text
//! ▓▓   issuer
//! ▓▓   CERTIFICATE OF COMPLETION
//! ▓▓   ———
//! ▓▓   This is to certify that
//! ▓▓   HOLDER                     one or two lines
//! ▓▓   has successfully completed
//! ▓▓   COURSE                     one or two lines
//! ▓▓   Grade: …
//! ▓▓   date       id                         ▓▓▓
//! ▓▓   label      id label                   ▓▓▓
//! ▓▓   valid until …                     scan to verify
//! ```

use super::super::art::{Art, Gradient, HEIGHT, WIDTH};
use super::super::emit::Ink;
use super::super::fit::Room;
use super::{Align, Design, QR_SIDE, Slot, Square};

const INDIGO: Ink = Ink(0.20, 0.16, 0.55);
const VIOLET: Ink = Ink(0.47, 0.20, 0.62);
const CORAL: Ink = Ink(0.93, 0.42, 0.38);
const SLATE: Ink = Ink(0.32, 0.34, 0.44);
const BLACK: Ink = Ink(0.08, 0.08, 0.13);
const WATERMARK: Ink = Ink(0.945, 0.937, 0.968);

const BAND: f32 = 58.0;
const EDGE: f32 = 7.0;
/// Where lines begin.
const X: f32 = 108.0;
const WIDE: f32 = WIDTH - X - 62.0;
const ID: f32 = X + 190.0;
const QR: Square = Square {
    x: WIDTH - 62.0 - 143.0,
    y: 91.0,
    side: QR_SIDE,
};
const UNDER_QR: f32 = QR.x + QR.side / 2.0;

pub(super) static DESIGN: Design = Design {
    gradient: Gradient {
        from: (0.0, 0.0),
        to: (WIDTH * 0.4, HEIGHT),
        stops: &[(0.0, INDIGO), (0.5, VIOLET), (1.0, CORAL)],
    },
    backdrop,
    qr: QR,
    slots: [
        left(X, 518.0, VIOLET, Room::line(WIDE, 15.0, 30.0, 8.0)),
        left(X, 468.0, INDIGO, Room::line(WIDE, 38.0, 38.0, 13.0)).heading(),
        left(X, 410.0, SLATE, Room::line(WIDE, 13.0, 24.0, 4.0)),
        left(X, 358.0, BLACK, Room::two(WIDE, 40.0, 24.0, 46.0, 36.0)),
        left(X, 306.0, SLATE, Room::line(WIDE, 13.0, 13.0, 5.0)),
        left(X, 264.0, INDIGO, Room::two(WIDE, 25.0, 17.0, 36.0, 28.0)),
        left(X, 220.0, SLATE, Room::line(WIDE - 150.0, 14.0, 15.0, 10.0)),
        left(X, 104.0, BLACK, Room::line(176.0, 13.0, 30.0, 7.0)),
        left(X, 84.0, SLATE, Room::line(176.0, 9.0, 12.0, 6.0)),
        left(X, 65.0, SLATE, Room::line(176.0, 9.0, 13.0, 6.0)),
        left(ID, 104.0, BLACK, Room::line(240.0, 13.0, 30.0, 7.0)),
        left(ID, 84.0, SLATE, Room::line(240.0, 9.0, 12.0, 20.0)),
        under_qr(82.0, INDIGO, Room::line(168.0, 9.5, 11.0, 4.0)),
        under_qr(65.0, SLATE, Room::two(168.0, 7.0, 6.0, 13.0, 12.0)),
    ],
};

const fn left(x: f32, y: f32, ink: Ink, room: Room) -> Slot {
    Slot::new(Align::Left, x, y, ink, room)
}

const fn under_qr(y: f32, ink: Ink, room: Room) -> Slot {
    Slot::new(Align::Centre, UNDER_QR, y, ink, room)
}

fn backdrop(art: &mut Art) {
    art.inside(|art| {
        art.pen(WATERMARK, 9.0);
        for radius in [90.0, 150.0, 210.0, 270.0, 330.0] {
            art.ellipse((WIDTH - 150.0, HEIGHT - 190.0), radius, radius);
        }
        art.stroke();
    });
    // One ring: the paper, less what the band and the thin edge leave free.
    art.inside(|art| {
        art.frame(0.0);
        let (right, top) = (WIDTH - EDGE, HEIGHT - EDGE);
        art.polygon(&[(BAND, EDGE), (right, EDGE), (right, top), (BAND, top)]);
        art.fill_with_gradient();
    });
    art.pen(CORAL, 2.4);
    art.line((X, 446.0), (X + 64.0, 446.0));
    art.pen(VIOLET, 0.6);
    art.line((X, 96.0), (X + 176.0, 96.0));
    art.line((ID, 96.0), (ID + 240.0, 96.0));
}
