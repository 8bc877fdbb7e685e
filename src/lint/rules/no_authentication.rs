#![doc = include_str!("no_authentication.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Kind as SpecKind, Spec, ids},
    text::{json::Kind, nearest::any_of},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "no-authentication",
    level: Level::Error,
    page: include_str!("no_authentication.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    if spec.kind() != Some(SpecKind::Batch) {
        return;
    }
    if let Some(auth) = spec.at(&["authSpec"]).filter(|auth| auth.kind() == Kind::Array && auth.is_empty()) {
        sink.key(auth, "a batch source without any way to sign in")
            .help(format!("describe at least one, of the type {}", any_of(&ids::AUTH_TYPES)));
    }
}
