//! Fixes: how a finding is mended, as edits of its own document, and whether that is what was meant for sure.
//!
//! A rule attaches a fix to what it finds ([`Finding::fix`]); [`mend`] makes the edits, in memory. Nothing is written here.

mod mend;

pub use mend::{Change, Dropped, Mended, Mending, mend};

use super::{finding::Finding, rule::Rule};
use crate::text::{Document, Edit, Span, nearest};

/// Whether a fix may be made without a look at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// What the platform sees stays the same, or was refused and becomes what was clearly meant.
    Safe,
    /// A guess at what was meant, or a change of what the platform sees.
    Unsafe,
}

impl Safety {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }

    /// How safe it is to write a known word for another: spelt the same but for case, blanks and hyphens, there is no doubt.
    pub fn of_spelling(written: &str, meant: &str) -> Self {
        if nearest::fold(written) == nearest::fold(meant) { Self::Safe } else { Self::Unsafe }
    }
}

/// How a finding is mended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What is done, as one would tell somebody to do it.
    pub message: String,
    pub safety: Safety,
    /// All of them are made, or none. At least one; no two of them collide.
    pub edits: Vec<Edit>,
}

impl Finding {
    /// Adds a fix that does what the help says; none where there is nothing to edit.
    pub fn fix(&mut self, safety: Safety, edits: impl IntoIterator<Item = Edit>) -> &mut Self {
        let message = self.help.clone().unwrap_or_default();
        self.fix_by(message, safety, edits)
    }

    /// Adds a fix, and what it does; none where there is nothing to edit.
    pub fn fix_by(
        &mut self,
        message: impl Into<String>,
        safety: Safety,
        edits: impl IntoIterator<Item = Edit>,
    ) -> &mut Self {
        let edits: Vec<Edit> = edits.into_iter().collect();
        if !edits.is_empty() {
            self.fix = Some(Fix { message: message.into(), safety, edits });
        }
        self
    }
}

/// What `--fix` can do about what a rule finds, as the rule's page says it; a test holds the pages to what the rules do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fixable {
    /// Some of it, or all, with `--fix`.
    pub safely: bool,
    /// Some of it, or all, with `--unsafe-fixes`.
    pub unsafely: bool,
}

impl Fixable {
    /// The word for the best that can be done.
    pub fn name(self) -> &'static str {
        match (self.safely, self.unsafely) {
            (true, _) => Safety::Safe.name(),
            (false, true) => Safety::Unsafe.name(),
            (false, false) => "no",
        }
    }
}

impl Rule {
    /// What `--fix` can do about what the rule finds.
    pub fn fixable(&self) -> Fixable {
        let how = self.page.split_once("\n## How to mend it\n").map_or("", |(_, rest)| rest);
        let how = how.split("\n## ").next().unwrap_or_default();
        Fixable { safely: how.contains("`--fix`"), unsafely: how.contains("`--unsafe-fixes`") }
    }
}

/// Takes away fixes that may not be made: in a text that is none, what is read is not what stands in the file; and what
/// touches a secret would show it, in a diff or a report.
pub(super) fn withhold(findings: &mut [Finding]) {
    if findings.iter().all(|finding| finding.fix.is_none()) {
        return;
    }
    let secrets: Vec<(String, Span, String)> = findings
        .iter()
        .filter_map(|finding| {
            let span = finding.secret?;
            Some((finding.path.clone(), span, finding.document.as_ref()?.slice(span).to_owned()))
        })
        .collect();
    for finding in findings {
        let tells = |text: &str, secret: &str| secret.len() >= SHORTEST && text.contains(secret);
        let shows = |fix: &Fix| {
            secrets.iter().filter(|(path, ..)| *path == finding.path).any(|(_, span, secret)| {
                let secret_edit = Edit::remove(*span);
                fix.edits.iter().any(|edit| edit.collides(&secret_edit) || tells(&edit.text, secret))
                    || tells(&fix.message, secret)
            })
        };
        let is_text = |document: &Document| document.invalid_utf8().is_none();
        let is_possible = finding.document.as_deref().is_some_and(is_text);
        if finding.fix.as_ref().is_some_and(|fix| !is_possible || shows(fix)) {
            finding.fix = None;
        }
    }
}

/// Shorter secrets are found in any text; those that a fix would touch are known by their place.
const SHORTEST: usize = 6;
