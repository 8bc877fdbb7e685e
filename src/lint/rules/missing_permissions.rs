#![doc = include_str!("missing_permissions.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-permissions",
    level: Level::Warning,
    page: include_str!("missing_permissions.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    if spec.is_streaming() && spec.at(&["permissionsInfo"]).is_none() {
        sink.inside(spec.root(), "a streaming source has no `permissionsInfo`").help(
            "add `view` with the permission `read` and `manage` with `write`, both with the name `StreamingSource`",
        );
    }
}
