#![doc = include_str!("wrong_type.md")]

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
    Rule { name: "wrong-type", level: Level::Error, page: include_str!("wrong_type.md"), check: Check::Spec(check) };

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    sink.violations(spec, Violated::WrongType);
}
