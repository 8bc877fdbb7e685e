#![doc = include_str!("missing_documentation_link.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
    text::json::Kind,
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
    if ui.get("documentationLink").is_none() && spec.at(&["attributes", "documentationLink"]).is_none() {
        sink.inside(ui, "a streaming source has no `documentationLink`")
            .help("add the address of the source's documentation page");
    }
}
