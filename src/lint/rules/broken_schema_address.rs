#![doc = include_str!("broken_schema_address.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, ids::DRAFT_07},
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "broken-schema-address",
    level: Level::Warning,
    page: include_str!("broken_schema_address.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for node in spec.tree().nodes().filter(|node| node.is_named("$schema")) {
        // At the top it tells editors how to check the spec itself.
        if node.parent() == Some(spec.root()) {
            continue;
        }
        let Some(text) = node.as_str() else { continue };
        // Without the empty fragment it is the same address.
        if text == DRAFT_07 || Some(&*text) == DRAFT_07.strip_suffix('#') {
            continue;
        }
        let message = if text.contains(char::is_whitespace) {
            "`$schema` is no address: it holds a space"
        } else {
            "`$schema` is not the address of JSON Schema, draft 7"
        };
        // A blank that slipped in is no doubt; that another draft is meant may be.
        let is_slip = DRAFT_07.starts_with(&text.split_whitespace().collect::<String>()) && text.contains("draft-07");
        let safety = if is_slip { Safety::Safe } else { Safety::Unsafe };
        sink.value(node, message)
            .help(format!("write `{DRAFT_07}`"))
            .fix(safety, [edit::replace(node, &json!(DRAFT_07))]);
    }
}
