#![doc = include_str!("zero_limit.md")]

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
pub static RULE: Rule =
    Rule { name: "zero-limit", level: Level::Error, page: include_str!("zero_limit.md"), check: Check::Spec(check) };

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    let zero = |key| params.get(key).filter(|node| pagination::whole_number(*node) == Some(0.0));
    if let Some(node) = zero("limitValue") {
        sink.value(node, "pages of 0 records bring nothing")
            .help("write the number of records in a page, as large as the API allows");
    }
    if let Some(node) = zero("maximumRequest") {
        // Some take 0 for "no limit"; the documents do not say.
        sink.value(node, "a run of at most 0 requests brings nothing")
            .level(Level::Warning)
            .help(format!("write up to {MOST_REQUESTS}, or leave it out"));
    }
}
