use data_encoding::BASE32_NOPAD;
use proptest::prelude::*;

use super::*;
use crate::fixtures::{claim, day, key, keys, signed};
use crate::verdict::Verdict;

const GOLDEN: &str = "AIAVAJ4FLRAIQZBJR2CKRCEAAVFQAEUGWC2SBNVQZWXL4ECSOVZXIIDPNYQHI2DFEBCWIZ3FNXH5DICDZEW4ZVA7JPDC4LN263ODEY7PEH22R75YGID7UN2RUS6UYXK5622IMD25MUCHNP3UMRSDXNTGPIZ67MAHQVDQGA5EQQNA6AY";

#[test]
fn the_golden_claim_has_the_golden_token() {
    let token = signed().token();
    assert_eq!(token, GOLDEN);
    let read = SignedClaim::parse(GOLDEN).unwrap();
    assert_eq!(read.claim(), &claim());
    assert!(keys().authenticate(read).is_ok());
}

#[test]
fn a_token_may_be_typed_in_lower_case() {
    let read = SignedClaim::parse(&GOLDEN.to_ascii_lowercase()).unwrap();
    assert_eq!(read, signed());
}

#[test]
fn every_flipped_bit_is_noticed() {
    let binary = BASE32_NOPAD.decode(GOLDEN.as_bytes()).unwrap();
    let keys = keys();
    for bit in 0..binary.len() * 8 {
        let mut flipped = binary.clone();
        flipped[bit / 8] ^= 0x80 >> (bit % 8);
        let token = BASE32_NOPAD.encode(&flipped);
        let verdict = SignedClaim::parse(&token)
            .map_err(Verdict::from)
            .and_then(|signed| keys.authenticate(signed).map_err(Verdict::from))
            .expect_err("a flipped bit must not pass");
        assert!(
            ["forged", "malformed"].contains(&verdict.code()),
            "bit {bit}: {verdict:?}"
        );
    }
}

#[test]
fn a_token_cut_anywhere_is_malformed() {
    for length in 0..GOLDEN.len() {
        assert!(
            SignedClaim::parse(&GOLDEN[..length]).is_err(),
            "cut to {length}"
        );
    }
    let binary = BASE32_NOPAD.decode(GOLDEN.as_bytes()).unwrap();
    for length in 0..binary.len() {
        let token = BASE32_NOPAD.encode(&binary[..length]);
        assert_eq!(
            SignedClaim::parse(&token),
            Err(TokenError::Truncated),
            "cut to {length}"
        );
    }
}

#[test]
fn another_form_of_the_same_claim_is_not_read() {
    let binary = BASE32_NOPAD.decode(GOLDEN.as_bytes()).unwrap();
    let reread = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut changed = binary.clone();
        change(&mut changed);
        SignedClaim::parse(&BASE32_NOPAD.encode(&changed)).unwrap_err()
    };
    assert_eq!(reread(&|b| b.push(0)), TokenError::TrailingBytes);
    assert_eq!(reread(&|b| b[0] = 1), TokenError::UnknownVersion(1));
    // What is too short to hold a signature is a token of no version.
    assert_eq!(
        SignedClaim::parse("HELLO").unwrap_err(),
        TokenError::Truncated
    );
    // The key's number at 1, how long it holds at 4 and 5, the hash from 6 to 12, the index from 13 to 15, the holder at 16.
    assert_eq!(reread(&|b| b[1] = 0x80), TokenError::Number);
    assert_eq!(reread(&|b| b[4] = 0x80), TokenError::Number);
    let too_long = |b: &mut Vec<u8>| drop(b.splice(4..6, [0x84, 0x80, 0x00]));
    assert_eq!(reread(&too_long), TokenError::Number);
    let too_large = |b: &mut Vec<u8>| drop(b.splice(13..16, [0x90, 0x80, 0x80, 0x80, 0x00]));
    assert_eq!(reread(&too_large), TokenError::Number);
    assert_eq!(reread(&|b| b[6] |= 0xf0), TokenError::HashLength);
    // Ten symbols and their number end before the last two bits of byte 12.
    assert_eq!(reread(&|b| b[12] |= 1), TokenError::PaddingBits);
    assert_eq!(reread(&|b| b[16] = 0), TokenError::TextLength);
    assert_eq!(reread(&|b| b[16] &= 0x3f), TokenError::Utf8);
    let ascii = |b: &mut Vec<u8>| b[17..19].copy_from_slice(&[0, 0]);
    assert_eq!(reread(&ascii), TokenError::TextForm);
    let surrogates = |b: &mut Vec<u8>| b[17..19].copy_from_slice(&[1, 0xb0]);
    assert_eq!(reread(&surrogates), TokenError::TextForm);
    let beyond = |b: &mut Vec<u8>| b[17..19].copy_from_slice(&[0x22, 0]);
    assert_eq!(reread(&beyond), TokenError::TextForm);
    // What UTF-8 writes in fewer bytes has no window.
    let longer = |b: &mut Vec<u8>| drop(b.splice(16..28, [0x40 | 5, 0, 1, b'a', b'b', 0x80]));
    assert_eq!(reread(&longer), TokenError::TextForm);
}

#[test]
fn characters_outside_the_alphabet_are_refused() {
    for token in ["", "A", "ABC=====", "0189", "AB CD", "AÉBC", "\u{0}\u{0}"] {
        let refused = SignedClaim::parse(token).unwrap_err();
        assert!(
            matches!(refused, TokenError::NotBase32 | TokenError::Truncated),
            "{token}: {refused:?}"
        );
    }
    // Two characters say one byte; the last two bits of the second must be zero.
    assert_eq!(SignedClaim::parse("AB"), Err(TokenError::PaddingBits));
    assert_eq!(
        SignedClaim::parse(&"A".repeat(TOKEN_CHARS + 1)),
        Err(TokenError::TooLong)
    );
}

#[test]
fn the_longest_claim_has_a_token_of_the_longest_length() {
    let (holder, course) = Text::pair(&"h".repeat(32), &"c".repeat(33)).unwrap();
    let key = SigningKey::new(u16::MAX, &[7; 32], day("1970-01-01"), None, None);
    let claim = Claim {
        key_id: u16::MAX,
        expires: Some(Day::from_days(u16::MAX)),
        id: "CERT-20260307-ABCDEFGHJKMNPQRS".parse().unwrap(),
        status_index: u32::MAX,
        holder,
        course,
    };
    let token = claim.clone().sign(&key).unwrap().token();
    assert_eq!(token.len(), TOKEN_CHARS);
    assert_eq!(SignedClaim::parse(&token).unwrap().claim(), &claim);
}

#[test]
fn a_text_too_long_to_travel_leaves_its_beginning_and_a_digest() {
    let shown = |holder: &str, course: &str| {
        let (holder, course) = Text::pair(holder, course).unwrap();
        let claim = Claim {
            holder,
            course,
            ..claim()
        };
        let read = SignedClaim::parse(&claim.clone().sign(&key()).unwrap().token()).unwrap();
        assert_eq!(read.claim(), &claim);
        (claim.holder.shown(), claim.course.shown())
    };
    let pair = |holder: &str, course: &str| (holder.to_owned(), course.to_owned());
    // Either may take what the other leaves.
    let long = "Maria Magdalena Concepción Fernández de la Vega";
    assert_eq!(shown(long, "Rust 1"), pair(long, "Rust 1"));
    assert_eq!(shown("Li", &"c".repeat(62)), pair("Li", &"c".repeat(62)));
    assert_eq!(
        shown(long, "Full-Stack Development"),
        pair("Maria Magdalena…", "Full-Stack Development")
    );
    assert_eq!(
        shown(long, "Advanced Distributed Systems Engineering"),
        pair("Maria Magdalena…", "Advanced…")
    );
    // An alphabet of one block takes a byte a character.
    let name = "क्षितिज ज्ञानेश्वर त्र्यंबक";
    let course = "पूर्ण-स्टैक वेब विकास";
    assert_eq!(shown(name, course), pair(name, course));
    assert_eq!(
        shown("Ada", &"W".repeat(200)),
        pair("Ada", &format!("{}…", "W".repeat(45)))
    );
    assert_eq!(shown("👩‍💻", "渡辺"), pair("👩‍💻", "渡辺"));

    let text = Text::new(long).unwrap();
    assert_eq!(text.plain(), None);
    assert!(text.vouches_for(long));
    assert!(!text.vouches_for("Maria Magdalena of another name altogether"));
    assert!(!text.vouches_for("Maria Magdalena…"));
    assert_eq!(Text::new(""), Err(EmptyText));
    assert_eq!(Text::pair("a", ""), Err(EmptyText));
}

#[test]
fn a_claim_that_makes_no_sense_is_not_signed() {
    let other = Claim {
        key_id: 2,
        ..claim()
    };
    assert_eq!(
        other.sign(&key()),
        Err(SignError::OtherKey { claim: 2, key: 1 })
    );
    let over = Claim {
        expires: Some(day("2026-03-06")),
        ..claim()
    };
    assert_eq!(over.sign(&key()), Err(SignError::ExpiresBeforeIssue));
}

proptest! {
    #[test]
    fn what_is_signed_is_read_back(
        issued in 20_454_u16..60_000, lasts in proptest::option::of(0_u16..5_000), random: [u8; 7],
        status_index: u32, holder in "[ऀ-ॿ a-z]{1,70}|\\PC{1,70}", course in "[฀-๿ ]{1,70}|\\PC{1,70}",
    ) {
        let texts = Text::pair(&holder, &course).unwrap();
        let claim = Claim {
            key_id: 1,
            expires: lasts.map(|days| Day::from_days(issued + days)),
            id: CertificateId::new(Day::from_days(issued), random),
            status_index,
            holder: texts.0,
            course: texts.1,
        };
        let token = claim.clone().sign(&key()).unwrap().token();
        prop_assert!(token.len() <= TOKEN_CHARS);
        let read = SignedClaim::parse(&token).unwrap();
        prop_assert_eq!(read.token(), token);
        let authentic = keys().authenticate(read).unwrap();
        prop_assert_eq!(authentic.claim(), &claim);
        prop_assert!(authentic.claim().holder.vouches_for(&holder));
        prop_assert!(authentic.claim().course.vouches_for(&course));
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(token in "[A-Z2-7a-z]{0,600}|\\PC{0,80}") {
        let _ = SignedClaim::parse(&token);
    }

    #[test]
    fn any_bytes_that_are_read_have_one_token(binary in proptest::collection::vec(any::<u8>(), 0..200), version in 1_u8..4) {
        let mut binary = binary;
        if let Some(first) = binary.first_mut() {
            *first = version;
        }
        let token = BASE32_NOPAD.encode(&binary);
        if let Ok(read) = SignedClaim::parse(&token) {
            prop_assert_eq!(read.token(), token);
        }
    }
}
