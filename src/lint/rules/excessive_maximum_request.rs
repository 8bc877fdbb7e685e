#![doc = include_str!("excessive_maximum_request.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{self, MOST_REQUESTS, PaginationParams},
    },
    text::json::edit,
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
        // A number in quotes keeps them; they are another matter.
        let most = if node.as_str().is_some() { json!(MOST_REQUESTS.to_string()) } else { json!(MOST_REQUESTS as u64) };
        sink.value(node, format!("`maximumRequest` is more than {MOST_REQUESTS}, the most that one run may make"))
            .help(format!("write {MOST_REQUESTS} or less; larger pages or shorter periods need fewer requests"))
            .fix_by(format!("write {MOST_REQUESTS}"), Safety::Unsafe, [edit::replace(node, &most)]);
    }
}
