#![doc = include_str!("category_mismatch.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        category::{self, Category},
        leftover,
    },
    text::excerpt,
    workspace::{LoadedSource, layout::ArtifactKind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "category-mismatch",
    level: Level::Warning,
    page: include_str!("category_mismatch.md"),
    check: Check::SpecInSource(check),
};

fn check(spec: &Spec<'_>, source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.ui().and_then(|ui| ui.at(&["category", "key"])) else { return };
    let (Some(written), Some(file)) = (node.as_str(), source.document(ArtifactKind::Category)) else { return };
    let said = file.slice(file.trimmed());
    // Which of several lines is meant cannot be told; `several-lines` says so.
    if file.invalid_utf8().is_some() || said.contains(['\n', '\r']) || !differ(&written, said) {
        return;
    }
    sink.value(
        node,
        format!("the category here is not that of `{}`", ArtifactKind::Category.file_name(&source.source.name)),
    )
    .help(format!("here it is `{}`, there it is `{}`: say the same in both", excerpt(&written), excerpt(said)))
    .beside(file);
}

/// Whether the two name different categories. Two spellings of one category are told by `unknown-category`.
fn differ(written: &str, said: &str) -> bool {
    let is_spelling = !matches!(category::read(said), Category::Key(key) if key == said)
        && category::fold(written) == category::fold(said);
    !is_spelling && leftover::differ(written, said)
}
