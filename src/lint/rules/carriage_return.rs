#![doc = include_str!("carriage_return.md")]

use crate::{
    lint::{
        Level,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "carriage-return",
    level: Level::Warning,
    page: include_str!("carriage_return.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let Some(text) = artifact.text() else { return };
    let Some(at) = text.find('\r') else { return };
    let what = if text[at..].starts_with("\r\n") {
        "lines end with a carriage return, as on Windows"
    } else {
        "a carriage return stands in the text"
    };
    sink.text(artifact.document, Span::new(at, at + 1), what)
        .help("end lines with a line feed only; `*.txt text eol=lf` in `.gitattributes` keeps it so");
}
