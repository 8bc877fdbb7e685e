#![doc = include_str!("orphaned_record.md")]

use std::collections::HashSet;

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::{Entry, EntryKind, Workspace, layout},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "orphaned-record",
    level: Level::Warning,
    page: include_str!("orphaned_record.md"),
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace, sink: &mut Sink<'_>) {
    if workspace.records().is_empty() {
        return;
    }
    let names: HashSet<&str> = match workspace.around() {
        Some(around) => around.there.iter().map(String::as_str).collect(),
        None if workspace.is_whole() => workspace.sources().iter().map(|source| source.name.as_str()).collect(),
        // Of a part of the repository nobody knows which sources there are.
        None => return,
    };
    // A record that was left alone before is no business of this branch.
    let is_wanted = |record: &Entry, source: &str| {
        workspace.around().is_none_or(|around| around.names.contains(source) || around.records.contains(record.name()))
    };
    for record in workspace.records() {
        let source = record.name().strip_suffix(layout::RECORD).unwrap_or_default();
        if !is_wanted(record, source) {
            continue;
        }
        if !names.contains(source) {
            sink.path(&*record.path, format!("there is no source `{source}` that was published so"))
                .help("rename it with the source, or remove it where the source is withdrawn");
        } else if record.kind == EntryKind::Symlink && !workspace.root().join(&*record.path).exists() {
            sink.path(&*record.path, format!("the record of `{source}` is a link that leads nowhere"))
                .help("put the record itself there, or remove the link");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, lint};

    #[test]
    fn a_part_of_a_repository_is_not_asked() {
        let root = tempfile::tempdir().unwrap();
        for folder in [".sss/published", "Sources/acme/Artifacts", "Sources/other/Artifacts"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for name in ["acme.toml", "gone.toml", "notes.txt"] {
            std::fs::write(root.path().join(".sss/published").join(name), "").unwrap();
        }
        let orphans = |workspace: &Workspace| {
            let findings = lint::check(workspace, &Config::default()).findings;
            let of_rule = findings.into_iter().filter(|finding| finding.rule == RULE.name);
            of_rule.map(|finding| finding.path).collect::<Vec<_>>()
        };
        let mut workspace = Workspace::discover(root.path()).unwrap();
        assert_eq!(orphans(&workspace), [".sss/published/gone.toml"]);
        workspace.retain(|source| source.name == "other");
        assert_eq!(orphans(&workspace), Vec::<String>::new());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_no_record() {
        let root = tempfile::tempdir().unwrap();
        for folder in [".sss/published", "Sources/acme/Artifacts"] {
            std::fs::create_dir_all(root.path().join(folder)).unwrap();
        }
        for name in ["acme.toml", "gone.toml"] {
            std::os::unix::fs::symlink("nowhere", root.path().join(".sss/published").join(name)).unwrap();
        }
        let findings = lint::check(&Workspace::discover(root.path()).unwrap(), &Config::default()).findings;
        let found = findings.iter().filter(|finding| finding.rule == RULE.name);
        assert_eq!(
            found.map(|finding| finding.message.as_str()).collect::<Vec<_>>(),
            ["the record of `acme` is a link that leads nowhere", "there is no source `gone` that was published so"]
        );
    }
}
