#![doc = include_str!("unknown_input_type.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, form::FieldType},
    text::{
        excerpt,
        json::{Kind, Node, edit},
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
    for form in auth::forms(spec) {
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
    let mut seen = Vec::new();
    for node in is_one.then_some(types).into_iter().chain(types.items()) {
        let name = match node.as_str() {
            Some(name) if FieldType::of(&name).is_some() => {
                if seen.contains(&name) {
                    sink.value(node, format!("`type` names `{name}` a second time")).help("remove it");
                } else if !is_one {
                    seen.push(name);
                }
                continue;
            }
            Some(name) if name.is_empty() => "an empty text".to_owned(),
            Some(name) => format!("`{}`", excerpt(&name)),
            None => node.kind().named().to_owned(),
        };
        let finding = sink.value(node, format!("{name} is no type of JSON Schema"));
        let written = node.as_str().unwrap_or_default();
        match nearest(&written, names) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix_by(
                format!("write `{meant}`"),
                Safety::of_spelling(&written, meant),
                [edit::replace(node, &json!(meant))],
            ),
            None => finding.help(format!("a type is {}", any_of(&names))),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn no_type_is_named_twice() {
        let patch = r#"{"sourceSpec": {"spec": {"properties": {"listId": {"type": ["string", "null", "string"]}}}}}"#;
        assert_eq!(Sample::batch().patched(patch).told(), [(Level::Error, "\"string\"".to_owned())]);
    }
}
