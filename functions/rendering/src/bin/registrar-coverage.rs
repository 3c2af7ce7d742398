//! Writes which characters the faces draw to standard output: `shared/domain/src/certificate/drawn.bin`, which says what the
//! bytes mean. To be run after a face was added or cut anew.

use std::error::Error;
use std::io::{self, Write as _};

use registrar_rendering::pdf::draws;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    for number in 0..=0x10FF_u16 {
        let mut bits = [0_u8; 32];
        for place in 0..256_u32 {
            let drawn = match char::from_u32(u32::from(number) << 8 | place) {
                Some(character) => draws(character)?,
                None => false,
            };
            if drawn {
                bits[usize::try_from(place / 8)?] |= 1 << (place % 8);
            }
        }
        if bits != [0; 32] {
            out.write_all(&number.to_be_bytes())?;
            out.write_all(&bits)?;
        }
    }
    Ok(out.flush()?)
}
