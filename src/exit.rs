//! The exit codes of every verb, in one place.
//!
//! They are part of the interface: scripts and pipelines decide on them.

use std::process::ExitCode;

/// How a run of `sss` ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Done, or clean.
    Done = 0,
    /// Findings, drift (with `--detailed-exitcode`) or a failed verification.
    Findings = 1,
    /// Wrong usage or configuration.
    Usage = 2,
    /// Nothing to work on.
    Nothing = 3,
    /// The platform refused or could not be reached; nothing changed.
    Refused = 4,
    /// Stopped part-way: some changes were made; running again continues.
    Partial = 5,
    /// Interrupted by the person.
    Interrupted = 130,
}

impl Exit {
    /// The number the process ends with.
    pub fn code(self) -> u8 {
        self as u8
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        ExitCode::from(exit.code())
    }
}
