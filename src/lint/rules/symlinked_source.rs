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
    for source in workspace.sources().iter().filter(|source| source.in_repository && !source.is_plain()) {
        let folder = source.path();
        let is_artifacts = |name: &str| name.eq_ignore_ascii_case(layout::ARTIFACTS);
        for entry in source.entries.iter().filter(|entry| entry.kind == EntryKind::Symlink) {
            if entry.folder() == folder && is_artifacts(entry.name()) {
                sink.path(&*entry.path, format!("`{}` is a link, and is not followed", layout::ARTIFACTS))
                    .level(Level::Error)
                    .help("put the folder itself there, with the five artifacts");
            }
        }
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{config::Config, lint};

    #[test]
    fn a_source_without_a_folder_of_artifacts_of_its_own_is_no_source() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("Sources/acme")).unwrap();
        std::fs::create_dir(root.path().join("real")).unwrap();
        std::os::unix::fs::symlink("../../real", root.path().join("Sources/acme/Artifacts")).unwrap();
        let findings = lint::check(&Workspace::discover(root.path()).unwrap(), &Config::default()).findings;
        let found: Vec<_> = findings.iter().map(|found| (found.rule, found.level, found.path.as_str())).collect();
        assert_eq!(found, [(RULE.name, Level::Error, "Sources/acme/Artifacts")]);
    }
}
