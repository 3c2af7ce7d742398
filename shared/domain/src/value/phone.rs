//! Phone numbers: the form that is sent to, and the form by which people are found.
//!
//! What is sent to is the number that the person or the provider gave. Several numbers reach one phone, though, and clients
//! and providers give now one and now the other; [`Phone::lookup_form`] is the same for all of them:
//!
//! | numbers | why | kept |
//! |---|---|---|
//! | Brazil, mobile, with and without the 9 in front of eight digits | given to every mobile number in 2012–2016; the chat provider still tells older accounts without | with |
//! | Mexico, `52 1` and `52` | the 1 in front of mobile numbers was given up in 2019; the chat provider tells it | without |
//! | Argentina, `54 9` and `54` | the 9 says "mobile" to callers from abroad; no number is both | without |
//! | Benin, eight digits and ten with `01` in front | all numbers grew in 2024 | with |
//! | a 0 behind the code of a country where it is dialled at home only | typed as in `+44 (0)20 …` | without |
//!
//! The last rule's countries are those for which libphonenumber 9.0.43 reads the 0 away from every example of a mobile and a
//! fixed number and no number begins with 0. The library's own ports are not linked: they bring its
//! whole table of patterns and an engine for them into each function, and know none of the first four rules, because they
//! judge whether one number can be dialled, not whether two are one phone.

use super::{Phone, ValueError};
use std::borrow::Cow;

/// Calling codes behind which a 0 is no digit of a number.
const TRUNK_ZERO: &[&str] = &[
    "20", "211", "212", "213", "218", "231", "232", "233", "234", "243", "249", "250", "251",
    "252", "254", "255", "256", "260", "261", "262", "263", "264", "265", "27", "291", "31", "32",
    "33", "353", "355", "358", "359", "370", "373", "374", "375", "377", "380", "381", "382",
    "383", "385", "386", "387", "389", "40", "41", "421", "423", "43", "44", "46", "49", "508",
    "51", "53", "54", "55", "58", "590", "591", "593", "594", "595", "596", "598", "60", "61",
    "62", "63", "64", "66", "686", "81", "82", "84", "850", "855", "856", "86", "880", "886", "90",
    "91", "92", "93", "94", "95", "961", "962", "963", "964", "966", "967", "970", "971", "972",
    "976", "977", "98", "994", "995", "996",
];

/// Checks the form that any provider receives.
pub(super) fn e164(text: &str) -> Result<String, ValueError> {
    const FORM: ValueError =
        ValueError::Form("a phone number in E.164 form, such as +2348123456789");
    let text = text.trim();
    let digits = text.strip_prefix('+').ok_or(FORM)?;
    let well_formed = (8..=15).contains(&digits.len())
        && digits.bytes().all(|b| b.is_ascii_digit())
        && !digits.starts_with('0');
    if well_formed {
        Ok(text.to_owned())
    } else {
        Err(FORM)
    }
}

impl Phone {
    /// The form by which an account, a chat and a requester are found: one for all numbers that reach the same phone.
    pub fn lookup_form(&self) -> String {
        let digits = self.as_str().trim_start_matches('+');
        format!("+{}", without_zero(&grown(&without_zero(digits))))
    }
}

/// Without the 0 that is dialled at home only.
fn without_zero(digits: &str) -> Cow<'_, str> {
    let split = |length: usize| digits.split_at_checked(length);
    let found = [2, 3]
        .into_iter()
        .filter_map(split)
        .find(|(code, _)| TRUNK_ZERO.contains(code));
    match found {
        Some((code, rest)) if rest.starts_with('0') => {
            Cow::Owned(format!("{code}{}", rest.trim_start_matches('0')))
        }
        Some(_) | None => Cow::Borrowed(digits),
    }
}

/// As the number is since its country's plan last changed.
fn grown(digits: &str) -> Cow<'_, str> {
    let of = |code: &str| digits.strip_prefix(code).map(str::as_bytes);
    if let Some([_, _, b'6'..=b'9', ..]) = of("55")
        && digits.len() == 12
    {
        let (area, number) = digits.split_at(4);
        return Cow::Owned(format!("{area}9{number}"));
    }
    if let Some([b'1', ..]) = of("52")
        && digits.len() == 13
    {
        return Cow::Owned(format!("52{}", &digits[3..]));
    }
    if let Some([b'9', ..]) = of("54")
        && digits.len() == 13
    {
        return Cow::Owned(format!("54{}", &digits[3..]));
    }
    if let Some(number) = of("229")
        && number.len() == 8
    {
        return Cow::Owned(format!("22901{}", &digits[3..]));
    }
    Cow::Borrowed(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(number: &str) -> String {
        Phone::new(number).unwrap().lookup_form()
    }

    #[test]
    fn a_phone_number_is_e164_or_nothing() {
        assert!(Phone::new("+234812345678").is_ok());
        for bad in [
            "234812345678",
            "+0812345678",
            "+1234567",
            "+1234567890123456",
            "+23481234567x",
            "",
        ] {
            assert!(Phone::new(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn numbers_that_reach_one_phone_have_one_form() {
        for (one, other) in [
            ("+5511987654321", "+551187654321"),
            ("+5561981234567", "+556181234567"),
            ("+5215512345678", "+525512345678"),
            ("+5491123456789", "+541123456789"),
            ("+2290197123456", "+22997123456"),
            ("+4407911123456", "+447911123456"),
            ("+9109812345678", "+919812345678"),
            ("+23408123456789", "+2348123456789"),
            ("+55011987654321", "+551187654321"),
        ] {
            assert_eq!(form(one), form(other));
        }
    }

    #[test]
    fn numbers_of_two_phones_have_two_forms() {
        for number in [
            // Fixed numbers of Brazil and of Mexico, and those whose 0 or 1 is a digit.
            "+551133334444",
            "+525512345678",
            "+541123456789",
            "+390612345678",
            "+2250701234567",
            "+2290197123456",
            "+12125551234",
            "+242061234567",
            "+234812345678",
        ] {
            assert_eq!(form(number), number);
        }
        assert_ne!(form("+5511987654321"), form("+5521987654321"));
        assert_ne!(form("+551133334444"), form("+5511933334444"));
    }

    proptest! {
        #[test]
        fn a_form_of_a_form_is_itself(number in "[1-9][0-9]{7,14}") {
            let once = form(&format!("+{number}"));
            if let Ok(again) = Phone::new(&once) {
                prop_assert_eq!(again.lookup_form(), once);
            }
        }
    }
}
