//! What the badge looks like: a seal with the course in its middle and the holder's name under it.

use registrar_templates::isolated;

use crate::pdf::{
    RenderError,
    outline::{Setting, Step, outline, shown},
};

/// Both sides of the picture, in its own units.
pub(super) const SIDE: f32 = 800.0;
const MIDDLE: f32 = SIDE / 2.0;

/// Red, green, blue.
pub(super) type Ink = [u8; 3];
const NAVY: Ink = [0x12, 0x29, 0x54];
const GOLD: Ink = [0xB2, 0x87, 0x33];
const PAPER: Ink = [0xFF, 0xFF, 0xFF];
const BLACK: Ink = [0x1A, 0x1C, 0x24];
const GREY: Ink = [0x54, 0x5C, 0x6B];

/// Radii from the rim inwards, each disc over the one before.
const DISCS: [(f32, Ink); 6] = [
    (396.0, NAVY),
    (378.0, GOLD),
    (372.0, NAVY),
    (344.0, PAPER),
    (334.0, GOLD),
    (331.0, PAPER),
];

/// The texts of the picture, plain and in any script.
#[derive(Clone, Copy, Debug)]
pub struct Wording<'a> {
    /// Who issues.
    pub issuer: &'a str,
    /// What it is, for example `Certificate of Completion`.
    pub title: &'a str,
    /// What for.
    pub course: &'a str,
    /// To whom.
    pub holder: &'a str,
    /// When, in words.
    pub date: &'a str,
    /// The certificate's id.
    pub id: &'a str,
}

/// The picture: shapes filled over one another (non-zero winding), and what it says for those who do not see it.
#[derive(Clone, Debug)]
pub struct Picture {
    pub(super) title: String,
    pub(super) shapes: Vec<Shape>,
}

#[derive(Clone, Debug)]
pub(super) struct Shape {
    pub(super) ink: Ink,
    pub(super) steps: Vec<Step>,
}

impl Picture {
    /// Draws it.
    ///
    /// # Errors
    /// A font that cannot be read; user text is never a reason.
    pub fn new(wording: &Wording<'_>) -> Result<Self, RenderError> {
        let mut shapes = Vec::new();
        for (radius, ink) in DISCS {
            shapes.push(Shape {
                ink,
                steps: disc(radius),
            });
        }
        for (y, half) in [(262.0, 90.0), (456.0, 150.0)] {
            shapes.push(Shape {
                ink: GOLD,
                steps: rule(y, half),
            });
        }
        let settings = [
            (
                GOLD,
                Block::new(wording.issuer, 172.0, 390.0, 26.0).least(13.0),
            ),
            (
                NAVY,
                Block::new(wording.title, 226.0, 500.0, 30.0)
                    .least(14.0)
                    .display(),
            ),
            (
                NAVY,
                Block::new(wording.course, 372.0, 590.0, 52.0)
                    .least(20.0)
                    .lines(3)
                    .display(),
            ),
            (
                BLACK,
                Block::new(wording.holder, 534.0, 540.0, 42.0)
                    .least(17.0)
                    .lines(2)
                    .display(),
            ),
            (
                GREY,
                Block::new(wording.date, 620.0, 400.0, 24.0).least(12.0),
            ),
            (GREY, Block::new(wording.id, 660.0, 340.0, 18.0).least(10.0)),
        ];
        for (ink, block) in settings {
            let steps = outline(&block.0)?;
            shapes.push(Shape { ink, steps });
        }
        Ok(Self {
            title: format!(
                "{} – {}",
                isolated(&shown(wording.course)),
                isolated(&shown(wording.holder))
            ),
            shapes,
        })
    }
}

/// A text centred on the picture.
struct Block<'a>(Setting<'a>);

impl<'a> Block<'a> {
    fn new(text: &'a str, y: f32, width: f32, size: f32) -> Self {
        Self(Setting {
            text,
            display: false,
            width,
            lines: 1,
            size,
            least: size,
            at: (MIDDLE, y),
        })
    }

    fn least(mut self, least: f32) -> Self {
        self.0.least = least;
        self
    }

    fn lines(mut self, lines: usize) -> Self {
        self.0.lines = lines;
        self
    }

    fn display(mut self) -> Self {
        self.0.display = true;
        self
    }
}

fn disc(radius: f32) -> Vec<Step> {
    let (r, k) = (radius, radius * 0.5523);
    let point = |x: f32, y: f32| (MIDDLE + x, MIDDLE + y);
    let quarter = |a: (f32, f32), b: (f32, f32), to: (f32, f32)| {
        let ((x1, y1), (x2, y2), (x, y)) = (point(a.0, a.1), point(b.0, b.1), point(to.0, to.1));
        Step::Cubic(x1, y1, x2, y2, x, y)
    };
    let (x, y) = point(r, 0.0);
    vec![
        Step::Move(x, y),
        quarter((r, k), (k, r), (0.0, r)),
        quarter((-k, r), (-r, k), (-r, 0.0)),
        quarter((-r, -k), (-k, -r), (0.0, -r)),
        quarter((k, -r), (r, -k), (r, 0.0)),
        Step::Close,
    ]
}

/// A thin line with a diamond in its middle.
fn rule(y: f32, half: f32) -> Vec<Step> {
    const THICK: f32 = 0.9;
    const DIAMOND: f32 = 7.0;
    let polygon = |points: [(f32, f32); 4]| {
        let [first, rest @ ..] = points;
        let lines = rest.map(|(x, y)| Step::Line(x, y));
        let mut steps = vec![Step::Move(first.0, first.1)];
        steps.extend(lines);
        steps.push(Step::Close);
        steps
    };
    let (left, right) = (MIDDLE - half, MIDDLE + half);
    let mut steps = polygon([
        (left, y - THICK),
        (right, y - THICK),
        (right, y + THICK),
        (left, y + THICK),
    ]);
    steps.extend(polygon([
        (MIDDLE, y - DIAMOND),
        (MIDDLE + DIAMOND, y),
        (MIDDLE, y + DIAMOND),
        (MIDDLE - DIAMOND, y),
    ]));
    steps
}
