#![doc = include_str!("misplaced_inputs.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misplaced-inputs",
    level: Level::Warning,
    page: include_str!("misplaced_inputs.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.source_attribute("spec").filter(|_| spec.is_batch()) else { return };
    let counted = spec.root().at(&["sourceSpec", "spec"]);
    let message = if counted.is_some() {
        "inputs stand here as well as in `sourceSpec.spec`"
    } else {
        "the inputs stand in `attributes` instead of beside it"
    };
    let finding = sink.key(node, message).help("move `spec` one level up, into `sourceSpec`");
    if let Some(counted) = counted {
        finding.related(counted.label_span(), "these count");
    }
}
