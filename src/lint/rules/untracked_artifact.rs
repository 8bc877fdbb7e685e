#![doc = include_str!("untracked_artifact.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::Workspace,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "untracked-artifact",
    level: Level::Warning,
    page: include_str!("untracked_artifact.md"),
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace, sink: &mut Sink<'_>) {
    let mut last = None;
    // That one is ignored is told by `ignored-artifact`.
    for file in workspace.untracked().iter().filter(|file| !file.is_ignored) {
        if file.has_tracked {
            sink.path(&*file.path, "git does not keep this file, and keeps others of the source")
                .help(format!("add it with `git add {}`", file.path));
        } else if last != Some(&file.source) {
            // Nobody has added a new source at the moment it is made.
            let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            sink.path(folder, format!("git does not keep `{}` yet", file.source))
                .level(Level::Note)
                .help(format!("add it with `git add {folder}`"));
            last = Some(&file.source);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::{config::Config, lint};

    /// A repository with a source of a label and a category, of which some files are added to git.
    fn told(ignore: &str, added: &[&str], below: &str) -> Vec<(String, Level)> {
        let root = tempfile::tempdir().unwrap();
        let repository = git2::Repository::init(root.path()).unwrap();
        let artifacts = Path::new(below).join("Sources/acme/Artifacts");
        std::fs::create_dir_all(root.path().join(&artifacts)).unwrap();
        std::fs::write(root.path().join(".gitignore"), ignore).unwrap();
        for name in ["acme-label.txt", "acme-category.txt"] {
            std::fs::write(root.path().join(&artifacts).join(name), "crm\n").unwrap();
        }
        let mut index = repository.index().unwrap();
        for name in added {
            index.add_path(&artifacts.join(name)).unwrap();
        }
        index.write().unwrap();
        let workspace = Workspace::discover(&root.path().join(below)).unwrap();
        let findings = lint::check(&workspace, &Config::default()).findings;
        let found = findings.into_iter().filter(|found| found.rule == RULE.name);
        found.map(|found| (found.path.replace("Sources/acme", "…"), found.level)).collect()
    }

    #[test]
    fn a_new_source_is_a_note_and_a_forgotten_file_a_warning() {
        assert_eq!(told("", &[], ""), [("…/Artifacts".to_owned(), Level::Note)]);
        let forgotten = [("…/Artifacts/acme-category.txt".to_owned(), Level::Warning)];
        assert_eq!(told("", &["acme-label.txt"], ""), forgotten);
        assert_eq!(told("", &["acme-label.txt"], "deep/er"), forgotten);
        assert_eq!(told("", &["acme-label.txt", "acme-category.txt"], ""), []);
        assert_eq!(told("*-category.txt", &["acme-label.txt"], ""), []);
    }
}
