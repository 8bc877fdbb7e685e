#![doc = include_str!("keyless_header.md")]

use std::collections::BTreeSet;

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        auth::{self, AuthType},
        form::Form,
        placeholder,
    },
    text::{excerpt, json::Kind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "keyless-header",
    level: Level::Warning,
    page: include_str!("keyless_header.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let mut referred: Option<BTreeSet<String>> = None;
    for entry in auth::entries(spec).filter(|entry| entry.auth_type() == Some(AuthType::KeyBased)) {
        for (name, field) in entry.form().into_iter().flat_map(Form::fields) {
            let is_key = name.starts_with("authKey") && field.kind() == Kind::Object;
            // A value of another type is told by the schema.
            let is_sent = match field.get("restAttributes") {
                None => false,
                Some(rest) => rest.kind() != Kind::Object || rest.get("headerParamName").is_some(),
            };
            if !is_key || is_sent {
                continue;
            }
            if !referred.get_or_insert_with(|| placeholder::referred(spec)).contains(name.as_ref()) {
                sink.inside(field, format!("nothing says how `{}` is sent", excerpt(&name))).help(
                    "add `\"restAttributes\": {\"headerParamName\": \"…\"}` with the header your API reads it from",
                );
            }
        }
    }
}
