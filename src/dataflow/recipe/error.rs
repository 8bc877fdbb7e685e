//! Why no recipe can be made of what is asked for: everything that is wrong of one sort, told at once.

use thiserror::Error as ThisError;

/// Why there is no recipe.
#[derive(Debug, Clone, PartialEq, Eq, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// What is asked for does not fit the source, or itself.
    #[error("{message}")]
    Wish { message: String, help: String },
}

impl Error {
    /// Something asked for that cannot be, and what to do.
    pub(super) fn wish(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Wish { message: message.into(), help: help.into() }
    }

    /// What to do.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Wish { help, .. } => Some(help.clone()),
        }
    }
}
