#![doc = include_str!("unknown_auth_type.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        auth::{self, AuthType},
        ids,
    },
    text::{
        excerpt,
        json::edit,
        nearest::{any_of, nearest},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-auth-type",
    level: Level::Error,
    page: include_str!("unknown_auth_type.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for entry in auth::entries(spec) {
        let Some(node) = entry.node().get("type") else { continue };
        let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { continue };
        if AuthType::of(&name).is_some() {
            continue;
        }
        if let Some(present) = auth::older_spelling(&name) {
            let message = format!("`{name}` is an old spelling of `{}`", present.name());
            sink.value(node, message)
                .level(Level::Warning)
                .help(format!("write `{}`", present.name()))
                .fix(Safety::of_spelling(&name, present.name()), [edit::replace(node, &json!(present.name()))]);
            continue;
        }
        let shown = excerpt(&name);
        let legal = format!("write {}", any_of(&ids::AUTH_TYPES));
        if auth::FOREIGN.contains(&name.as_ref()) {
            let message = format!("`{name}` is a type of Adobe's own connectors, not of Self-Serve Sources");
            sink.value(node, message).level(Level::Warning).help(legal);
            continue;
        }
        let finding = sink.value(node, format!("`{shown}` is no type of authentication"));
        match nearest(&name, ids::AUTH_TYPES) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")).fix_by(
                format!("write `{meant}`"),
                Safety::of_spelling(&name, meant),
                [edit::replace(node, &json!(meant))],
            ),
            None => finding.help(legal),
        };
    }
}
