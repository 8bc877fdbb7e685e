#![doc = include_str!("missing_documentation_link.md")]

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
    name: "missing-documentation-link",
    level: Level::Warning,
    page: include_str!("missing_documentation_link.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(ui) = spec.ui().filter(|ui| spec.is_streaming() && ui.kind() == Kind::Object) else { return };
    let attributes = spec.at(&["attributes"]);
    let own = attributes.and_then(|attributes| attributes.get("documentationLink"));
    match (ui.get("documentationLink"), own) {
        (Some(_), Some(_)) => {}
        (None, None) => {
            sink.inside(ui, "a streaming source has no `documentationLink`")
                .help("add the address of the source's documentation page")
                .lacks(ui, "documentationLink");
        }
        (None, Some(link)) => {
            sink.inside(ui, "`uiAttributes` has no `documentationLink`")
                .level(Level::Note)
                .help("repeat the one of `attributes`")
                .lacks(ui, "documentationLink")
                .fix(Safety::Unsafe, spec.surely(edit::insert(ui, "documentationLink", &link.to_value())));
        }
        // Of attributes of a wrong type the schema tells.
        (Some(_), None) if attributes.is_some_and(|attributes| attributes.kind() != Kind::Object) => {}
        (Some(link), None) => {
            let fix = match attributes {
                Some(attributes) => edit::insert(attributes, "documentationLink", &link.to_value()),
                None => edit::insert(spec.root(), "attributes", &json!({ "documentationLink": link.to_value() })),
            };
            let lacking = attributes.unwrap_or(spec.root());
            sink.inside(lacking, "`attributes` has no `documentationLink`")
                .level(Level::Note)
                .help("repeat the one of `uiAttributes`")
                .lacks(lacking, if attributes.is_some() { "documentationLink" } else { "attributes" })
                .fix(Safety::Unsafe, spec.surely(fix));
        }
    }
}
