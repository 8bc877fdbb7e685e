#![doc = include_str!("symlinked_source.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::{EntryKind, Workspace, layout},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "symlinked-source",
    level: Level::Warning,
    page: include_str!("symlinked_source.md"),
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace, sink: &mut Sink<'_>) {
    for entry in workspace.strays().iter().filter(|entry| entry.kind == EntryKind::Symlink) {
        sink.path(&*entry.path, "a link stands in the place of a source, and is not followed")
            .help("put the folder itself there");
    }
    for source in workspace.sources().iter().filter(|source| source.in_repository) {
        let folder = source.path();
        let is_artifacts = |name: &str| name.eq_ignore_ascii_case(layout::ARTIFACTS);
        for entry in source.entries.iter().filter(|entry| entry.kind == EntryKind::Symlink) {
            if entry.folder() == folder && is_artifacts(entry.name()) {
                sink.path(&*entry.path, format!("`{}` is a link, and is not followed", layout::ARTIFACTS))
                    .help("put the folder itself there, with the five artifacts");
            }
        }
    }
}
