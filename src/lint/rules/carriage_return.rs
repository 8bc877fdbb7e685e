#![doc = include_str!("carriage_return.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::{Edit, Span},
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
        .help("end lines with a line feed only; `*.txt text eol=lf` in `.gitattributes` keeps it so")
        .fix_by("end lines with a line feed only", Safety::Safe, ends(text));
}

/// An edit for each carriage return: one before a line feed is superfluous, any other ends a line itself.
fn ends(text: &str) -> impl Iterator<Item = Edit> {
    text.match_indices('\r').map(|(at, _)| {
        let end = if text[at + 1..].starts_with('\n') { "" } else { "\n" };
        Edit::replace(Span::new(at, at + 1), end)
    })
}
