#![doc = include_str!("rootless_pointer.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, pagination::PaginationParams, placeholder},
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "rootless-pointer",
    level: Level::Note,
    page: include_str!("rootless_pointer.md"),
    check: Check::Spec(check),
};

const PATHS: [&str; 4] = ["endConditionName", "pointerPath", "pointerName", "continuationTokenPath"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    for (key, node) in PATHS.into_iter().filter_map(|key| Some((key, params.get(key)?))) {
        let Some(text) = node.as_str() else { continue };
        let has_root = text.starts_with("$.") || text.starts_with("$[");
        if !text.is_empty() && !has_root && placeholder::find(&text).is_empty() {
            let meant = format!("$.{}", text.trim().trim_start_matches(['$', '.']));
            sink.value(node, format!("`{key}` does not start with `$.`"))
                .help(format!("other samples start at the root: `{meant}`"))
                .fix_by(format!("write `{meant}`"), Safety::Unsafe, [edit::replace(node, &json!(meant))]);
        }
    }
}
