#![doc = include_str!("incomplete_end_condition.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, pagination::PaginationParams},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "incomplete-end-condition",
    level: Level::Error,
    page: include_str!("incomplete_end_condition.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    match (params.get("endConditionName"), params.get("endConditionValue")) {
        (Some(name), None) => {
            sink.key(name, "`endConditionName` has no `endConditionValue` to be compared with")
                .help("add `endConditionValue`, as `Const:false`")
                .lacks(params.node, "endConditionValue");
        }
        (None, Some(value)) => {
            sink.key(value, "`endConditionValue` has no `endConditionName` to be compared with")
                .help("add `endConditionName`, the JSONPath of the value in a response")
                .lacks(params.node, "endConditionName");
        }
        _ => {}
    }
}
