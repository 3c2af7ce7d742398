//! What can go wrong when the platform starts. Each text names the resource, file or address to look at.

use std::path::PathBuf;

/// The result of everything that starts or stops the platform.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the platform cannot run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The template says something that this machine cannot do, or contradicts itself.
    #[error("template: {path}: {problem}")]
    Template {
        /// Where, as a path from the template's root: `Resources.Table.Properties.TableName`.
        path: String,
        /// What is wrong there.
        problem: String,
    },
    /// A file or folder could not be read or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// An address could not be listened on.
    #[error("port {port} ({service}): {source}")]
    Listen {
        /// Which service wanted it.
        service: &'static str,
        /// The port asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another process works on this data folder.
    #[error("another registrar-local is running on {}: stop it, or choose another folder with --data", .0.display())]
    Locked(PathBuf),
    /// A store could not be opened, or its contents do not fit the template.
    #[error("{store}: {problem}")]
    Store {
        /// `dynamodb`, `sqs`, `s3`, `secrets`.
        store: &'static str,
        /// What is wrong with it.
        problem: String,
    },
    /// A test hook named something that the template does not have.
    #[error("no {kind} named {name} in the template")]
    Unknown {
        /// `schedule`, `function`, `queue`.
        kind: &'static str,
        /// The name asked for.
        name: String,
    },
    /// A function answered an invocation of a test hook with an error.
    #[error("{function}: {problem}")]
    Function {
        /// Logical id of the function.
        function: String,
        /// The error it reported.
        problem: String,
    },
}

impl Error {
    pub(crate) fn template(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Template {
            path: path.into(),
            problem: problem.into(),
        }
    }

    pub(crate) fn file(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::File {
            path: path.into(),
            source,
        }
    }

    pub(crate) fn store(store: &'static str, problem: impl std::fmt::Display) -> Self {
        Self::Store {
            store,
            problem: problem.to_string(),
        }
    }
}
