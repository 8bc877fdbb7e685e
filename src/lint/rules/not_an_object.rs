#![doc = include_str!("not_an_object.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::json::{Kind, Tree},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "not-an-object",
    level: Level::Error,
    page: include_str!("not_an_object.md"),
    check: Check::Json(check),
};

fn check(tree: &Tree, sink: &mut Sink<'_>) {
    // Of a text with syntax errors it cannot be said what it was meant to be.
    if let Some(root) = tree.root().filter(|root| tree.is_sound() && root.kind() != Kind::Object) {
        let help = match root.kind() {
            Kind::Array if root.len() == 1 => "remove the brackets around the object",
            Kind::Array => "a source has one connection spec: write it without the array around it",
            _ => "put the members of the spec between `{` and `}`",
        };
        sink.value(root, format!("a connection spec is an object, not {}", root.kind().named())).help(help);
    }
}
