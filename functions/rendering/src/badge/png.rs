//! The picture as a PNG of 800 × 800 pixels, the badge in an `iTXt` chunk (Open Badges 3.0, 5.3.1).

use super::picture::{Picture, SIDE, Shape};
use crate::pdf::outline::Step;
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};
use std::collections::{HashMap, hash_map::Entry};
use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, Transform};

/// The chunk's keyword. It may be there once, uncompressed; language and translation have no meaning.
const KEYWORD: &str = "openbadgecredential";
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "800"
)]
const PIXELS: u32 = SIDE as u32;

/// Red, green, blue, alpha.
type Colour = [u8; 4];

impl Picture {
    /// The PNG with the compact JWS in it.
    ///
    /// # Errors
    /// When the encoder fails, which it does for want of memory only.
    pub fn png(&self, jws: &str) -> Result<Vec<u8>, EncodingError> {
        let pixels = self.pixels();
        let colours = pixels.pixels().iter().map(|pixel| {
            let pixel = pixel.demultiply();
            [pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]
        });
        encode(&colours.collect::<Vec<_>>(), PIXELS, jws)
    }

    fn pixels(&self) -> Pixmap {
        let mut pixels = Pixmap::new(PIXELS, PIXELS).expect("a picture has pixels");
        for shape in &self.shapes {
            let Some(path) = path(shape) else {
                continue;
            };
            let [red, green, blue] = shape.ink;
            let mut paint = Paint::default();
            paint.set_color(Color::from_rgba8(red, green, blue, 255));
            let here = Transform::identity();
            pixels.fill_path(&path, &paint, FillRule::Winding, here, None);
        }
        pixels
    }
}

/// Six inks and what lies between two of them are fewer than 256 colours nearly always; then a byte a pixel is compressed in a
/// quarter of the time. More colours are written as they are.
pub(super) fn encode(pixels: &[Colour], side: u32, jws: &str) -> Result<Vec<u8>, EncodingError> {
    let indexed = indexed(pixels);
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, side, side);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Balanced);
    encoder.set_filter(Filter::NoFilter);
    encoder.add_itxt_chunk(KEYWORD.to_owned(), jws.to_owned())?;
    let data = if let Some((palette, bytes)) = indexed {
        let opaque = |[red, green, blue, _]: &Colour| [*red, *green, *blue];
        encoder.set_color(ColorType::Indexed);
        encoder.set_palette(palette.iter().flat_map(opaque).collect::<Vec<_>>());
        encoder.set_trns(palette.iter().map(|colour| colour[3]).collect::<Vec<_>>());
        bytes
    } else {
        encoder.set_color(ColorType::Rgba);
        pixels.concat()
    };
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&data)?;
    writer.finish()?;
    Ok(png)
}

/// The colours in order of appearance, and each pixel's place among them; `None` when there are too many.
fn indexed(pixels: &[Colour]) -> Option<(Vec<Colour>, Vec<u8>)> {
    let (mut places, mut palette) = (HashMap::new(), Vec::new());
    let mut bytes = Vec::with_capacity(pixels.len());
    // Neighbours mostly are of one colour.
    for run in pixels.chunk_by(|one, next| one == next) {
        let place = match places.entry(run[0]) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let place = u8::try_from(palette.len()).ok()?;
                palette.push(run[0]);
                *new.insert(place)
            }
        };
        bytes.resize(bytes.len() + run.len(), place);
    }
    Some((palette, bytes))
}

/// `None` for a text that draws nothing.
fn path(shape: &Shape) -> Option<tiny_skia::Path> {
    let mut path = PathBuilder::new();
    for step in &shape.steps {
        match *step {
            Step::Move(x, y) => path.move_to(x, y),
            Step::Line(x, y) => path.line_to(x, y),
            Step::Quad(x1, y1, x, y) => path.quad_to(x1, y1, x, y),
            Step::Cubic(x1, y1, x2, y2, x, y) => path.cubic_to(x1, y1, x2, y2, x, y),
            Step::Close => path.close(),
        }
    }
    path.finish()
}
