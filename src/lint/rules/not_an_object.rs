#![doc = include_str!("not_an_object.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    text::{
        Edit, Span,
        json::{Kind, Node, Tree},
    },
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
        sink.value(root, format!("a connection spec is an object, not {}", root.kind().named()))
            .help(help)
            .fix(Safety::Safe, brackets(root));
    }
}

/// The brackets around a single object, with all that stands between them and it.
fn brackets(root: Node<'_>) -> Vec<Edit> {
    let Some(object) = root.items().next().filter(|only| root.len() == 1 && only.kind() == Kind::Object) else {
        return Vec::new();
    };
    let (outer, inner) = (root.span().range(), object.span().range());
    [Span::new(outer.start, inner.start), Span::new(inner.end, outer.end)].map(Edit::remove).into()
}
