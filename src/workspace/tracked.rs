//! What git knows of the artifacts: which of them it does not keep, and why.

use std::{collections::HashSet, path::Path, sync::Arc};

use git2::Repository;

use super::Workspace;

/// Of so many files that git does not keep it is asked whether it was told not to; each takes a while.
const MOST_ASKED: usize = 1000;

/// An artifact that git does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untracked {
    /// The name of the source.
    pub source: String,
    /// The path, relative to the root.
    pub path: Arc<str>,
    /// Whether a `.gitignore` says so.
    pub is_ignored: bool,
    /// Whether git keeps another artifact of the source.
    pub has_tracked: bool,
}

impl Workspace {
    /// The artifacts that git does not keep, in the order of their paths; none where there is no git repository.
    pub fn untracked(&self) -> &[Untracked] {
        self.untracked.get_or_init(|| self.ask_git().unwrap_or_default())
    }

    /// What cannot be found out is of no interest: the linter works without git as well.
    fn ask_git(&self) -> Option<Vec<Untracked>> {
        let is_repository = |folder: &Path| folder.join(".git").exists();
        let root = self.root.canonicalize().ok()?;
        // Most folders are no repository, and that is told faster so.
        root.ancestors().find(|folder| is_repository(folder))?;
        let repository = Repository::discover(&root).ok()?;
        let below = root.strip_prefix(repository.workdir()?.canonicalize().ok()?).ok()?.to_owned();
        let below = below.components().map(|part| part.as_os_str().to_str()).collect::<Option<Vec<_>>>()?.join("/");
        let prefix = if below.is_empty() { below } else { format!("{below}/") };
        let tracked: HashSet<Vec<u8>> = repository
            .index()
            .ok()?
            .iter()
            .filter_map(|entry| entry.path.strip_prefix(prefix.as_bytes()).map(<[u8]>::to_vec))
            .collect();
        let mut found = Vec::new();
        for source in self.sources.iter().filter(|source| source.in_repository) {
            let is_tracked = |path: &str| tracked.contains(path.as_bytes());
            let has_tracked = source.artifacts.iter().any(|(_, entry)| is_tracked(&entry.path));
            for (_, entry) in source.artifacts.iter().filter(|(_, entry)| !is_tracked(&entry.path)) {
                let is_asked = found.len() < MOST_ASKED;
                found.push(Untracked {
                    source: source.name.clone(),
                    path: Arc::clone(&entry.path),
                    is_ignored: is_asked
                        && repository.is_path_ignored(format!("{prefix}{}", entry.path)).unwrap_or(false),
                    has_tracked,
                });
            }
        }
        found.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Some(found)
    }
}
