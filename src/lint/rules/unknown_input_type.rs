#![doc = include_str!("unknown_input_type.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth},
    text::{
        excerpt,
        json::{Kind, Node},
        nearest::{any_of, nearest},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-input-type",
    level: Level::Error,
    page: include_str!("unknown_input_type.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    spec.inputs().for_each(|input| check_field(input, sink));
    for form in auth::entries(spec).filter_map(auth::Entry::form) {
        form.fields().for_each(|(_, field)| check_field(field, sink));
    }
}

/// What JSON Schema calls the types of JSON, and `integer`.
const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "object", "array", "null"];

fn check_field(field: Node<'_>, sink: &mut Sink<'_>) {
    let Some(types) = field.get("type") else { return };
    let is_one = types.kind() == Kind::String;
    for node in is_one.then_some(types).into_iter().chain(types.items()) {
        let name = match node.as_str() {
            Some(name) if TYPES.contains(&name.as_ref()) => continue,
            Some(name) => format!("`{}`", excerpt(&name)),
            None => node.kind().named().to_owned(),
        };
        let help = match node.as_str().and_then(|name| nearest(&name, TYPES)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("a type is {}", any_of(&TYPES)),
        };
        sink.value(node, format!("{name} is no type of JSON Schema")).help(help);
    }
}
