//! Findings printed: one format a file. Nothing here decides what is found or how the run ends.

mod concise;
mod diff;
mod full;
mod github;
mod json;
mod junit;
mod sarif;
#[cfg(test)]
mod testing;

use std::io::{self, Write};

use serde::Serialize;

use crate::{
    cli::Format,
    lint::{Finding, Findings, Level, fix::Safety},
    text::{Document, Span},
};

pub use diff::{Diff, diff};
pub use json::{Report as JsonReport, summary as json_summary};
pub(crate) use junit::escape as escape_xml;

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

/// Writes the findings in a format, one after the other: of a hundred thousand, nobody waits for the last.
pub fn write(findings: &Findings, format: Format, look: impl Into<Look>, out: &mut dyn Write) -> io::Result<()> {
    match format {
        Format::Full => full::write(findings, look.into(), out),
        Format::Concise => concise::write(findings, out),
        Format::Json => write_json(&json::Report::of(findings), out),
        Format::Sarif => write_json(&sarif::Log::of(findings), out),
        Format::Github => github::write(findings, out),
        Format::Junit => junit::write(findings, out),
    }
}

fn write_json(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, document)?;
    writeln!(out)
}

/// The findings in a format, as one text.
pub fn render(findings: &Findings, format: Format, look: impl Into<Look>) -> String {
    let mut text = Vec::new();
    // Writing to memory cannot fail.
    let _ = write(findings, format, look, &mut text);
    String::from_utf8_lossy(&text).into_owned()
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
    let left_out: Vec<String> = [(summary.suppressed, "suppressed"), (summary.baselined, "in the baseline")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("{count} {why}"))
        .collect();
    let left_out = if left_out.is_empty() { String::new() } else { format!(" ({})", left_out.join(", ")) };
    format!("{looked}: {found}{left_out}")
}

/// What can be or was mended, on a line of its own where there is something to say, and the summary.
fn conclusion(findings: &Findings) -> String {
    let mending = mending(findings).map_or_else(String::new, |mending| format!("{mending}\n"));
    format!("{mending}{}\n", summary(findings))
}

/// What can be or was mended; nothing where there is nothing to say.
pub fn mending(findings: &Findings) -> Option<String> {
    let (safe, guesses) = (findings.fixable(Safety::Safe), findings.fixable(Safety::Unsafe));
    let can = |more: &str| match (safe, guesses) {
        (0, 0) => None,
        (0, guesses) => Some(format!("{guesses} {more}can be mended with `--fix --unsafe-fixes`")),
        (safe, 0) => Some(format!("{safe} {more}can be mended with `--fix`")),
        (safe, guesses) => {
            Some(format!("{safe} {more}can be mended with `--fix`, {guesses} more with `--unsafe-fixes`"))
        }
    };
    match findings.mended {
        None => can(""),
        Some(mended) => {
            Some(can("more ").map_or_else(|| format!("{mended} mended"), |can| format!("{mended} mended; {can}")))
        }
    }
}
