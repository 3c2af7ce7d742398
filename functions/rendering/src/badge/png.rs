//! The picture as a PNG of 800 × 800 pixels, the badge in an `iTXt` chunk (Open Badges 3.0, 5.3.1).

use super::picture::{Picture, SIDE, Shape};
use crate::pdf::outline::Step;
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError};
use tiny_skia::{Color, FillRule, Paint, PathBuilder, Pixmap, Transform};

/// The chunk's keyword. It may be there once, uncompressed; language and translation have no meaning.
const KEYWORD: &str = "openbadgecredential";
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "800"
)]
const PIXELS: u32 = SIDE as u32;

impl Picture {
    /// The PNG with the compact JWS in it.
    ///
    /// # Errors
    /// When the encoder fails, which it does for want of memory only.
    pub fn png(&self, jws: &str) -> Result<Vec<u8>, EncodingError> {
        let mut pixels = Vec::new();
        for pixel in self.pixels().pixels() {
            let pixel = pixel.demultiply();
            pixels.extend([pixel.red(), pixel.green(), pixel.blue(), pixel.alpha()]);
        }
        let mut png = Vec::new();
        let mut encoder = Encoder::new(&mut png, PIXELS, PIXELS);
        encoder.set_color(ColorType::Rgba);
        encoder.set_depth(BitDepth::Eight);
        encoder.set_compression(Compression::Balanced);
        encoder.add_itxt_chunk(KEYWORD.to_owned(), jws.to_owned())?;
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels)?;
        writer.finish()?;
        Ok(png)
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
