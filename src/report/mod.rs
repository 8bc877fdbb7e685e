//! Findings printed: one format a file. Nothing here decides what is found or how the run ends.

mod concise;
mod full;
mod github;
mod json;
mod junit;
mod sarif;
#[cfg(test)]
mod testing;

use crate::{
    cli::Format,
    lint::{Finding, Findings, Level},
    text::{Document, Span},
};

pub use json::document as json_document;

/// What a reader can show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    pub colored: bool,
    /// Words that lead to an address (OSC 8).
    pub linked: bool,
}

impl From<bool> for Look {
    /// With colours, or as plain text; links are for terminals that are known to have them.
    fn from(colored: bool) -> Self {
        Self { colored, linked: false }
    }
}

/// The findings in a format, ready to be written.
pub fn render(findings: &Findings, format: Format, look: impl Into<Look>) -> String {
    match format {
        Format::Full => full::render(findings, look.into()),
        Format::Concise => concise::render(findings),
        Format::Json => format!("{:#}\n", json::document(findings)),
        Format::Sarif => format!("{:#}\n", sarif::document(findings)),
        Format::Github => github::render(findings),
        Format::Junit => junit::render(findings),
    }
}

/// A place in a text as it is shown under an error that is no finding.
pub fn excerpt(document: &Document, span: Span, colored: bool) -> String {
    full::excerpt(document, span, colored)
}

/// What is wrong, and on a line of its own what to do about it.
fn sentence(finding: &Finding) -> String {
    match &finding.help {
        Some(help) => format!("{}\nhelp: {help}", finding.message),
        None => finding.message.clone(),
    }
}

/// What was looked at and found, in a sentence.
pub fn summary(findings: &Findings) -> String {
    let summary = &findings.summary;
    let many = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let looked = format!("{}, {}", many(summary.sources, "source"), many(summary.files, "file"));
    let found: Vec<String> = [
        (summary.errors, Level::Error.name()),
        (summary.warnings, Level::Warning.name()),
        (summary.notes, Level::Note.name()),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, noun)| many(count, noun))
    .collect();
    let found = if found.is_empty() { "no findings".to_owned() } else { found.join(", ") };
    let suppressed = match summary.suppressed {
        0 => String::new(),
        count => format!(" ({count} suppressed)"),
    };
    format!("{looked}: {found}{suppressed}")
}
