//! Secrets that are rotated: while they are, two of them are good.
//!
//! A setting holds one secret, or two parted by white space: the *current* one, which signs, and the *other* one, with which
//! what was signed is checked as well. First the new one stands second everywhere, then first, then alone: whichever of the
//! two somebody still signs with, and whichever order a function was started with, nothing is refused.

/// The secrets of one setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Live<T> {
    current: T,
    other: Option<T>,
}

impl<T> Live<T> {
    /// Reads a setting; `None` when it holds none or more than two, or `read` does not take one of them.
    pub fn read(setting: &str, read: impl Fn(&str) -> Option<T>) -> Option<Self> {
        let mut values = setting.split_whitespace();
        let current = read(values.next()?)?;
        let other = values.next().map(read);
        if values.next().is_some() || matches!(other, Some(None)) {
            return None;
        }
        Some(Self {
            current,
            other: other.flatten(),
        })
    }

    /// The one that signs.
    pub fn current(&self) -> &T {
        &self.current
    }

    /// Those that what was signed is checked with.
    pub fn all(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.current).chain(&self.other)
    }
}

/// Base64 of at least 32 bytes.
pub fn strong(text: &str) -> Option<Vec<u8>> {
    let secret = data_encoding::BASE64.decode(text.as_bytes()).ok()?;
    (secret.len() >= 32).then_some(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(setting: &str) -> Option<Vec<String>> {
        let live = Live::read(setting, |text| (text != "bad").then(|| text.to_owned()))?;
        assert_eq!(Some(live.current()), live.all().next());
        Some(live.all().cloned().collect())
    }

    #[test]
    fn a_setting_holds_one_secret_or_two() {
        assert_eq!(read(" a\n").unwrap(), ["a"]);
        assert_eq!(read("b a").unwrap(), ["b", "a"]);
        for refused in ["", " \n", "a b c", "bad", "a bad"] {
            assert_eq!(read(refused), None, "{refused}");
        }
    }
}
