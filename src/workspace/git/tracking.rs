//! Which artifacts git does not track.

use std::path::Path;

use super::{Git, index::Index};
use crate::workspace::{Entry, EntryKind, Source, Workspace, layout};

/// An artifact that git does not track, or a source of which it tracks none.
#[derive(Debug, PartialEq, Eq)]
pub struct Untracked {
    /// Path relative to the root, with `/`.
    pub path: String,
    /// The name of the source, where it is the whole of it.
    pub source: Option<String>,
    /// Whether git is told to ignore it.
    pub is_ignored: bool,
    /// Whether git tracks anything here: before the first commit nobody expects it to.
    pub has_commits: bool,
}

impl Untracked {
    /// The artifacts on disk that git does not track, in the order of the sources. Where git cannot be asked, or there is
    /// no repository, nobody knows of any.
    pub(in crate::workspace) fn of(workspace: &Workspace) -> Vec<Self> {
        let root = workspace.root();
        let sources: Vec<&Source> = workspace.sources().iter().filter(|source| source.in_repository).collect();
        if sources.is_empty() {
            return Vec::new();
        }
        // Most often everything is tracked, and the index tells so without libgit2, which takes longer to begin.
        let is_tracked = index_around(root)
            .is_some_and(|(index, prefix)| sources.iter().all(|source| missing(&index, &prefix, source).is_empty()));
        if is_tracked {
            return Vec::new();
        }
        let Ok(git) = Git::around(root) else { return Vec::new() };
        let Ok(index) = Index::read(&git.repository) else { return Vec::new() };
        let has_commits = git.head().is_ok_and(|head| head.is_some());
        let ignores_case = git.repository.config().and_then(|config| config.get_bool("core.ignorecase"));
        let asked = ignores_case.unwrap_or(false).then(|| git.repository.index().ok()).flatten();
        let mut untracked = Vec::new();
        for source in sources {
            let mut missing = missing(&index, &git.sources, source);
            missing.retain(|entry| {
                let path = in_git(&git.sources, entry);
                let path = String::from_utf8_lossy(&path);
                asked.as_ref().is_none_or(|index| index.get_path(Path::new(&*path), 0).is_none())
            });
            git.tell(source, &missing, has_commits, &mut untracked);
        }
        untracked
    }
}

impl Git {
    fn tell(&self, source: &Source, missing: &[&Entry], has_commits: bool, untracked: &mut Vec<Untracked>) {
        let ignored: Vec<bool> =
            missing.iter().map(|entry| self.is_ignored(&in_git(&self.sources, entry)).unwrap_or(false)).collect();
        let is_all = missing.len() == candidates(source).count();
        match ignored.first() {
            // Five findings say no more than one.
            Some(first) if is_all && missing.len() > 1 && ignored.iter().all(|ignored| ignored == first) => {
                let source = Some(source.name.clone()).map(|name| (format!("{}/{name}", layout::SOURCES), name));
                untracked.extend(source.map(|(path, name)| Untracked {
                    path,
                    source: Some(name),
                    is_ignored: *first,
                    has_commits,
                }));
            }
            _ => untracked.extend(missing.iter().zip(ignored).map(|(entry, is_ignored)| Untracked {
                path: entry.path.to_string(),
                source: None,
                is_ignored,
                has_commits,
            })),
        }
    }
}

/// The artifacts that git could track.
fn candidates(source: &Source) -> impl Iterator<Item = &Entry> {
    let artifacts = source.artifacts().map(|(_, entry)| entry);
    // A name that is no text is not known as git knows it.
    artifacts.filter(|entry| {
        matches!(entry.kind, EntryKind::File | EntryKind::Symlink) && !entry.path.contains(char::REPLACEMENT_CHARACTER)
    })
}

fn missing<'s>(index: &Index, prefix: &[u8], source: &'s Source) -> Vec<&'s Entry> {
    let entries = index.below(&[prefix, source.name.as_bytes(), b"/"].concat());
    let is_missing = |entry: &&Entry| {
        let path = in_git(prefix, entry);
        !entries.iter().any(|known| index.path(known) == path && !known.is_intended)
    };
    candidates(source).filter(is_missing).collect()
}

fn in_git(prefix: &[u8], entry: &Entry) -> Vec<u8> {
    let rest = entry.path.strip_prefix(layout::SOURCES).and_then(|rest| rest.strip_prefix('/')).unwrap_or(&entry.path);
    [prefix, rest.as_bytes()].concat()
}

/// The index of the repository around a folder with `Sources`, and the path there of `Sources`, where that is plain to see.
fn index_around(root: &Path) -> Option<(Index, Vec<u8>)> {
    // Who sets these has another repository in mind, or another index.
    if ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"].iter().any(|name| std::env::var_os(name).is_some()) {
        return None;
    }
    let sources = root.join(layout::SOURCES).canonicalize().ok()?;
    let folder = sources.ancestors().find(|folder| folder.join(".git").is_dir())?;
    let within = sources.strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
    Some((Index::read_file(&folder.join(".git/index"))?, format!("{within}/").into_bytes()))
}
