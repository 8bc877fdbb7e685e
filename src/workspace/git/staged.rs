//! The index as a place to read from: what the next commit will hold.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Mutex, PoisonError},
};

use git2::{ErrorCode, Oid};

use super::{
    Error, Git,
    changed::groups,
    index::{Entry, Index, Kind},
};
use crate::workspace::{self, EntryKind, MAX_BYTES, Unreadable, layout};

/// The index of a repository.
#[derive(Debug)]
pub struct Staged {
    git: Mutex<Git>,
    /// The path in git of the folder that holds `Sources`, of `Sources`, and of the documentation pages; each with `/` at
    /// its end.
    root: Vec<u8>,
    sources: Vec<u8>,
    docs: Vec<u8>,
    index: Index,
    /// What differs from the last commit, as paths relative to the root.
    changed: BTreeSet<String>,
}

impl Staged {
    /// What is staged. A file that has a merge conflict will not be committed as it is.
    pub fn read(git: Git) -> Result<Self, Error> {
        let index = Index::read(&git.repository)?;
        let conflicts = |entries: &[Entry]| {
            let conflicts = entries.iter().filter(|entry| entry.stage != 0);
            conflicts.map(|entry| index.path(entry).to_vec()).collect::<BTreeSet<_>>()
        };
        let mut in_conflict = conflicts(index.below(&git.sources));
        in_conflict.extend(conflicts(index.below(&git.docs)));
        in_conflict.extend(conflicts(index.below(&[&git.root, layout::CONFIG.as_bytes()].concat())));
        in_conflict.extend(conflicts(index.below(&[&git.root, layout::STATE.as_bytes(), b"/"].concat())));
        if let Some(path) = in_conflict.first() {
            let shown = path.strip_prefix(git.root.as_slice()).unwrap_or(path);
            let path = String::from_utf8_lossy(shown).into_owned();
            return Err(Error::Conflict { path, more: in_conflict.len() - 1 });
        }
        let changed = git.staged_since_head(&index)?.iter().map(|path| git.shown(path)).collect();
        let (root, sources, docs) = (git.root.clone(), git.sources.clone(), git.docs.clone());
        Ok(Self { root, sources, docs, git: Mutex::new(git), index, changed })
    }

    /// What differs from the last commit, as paths relative to the root.
    pub fn changed(&self) -> &BTreeSet<String> {
        &self.changed
    }

    /// Whether the index has a file of this path, relative to the root, or one below it.
    pub fn holds(&self, path: &str) -> bool {
        let path = self.in_git(path);
        self.index.get(&path).is_some() || !self.index.below(&[&path, b"/".as_slice()].concat()).is_empty()
    }

    /// Whether there is something where a link in a file leads; nothing where that is outside of the root.
    pub fn holds_linked(&self, file: &str, link: &str) -> Option<bool> {
        leads_to(file, link).map(|path| self.holds(&path))
    }

    /// The content of a file at a path relative to the root, where there is one.
    pub fn text(&self, path: &str) -> Result<Option<Vec<u8>>, workspace::Error> {
        if self.index.get(&self.in_git(path)).is_none_or(|entry| entry.is_intended) {
            return Ok(None);
        }
        self.content(path).map(Some).map_err(|unreadable| workspace::Error::File {
            action: "read",
            path: path.into(),
            source: std::io::Error::other(match unreadable {
                Unreadable::Failed { reason } => reason,
                _ => "the index holds no file that could be read there".to_owned(),
            }),
        })
    }

    /// The content of a file at a path relative to the root.
    pub(in crate::workspace) fn content(&self, path: &str) -> Result<Vec<u8>, Unreadable> {
        /// Links that lead on to links.
        const MOST: usize = 40;
        let mut path = path.to_owned();
        for _ in 0..MOST {
            let in_git = self.in_git(&path);
            match self.index.get(&in_git) {
                Some(entry) if entry.kind == Kind::File => return self.blob(entry.id),
                Some(entry) if entry.kind == Kind::Link => {
                    let target = self.blob(entry.id)?;
                    path = leads_to(&path, &String::from_utf8_lossy(&target)).ok_or(Unreadable::Outside)?;
                }
                Some(_) => return Err(Unreadable::NotAFile),
                None if self.holds(&path) => return Err(Unreadable::NotAFile),
                None => return Err(failed(&format!("there is no `{path}` in the index"))),
            }
        }
        Err(failed("links lead in a circle"))
    }

    fn blob(&self, id: Oid) -> Result<Vec<u8>, Unreadable> {
        let git = self.git.lock().unwrap_or_else(PoisonError::into_inner);
        let refused = |error: git2::Error| match error.code() {
            ErrorCode::NotFound => failed("git has lost its content"),
            _ => failed(error.message()),
        };
        let (bytes, _) = git.repository.odb().and_then(|odb| odb.read_header(id)).map_err(refused)?;
        if bytes as u64 > MAX_BYTES {
            return Err(Unreadable::TooLarge { bytes: bytes as u64 });
        }
        Ok(git.repository.find_blob(id).map_err(refused)?.content().to_vec())
    }

    fn in_git(&self, path: &str) -> Vec<u8> {
        let below = |folder: &[u8], name: &str| {
            let rest = path.strip_prefix(name)?.strip_prefix('/')?;
            Some([folder, rest.as_bytes()].concat())
        };
        below(&self.sources, layout::SOURCES)
            .or_else(|| below(&self.docs, layout::DOCS))
            .unwrap_or_else(|| [&self.root, path.as_bytes()].concat())
    }

    /// What is in `Sources`, by name: nothing but its kind for a file, for a folder what is in it.
    pub(in crate::workspace) fn tree(&self, wanted: &BTreeSet<String>) -> BTreeMap<String, Node> {
        let mut tree = BTreeMap::new();
        for (name, entries) in groups(&self.index, &self.sources) {
            let name = String::from_utf8_lossy(name).into_owned();
            if wanted.contains(&name) {
                let mut node = Node::default();
                for entry in entries.iter().filter(|entry| !entry.is_intended) {
                    let path = &self.index.path(entry)[self.sources.len()..];
                    let path = String::from_utf8_lossy(path);
                    node.add(path.split('/').skip(1), entry.kind);
                }
                tree.insert(name, node);
            }
        }
        tree
    }
}

/// Something in the index, with everything in it.
#[derive(Debug, Default)]
pub(in crate::workspace) struct Node {
    /// What it is; nothing where all that was in it is still to be added.
    pub(in crate::workspace) kind: Option<EntryKind>,
    /// Whether it is a repository of its own.
    pub(in crate::workspace) is_submodule: bool,
    pub(in crate::workspace) inside: BTreeMap<String, Node>,
}

impl Node {
    fn add<'p>(&mut self, mut path: impl Iterator<Item = &'p str>, kind: Kind) {
        match path.next() {
            Some(name) => {
                self.kind = Some(EntryKind::Folder);
                self.inside.entry(name.to_owned()).or_default().add(path, kind);
            }
            None => {
                self.is_submodule = kind == Kind::Submodule;
                self.kind = Some(match kind {
                    Kind::File => EntryKind::File,
                    Kind::Link => EntryKind::Symlink,
                    Kind::Submodule => EntryKind::Folder,
                });
            }
        }
    }
}

fn failed(reason: &str) -> Unreadable {
    Unreadable::Failed { reason: reason.to_owned() }
}

/// Where a link leads, relative to the root; nothing for a place outside of it.
fn leads_to(link: &str, target: &str) -> Option<String> {
    if Path::new(target).has_root() {
        return None;
    }
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
