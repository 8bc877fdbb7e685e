#![doc = include_str!("label_mismatch.md")]

use crate::{
    lint::{
        Level, card,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
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
    card::compare(spec, source, ArtifactKind::Label, sink);
}
