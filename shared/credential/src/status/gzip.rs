//! Gzip (RFC 1952) around raw deflate: the fixed ten-byte header, the data, CRC-32 and length.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

/// Deflate, no flags, no time, unknown system: the same bits give the same bytes everywhere.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
const TRAILER_BYTES: usize = 8;
const LEVEL: u8 = 6;

pub(super) fn compress(data: &[u8]) -> Vec<u8> {
    let mut out = HEADER.to_vec();
    out.extend_from_slice(&compress_to_vec(data, LEVEL));
    out.extend_from_slice(&crc32(data).to_le_bytes());
    let length = u32::try_from(data.len()).expect("a list has 16384 bytes");
    out.extend_from_slice(&length.to_le_bytes());
    out
}

/// The data, if there are exactly `length` bytes of it. A header with optional fields is refused: this
/// reads what [`compress`] wrote, never more than `length` bytes.
pub(super) fn decompress(packed: &[u8], length: usize) -> Option<Vec<u8>> {
    let (header, rest) = packed.split_first_chunk::<10>()?;
    if header[..4] != HEADER[..4] {
        return None;
    }
    let (deflated, trailer) = rest.split_last_chunk::<TRAILER_BYTES>()?;
    let data = decompress_to_vec_with_limit(deflated, length).ok()?;
    let crc = crc32(&data).to_le_bytes();
    (data.len() == length && trailer[..4] == crc).then_some(data)
}

const TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u32;
    let mut at = 0;
    while at < table.len() {
        let mut rest = byte;
        let mut bit = 0;
        while bit < 8 {
            rest = if rest & 1 == 1 {
                rest >> 1 ^ 0xedb8_8320
            } else {
                rest >> 1
            };
            bit += 1;
        }
        table[at] = rest;
        at += 1;
        byte += 1;
    }
    table
}

fn crc32(data: &[u8]) -> u32 {
    !data.iter().fold(u32::MAX, |crc, &byte| {
        let [.., low] = crc.to_be_bytes();
        crc >> 8 ^ TABLE[usize::from(low ^ byte)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_the_one_of_gzip() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn damaged_or_oversized_data_is_refused() {
        let packed = compress(&[7; 100]);
        assert_eq!(decompress(&packed, 100), Some(vec![7; 100]));
        assert_eq!(decompress(&packed, 99), None);
        assert_eq!(decompress(&packed, 101), None);
        for length in 0..packed.len() {
            assert_eq!(decompress(&packed[..length], 100), None, "cut to {length}");
        }
        let mut damaged = packed.clone();
        let crc_at = packed.len() - TRAILER_BYTES;
        damaged[crc_at] ^= 1;
        assert_eq!(decompress(&damaged, 100), None);
    }
}
