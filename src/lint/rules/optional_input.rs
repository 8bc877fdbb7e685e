#![doc = include_str!("optional_input.md")]

use std::collections::HashSet;

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        form::Form,
        placeholder::{self, Style},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "optional-input",
    level: Level::Warning,
    page: include_str!("optional_input.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(form) = spec.at(&["sourceSpec", "spec"]).and_then(Form::of) else { return };
    let mut told = HashSet::new();
    for place in placeholder::places(spec).into_iter().filter(|place| place.is_address) {
        let Some(text) = place.node.as_str() else { continue };
        for found in placeholder::find(&text).into_iter().filter(|found| found.style == Style::Input) {
            let Some(field) = form.field(found.name) else { continue };
            if form.requires(found.name) || field.get("default").is_some() || !told.insert(field.index()) {
                continue;
            }
            let name = found.name;
            let place = place.node.key().unwrap_or_default();
            sink.key(field, format!("`{name}` may be left empty, and `{place}` needs it"))
                .help(format!("add `{name}` to `sourceSpec.spec.required`"));
        }
    }
}
