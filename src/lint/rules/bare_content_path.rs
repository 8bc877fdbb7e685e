#![doc = include_str!("bare_content_path.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "bare-content-path",
    level: Level::Warning,
    page: include_str!("bare_content_path.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.source_attribute("contentPath").filter(|_| spec.is_batch()) else { return };
    if node.as_str().is_some_and(|path| !path.is_empty()) {
        let path = if node.raw().len() <= 80 { node.raw() } else { "…" };
        sink.value(node, "`contentPath` is a bare text, which is its older form")
            .help(format!("write `{{\"path\": {path}}}`"))
            .fix(Safety::Unsafe, [edit::replace(node, &json!({ "path": node.to_value() }))]);
    }
}
