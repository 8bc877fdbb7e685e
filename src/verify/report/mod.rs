//! A run told: one format a file, all of them of the same value.

mod html;
mod json;
mod junit;
mod markdown;
mod view;

use std::{io, path::Path, time::Duration};

use jiff::Timestamp;
use serde_json::Value;

use super::{Check, Verdict};
use crate::{
    dataflow::recipe::{Name, Way},
    exit::Exit,
    files,
    platform::Exchange,
    publish::Target,
};

/// What came of a run.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Report {
    pub source: String,
    pub way: Way,
    pub target: Target,
    /// The name of the dataflow, as `sss dataflow` knows it.
    pub dataflow: String,
    pub started: Timestamp,
    pub duration: Duration,
    /// In the order they were run.
    pub checks: Vec<Check>,
    /// What the dataflow was made of.
    pub made: Vec<(Name, String)>,
    /// The version of the connection spec, as the platform has it.
    pub spec_version: Option<String>,
    /// Every request of the run, redacted.
    pub exchanges: Vec<Exchange>,
    pub interrupted: bool,
    /// Whether something stays that was to go.
    pub left: bool,
    /// Whether the dataflow was to stay.
    pub kept: bool,
}

/// How many checks came to what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    pub passed: usize,
    pub failed: usize,
    pub skipped: usize,
}

impl Report {
    /// Whether the source was verified: nothing failed, and the run came to its end.
    pub fn ok(&self) -> bool {
        self.counts().failed == 0 && !self.interrupted && !self.left
    }

    /// How many checks came to what.
    pub fn counts(&self) -> Counts {
        let count = |verdict| self.checks.iter().filter(|check| check.verdict == verdict).count();
        Counts { passed: count(Verdict::Passed), failed: count(Verdict::Failed), skipped: count(Verdict::Skipped) }
    }

    /// How the run ended, as an exit code.
    pub fn exit(&self) -> Exit {
        match self.ok() {
            _ if self.interrupted => Exit::Interrupted,
            _ if self.left => Exit::Partial,
            true => Exit::Done,
            false => Exit::Findings,
        }
    }

    /// In a sentence: `failed: 12 checks passed, 1 failed, 2 skipped`.
    pub fn sentence(&self) -> String {
        let Counts { passed, failed, skipped } = self.counts();
        let word = match self.ok() {
            true => "passed",
            false if self.interrupted => "interrupted",
            false => "failed",
        };
        let checks = if passed == 1 { "check" } else { "checks" };
        let mut text = format!("{word}: {passed} {checks} passed");
        for (count, what) in [(failed, "failed"), (skipped, "skipped")] {
            if count > 0 {
                text.push_str(&format!(", {count} {what}"));
            }
        }
        text
    }

    /// As one object; with every request where they are wanted.
    pub fn to_json(&self, with_requests: bool) -> Value {
        json::document(self, with_requests)
    }

    /// As a test suite.
    pub fn to_junit(&self) -> String {
        junit::render(self)
    }

    /// As a page that stands alone.
    pub fn to_html(&self) -> String {
        html::render(self)
    }

    /// As a page in Markdown.
    pub fn to_markdown(&self) -> String {
        markdown::render(self)
    }

    /// Writes all of them into a directory: `report.json`, `junit.xml`, `report.md` and `report.html`.
    pub fn write(&self, directory: &Path) -> io::Result<()> {
        let json = format!("{:#}\n", self.to_json(true));
        let all = [
            ("junit.xml", self.to_junit()),
            ("report.md", self.to_markdown()),
            ("report.html", self.to_html()),
            // The last one tells others that all are there.
            ("report.json", json),
        ];
        for (name, text) in all {
            files::write_whole(&directory.join(name), text.as_bytes())?;
        }
        Ok(())
    }
}

/// As JSON and a person say it.
fn kind(way: Way) -> &'static str {
    match way {
        Way::Batch => "batch",
        Way::Streaming => "streaming",
        Way::HttpApi { .. } => "http-api",
    }
}

fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 10_000.0).round() / 10.0
}
