//! Samples in a repository of git, for the rules that look at what it knows.

use std::path::Path;

use git2::{Repository, Signature};

/// What git knows of a sample.
#[derive(Debug, Clone, Default)]
pub(super) struct InGit {
    /// Paths that are tracked; what is not ignored, where nothing is said.
    pub(super) tracked: Option<Vec<String>>,
    pub(super) ignored: String,
    pub(super) is_uncommitted: bool,
    /// What the connection spec held in a commit between the first and the last.
    pub(super) past: Option<(String, Vec<u8>)>,
}

impl InGit {
    /// Makes the repository, and tells the first of its commits.
    pub(super) fn make(&self, root: &Path) -> Option<String> {
        let repository = Repository::init(root).unwrap();
        std::fs::write(root.join(".gitignore"), &self.ignored).unwrap();
        let mut index = repository.index().unwrap();
        match &self.tracked {
            Some(paths) => paths.iter().for_each(|path| index.add_path(Path::new(path)).unwrap()),
            None => index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap(),
        }
        if self.is_uncommitted {
            return None;
        }
        index.write().unwrap();
        let first = commit(&repository);
        if let Some((path, content)) = &self.past {
            let now = std::fs::read(root.join(path)).unwrap();
            for content in [content, &now] {
                std::fs::write(root.join(path), content).unwrap();
                index.add_path(Path::new(path)).unwrap();
                index.write().unwrap();
                commit(&repository);
            }
        }
        Some(first)
    }
}

fn commit(repository: &Repository) -> String {
    let tree = repository.index().unwrap().write_tree().unwrap();
    let tree = repository.find_tree(tree).unwrap();
    let who = Signature::now("ada", "ada@acme.example").unwrap();
    let parent = repository.head().ok().map(|head| head.peel_to_commit().unwrap());
    let parents: Vec<_> = parent.iter().collect();
    repository.commit(Some("HEAD"), &who, &who, "x", &tree, &parents).unwrap().to_string()
}
