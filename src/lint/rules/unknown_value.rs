#![doc = include_str!("unknown_value.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    schema::Violated,
    spec::Spec,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-value",
    level: Level::Error,
    page: include_str!("unknown_value.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    sink.violations(spec, Violated::UnknownValue);
}
