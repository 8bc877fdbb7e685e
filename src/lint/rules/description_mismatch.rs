#![doc = include_str!("description_mismatch.md")]

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
    name: "description-mismatch",
    level: Level::Warning,
    page: include_str!("description_mismatch.md"),
    check: Check::SpecInSource(check),
};

fn check(spec: &Spec<'_>, source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    card::compare(spec, source, ArtifactKind::Description, sink);
}
