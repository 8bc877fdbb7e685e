#![doc = include_str!("unknown_category_key.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, ids::CATEGORIES, placeholder},
    text::nearest::{any_of, nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-category-key",
    level: Level::Warning,
    page: include_str!("unknown_category_key.md"),
    check: Check::Spec(check),
};

/// Categories that the documents list in words, and whose keys stand in none of them.
const WITHOUT_KEY: [&str; 3] = ["analytics", "consentAndPreferences", "loyalty"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.ui().and_then(|ui| ui.at(&["category", "key"])) else { return };
    let Some(key) = node.as_str().filter(|key| !key.is_empty()) else { return };
    if CATEGORIES.contains(&&*key) || !placeholder::find(&key).is_empty() {
        return;
    }
    if let Some(listed) = nearest(&key, WITHOUT_KEY) {
        sink.value(node, format!("the key of the category `{key}` is documented nowhere"))
            .level(Level::Note)
            .help(format!("`{listed}` would be its form; ask Adobe for the key"));
        return;
    }
    let finding = sink.value(node, format!("`{key}` is the key of no known category"));
    finding.help(match nearest(&key, CATEGORIES) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("known are {}", any_of(&CATEGORIES)),
    });
}
