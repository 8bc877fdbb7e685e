#![doc = include_str!("server_managed_key.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, ids},
    text::json::edit,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "server-managed-key",
    level: Level::Warning,
    page: include_str!("server_managed_key.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for (key, member) in spec.root().members() {
        if ids::SERVER_MANAGED.contains(&key.as_ref()) {
            sink.key(member, format!("`{key}` is set by the platform")).help("remove it").fix_by(
                format!("remove `{key}`"),
                Safety::Safe,
                edit::remove(member),
            );
        }
    }
}
