#![doc = include_str!("undescribed_input.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, form},
    text::{excerpt, json::Kind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "undescribed-input",
    level: Level::Warning,
    page: include_str!("undescribed_input.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for input in spec.inputs().filter(|input| input.kind() == Kind::Object) {
        if !form::is_described(input) {
            let name = input.key().unwrap_or_default();
            sink.key(input, format!("nothing tells a customer what `{}` is", excerpt(&name)))
                .help("add `description`: what it is, and where it is found in your product");
        }
    }
}
