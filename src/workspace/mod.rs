//! Placeholder head of the room.

use thiserror::Error;

use crate::exit::Exit;

/// What can go wrong in this room.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A file could not be read or written.
    #[error("could not {action} `{}`: {source}", .path.display())]
    File { action: &'static str, path: std::path::PathBuf, source: std::io::Error },
}

impl Error {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        None
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::File { .. } => Exit::Usage,
        }
    }
}
