use data_encoding::BASE32_NOPAD;
use proptest::prelude::*;

use super::*;
use crate::fixtures::{claim, day, key, keys, signed};
use crate::verdict::Verdict;

const GOLDEN: &str = "AEAACUBHKMBAUCEGIKMOQSUAAABAABIZ4CSINYFEWDQKJNJA4CSLNYFEWDQKLDPAUSXOBJF6CBJHK43UEBXW4IDUNBSSARLEM5S3W5FQK4LX7G4HXSJKYN4YTVV2EB4PLF3IM5XQWEGFZTLTJUBGKMFELYAAQLC4Z3PYCFLBNBVMFLUB566OZTHERXBHWBQ3CII6MG73AM";

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
    assert_eq!(reread(&|b| b[0] = 2), TokenError::UnknownVersion(2));
    // What is too short to hold a signature is a token of no version.
    assert_eq!(
        SignedClaim::parse("HELLO").unwrap_err(),
        TokenError::Truncated
    );
    assert_eq!(reread(&|b| b[7] = 5), TokenError::HashLength);
    assert_eq!(reread(&|b| b[7] = 17), TokenError::HashLength);
    // The ten symbols of the hash end at byte 14, of which two bits are padding.
    assert_eq!(reread(&|b| b[14] |= 1), TokenError::PaddingBits);
    assert_eq!(reread(&|b| b[19] = 0), TokenError::TextLength);
    assert_eq!(reread(&|b| b[19] = 121), TokenError::TextLength);
    assert_eq!(reread(&|b| b[20] = 0xff), TokenError::Utf8);
    assert_eq!(
        reread(&|b| b[5..7].copy_from_slice(&[0, 1])),
        TokenError::ExpiresBeforeIssue
    );
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
    let claim = Claim {
        id: "CERT-20260307-ABCDEFGHJKMNPQRS".parse().unwrap(),
        holder: Text::new(&"h".repeat(PLAIN_BYTES)).unwrap(),
        course: Text::new(&"c".repeat(PLAIN_BYTES)).unwrap(),
        ..claim()
    };
    let token = claim.clone().sign(&key()).unwrap().token();
    assert_eq!(token.len(), TOKEN_CHARS);
    assert_eq!(SignedClaim::parse(&token).unwrap().claim(), &claim);
}

#[test]
fn a_long_text_travels_as_its_digest() {
    let long = "é".repeat(61);
    let text = Text::new(&long).unwrap();
    assert_eq!((text.plain(), text.digest()), (None, Some(&sha256(&long))));
    assert!(text.vouches_for(&long));
    assert!(!text.vouches_for("somebody else"));
    let signed = Claim {
        holder: text,
        ..claim()
    }
    .sign(&key())
    .unwrap();
    assert_eq!(SignedClaim::parse(&signed.token()), Ok(signed));
    assert_eq!(Text::new(""), Err(EmptyText));
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
    let never = Claim {
        expires: Some(day("1970-01-01")),
        id: CertificateId::new(day("1970-01-01"), [0; 7]),
        ..claim()
    };
    assert_eq!(never.sign(&key()), Err(SignError::ExpiresBeforeIssue));
}

proptest! {
    #[test]
    fn what_is_signed_is_read_back(
        issued in 20_454_u16..60_000, lasts in proptest::option::of(0_u16..5_000), random: [u8; 7],
        status_index: u32, holder in "\\PC{1,200}", course in "\\PC{1,200}",
    ) {
        let claim = Claim {
            key_id: 1,
            expires: lasts.map(|days| Day::from_days(issued + days)),
            id: CertificateId::new(Day::from_days(issued), random),
            status_index,
            holder: Text::new(&holder).unwrap(),
            course: Text::new(&course).unwrap(),
        };
        let token = claim.clone().sign(&key()).unwrap().token();
        let read = SignedClaim::parse(&token).unwrap();
        prop_assert_eq!(read.token(), token);
        let authentic = keys().authenticate(read).unwrap();
        prop_assert_eq!(authentic.claim(), &claim);
        prop_assert!(authentic.claim().holder.vouches_for(&holder));
    }

    #[test]
    fn any_text_is_read_or_refused_without_panic(token in "[A-Z2-7a-z]{0,600}|\\PC{0,80}") {
        let _ = SignedClaim::parse(&token);
    }

    #[test]
    fn any_bytes_that_are_read_have_one_token(binary in proptest::collection::vec(any::<u8>(), 0..200), version in 0_u8..3) {
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
