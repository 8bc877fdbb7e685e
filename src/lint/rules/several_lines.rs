#![doc = include_str!("several_lines.md")]

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
    name: "several-lines",
    level: Level::Error,
    page: include_str!("several_lines.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    let Some(text) = artifact.text() else { return };
    let mut at = 0;
    let lines = text.split(['\n', '\r']).map(|line| {
        let start = at;
        at += line.len() + 1;
        (start, line)
    });
    let mut filled = lines.filter(|(_, line)| !line.trim_matches(['\u{feff}', ' ', '\t']).is_empty()).skip(1);
    let Some((start, line)) = filled.next() else { return };
    let count = filled.count() + 2;
    let span = Span::new(start, start + line.trim_end().len());
    let finding = sink.text(artifact.document, span, format!("the {} has {count} lines", artifact.kind.noun()));
    if artifact.kind == ArtifactKind::Description {
        finding.level(Level::Warning).help("write it as one line; the catalog breaks it where there is room");
    } else {
        finding.help("keep the one line that counts, and remove the rest");
    }
}
