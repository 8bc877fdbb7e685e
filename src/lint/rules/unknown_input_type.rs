#![doc = include_str!("unknown_input_type.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, form::FieldType},
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

fn check_field(field: Node<'_>, sink: &mut Sink<'_>) {
    let Some(types) = field.get("type") else { return };
    let names = FieldType::ALL.map(FieldType::name);
    if types.kind() == Kind::Array && types.is_empty() {
        sink.value(types, "an empty list names no type").help("for most inputs it is `\"string\"`");
    }
    let is_one = types.kind() == Kind::String;
    for node in is_one.then_some(types).into_iter().chain(types.items()) {
        let name = match node.as_str() {
            Some(name) if FieldType::of(&name).is_some() => continue,
            Some(name) => format!("`{}`", excerpt(&name)),
            None => node.kind().named().to_owned(),
        };
        let help = match node.as_str().and_then(|name| nearest(&name, names)) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => format!("a type is {}", any_of(&names)),
        };
        sink.value(node, format!("{name} is no type of JSON Schema")).help(help);
    }
}
