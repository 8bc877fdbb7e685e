#![doc = include_str!("duplicate_attribute_name.md")]

use std::collections::HashMap;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, content},
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "duplicate-attribute-name",
    level: Level::Warning,
    page: include_str!("duplicate_attribute_name.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for member in content::members(spec) {
        for list in ["skipAttributes", "keepAttributes"].into_iter().filter_map(|key| member.get(key)) {
            let mut first = HashMap::with_capacity(list.len());
            for item in list.items() {
                let Some(name) = item.as_str() else { continue };
                if let Some(earlier) = first.get(&name).copied() {
                    sink.value(item, format!("`{name}` stands in this list a second time"))
                        .help("remove it, or write the name you mean")
                        .fix_by("remove it", Safety::Safe, edit::remove(item))
                        .related(earlier, "first here");
                } else {
                    first.insert(name, item.span());
                }
            }
        }
    }
}
