#![doc = include_str!("stray_file.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::excerpt,
    workspace::{
        Entry, EntryKind, Source, Workspace,
        layout::{self, ArtifactKind},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "stray-file",
    level: Level::Warning,
    page: include_str!("stray_file.md"),
    check: Check::Workspace(check),
};

/// What file managers leave behind.
const DEBRIS: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

fn check(workspace: &Workspace, sink: &mut Sink<'_>) {
    for entry in workspace.strays() {
        // A link is told by `symlinked-source`.
        if entry.kind != EntryKind::Symlink {
            report(entry, format!("move it out of `{}`, or remove it", layout::SOURCES), sink);
        }
    }
    for source in workspace.sources().iter().filter(|source| source.in_repository && !source.is_plain()) {
        check_source(source, sink);
    }
}

fn check_source(source: &Source, sink: &mut Sink<'_>) {
    let path = source.path();
    let artifacts: Vec<_> = ArtifactKind::ALL.into_iter().filter_map(|kind| source.meant_as(kind)).collect();
    for entry in source.entries.iter().filter(|entry| !artifacts.contains(entry)) {
        let folder = entry.folder().strip_prefix(&path).unwrap_or_default().trim_start_matches('/');
        let is_artifacts_folder = folder.is_empty() && entry.name().eq_ignore_ascii_case(layout::ARTIFACTS);
        // What lies in another folder is said with that folder.
        let is_elsewhere = !folder.is_empty() && !folder.eq_ignore_ascii_case(layout::ARTIFACTS);
        let is_hidden = entry.name().starts_with('.') && !DEBRIS.contains(&entry.name());
        let is_of_docs = folder.is_empty() && entry.kind == EntryKind::File && entry.name() == layout::DOCS_ANSWERS;
        if !is_artifacts_folder && !is_elsewhere && !is_hidden && !is_of_docs {
            report(entry, help(source, entry), sink);
        }
    }
}

fn report(entry: &Entry, help: String, sink: &mut Sink<'_>) {
    let what = if entry.kind == EntryKind::Folder { "folder" } else { "file" };
    let is_readme = entry.name().to_ascii_lowercase().starts_with("readme");
    let finding = sink.path(&*entry.path, format!("the {what} `{}` is none of the artifacts", excerpt(entry.name())));
    if DEBRIS.contains(&entry.name()) {
        finding.level(Level::Note).help("a file manager left it behind: remove it, and add its name to `.gitignore`");
    } else if is_readme {
        finding.level(Level::Note).help("Adobe does not read it; the root of the repository is a better place");
    } else {
        finding.help(help);
    }
}

fn help(source: &Source, entry: &Entry) -> String {
    if let Some(kind) = ArtifactKind::meant_by(entry.name()) {
        return format!("the {} is `{}`; keep only one", kind.noun(), kind.file_name(&source.name));
    }
    let stem = entry.name().rsplit_once('.').map_or("", |(stem, _)| stem);
    if ArtifactKind::meant_by(&format!("{stem}.svg")) == Some(ArtifactKind::Icon) {
        return format!("the icon must be SVG, and is called `{}`", ArtifactKind::Icon.file_name(&source.name));
    }
    format!("a source is `{}` with its five files and nothing else: move it out, or remove it", layout::ARTIFACTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, lint};

    #[test]
    fn each_stray_is_said_once_and_as_gravely_as_it_deserves() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "Sources/acme/Artifacts/acme-label.txt",
            "Sources/acme/Artifacts/other-label.txt",
            "Sources/acme/Artifacts/.DS_Store",
            "Sources/acme/Artifacts/.gitkeep",
            "Sources/acme/notes/a.txt",
            "Sources/acme/README.md",
            "Sources/acme/docs.toml",
            "Sources/acme/Artifacts/docs.toml",
            "Sources/list.csv",
            "Sources/.idea/x.xml",
        ] {
            let path = root.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, "x").unwrap();
        }
        let findings = lint::check(&Workspace::discover(root.path()).unwrap(), &Config::default());
        let found: Vec<_> = findings
            .findings
            .iter()
            .filter(|finding| finding.rule == RULE.name)
            .map(|finding| (finding.path.as_str(), finding.level))
            .collect();
        assert_eq!(
            found,
            [
                ("Sources/acme/Artifacts/.DS_Store", Level::Note),
                ("Sources/acme/Artifacts/docs.toml", Level::Warning),
                ("Sources/acme/Artifacts/other-label.txt", Level::Warning),
                ("Sources/acme/README.md", Level::Note),
                ("Sources/acme/notes", Level::Warning),
                ("Sources/list.csv", Level::Warning),
            ]
        );
    }
}
