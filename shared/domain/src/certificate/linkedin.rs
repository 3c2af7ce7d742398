//! LinkedIn's two addresses for a certificate (checklist C-14): sharing its page, and adding it to one's profile.
//!
//! The second is the "Add to profile" address that LinkedIn documents for issuers
//! (`addtoprofile.linkedin.com`): `startTask=CERTIFICATION_NAME`, `name`, `organizationName`, `issueYear`, `issueMonth`,
//! `expirationYear`, `expirationMonth`, `certUrl`, `certId`.

use jiff::civil::Date;
use std::fmt::Write as _;

/// What an entry of a profile says.
#[derive(Clone, Copy, Debug)]
pub struct ProfileEntry<'a> {
    /// What for.
    pub course: &'a str,
    /// Who issued it.
    pub organization: &'a str,
    /// The day on the certificate.
    pub issued: Date,
    /// Its last day, if it has one.
    pub expires_on: Option<Date>,
    /// Where anybody verifies it.
    pub verify_url: &'a str,
    /// Its id.
    pub certificate_id: &'a str,
}

/// The address that shares a verification page.
pub fn share_url(verify_url: &str) -> String {
    format!(
        "https://www.linkedin.com/sharing/share-offsite/?url={}",
        escaped(verify_url)
    )
}

/// The address that adds a certificate to the profile of whoever follows it.
pub fn add_to_profile_url(entry: &ProfileEntry<'_>) -> String {
    let mut url = format!(
        "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name={}&organizationName={}&issueYear={}&issueMonth={}",
        escaped(entry.course),
        escaped(entry.organization),
        entry.issued.year(),
        entry.issued.month(),
    );
    if let Some(last) = entry.expires_on {
        let (year, month) = (last.year(), last.month());
        write!(url, "&expirationYear={year}&expirationMonth={month}")
            .expect("a string takes everything");
    }
    let (address, id) = (escaped(entry.verify_url), escaped(entry.certificate_id));
    write!(url, "&certUrl={address}&certId={id}").expect("a string takes everything");
    url
}

/// Percent-encoded but for the unreserved characters of RFC 3986, control characters left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let shown = text.chars().filter(|c| !c.is_control());
    for byte in shown.collect::<String>().bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            write!(escaped, "%{byte:02X}").expect("a string takes everything");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_cannot_leave_its_parameter() {
        assert_eq!(escaped("a&b=c d/é\n"), "a%26b%3Dc%20d%2F%C3%A9");
    }

    #[test]
    fn an_entry_says_what_the_certificate_says() {
        let url = add_to_profile_url(&ProfileEntry {
            course: "Python & Basics",
            organization: "Registrar",
            issued: jiff::civil::date(2026, 1, 15),
            expires_on: Some(jiff::civil::date(2027, 2, 1)),
            verify_url: "https://verify.example.org/verify/CERT-20260115-ABCDEFGHJK",
            certificate_id: "CERT-20260115-ABCDEFGHJK",
        });
        assert_eq!(
            url,
            "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME&name=Python%20%26%20Basics&organizationName=Registrar&issueYear=2026&issueMonth=1&expirationYear=2027&expirationMonth=2&certUrl=https%3A%2F%2Fverify.example.org%2Fverify%2FCERT-20260115-ABCDEFGHJK&certId=CERT-20260115-ABCDEFGHJK"
        );
    }
}
