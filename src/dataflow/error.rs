//! What can go wrong with a dataflow, and whether something has changed by then.

use std::{io, path::PathBuf};

use thiserror::Error;

use crate::exit::Exit;

/// What can go wrong in this room.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The state could not be read or written.
    #[error("could not {action} `{}`: {source}", .path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    /// The state is not what we write.
    #[error("what is known of the dataflow, `{}`, cannot be used: {reason}", .path.display())]
    State { path: PathBuf, reason: String },
    /// A name cannot be a file's.
    #[error("`{name}` cannot be the name of a dataflow")]
    BadName { name: String },
}

impl Error {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::File { .. } => {
                "`sss dataflow` keeps what it made below `.sss/dataflow`, which must be a directory it may read and write"
            }
            Self::State { .. } => {
                "nothing was overwritten: put it right, or remove it after deleting by hand what it names"
            }
            Self::BadName { .. } => return None,
        };
        Some(help.to_owned())
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::File { .. } | Self::State { .. } | Self::BadName { .. } => Exit::Usage,
        }
    }
}
