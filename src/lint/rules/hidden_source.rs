#![doc = include_str!("hidden_source.md")]

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
    name: "hidden-source",
    level: Level::Warning,
    page: include_str!("hidden_source.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(ui) = spec.ui().filter(|ui| ui.kind() == Kind::Object) else { return };
    if ui.get("isSource").is_none() {
        sink.inside(ui, "`uiAttributes` has no `isSource`: the source does not stand in the catalog")
            .help("add `\"isSource\": true`")
            .lacks(ui, "isSource")
            .fix(Safety::Unsafe, [edit::insert(ui, "isSource", &json!(true))]);
    }
    for node in [ui.get("isSource"), spec.at(&["attributes", "isSource"])].into_iter().flatten() {
        if node.as_bool() == Some(false) {
            sink.value(node, "the source does not stand in the catalog")
                .help("write `true`")
                .fix(Safety::Unsafe, [edit::replace(node, &json!(true))]);
        }
    }
}
