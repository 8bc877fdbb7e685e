#![doc = include_str!("byte_order_mark.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::{Edit, Span},
    workspace::layout::ArtifactKind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "byte-order-mark",
    level: Level::Warning,
    page: include_str!("byte_order_mark.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    // XML allows the mark, so that an icon may have it.
    if artifact.kind != ArtifactKind::Icon && artifact.document.text().starts_with('\u{feff}') {
        let span = Span::new(0, '\u{feff}'.len_utf8());
        sink.text(artifact.document, span, format!("the {} begins with a byte-order mark", artifact.kind.noun()))
            .help("save the file as UTF-8 without BOM")
            .fix_by("remove the byte-order mark", Safety::Safe, [Edit::remove(span)]);
    }
}
