#![doc = include_str!("undescribed_credential.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec, auth,
        form::{self, Form},
    },
    text::{excerpt, json::Kind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "undescribed-credential",
    level: Level::Note,
    page: include_str!("undescribed_credential.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for (name, field) in auth::forms(spec).flat_map(Form::fields).filter(|(_, field)| field.kind() == Kind::Object) {
        if !form::is_described(field) && !form::is_hidden(field) {
            sink.key(field, format!("nothing tells a customer what `{}` is", excerpt(&name)))
                .help("add `description`: what it is, and where it is found in your product");
        }
    }
}
