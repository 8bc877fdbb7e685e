#![doc = include_str!("stray_file.md")]

use std::collections::HashSet;

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
        rules::misnamed_source::is_no_text,
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

fn check(workspace: &Workspace, sink: &mut Sink<'_>) {
    let mut strays = Vec::new();
    for entry in workspace.strays() {
        // A link is told by `symlinked-source`.
        if entry.kind != EntryKind::Symlink {
            strays.push(Stray::of(entry, format!("move it out of `{}`, or remove it", layout::SOURCES)));
        }
    }
    for source in workspace.sources().iter().filter(|source| source.in_repository && !source.is_plain()) {
        find_in(source, &mut strays);
    }
    // What git leaves out is not handed in; few files are strays, so that only these are asked for.
    let asked: Vec<&str> = strays.iter().filter(|stray| !stray.is_meant).map(|stray| &*stray.path).collect();
    let ignored: HashSet<String> = workspace.ignored(&asked).into_iter().collect();
    for stray in strays.into_iter().filter(|stray| !ignored.contains(&stray.path)) {
        let finding = sink.path(stray.path, stray.message);
        finding.help(stray.help).level = stray.level.unwrap_or(finding.level);
    }
}

/// Something that is none of the artifacts.
struct Stray {
    path: String,
    message: String,
    help: String,
    /// Where it is not the rule's own.
    level: Option<Level>,
    /// Whether it is called as an artifact is.
    is_meant: bool,
}

fn find_in(source: &Source, strays: &mut Vec<Stray>) {
    // A folder with a name that a source can have may become one, and `missing-artifact` tells what it lacks.
    if layout::source_name_fault(&source.name).is_some() && source.is_bare() {
        if !is_no_text(source) {
            strays.push(Stray {
                path: source.path(),
                message: format!("the folder `{}` is no source", excerpt(&source.name)),
                help: format!("move it out of `{}`, or remove it; `sss new` scaffolds a source", layout::SOURCES),
                level: None,
                is_meant: false,
            });
        }
        return;
    }
    let path = source.path();
    let artifacts: Vec<_> = ArtifactKind::ALL.into_iter().filter_map(|kind| source.meant_as(kind)).collect();
    let meant = source.artifacts_folder().map_or(layout::ARTIFACTS, Entry::name);
    let is_artifacts = |name: &str| layout::is_artifacts(name) || name == meant;
    for entry in source.entries.iter().filter(|entry| !artifacts.contains(entry)) {
        let folder = entry.folder().strip_prefix(&path).unwrap_or_default().trim_start_matches('/');
        let is_artifacts_folder = folder.is_empty() && is_artifacts(entry.name());
        // What lies in another folder is said with that folder.
        let is_elsewhere = !folder.is_empty() && !is_artifacts(folder);
        let is_of_docs = folder.is_empty() && entry.kind == EntryKind::File && entry.name() == layout::DOCS_ANSWERS;
        if !is_artifacts_folder && !is_elsewhere && !layout::is_hidden(entry.name()) && !is_of_docs {
            strays.push(Stray::of(entry, help(source, entry)));
        }
    }
}

impl Stray {
    fn of(entry: &Entry, help: String) -> Self {
        let what = if entry.kind == EntryKind::Folder { "folder" } else { "file" };
        let is_readme = entry.name().to_ascii_lowercase().starts_with("readme");
        let (level, help) = if layout::is_debris(entry.name()) {
            let help = "a file manager left it behind: remove it, and add its name to `.gitignore`";
            (Some(Level::Note), help.to_owned())
        } else if is_readme {
            let help = "Adobe does not read it; the root of the repository is a better place";
            (Some(Level::Note), help.to_owned())
        } else {
            (None, help)
        };
        Self {
            path: entry.path.to_string(),
            message: format!("the {what} `{}` is none of the artifacts", excerpt(entry.name())),
            help,
            level,
            is_meant: ArtifactKind::meant_by(entry.name()).is_some(),
        }
    }
}

fn help(source: &Source, entry: &Entry) -> String {
    let meant = ArtifactKind::meant_by(entry.name()).or_else(|| ArtifactKind::in_other_format(entry.name()));
    match meant {
        Some(kind) if kind.has_end_of(entry.name()) => {
            format!("the {} is `{}`; keep only one", kind.noun(), kind.file_name(&source.name))
        }
        Some(ArtifactKind::Icon) => {
            format!("the icon must be SVG, and is called `{}`", ArtifactKind::Icon.file_name(&source.name))
        }
        _ => format!(
            "a source is `{}` with its five files and nothing else: move it out, or remove it",
            layout::ARTIFACTS
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        config::Config,
        lint::{self, testing::Sample},
    };

    #[test]
    fn each_stray_is_said_once_and_as_gravely_as_it_deserves() {
        let root = tempfile::tempdir().unwrap();
        for path in [
            "Sources/acme/Artifacts/acme-label.txt",
            "Sources/acme/Artifacts/other-label.txt",
            "Sources/acme/Artifacts/.DS_Store",
            "Sources/acme/Artifacts/.gitkeep",
            "Sources/acme/Artifacts/acme-label.txt.bak",
            "Sources/acme/notes/a.txt",
            "Sources/acme/README.md",
            "Sources/acme/docs.toml",
            "Sources/acme/Artifacts/docs.toml",
            "Sources/list.csv",
            "Sources/.idea/x.xml",
            "Sources/.DS_Store",
            "Sources/.gitkeep",
            "Sources/__MACOSX/._x",
            "Sources/node_modules/left/pad.js",
            "Sources/node_modules/package.json",
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
                ("Sources/.DS_Store", Level::Note),
                ("Sources/__MACOSX", Level::Warning),
                ("Sources/acme/Artifacts/.DS_Store", Level::Note),
                ("Sources/acme/Artifacts/acme-label.txt.bak", Level::Warning),
                ("Sources/acme/Artifacts/docs.toml", Level::Warning),
                ("Sources/acme/Artifacts/other-label.txt", Level::Warning),
                ("Sources/acme/README.md", Level::Note),
                ("Sources/acme/notes", Level::Warning),
                ("Sources/list.csv", Level::Warning),
                ("Sources/node_modules", Level::Warning),
            ]
        );
        let others = findings.findings.iter().filter(|finding| !finding.path.starts_with("Sources/acme"));
        assert!(others.clone().all(|finding| finding.rule == RULE.name), "{:#?}", others.collect::<Vec<_>>());
    }
    #[test]
    fn what_git_ignores_is_no_stray_unless_it_is_called_as_an_artifact_is() {
        let strays = "+ Sources/acme/Artifacts/.DS_Store\n+ Sources/acme/Artifacts/acme-label.txt.bak\n\
                      + Sources/.DS_Store\n+ Sources/node_modules/x.js\n+ Sources/acme/Artifacts/other-label.txt\n";
        let sample = Sample::batch().rearranged(strays);
        let ignoring = ".DS_Store\n*.bak\nnode_modules/\nother-*\n";
        let paths =
            |sample: &Sample| sample.findings().findings.into_iter().map(|found| found.path).collect::<Vec<_>>();
        assert_eq!(paths(&sample).len(), 5);
        assert_eq!(paths(&sample.clone().ignoring(ignoring)), ["Sources/acme/Artifacts/other-label.txt"]);
        // What was added all the same is handed in.
        let tracked = ArtifactKind::ALL.map(|kind| kind.path("acme"));
        let mut tracked: Vec<&str> = tracked.iter().map(String::as_str).collect();
        tracked.push("Sources/acme/Artifacts/acme-label.txt.bak");
        let found = paths(&sample.tracked(&tracked).ignoring(ignoring));
        assert_eq!(found, ["Sources/acme/Artifacts/acme-label.txt.bak", "Sources/acme/Artifacts/other-label.txt"]);
    }
}
