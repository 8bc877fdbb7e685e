#![doc = include_str!("catalog_text_for_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "catalog-text-for-icon",
    level: Level::Warning,
    page: include_str!("catalog_text_for_icon.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(ui) = spec.ui() else { return };
    for part in ["icon", "category"] {
        let Some(part_node) = ui.get(part) else { continue };
        let Some(text) = part_node.get("text") else { continue };
        let finding = sink.key(text, format!("`{part}` is given as `text`, and is known by `key` only"));
        finding.help(if part_node.get("key").is_some() { "remove `text`" } else { "write `key`" });
    }
}
