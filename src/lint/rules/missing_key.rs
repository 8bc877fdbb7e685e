#![doc = include_str!("missing_key.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    schema::Violated,
    spec::Spec,
};

/// The rule.
pub static RULE: Rule =
    Rule { name: "missing-key", level: Level::Error, page: include_str!("missing_key.md"), check: Check::Spec(check) };

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    sink.violations(spec, Violated::MissingKey);
}
