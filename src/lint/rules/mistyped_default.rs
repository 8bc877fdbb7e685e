#![doc = include_str!("mistyped_default.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, auth,
        form::{self, Form},
    },
    text::nearest::any_of,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "mistyped-default",
    level: Level::Warning,
    page: include_str!("mistyped_default.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let credentials = auth::entries(spec).filter_map(auth::Entry::form).flat_map(Form::fields).map(|(_, field)| field);
    for field in credentials.chain(spec.inputs()) {
        let (Some(default), Some(types)) = (field.get("default"), form::types(field)) else { continue };
        if types.is_empty() || types.iter().any(|wanted| wanted.fits(default)) {
            continue;
        }
        let names: Vec<&str> = types.iter().map(|wanted| wanted.name()).collect();
        sink.value(default, format!("the default is {}, and the type {}", default.kind().named(), any_of(&names)))
            .help("write a default of that type, or remove it");
    }
}
