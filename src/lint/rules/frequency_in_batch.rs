#![doc = include_str!("frequency_in_batch.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Kind, Spec},
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "frequency-in-batch",
    level: Level::Warning,
    page: include_str!("frequency_in_batch.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    if spec.kind() != Some(Kind::Batch) {
        return;
    }
    if let Some(frequency) = spec.ui().and_then(|ui| ui.get("frequency")) {
        sink.key(frequency, "`frequency` belongs to streaming sources")
            .help("remove it: a customer chooses how often a batch source runs")
            .fix_by("remove `frequency`", Safety::Unsafe, spec.surely(edit::remove(frequency)).unwrap_or_default());
    }
}
