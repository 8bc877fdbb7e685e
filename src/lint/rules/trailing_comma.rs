#![doc = include_str!("trailing_comma.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    text::{
        Edit,
        json::{Fault, Tree},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "trailing-comma",
    level: Level::Error,
    page: include_str!("trailing_comma.md"),
    check: Check::Json(check),
};

fn check(tree: &Tree, sink: &mut Sink<'_>) {
    for error in tree.errors().iter().filter(|error| error.fault == Fault::TrailingComma) {
        sink.text(tree.document(), error.span, error.message.as_str()).maybe_help(error.help.clone()).fix_by(
            "remove the comma",
            Safety::Safe,
            tree.is_sound().then(|| Edit::remove(error.span)),
        );
    }
}
