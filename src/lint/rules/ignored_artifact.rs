#![doc = include_str!("ignored_artifact.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    workspace::Workspace,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "ignored-artifact",
    level: Level::Warning,
    page: include_str!("ignored_artifact.md"),
    check: Check::Workspace(check),
};

fn check(workspace: &Workspace, sink: &mut Sink<'_>) {
    for file in workspace.untracked().iter().filter(|file| file.is_ignored) {
        sink.path(&*file.path, "git is told to ignore this file")
            .help(format!("take the line out of `.gitignore`, or add the file with `git add --force {}`", file.path));
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
    fn what_a_gitignore_names_is_found_unless_it_was_added_all_the_same() {
        let found = [("…/Artifacts/acme-category.txt".to_owned(), Level::Warning)];
        assert_eq!(told("*-category.txt", &["acme-label.txt"], ""), found);
        assert_eq!(told("Sources/acme/Artifacts/acme-c*", &[], ""), found);
        assert_eq!(told("*-category.txt", &["acme-category.txt"], ""), []);
        assert_eq!(told("", &[], ""), []);
    }
}
