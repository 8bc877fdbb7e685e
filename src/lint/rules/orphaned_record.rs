#![doc = include_str!("orphaned_record.md")]

use std::collections::HashSet;

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::{Workspace, layout},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "orphaned-record",
    level: Level::Warning,
    page: include_str!("orphaned_record.md"),
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace, sink: &mut Sink<'_>) {
    // Of a part of the repository nobody knows which sources there are.
    if !workspace.is_whole() || workspace.records().is_empty() {
        return;
    }
    let names: HashSet<&str> = workspace.sources().iter().map(|source| source.name.as_str()).collect();
    for record in workspace.records() {
        let source = record.name().strip_suffix(layout::RECORD).unwrap_or_default();
        if !names.contains(source) {
            sink.path(&*record.path, format!("there is no source `{source}` that was published so"))
                .help("rename it with the source, or remove it where the source is withdrawn");
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
}
