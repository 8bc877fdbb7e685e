#![doc = include_str!("unknown_category_key.md")]

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
        placeholder,
    },
    text::{excerpt, json::edit, nearest::nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-category-key",
    level: Level::Warning,
    page: include_str!("unknown_category_key.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.ui().and_then(|ui| ui.at(&["category", "key"])) else { return };
    let Some(key) = node.as_str().filter(|key| !key.trim().is_empty()) else { return };
    if !placeholder::find(&key).is_empty() {
        return;
    }
    match category::read(&key) {
        Category::Key(known) if known == key => {}
        Category::Key(known) => {
            sink.value(node, format!("`{}` is the key of no known category", excerpt(&key)))
                .help(format!("did you mean `{known}`?"))
                .fix_by(format!("write `{known}`"), Safety::Safe, [edit::replace(node, &json!(known))]);
        }
        Category::Undocumented(form) => {
            sink.value(node, format!("the key of the category `{}` is documented nowhere", excerpt(&key)))
                .level(Level::Note)
                .help(format!("`{form}` would be its form; ask Adobe for the key"));
        }
        Category::Unknown => {
            let finding = sink
                .value(node, format!("`{}` is the key of no known category", excerpt(&key)))
                .help(category::suggestion(&key));
            if let Some(known) = nearest(&key, category::keys()) {
                finding.fix_by(format!("write `{known}`"), Safety::Unsafe, [edit::replace(node, &json!(known))]);
            }
        }
    }
}
