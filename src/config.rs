//! Placeholder head of the room.

use thiserror::Error;

/// What can be wrong with `sss.toml`.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {}

impl Error {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        None
    }
}
