#![doc = include_str!("mistyped_default.md")]

use serde_json::Value;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, auth,
        form::{self, FieldType, Form},
    },
    text::{
        json::{Node, edit, scalar},
        nearest::any_of,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "mistyped-default",
    level: Level::Warning,
    page: include_str!("mistyped_default.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let credentials = auth::forms(spec).flat_map(Form::fields).map(|(_, field)| field);
    for field in credentials.chain(spec.inputs()) {
        let (Some(default), Some(types)) = (field.get("default"), form::types(field)) else { continue };
        if types.is_empty() || types.iter().any(|wanted| wanted.fits(default)) {
            continue;
        }
        let names: Vec<&str> = types.iter().map(|wanted| wanted.name()).collect();
        sink.value(default, format!("the default is {}, and the type {}", default.kind().named(), any_of(&names)))
            .help("write a default of that type, or remove it")
            .fix_by(
                "write it as that type",
                Safety::Safe,
                retyped(default, &types).map(|value| edit::replace(default, &value)),
            );
    }
}

/// The default as a value of one of the types, where it says the same.
fn retyped(default: Node<'_>, types: &[FieldType]) -> Option<Value> {
    types.iter().find_map(|wanted| match wanted {
        FieldType::String => scalar::as_string(default),
        FieldType::Number => scalar::as_number(default),
        FieldType::Integer => scalar::as_number(default).filter(|number| number.is_i64() || number.is_u64()),
        FieldType::Boolean => scalar::as_boolean(default),
        FieldType::Object | FieldType::Array | FieldType::Null => None,
    })
}
