#![doc = include_str!("kind_mismatch.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Kind, Spec, ids},
    text::{excerpt, json::edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "kind-mismatch",
    level: Level::Error,
    page: include_str!("kind_mismatch.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(kind) = spec.kind() else { return };
    let Some(provider) = spec.root().get("providerId") else { return };
    if provider.as_str().is_none_or(|id| id != kind.provider()) {
        return;
    }
    let Some(node) = spec.root().get("type") else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { return };
    let shown = excerpt(&name);
    let wanted = kind.type_name();
    let other = [Kind::Batch, Kind::Streaming].into_iter().find(|other| other.type_name() == name);
    let finding = match other {
        Some(other) if other == kind => return,
        Some(other) => {
            let message = format!("`type` says this is a {other} source, `providerId` that it is a {kind} source");
            sink.value(node, message).help(format!("write `{wanted}` here, or `{}` as `providerId`", other.provider()))
        }
        None if kind == Kind::Batch && name == ids::BETA_BATCH_TYPE => sink
            .value(node, format!("`{shown}` is what the beta called a {kind} source"))
            .level(Level::Warning)
            .help(format!("write `{wanted}`"))
            .fix(Safety::Unsafe, [edit::replace(node, &json!(wanted))]),
        None => sink
            .value(node, format!("`{shown}` is no type of a {kind} source"))
            .level(Level::Warning)
            .help(format!("write `{wanted}`"))
            .fix(Safety::of_spelling(&name, wanted), [edit::replace(node, &json!(wanted))]),
    };
    if let Some(span) = provider.key_span() {
        finding.related(span, format!("the id of the provider of {kind} sources"));
    }
}
