//! The output intent: what the page's red, green and blue mean. Archives ask for it as an ICC profile in the file.
//!
//! sRGB (IEC 61966-2-1) as an ICC.1:2010 (version 4.2) display profile of matrix and curve, written here: a header of 128
//! bytes, a table of tags, and the tags, each from a multiple of four bytes.

use std::sync::OnceLock;

use lopdf::{Dictionary, Document, Object, Stream, dictionary};

use super::deflate::shrink;

/// The standard's name for what the profile describes.
const NAME: &str = "sRGB IEC61966-2.1";

/// Adds the profile to `document` and returns the output intent.
pub(super) fn output_intent(document: &mut Document) -> Dictionary {
    static PROFILE: OnceLock<Stream> = OnceLock::new();
    let stream = PROFILE.get_or_init(|| {
        let dictionary = dictionary! { "N" => 3, "Alternate" => "DeviceRGB" };
        let mut stream = Stream::new(dictionary, profile());
        shrink(&mut stream);
        stream
    });
    let profile = document.add_object(stream.clone());
    dictionary! {
        "Type" => "OutputIntent",
        "S" => "GTS_PDFA1",
        "OutputConditionIdentifier" => Object::string_literal(NAME),
        "RegistryName" => Object::string_literal("http://www.color.org"),
        "Info" => Object::string_literal(NAME),
        "DestOutputProfile" => profile,
    }
}

/// D50, the white of every profile's connection space.
const WHITE: [f64; 3] = [0.9642, 1.0, 0.8249];
/// The primaries of sRGB, adapted to D50 (Bradford).
const RED: [f64; 3] = [0.436_065_674, 0.222_488_403, 0.013_916_016];
const GREEN: [f64; 3] = [0.385_147_095, 0.716_873_169, 0.097_076_416];
const BLUE: [f64; 3] = [0.143_066_406, 0.060_607_910, 0.714_096_069];
/// From sRGB's own white, D65, to D50 (Bradford).
const ADAPTATION: [f64; 9] = [
    1.047_882_080,
    0.022_918_701,
    -0.050_216_675,
    0.029_586_792,
    0.990_478_516,
    -0.017_059_326,
    -0.009_231_567,
    0.015_075_684,
    0.751_678_467,
];
/// Function type 3 of a parametric curve: gamma, a, b, c, d.
const CURVE: [f64; 5] = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.040_45];

fn profile() -> Vec<u8> {
    let curve = [b"para\0\0\0\0\0\x03\0\0".as_slice(), &fixed(&CURVE)].concat();
    let tags: [(&[u8; 4], Vec<u8>); 8] = [
        (b"desc", unicode(NAME)),
        (b"cprt", unicode("No copyright, use freely")),
        (b"wtpt", values(*b"XYZ ", &WHITE)),
        (b"rXYZ", values(*b"XYZ ", &RED)),
        (b"gXYZ", values(*b"XYZ ", &GREEN)),
        (b"bXYZ", values(*b"XYZ ", &BLUE)),
        (b"chad", values(*b"sf32", &ADAPTATION)),
        (b"rTRC", curve),
    ];
    // Green and blue have the curve of red.
    let entries = tags.len() + 2;
    let mut at = 128 + 4 + 12 * entries;
    let mut table = Vec::new();
    let mut data = Vec::new();
    for (name, mut tag) in tags {
        let mut entry = |name: &[u8; 4]| {
            table.extend_from_slice(name);
            table.extend_from_slice(&number(at));
            table.extend_from_slice(&number(tag.len()));
        };
        entry(name);
        if name == b"rTRC" {
            entry(b"gTRC");
            entry(b"bTRC");
        }
        tag.resize(tag.len().next_multiple_of(4), 0);
        at += tag.len();
        data.append(&mut tag);
    }
    let mut profile = header(at);
    profile.extend_from_slice(&number(entries));
    profile.append(&mut table);
    profile.append(&mut data);
    profile
}

fn header(size: usize) -> Vec<u8> {
    let mut header = number(size).to_vec();
    header.extend_from_slice(&[0; 4]); // no preferred colour engine
    header.extend_from_slice(&[4, 0x20, 0, 0]); // version 4.2
    header.extend_from_slice(b"mntrRGB XYZ ");
    // 1 January 2010, midnight: of the specification, not of a moment.
    header.extend_from_slice(&[0x07, 0xDA, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    header.extend_from_slice(b"acsp");
    header.resize(68, 0); // no platform, flags, maker, model, attributes; perceptual
    header.extend_from_slice(&fixed(&WHITE));
    header.resize(128, 0); // no creator, no digest
    header
}

/// A tag of one text, in English.
fn unicode(text: &str) -> Vec<u8> {
    let text: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let mut tag = b"mluc\0\0\0\0".to_vec();
    tag.extend_from_slice(&number(1));
    tag.extend_from_slice(&number(12));
    tag.extend_from_slice(b"enUS");
    tag.extend_from_slice(&number(text.len()));
    tag.extend_from_slice(&number(28));
    tag.extend_from_slice(&text);
    tag
}

fn values(kind: [u8; 4], values: &[f64]) -> Vec<u8> {
    [kind.as_slice(), &[0; 4], &fixed(values)].concat()
}

/// Signed numbers with sixteen bits behind the point.
fn fixed(values: &[f64]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| {
            #[expect(clippy::cast_possible_truncation, reason = "every value is below 3")]
            let scaled = (value * 65_536.0).round() as i32;
            scaled.to_be_bytes()
        })
        .collect()
}

fn number(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::profile;

    #[test]
    fn the_profile_says_its_own_size_and_every_tag_lies_in_it() {
        let profile = profile();
        let number = |at: usize| {
            let bytes = profile[at..at + 4].try_into().expect("four bytes");
            usize::try_from(u32::from_be_bytes(bytes)).expect("small")
        };
        assert_eq!(number(0), profile.len());
        assert_eq!(&profile[36..40], b"acsp");
        assert_eq!(number(128), 10);
        for entry in 0..10 {
            let at = 132 + 12 * entry;
            let (start, size) = (number(at + 4), number(at + 8));
            assert!(start % 4 == 0 && start >= 252 && start + size <= profile.len());
        }
    }
}
