//! Where a page of a query goes on.

use crate::StoreError;
use std::fmt;

/// Which of the plan's stages, how many matches are still to be skipped, and the last entry that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Position {
    pub(super) stage: usize,
    pub(super) skip: usize,
    pub(super) after: Option<String>,
}

impl Position {
    /// The beginning.
    pub(super) fn first(skip: usize) -> Self {
        Self {
            stage: 0,
            skip,
            after: None,
        }
    }

    /// From its text form.
    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        let mut parts = text.splitn(3, '/');
        let mut number = || parts.next().and_then(|part| part.parse().ok());
        let (stage, skip) = number().zip(number()).ok_or(StoreError::Cursor)?;
        let after = parts.next().filter(|after| !after.is_empty());
        Ok(Self {
            stage,
            skip,
            after: after.map(str::to_owned),
        })
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let after = self.after.as_deref().unwrap_or_default();
        write!(f, "{}/{}/{after}", self.stage, self.skip)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_reads_back_from_its_text() {
        for after in [
            None,
            Some("00017#0193a5e0".to_owned()),
            Some("2/x".to_owned()),
        ] {
            let position = Position {
                stage: 3,
                skip: 40,
                after,
            };
            assert_eq!(Position::parse(&position.to_string()).unwrap(), position);
        }
        for bad in ["", "1", "1/", "x/0/y", "1/-1/y"] {
            assert!(Position::parse(bad).is_err(), "{bad}");
        }
    }
}
