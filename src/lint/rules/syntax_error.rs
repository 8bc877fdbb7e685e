#![doc = include_str!("syntax_error.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    text::json::{Fault, SyntaxError, Tree},
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
    // Where one error cannot be put right, another may only follow from it.
    let is_plain = |error: &SyntaxError| error.fault.is_harmless() || error.remedy.is_some();
    let is_mendable = tree.errors().iter().all(is_plain);
    for error in tree.errors() {
        if matches!(error.fault, Fault::Structure | Fault::Text | Fault::Number) {
            let told = error.help.as_deref().unwrap_or("write it as JSON has it");
            sink.text(tree.document(), error.span, error.message.as_str()).maybe_help(error.help.clone()).fix_by(
                told,
                Safety::Safe,
                error.remedy.clone().filter(|_| is_mendable),
            );
        }
    }
}
