#![doc = include_str!("colliding_source_names.md")]

use std::{borrow::Cow, collections::HashMap};

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::Workspace,
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
        let is_lower = !source.name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii());
        let folded = if is_lower { Cow::Borrowed(&*source.name) } else { Cow::Owned(source.name.to_lowercase()) };
        if let Some(other) = seen.insert(folded, &source.name) {
            sink.path(source.path(), format!("`{}` and `{other}` differ in upper and lower case only", source.name))
                .help("rename one of the two, or remove it");
        }
    }
}
