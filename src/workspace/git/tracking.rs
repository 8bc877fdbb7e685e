//! Which artifacts git does not track.

use std::path::Path;

use super::{
    Error, Git,
    index::{Index, Kind},
};
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
    /// Whether it is in a repository of its own, of which this one knows only a commit.
    pub is_submodule: bool,
    /// Whether git tracks anything here: before the first commit nobody expects it to.
    pub has_commits: bool,
}

impl Untracked {
    /// The artifacts on disk that git does not track, in the order of the sources. Where there is no repository, nobody
    /// knows of any.
    pub(in crate::workspace) fn of(workspace: &Workspace) -> Result<Vec<Self>, Error> {
        let root = workspace.root();
        let sources: Vec<&Source> = workspace.sources().iter().filter(|source| source.in_repository).collect();
        if sources.is_empty() {
            return Ok(Vec::new());
        }
        // Most often everything is tracked, and the index tells so without libgit2, which takes longer to begin.
        let is_tracked = index_around(root)
            .is_some_and(|(index, prefix)| sources.iter().all(|source| missing(&index, &prefix, source).is_empty()));
        if is_tracked {
            return Ok(Vec::new());
        }
        let Some(git) = Git::if_around(root)? else { return Ok(Vec::new()) };
        let index = Index::read(&git.repository)?;
        let has_commits = git.head()?.is_some();
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
            let known = index.get(&[&git.sources, source.name.as_bytes()].concat());
            if !missing.is_empty() && known.is_some_and(|entry| entry.kind == Kind::Submodule) {
                untracked.push(Self {
                    path: source.path(),
                    source: Some(source.name.clone()),
                    is_ignored: false,
                    is_submodule: true,
                    has_commits,
                });
                continue;
            }
            git.tell(source, &missing, has_commits, &mut untracked);
        }
        Ok(untracked)
    }
}

/// Those of some paths, relative to the root, that git is told to ignore, and does not track all the same.
pub(in crate::workspace) fn ignored(root: &Path, paths: &[&str]) -> Result<Vec<String>, Error> {
    let Some(git) = Git::if_around(root)? else { return Ok(Vec::new()) };
    let index = Index::read(&git.repository)?;
    let is_ignored = |path: &&&str| {
        let path = below_sources(&git.sources, path);
        let is_tracked = || index.get(&path).is_some() || !index.below(&[&path, b"/".as_slice()].concat()).is_empty();
        git.is_ignored(&path).unwrap_or(false) && !is_tracked()
    };
    Ok(paths.iter().filter(is_ignored).map(|path| (*path).to_owned()).collect())
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
                    is_submodule: false,
                    has_commits,
                }));
            }
            _ => untracked.extend(missing.iter().zip(ignored).map(|(entry, is_ignored)| Untracked {
                path: entry.path.to_string(),
                source: None,
                is_ignored,
                is_submodule: false,
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
    below_sources(prefix, &entry.path)
}

/// The path in git of something in `Sources`.
fn below_sources(prefix: &[u8], path: &str) -> Vec<u8> {
    let rest = path.strip_prefix(layout::SOURCES).and_then(|rest| rest.strip_prefix('/')).unwrap_or(path);
    [prefix, rest.as_bytes()].concat()
}

/// The index of the repository around a folder with `Sources`, and the path there of `Sources`, where that is plain to see.
fn index_around(root: &Path) -> Option<(Index, Vec<u8>)> {
    // Who sets these has another repository in mind, or another index.
    if ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"].iter().any(|name| std::env::var_os(name).is_some()) {
        return None;
    }
    let sources = root.join(layout::SOURCES).canonicalize().ok()?;
    let folder = sources.ancestors().find(|folder| folder.join(".git").exists())?;
    // A file there leads to a repository elsewhere, which libgit2 finds.
    if !folder.join(".git").is_dir() {
        return None;
    }
    let within = sources.strip_prefix(folder).ok()?.to_str()?.replace('\\', "/");
    Some((Index::read_file(&folder.join(".git/index"))?, format!("{within}/").into_bytes()))
}
