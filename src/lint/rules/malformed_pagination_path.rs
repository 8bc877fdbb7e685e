#![doc = include_str!("malformed_pagination_path.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        content::{self, PathForm},
        pagination::PaginationParams,
        placeholder,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-pagination-path",
    level: Level::Warning,
    page: include_str!("malformed_pagination_path.md"),
    check: Check::Spec(check),
};

const PATHS: [&str; 4] = ["endConditionName", "pointerPath", "pointerName", "continuationTokenPath"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    for (key, node) in PATHS.into_iter().filter_map(|key| Some((key, params.get(key)?))) {
        // One that does not start at the root is told of by a rule of its own.
        let Some(text) = node.as_str().filter(|text| text.trim_start().starts_with('$')) else { continue };
        if !placeholder::find(&text).is_empty() {
            continue;
        }
        let finding = match PathForm::of(&text) {
            PathForm::Faulty(Some(end)) if 0 < end && end < text.len() => {
                sink.within(node, end..text.len(), "a JSONPath cannot go on like this")
            }
            PathForm::Faulty(_) => sink.value(node, format!("`{key}` is no JSONPath")),
            PathForm::Unread => sink.value(node, format!("`{key}` is too long or too deeply nested to be checked")),
            PathForm::Sound | PathForm::Rootless | PathForm::Foreign => continue,
        };
        match content::meant(&text) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding.help("write the path from the root of the response on, as `$.paging.next`"),
        };
    }
}
