#![doc = include_str!("missing_frequency.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
    text::json::{Kind, edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-frequency",
    level: Level::Warning,
    page: include_str!("missing_frequency.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(ui) = spec.ui().filter(|ui| spec.is_streaming() && ui.kind() == Kind::Object) else { return };
    if ui.get("frequency").is_none() {
        sink.inside(ui, "a streaming source has no `frequency`")
            .help("add `\"frequency\": {\"text\": \"streaming\"}`")
            .lacks(ui, "frequency")
            .fix(Safety::Unsafe, spec.surely(edit::insert(ui, "frequency", &json!({ "text": "streaming" }))));
    }
}
