#![doc = include_str!("empty_text.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, form},
    text::json::Node,
};

/// The rule.
pub static RULE: Rule =
    Rule { name: "empty-text", level: Level::Warning, page: include_str!("empty_text.md"), check: Check::Spec(check) };

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    check_text(spec.at(&["description"]), sink);
    for form in form::all(spec) {
        check_text(form.node().get("description"), sink);
        for (_, field) in form.fields() {
            // Of a field that is not described at all another rule tells.
            if form::is_described(field) || form::is_hidden(field) {
                check_text(field.get("title"), sink);
                check_text(field.get("description"), sink);
            }
            check_text(field.get("format"), sink);
            check_text(field.get("pattern"), sink);
        }
    }
}

fn check_text(text: Option<Node<'_>>, sink: &mut Sink<'_>) {
    let Some(node) = text.filter(|node| node.as_str().is_some_and(|text| text.trim().is_empty())) else { return };
    let key = node.key().unwrap_or_default();
    sink.value(node, format!("`{key}` is empty")).help(format!("write the `{key}`, or leave the key out"));
}
