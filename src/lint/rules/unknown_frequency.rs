#![doc = include_str!("unknown_frequency.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, placeholder},
    text::{
        excerpt,
        json::edit,
        nearest::{any_of, nearest},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-frequency",
    level: Level::Warning,
    page: include_str!("unknown_frequency.md"),
    check: Check::Spec(check),
};

/// What samples say: that of the request, and that of the template.
const KNOWN: [&str; 2] = ["streaming", "Generic Streaming"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.ui().filter(|_| spec.is_streaming()).and_then(|ui| ui.at(&["frequency", "text"])) else {
        return;
    };
    let Some(text) = node.as_str() else { return };
    // What is empty breaks the schema.
    if KNOWN.contains(&text.as_ref()) || text.trim().is_empty() || !placeholder::find(&text).is_empty() {
        return;
    }
    let finding = sink.value(node, format!("`{}` is no known frequency of a streaming source", excerpt(&text)));
    match nearest(&text, KNOWN) {
        Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix_by(
            format!("write `{meant}`"),
            Safety::of_spelling(&text, meant),
            spec.surely(edit::replace(node, &json!(meant))),
        ),
        None => finding.help(format!("samples have {}", any_of(&KNOWN))),
    };
}
