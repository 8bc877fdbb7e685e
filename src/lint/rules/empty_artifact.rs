#![doc = include_str!("empty_artifact.md")]

use crate::{
    lint::{
        Level,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "empty-artifact",
    level: Level::Error,
    page: include_str!("empty_artifact.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let document = artifact.document;
    if document.invalid_utf8().is_none() && document.slice(document.trimmed()).is_empty() {
        sink.text(document, Span::empty(0), format!("the {} is empty", artifact.kind.noun()))
            .help("fill it in; `sss new` shows what belongs there");
    }
}
