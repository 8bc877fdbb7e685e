#![doc = include_str!("leftover_text.md")]

use crate::{
    lint::{
        Level,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    spec::leftover,
    text::excerpt,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "leftover-text",
    level: Level::Error,
    page: include_str!("leftover_text.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let Some(text) = artifact.text() else { return };
    for found in leftover::find(text) {
        let piece = excerpt(&text[found.range()]);
        let finding = sink.text(
            artifact.document,
            found,
            format!("`{piece}` in the {} is left over from a template", artifact.kind.noun()),
        );
        finding.help(format!("write the {} of your source", artifact.kind.noun()));
    }
}
