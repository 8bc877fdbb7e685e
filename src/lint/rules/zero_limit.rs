#![doc = include_str!("zero_limit.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{self, PaginationParams},
    },
};

/// The rule.
pub static RULE: Rule =
    Rule { name: "zero-limit", level: Level::Error, page: include_str!("zero_limit.md"), check: Check::Spec(check) };

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = PaginationParams::of(spec).and_then(|params| params.get("limitValue")) else { return };
    if pagination::whole_number(node) == Some(0.0) {
        sink.value(node, "pages of 0 records bring nothing")
            .help("write the number of records in a page, as large as the API allows");
    }
}
