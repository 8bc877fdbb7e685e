#![doc = include_str!("symlinked_artifact.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::{EntryKind, LoadedSource},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "symlinked-artifact",
    level: Level::Warning,
    page: include_str!("symlinked_artifact.md"),
    check: Check::Source(check),
};

fn check(source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    for (kind, entry) in source.source.artifacts() {
        let is_readable = source.document(kind).is_some();
        if entry.kind == EntryKind::Symlink && is_readable {
            sink.path(&*entry.path, format!("the {} is a link to another file", kind.noun()))
                .help("put a copy of the file there");
        }
    }
}
