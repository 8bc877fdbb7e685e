#![doc = include_str!("rootless_pointer.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        content::{self, PathForm},
        pagination::PaginationParams,
        placeholder,
    },
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
        // What starts with `$`, as nearly all do, is looked at by `malformed-pagination-path`; so is what is no path.
        let path = text.trim();
        if path.starts_with('$') || PathForm::of(path) != PathForm::Rootless || !placeholder::find(path).is_empty() {
            continue;
        }
        let finding = sink.value(node, format!("`{key}` does not start with `$.`"));
        if let Some(meant) = content::meant(path) {
            finding.help(format!("other samples start at the root: `{meant}`")).fix_by(
                format!("write `{meant}`"),
                Safety::Unsafe,
                [edit::replace(node, &json!(meant))],
            );
        }
    }
}
