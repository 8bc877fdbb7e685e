#![doc = include_str!("long_text.md")]

use crate::{
    lint::{
        Level,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::Span,
    workspace::layout::ArtifactKind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "long-text",
    level: Level::Warning,
    page: include_str!("long_text.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let Some(text) = artifact.text() else { return };
    let limit = match artifact.kind {
        ArtifactKind::Label => 60,
        ArtifactKind::Category => 40,
        _ => 300,
    };
    let said = artifact.document.trimmed().range();
    let length = text[said.clone()].chars().count();
    let Some((beyond, _)) = text[said.clone()].char_indices().nth(limit) else { return };
    let noun = artifact.kind.noun();
    let span = Span::new(said.start + beyond, said.end);
    sink.text(artifact.document, span, format!("the {noun} has {length} characters"))
        .help(format!("a {noun} of at most {limit} characters is our advice; the documents state no limit"));
}
