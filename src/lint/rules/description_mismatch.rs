#![doc = include_str!("description_mismatch.md")]

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
    name: "description-mismatch",
    level: Level::Warning,
    page: include_str!("description_mismatch.md"),
    check: Check::SpecInSource(check),
};

fn check(spec: &Spec<'_>, source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.ui().and_then(|ui| ui.at(&["description", "text"])) else { return };
    let (Some(written), Some(file)) = (node.as_str(), source.document(ArtifactKind::Description)) else { return };
    let said = file.slice(file.trimmed());
    if file.invalid_utf8().is_some() || !leftover::differ(&written, said) {
        return;
    }
    sink.value(
        node,
        format!("the description here is not that of `{}`", ArtifactKind::Description.file_name(&source.source.name)),
    )
    .help(format!("here it is `{}`, there it is `{}`: say the same in both", excerpt(&written), excerpt(said)));
}
