//! What is only drawn: the gradient border, the rules and the watermark.

use std::f32::consts::PI;
use std::sync::OnceLock;

use printpdf::{
    Color, DictItem, GradientStop, LinePoint, Op, PaintMode, Point, Polygon, PolygonRing, Pt,
    Shading, ShadingGeometry, ShadingId, WindingOrder,
};

use super::emit::Ink;
use super::qr::push;

/// A4 landscape in points.
pub(super) const WIDTH: f32 = 841.89;
pub(super) const HEIGHT: f32 = 595.276;

pub(super) const NAVY: Ink = Ink(0.07, 0.16, 0.33);
pub(super) const GOLD: Ink = Ink(0.70, 0.53, 0.20);
const WATERMARK: Ink = Ink(0.925, 0.935, 0.955);

/// The border's outer edge, from the paper's edge.
const MARGIN: f32 = 20.0;
const BAND: f32 = 11.0;

/// Name of the border's gradient in the page's resources.
pub(super) fn gradient_id() -> ShadingId {
    ShadingId("Border".to_owned())
}

/// Navy through teal to gold, from corner to corner.
pub(super) fn gradient() -> Shading {
    let stop = |offset, Ink(r, g, b): Ink| GradientStop {
        offset,
        color: [r, g, b],
    };
    Shading {
        geometry: ShadingGeometry::Axial {
            coords: [0.0, HEIGHT, WIDTH, 0.0],
        },
        stops: vec![
            stop(0.0, NAVY),
            stop(0.45, Ink(0.09, 0.45, 0.51)),
            stop(0.75, GOLD),
            stop(1.0, NAVY),
        ],
        extend: (true, true),
    }
}

/// Watermark, border and the fixed rules; the same for every certificate, so made once.
pub(super) fn backdrop() -> &'static [Op] {
    static BACKDROP: OnceLock<Vec<Op>> = OnceLock::new();
    BACKDROP.get_or_init(|| {
        let mut ops = Vec::new();
        watermark(&mut ops);
        border(&mut ops);
        ops
    })
}

/// A rosette of turned ellipses, as engraved on share certificates.
fn watermark(ops: &mut Vec<Op>) {
    const TURNS: u8 = 30;
    ops.push(Op::SaveGraphicsState);
    ops.push(Op::SetOutlineColor {
        col: WATERMARK.into(),
    });
    ops.push(Op::SetOutlineThickness { pt: Pt(0.7) });
    number_op(ops, "cm", &[1.0, 0.0, 0.0, 1.0, WIDTH / 2.0, HEIGHT / 2.0]);
    let (sin, cos) = (PI / f32::from(TURNS)).sin_cos();
    for _ in 0..TURNS {
        number_op(ops, "cm", &[cos, sin, -sin, cos, 0.0, 0.0]);
        ellipse(ops, 215.0, 95.0);
        ellipse(ops, 120.0, 60.0);
        push(ops, "S", Vec::new());
    }
    ops.push(Op::RestoreGraphicsState);
}

fn ellipse(ops: &mut Vec<Op>, a: f32, b: f32) {
    // Control points of a quarter circle.
    let (ka, kb) = (a * 0.5523, b * 0.5523);
    number_op(ops, "m", &[a, 0.0]);
    number_op(ops, "c", &[a, kb, ka, b, 0.0, b]);
    number_op(ops, "c", &[-ka, b, -a, kb, -a, 0.0]);
    number_op(ops, "c", &[-a, -kb, -ka, -b, 0.0, -b]);
    number_op(ops, "c", &[ka, -b, a, -kb, a, 0.0]);
}

fn border(ops: &mut Vec<Op>) {
    ops.push(Op::SaveGraphicsState);
    ops.push(Op::DrawPolygon {
        polygon: Polygon {
            rings: vec![frame(MARGIN), frame(MARGIN + BAND)],
            mode: PaintMode::Clip,
            winding_order: WindingOrder::EvenOdd,
        },
    });
    ops.push(Op::PaintShading { id: gradient_id() });
    ops.push(Op::RestoreGraphicsState);
    for (inset, thickness) in [(MARGIN + BAND + 5.0, 0.8), (MARGIN + BAND + 8.0, 0.3)] {
        ops.push(Op::SetOutlineColor { col: GOLD.into() });
        ops.push(Op::SetOutlineThickness { pt: Pt(thickness) });
        number_op(
            ops,
            "re",
            &[inset, inset, WIDTH - 2.0 * inset, HEIGHT - 2.0 * inset],
        );
        push(ops, "S", Vec::new());
    }
    for x in [MARGIN + BAND + 6.5, WIDTH - MARGIN - BAND - 6.5] {
        for y in [MARGIN + BAND + 6.5, HEIGHT - MARGIN - BAND - 6.5] {
            diamond(ops, x, y, 6.0);
        }
    }
}

fn frame(inset: f32) -> PolygonRing {
    let corner = |x, y| LinePoint {
        p: Point { x: Pt(x), y: Pt(y) },
        bezier: false,
    };
    let (right, top) = (WIDTH - inset, HEIGHT - inset);
    PolygonRing {
        points: vec![
            corner(inset, inset),
            corner(right, inset),
            corner(right, top),
            corner(inset, top),
        ],
    }
}

/// A filled gold diamond on white.
fn diamond(ops: &mut Vec<Op>, x: f32, y: f32, half: f32) {
    for (half, col) in [
        (half + 2.0, Color::from(Ink(1.0, 1.0, 1.0))),
        (half, GOLD.into()),
    ] {
        ops.push(Op::SetFillColor { col });
        number_op(ops, "m", &[x - half, y]);
        number_op(ops, "l", &[x, y + half]);
        number_op(ops, "l", &[x + half, y]);
        number_op(ops, "l", &[x, y - half]);
        push(ops, "f", Vec::new());
    }
}

/// A gold rule, with a diamond in its middle when it is an ornament.
pub(super) fn rule(ops: &mut Vec<Op>, from: f32, to: f32, y: f32, ornament: bool) {
    ops.push(Op::SetOutlineColor { col: GOLD.into() });
    ops.push(Op::SetOutlineThickness { pt: Pt(0.8) });
    number_op(ops, "m", &[from, y]);
    number_op(ops, "l", &[to, y]);
    push(ops, "S", Vec::new());
    if ornament {
        diamond(ops, f32::midpoint(from, to), y, 3.5);
    }
}

fn number_op(ops: &mut Vec<Op>, key: &str, numbers: &[f32]) {
    push(
        ops,
        key,
        numbers
            .iter()
            .map(|number| DictItem::Real(*number))
            .collect(),
    );
}
