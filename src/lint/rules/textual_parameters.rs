#![doc = include_str!("textual_parameters.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, url},
    text::json::Kind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "textual-parameters",
    level: Level::Warning,
    page: include_str!("textual_parameters.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let headers = spec.source_attribute("headerParams").filter(|_| spec.is_batch());
    for node in [url::param(spec, "queryParams"), headers].into_iter().flatten() {
        if node.kind() == Kind::String {
            let key = node.key().unwrap_or_default();
            sink.value(node, format!("`{key}` is one text, in the older form"))
                .help(format!("write an object, one member for each: `\"{key}\": {{\"name\": \"value\"}}`"));
        }
    }
}
