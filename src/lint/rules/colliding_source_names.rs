#![doc = include_str!("colliding_source_names.md")]

use std::{borrow::Cow, collections::HashMap};

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::{Workspace, layout},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "colliding-source-names",
    level: Level::Error,
    page: include_str!("colliding_source_names.md"),
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace, sink: &mut Sink<'_>) {
    let mut seen = HashMap::with_capacity(workspace.sources().len());
    for source in workspace.sources().iter().filter(|source| source.in_repository) {
        if let Some(other) = seen.insert(fold(&source.name), &*source.name) {
            report(&source.name, other, sink);
        }
    }
    // Of what did not change the name is known, and that is enough.
    let Some(around) = workspace.around().filter(|_| !seen.is_empty()) else { return };
    for name in around.there.iter().filter(|name| !around.names.contains(*name)) {
        if let Some(changed) = seen.get(&fold(name)) {
            report(changed, name, sink);
        }
    }
}

fn report(name: &str, other: &str, sink: &mut Sink<'_>) {
    sink.path(
        format!("{}/{name}", layout::SOURCES),
        format!("`{name}` and `{other}` differ in upper and lower case only"),
    )
    .help("rename one of the two, or remove it");
}

/// A name without what sets upper and lower case apart.
fn fold(name: &str) -> Cow<'_, str> {
    let is_lower = !name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii());
    if is_lower { Cow::Borrowed(name) } else { Cow::Owned(name.to_lowercase()) }
}
