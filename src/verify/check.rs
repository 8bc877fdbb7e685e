//! What came of looking at one thing.

use std::{ops::Range, time::Duration};

use crate::dataflow;

/// Whether a check was passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Passed,
    Failed,
    /// It was not run; the reason stands in what was found.
    Skipped,
}

impl Verdict {
    /// As a table says it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    /// As JSON says it: nothing for what was not run.
    pub const fn ok(self) -> Option<bool> {
        match self {
            Self::Passed => Some(true),
            Self::Failed => Some(false),
            Self::Skipped => None,
        }
    }
}

/// A check that was run, or was to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// In kebab case, the same from version to version.
    pub name: String,
    /// What it is about, for a person.
    pub title: String,
    pub verdict: Verdict,
    /// What was found, or why nothing was looked for.
    pub found: String,
    /// What to do where it failed.
    pub advice: Option<String>,
    pub duration: Duration,
    /// Which of the run's requests were made for it, from 0.
    pub requests: Range<usize>,
}

/// What was found, on the way to a [`Check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) verdict: Verdict,
    pub(super) found: String,
    pub(super) advice: Option<String>,
}

impl Finding {
    pub(super) fn passed(found: impl Into<String>) -> Self {
        Self { verdict: Verdict::Passed, found: found.into(), advice: None }
    }

    pub(super) fn failed(found: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { verdict: Verdict::Failed, found: found.into(), advice: Some(advice.into()) }
    }

    pub(super) fn skipped(reason: impl Into<String>) -> Self {
        Self { verdict: Verdict::Skipped, found: reason.into(), advice: None }
    }

    /// What an error says of the thing that was looked at.
    pub(super) fn of_error(error: &dataflow::Error) -> Self {
        if is_interruption(error) {
            return Self::skipped(INTERRUPTED);
        }
        Self { verdict: Verdict::Failed, found: error.to_string(), advice: error.help() }
    }
}

/// Why nothing is looked at once a person wants the run to end.
pub(super) const INTERRUPTED: &str = "the run was interrupted";

fn is_interruption(error: &dataflow::Error) -> bool {
    match error {
        dataflow::Error::Interrupted => true,
        dataflow::Error::Stopped { cause, .. } => is_interruption(cause),
        _ => false,
    }
}
