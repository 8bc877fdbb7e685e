#![doc = include_str!("unclosed_placeholder.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        placeholder::{self, Style},
    },
    text::{excerpt, json::edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unclosed-placeholder",
    level: Level::Error,
    page: include_str!("unclosed_placeholder.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for place in spec.places() {
        let Some(text) = place.node.as_str() else { continue };
        if let Some(expression) = placeholder::expressions(&text).iter().find(|expression| !expression.is_closed) {
            sink.within(place.node, expression.range.clone(), "an expression begins here and does not end")
                .help("add the `}` that is missing");
        }
        // After the first one everything may follow from it.
        let first = placeholder::find(&text).into_iter().find(|found| {
            let is_input = text[found.range.clone()].starts_with("${");
            let is_named = is_input || placeholder::is_name(found.name);
            found.style == Style::Unclosed
                && (is_input || place.is_address || (is_named && place.is_request && !place.is_body))
        });
        if let Some(found) = first {
            let start = excerpt(&text[found.range.clone()]);
            let fix = edit::within(place.node, found.range.end..found.range.end, "}");
            sink.within(place.node, found.range.clone(), format!("the placeholder `{start}` is not closed"))
                .help(format!("write `{start}}}`"))
                .fix(Safety::Unsafe, fix);
        }
    }
}
