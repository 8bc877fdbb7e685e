#![doc = include_str!("deep_nesting.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::json::{Fault, Tree},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "deep-nesting",
    level: Level::Error,
    page: include_str!("deep_nesting.md"),
    check: Check::Json(check),
};

fn check(tree: &Tree, sink: &mut Sink<'_>) {
    for error in tree.errors().iter().filter(|error| error.fault == Fault::Depth) {
        sink.text(tree.document(), error.span, error.message.as_str())
            .help("no spec needs so many levels: find out what wrote the file");
    }
}
