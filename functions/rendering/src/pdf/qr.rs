//! The QR code as one vector path.

use qrcode::EcLevel;
use qrcode::bits::{Bits, encode_auto};
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::ec::construct_codewords;
use qrcode::types::Color;

use super::RenderError;
use super::art::Art;
use super::emit::Ink;
use super::template::Square;

/// Beyond this the modules are smaller than a third of a millimetre.
const MAX_BYTES: usize = 1_200;
/// From the strongest error correction to the weakest.
const LEVELS: [EcLevel; 4] = [EcLevel::H, EcLevel::Q, EcLevel::M, EcLevel::L];

/// Modules of white that the standard asks for on every side.
const QUIET: u16 = 4;

/// What the QR code of `url` says: the address in upper case when all of it then fits QR's alphanumeric mode
/// (a third smaller; scheme and host ignore case, and so does the `/v/` route), otherwise the address as it is.
pub fn qr_text(url: &str) -> String {
    let upper = url.to_ascii_uppercase();
    let fits = upper
        .bytes()
        .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase() || b" $%*+-./:".contains(&b));
    if fits { upper } else { url.to_owned() }
}

/// The dark modules, row by row.
pub(super) struct Qr {
    width: usize,
    modules: Vec<Color>,
}

impl Qr {
    /// As few modules as hold the text, because scans fail by the size of a module before they fail by damage; then the
    /// strongest error correction that these have room for. The mask is fixed: searching the best of eight costs forty
    /// times the rest and scanners read every one.
    pub(super) fn new(url: &str) -> Result<Self, RenderError> {
        let text = qr_text(url);
        let too_long = || RenderError::QrTooLong(text.len());
        if text.len() > MAX_BYTES {
            return Err(too_long());
        }
        let bits = encode_auto(text.as_bytes(), EcLevel::L).map_err(|_| too_long())?;
        let version = bits.version();
        let mut strongest = (EcLevel::L, bits);
        for level in LEVELS {
            let mut bits = Bits::new(version);
            let fits = bits.push_optimal_data(text.as_bytes()).is_ok();
            if fits && bits.push_terminator(level).is_ok() {
                strongest = (level, bits);
                break;
            }
        }
        let (level, bits) = strongest;
        let (data, correction) =
            construct_codewords(&bits.into_bytes(), version, level).map_err(|_| too_long())?;
        let mut canvas = Canvas::new(version, level);
        canvas.draw_all_functional_patterns();
        canvas.draw_data(&data, &correction);
        canvas.apply_mask(MaskPattern::Checkerboard);
        Ok(Self {
            width: usize::try_from(version.width()).unwrap_or(0),
            modules: canvas.into_colors(),
        })
    }

    /// Fills a white square of `side` points, quiet zone included, whose lower left corner is at (`x`, `y`).
    pub(super) fn draw(&self, art: &mut Art, square: &Square) {
        let &Square { x, y, side } = square;
        let modules = f32::from(u16::try_from(self.width).unwrap_or(u16::MAX) + 2 * QUIET);
        let module = side / modules;
        let quiet = f32::from(QUIET) * module;
        art.inside(|art| {
            art.brush(Ink(1.0, 1.0, 1.0));
            art.op(&[x, y, side, side], "re");
            art.fill();
            art.brush(Ink(0.0, 0.0, 0.0));
            // Module units, rows downwards.
            art.exact(
                &[module, 0.0, 0.0, -module, x + quiet, y + side - quiet],
                "cm",
            );
            for (row, modules) in self.modules.chunks(self.width.max(1)).enumerate() {
                let mut column = 0;
                for run in modules.chunk_by(|left, right| left == right) {
                    if run.first() == Some(&Color::Dark) {
                        art.cells(column, row, run.len());
                    }
                    column += run.len();
                }
            }
            art.fill();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{Qr, RenderError, qr_text};

    #[test]
    fn an_address_goes_upper_case_only_when_that_makes_the_code_smaller() {
        assert_eq!(
            qr_text("https://v.example/v/abc"),
            "HTTPS://V.EXAMPLE/V/ABC"
        );
        assert_eq!(
            qr_text("https://v.example/v?t=abc"),
            "https://v.example/v?t=abc"
        );
    }

    #[test]
    fn a_code_has_few_modules_and_then_strong_correction() {
        // The lengths of an address that fill a version at some level, and one more.
        for (length, modules) in [
            (195, 41),
            (196, 45),
            (224, 45),
            (225, 49),
            (279, 49),
            (280, 53),
        ] {
            let url = format!("HTTPS://V.EXAMPLE/V/{}", "A".repeat(length - 20));
            assert_eq!(Qr::new(&url).unwrap().width, modules, "{length}");
        }
    }

    #[test]
    fn an_address_too_long_to_scan_is_refused_with_its_length() {
        let url = format!("https://v.example/v/{}", "A".repeat(1_300));
        assert!(matches!(Qr::new(&url), Err(RenderError::QrTooLong(1_320))));
    }
}
