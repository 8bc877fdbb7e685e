#![doc = include_str!("syntax_error.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::json::{Fault, Tree},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "syntax-error",
    level: Level::Error,
    page: include_str!("syntax_error.md"),
    check: Check::Json(check),
};

fn check(tree: &Tree, sink: &mut Sink<'_>) {
    // `empty-artifact` says that there is nothing to read.
    if tree.document().slice(tree.document().trimmed()).is_empty() {
        return;
    }
    for error in tree.errors() {
        if matches!(error.fault, Fault::Structure | Fault::Text | Fault::Number) {
            sink.text(tree.document(), error.span, error.message.as_str()).maybe_help(error.help.clone());
        }
    }
}
