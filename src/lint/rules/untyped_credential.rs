#![doc = include_str!("untyped_credential.md")]

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
    name: "untyped-credential",
    level: Level::Warning,
    page: include_str!("untyped_credential.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for (name, field) in auth::forms(spec).flat_map(Form::fields).filter(|(_, field)| field.kind() == Kind::Object) {
        if !form::says_type(field) {
            sink.key(field, format!("`{}` has no `type`", excerpt(&name)))
                .help("add `type`; a credential is a `string`")
                .lacks(field, "type");
        }
    }
}
