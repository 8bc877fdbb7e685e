#![doc = include_str!("misnamed_artifact.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::{
        Entry, EntryKind, LoadedSource,
        layout::{self, ArtifactKind},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misnamed-artifact",
    level: Level::Error,
    page: include_str!("misnamed_artifact.md"),
    check: Check::Source(check),
};

fn check(source: &LoadedSource<'_>, sink: &mut Sink<'_>) {
    let source = source.source;
    if !source.in_repository {
        return;
    }
    // Nearly all are where they should be, and to see that takes the least.
    if source.is_plain() && source.artifacts().all(|(kind, entry)| kind.is_path(&source.name, &entry.path)) {
        return;
    }
    let is_folder = |name: &str| name.eq_ignore_ascii_case(layout::ARTIFACTS);
    let folder = source.path();
    for entry in source.entries.iter().filter(|entry| entry.folder() == folder) {
        if entry.kind == EntryKind::Folder && is_folder(entry.name()) && entry.name() != layout::ARTIFACTS {
            sink.path(&*entry.path, format!("the folder `{}` must be `{}`", entry.name(), layout::ARTIFACTS))
                .help(format!("rename it to `{}/{}`", source.path(), layout::ARTIFACTS));
        }
    }
    for kind in ArtifactKind::ALL {
        let is_elsewhere = |entry: &&Entry| !kind.is_path(&source.name, &entry.path);
        let Some(entry) = source.meant_as(kind).filter(is_elsewhere) else { continue };
        let (name, path) = (kind.file_name(&source.name), kind.path(&source.name));
        let is_in_place = is_folder(entry.folder().rsplit('/').next().unwrap_or_default());
        let fault = if entry.name() != name {
            format!("the {} must be called `{name}`", kind.noun())
        } else if !is_in_place {
            format!("the {} must stand in `{}`", kind.noun(), layout::ARTIFACTS)
        } else {
            // Only the folder is misspelt, which has been said once for all.
            continue;
        };
        sink.path(&*entry.path, fault).help(format!("rename it to `{path}`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::{config::Config, lint::check, workspace::Workspace};

    #[test]
    fn a_misspelt_folder_is_one_finding() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("Sources/acme/artifacts");
        std::fs::create_dir_all(&folder).unwrap();
        for name in ["category.txt", "description.txt", "icon.svg", "label.txt", "connectionSpec.json"] {
            std::fs::write(folder.join(format!("acme-{name}")), "").unwrap();
        }
        let findings = check(&Workspace::discover(root.path()).unwrap(), &Config::default());
        let about_names = ["misnamed-artifact", "missing-artifact", "stray-file"];
        let found: Vec<_> = findings.findings.iter().filter(|found| about_names.contains(&found.rule)).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].path, "Sources/acme/artifacts");
        assert_eq!(found[0].help.as_deref(), Some("rename it to `Sources/acme/Artifacts`"));
    }
}
