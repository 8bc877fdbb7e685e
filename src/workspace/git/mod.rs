//! What git knows of a repository: what changed since a commit, what is staged, what is tracked, and what its commits held.
//!
//! Nothing is written: neither the index nor an object.

mod changed;
mod error;
mod history;
mod index;
mod staged;
#[cfg(test)]
mod tests;
mod tracking;

use std::{
    ffi::OsStr,
    path::{Path, PathBuf},
};

use git2::{ErrorCode, Oid, Repository, RepositoryOpenFlags, Tree};

pub use changed::Changed;
pub use error::Error;
pub use history::{History, Past, Version};
pub use staged::Staged;
pub use tracking::Untracked;
pub(super) use tracking::ignored;

use super::layout;

/// The repository of git around the sources.
pub struct Git {
    repository: Repository,
    /// The path in it of the folder that holds `Sources`, with `/` at its end; empty where that is the root of both.
    root: Vec<u8>,
    /// The path in it of `Sources`, with `/` at its end. A link may lead elsewhere.
    sources: Vec<u8>,
    /// The same of the folder of the documentation pages.
    docs: Vec<u8>,
}

impl std::fmt::Debug for Git {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Git").field("repository", &self.repository.path()).finish_non_exhaustive()
    }
}

impl Git {
    /// The repository of git that a folder with `Sources` stands in.
    pub fn around(root: &Path) -> Result<Self, Error> {
        let none = || Error::NoRepository { path: root.to_owned() };
        let repository = open(root)?.ok_or_else(none)?;
        let found = || {
            let folder = repository.workdir()?.canonicalize().ok()?;
            let root = root.canonicalize().ok()?;
            let within = |path: &Path| {
                let path = path.strip_prefix(&folder).ok()?.as_os_str().as_encoded_bytes();
                let mut path: Vec<u8> = if cfg!(windows) { slashes(path) } else { path.to_vec() };
                if !path.is_empty() {
                    path.push(b'/');
                }
                Some(path)
            };
            let in_root = within(&root)?;
            let folder = |name: &str| {
                let folder = root.join(name).canonicalize().ok().and_then(|path| within(&path));
                folder.unwrap_or_else(|| [&in_root, name.as_bytes(), b"/"].concat())
            };
            let (sources, docs) = (folder(layout::SOURCES), folder(layout::DOCS));
            Some((in_root, sources, docs))
        };
        let (root, sources, docs) = found().ok_or_else(none)?;
        Ok(Self { repository, root, sources, docs })
    }

    /// The same; nothing where there is none. One that is there and cannot be opened is an error.
    fn if_around(root: &Path) -> Result<Option<Self>, Error> {
        match Self::around(root) {
            Ok(git) => Ok(Some(git)),
            Err(Error::NoRepository { .. }) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Where the index of the repository is kept, or will be.
    pub fn index_path(&self) -> PathBuf {
        index::place(&self.repository)
    }

    /// A path relative to the root, of a path in git that lies in `Sources` or among the documentation pages.
    fn shown(&self, path: &[u8]) -> String {
        let below = |folder: &[u8], name: &str| {
            path.strip_prefix(folder).map(|rest| format!("{name}/{}", String::from_utf8_lossy(rest)))
        };
        below(&self.sources, layout::SOURCES)
            .or_else(|| below(&self.docs, layout::DOCS))
            .unwrap_or_else(|| String::from_utf8_lossy(path).into_owned())
    }

    /// The tree of the commit that is checked out; nothing before the first commit.
    fn head(&self) -> Result<Option<Tree<'_>>, Error> {
        match self.repository.head() {
            Ok(head) => head.peel_to_tree().map(Some).map_err(Error::failed("read the last commit")),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => Ok(None),
            Err(source) => Err(Error::failed("read the last commit")(source)),
        }
    }

    /// `Sources` as a tree has it.
    fn sources_in(&self, tree: &Tree<'_>) -> Result<Option<Tree<'_>>, Error> {
        self.folder_in(tree, &self.sources)
    }

    /// A folder as a tree has it.
    fn folder_in(&self, tree: &Tree<'_>, folder: &[u8]) -> Result<Option<Tree<'_>>, Error> {
        let path = folder.strip_suffix(b"/").unwrap_or(folder);
        let failed = Error::failed("read a commit");
        let entry = match tree.get_path(Path::new(&*String::from_utf8_lossy(path))) {
            Ok(entry) => entry,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        match entry.to_object(&self.repository).map_err(Error::failed("read a commit"))?.into_tree() {
            Ok(tree) => Ok(Some(tree)),
            // A file or a link that is called so holds no source.
            Err(_) => Ok(None),
        }
    }

    fn tree(&self, id: Oid) -> Result<Tree<'_>, Error> {
        self.repository.find_tree(id).map_err(Error::failed("read a commit"))
    }
}

/// The repository that a folder stands in: the one that a hook of git is told of, or the one around it.
fn open(folder: &Path) -> Result<Option<Repository>, Error> {
    let found = |opened: Result<Repository, git2::Error>| match opened {
        Ok(repository) => Ok(Some(repository).filter(|repository| !repository.is_bare())),
        Err(source) if source.code() != ErrorCode::NotFound || is_broken(folder) => {
            Err(Error::failed("open the repository of git")(source))
        }
        Err(_) => Ok(None),
    };
    let told = Repository::open_ext(folder, RepositoryOpenFlags::FROM_ENV, &[] as &[&OsStr]);
    let is_around = |repository: &Repository| {
        let around = repository.workdir().and_then(|around| around.canonicalize().ok());
        around.zip(folder.canonicalize().ok()).is_some_and(|(around, folder)| folder.starts_with(around))
    };
    match told {
        Ok(repository) if is_around(&repository) => found(Ok(repository)),
        // Somebody who works on another repository has told of it.
        Ok(_) => found(Repository::discover(folder)),
        Err(error) => found(Err(error)),
    }
}

/// Whether something around a folder says that it is a repository: what was not found then is missing from that.
fn is_broken(folder: &Path) -> bool {
    let mut around = folder.ancestors().map(|folder| folder.join(".git"));
    // A folder of that name need not be one of git's.
    around.any(|path| path.is_file() || path.join("HEAD").exists())
}

/// A path with `/`, where the system writes `\`.
fn slashes(path: &[u8]) -> Vec<u8> {
    path.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect()
}

/// The path of a file of the system that git keeps under this name.
fn on_disk(folder: &Path, name: &[u8]) -> PathBuf {
    #[cfg(unix)]
    let name: &OsStr = std::os::unix::ffi::OsStrExt::from_bytes(name);
    #[cfg(not(unix))]
    let name = &*String::from_utf8_lossy(name);
    folder.join(name)
}
