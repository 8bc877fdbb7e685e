#![doc = include_str!("unknown_version.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, ids},
    text::{excerpt, json::edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-version",
    level: Level::Warning,
    page: include_str!("unknown_version.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.root().get("version") else { return };
    let Some(version) = node.as_str() else { return };
    if !version.is_empty() && version != ids::VERSION {
        sink.value(node, format!("`version` is `{}`, and only `{}` is known", excerpt(&version), ids::VERSION))
            .help(format!("write `{}`: it is the version of the form of the spec, not of your source", ids::VERSION))
            .fix_by(format!("write `{}`", ids::VERSION), Safety::Unsafe, [edit::replace(node, &json!(ids::VERSION))]);
    }
}
