#![doc = include_str!("malformed_header_value.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, header},
    text::{excerpt, visible},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-header-value",
    level: Level::Error,
    page: include_str!("malformed_header_value.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for (name, node) in header::fixed(spec) {
        let Some(value) = node.as_str() else { continue };
        // A tab may stand in a value, if nowhere else.
        if let Some(control) = value.chars().find(|c| c.is_control() && *c != '\t') {
            let message = format!("the header `{}` cannot hold {}", excerpt(&name), visible::character(control));
            sink.value(node, message).help("write the value on one line");
        } else if value.trim() != value && !value.trim().is_empty() {
            sink.value(node, format!("blanks stand around the value of the header `{}`", excerpt(&name)))
                .level(Level::Warning)
                .help("take them out: whoever receives the header drops them");
        }
    }
}
