#![doc = include_str!("excessive_maximum_request.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{self, MOST_REQUESTS, PaginationParams},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "excessive-maximum-request",
    level: Level::Warning,
    page: include_str!("excessive_maximum_request.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = PaginationParams::of(spec).and_then(|params| params.get("maximumRequest")) else { return };
    if pagination::whole_number(node).is_some_and(|number| number > MOST_REQUESTS) {
        sink.value(node, format!("`maximumRequest` is more than {MOST_REQUESTS}, the most that one run may make"))
            .help(format!("write {MOST_REQUESTS} or less; larger pages or shorter periods need fewer requests"));
    }
}
