#![doc = include_str!("unknown_category.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    spec::{
        category::{self, Category},
        leftover,
    },
    text::{Edit, LINE_ENDS, excerpt, nearest::nearest},
    workspace::layout::ArtifactKind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-category",
    level: Level::Warning,
    page: include_str!("unknown_category.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    if artifact.kind != ArtifactKind::Category || artifact.text().is_none() {
        return;
    }
    let span = artifact.document.trimmed();
    let said = artifact.document.slice(span);
    // What is empty, not filled in or of several lines is told by other rules.
    if said.is_empty() || said.contains(LINE_ENDS) || !leftover::find(said).is_empty() {
        return;
    }
    match category::read(said) {
        Category::Key(key) if key == said => {}
        Category::Key(key) => {
            sink.text(artifact.document, span, format!("`{}` is not the key of a category", excerpt(said)))
                .help(format!("write `{key}`"))
                .fix(Safety::Safe, [Edit::replace(span, key)]);
        }
        Category::Undocumented(_) => {
            let message = format!("the key of the category `{}` is documented nowhere", excerpt(said));
            sink.text(artifact.document, span, message)
                .level(Level::Note)
                .help("the category exists, but only its name is published: ask your contact at Adobe for its key");
        }
        Category::Unknown => {
            let message = format!("`{}` is not a known category", excerpt(said));
            let finding = sink.text(artifact.document, span, message).help(category::suggestion(said));
            if let Some(key) = nearest(said, category::keys()) {
                finding.fix_by(format!("write `{key}`"), Safety::Unsafe, [Edit::replace(span, key)]);
            }
        }
    }
}
