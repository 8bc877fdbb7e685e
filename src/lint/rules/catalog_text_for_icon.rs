#![doc = include_str!("catalog_text_for_icon.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        category::{self, Category},
    },
    text::json::edit,
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
        if part_node.get("key").is_some() {
            finding.help("remove `text`").fix(Safety::Unsafe, edit::remove(text));
            continue;
        }
        finding.help("write `key`");
        let named = text.as_str().filter(|_| part == "category").map(|name| category::read(&name));
        if let (Some(Category::Key(known)), Some(rename)) = (named, edit::rename(text, "key")) {
            let edits = [rename, edit::replace(text, &json!(known))];
            finding.fix_by(format!("write `\"key\": \"{known}\"`"), Safety::Unsafe, edits);
        }
    }
}
