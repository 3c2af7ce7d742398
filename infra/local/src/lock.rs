//! One platform a data folder.

use crate::error::{Error, Result};
use std::fs::{File, TryLockError};
use std::path::Path;

/// Held as long as the platform runs; the system releases it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct Lock(#[expect(dead_code, reason = "the open file is the lock")] File);

impl Lock {
    pub(crate) fn take(data: &Path) -> Result<Self> {
        let path = data.join("lock");
        let file = File::options()
            .create(true)
            .append(true)
            .open(&path)
            .map_err(|e| Error::file(&path, e))?;
        match file.try_lock() {
            Ok(()) => Ok(Self(file)),
            Err(TryLockError::WouldBlock) => Err(Error::Locked(data.to_owned())),
            Err(TryLockError::Error(error)) => Err(Error::file(&path, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_platform_on_the_same_folder_is_told_so() {
        let folder = tempfile::tempdir().unwrap();
        let first = Lock::take(folder.path()).unwrap();
        assert!(matches!(Lock::take(folder.path()), Err(Error::Locked(_))));
        drop(first);
        assert!(Lock::take(folder.path()).is_ok());
    }
}
