#![doc = include_str!("malformed_end_condition.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{CONSTANT, PaginationParams},
    },
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-end-condition",
    level: Level::Warning,
    page: include_str!("malformed_end_condition.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = PaginationParams::of(spec).and_then(|params| params.get("endConditionValue")) else { return };
    let Some(text) = node.as_str().filter(|text| !text.is_empty()) else { return };
    match text.strip_prefix(CONSTANT) {
        Some("") => {
            sink.value(node, format!("nothing stands behind `{CONSTANT}`"))
                .help(format!("add the value that ends the paging, as `{CONSTANT}false`"));
        }
        Some(_) => {}
        None => {
            let has_prefix = text.get(..CONSTANT.len()).is_some_and(|start| start.eq_ignore_ascii_case(CONSTANT));
            let value = if has_prefix { &text[CONSTANT.len()..] } else { &*text };
            let meant = format!("{CONSTANT}{}", value.trim());
            sink.value(node, format!("`endConditionValue` does not start with `{CONSTANT}`"))
                .help(format!("did you mean `{meant}`?"))
                .fix_by(format!("write `{meant}`"), Safety::Unsafe, [edit::replace(node, &json!(meant))]);
        }
    }
}
