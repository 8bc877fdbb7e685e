#![doc = include_str!("label_mismatch.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, leftover},
    text::excerpt,
    workspace::{LoadedSource, layout::ArtifactKind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "label-mismatch",
    level: Level::Warning,
    page: include_str!("label_mismatch.md"),
    check: Check::SpecInSource(check),
};

fn check(spec: &Spec<'_>, source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.ui().and_then(|ui| ui.at(&["label", "text"])) else { return };
    let (Some(written), Some(file)) = (node.as_str(), source.document(ArtifactKind::Label)) else { return };
    let said = file.slice(file.trimmed());
    // Which of several lines is meant cannot be told; `several-lines` says so.
    if file.invalid_utf8().is_some() || said.contains(['\n', '\r']) || !leftover::differ(&written, said) {
        return;
    }
    sink.value(node, format!("the label here is not that of `{}`", ArtifactKind::Label.file_name(&source.source.name)))
        .help(format!("here it is `{}`, there it is `{}`: say the same in both", excerpt(&written), excerpt(said)));
}
