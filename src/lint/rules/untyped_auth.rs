#![doc = include_str!("untyped_auth.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, ids},
    text::{excerpt, nearest::any_of},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "untyped-auth",
    level: Level::Warning,
    page: include_str!("untyped_auth.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for entry in auth::entries(spec) {
        if entry.node().get("type").is_some() {
            continue;
        }
        let message = match entry.name() {
            Some(name) => format!("`{}` has no `type`", excerpt(&name)),
            None => "a way to sign in has no `type`".to_owned(),
        };
        sink.value(entry.node(), message)
            .help(format!("add `type`: {}", any_of(&ids::AUTH_TYPES)))
            .lacks(entry.node(), "type");
    }
}
