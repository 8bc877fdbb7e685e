#![doc = include_str!("unknown_category_key.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        category::{self, Category},
        placeholder,
    },
    text::excerpt,
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
    let Some(key) = node.as_str().filter(|key| !key.is_empty()) else { return };
    if !placeholder::find(&key).is_empty() {
        return;
    }
    match category::read(&key) {
        Category::Key(known) if known == key => {}
        Category::Key(known) => {
            sink.value(node, format!("`{}` is the key of no known category", excerpt(&key)))
                .help(format!("did you mean `{known}`?"));
        }
        Category::Undocumented(form) => {
            sink.value(node, format!("the key of the category `{}` is documented nowhere", excerpt(&key)))
                .level(Level::Note)
                .help(format!("`{form}` would be its form; ask Adobe for the key"));
        }
        Category::Unknown => {
            sink.value(node, format!("`{}` is the key of no known category", excerpt(&key)))
                .help(category::suggestion(&key));
        }
    }
}
