//! What the commits of a branch held: every content of an artifact that one of them brought.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, Mutex, PoisonError},
};

use git2::{DiffOptions, Oid, Sort, Tree};

use super::{Error, Git, index::Kind};
use crate::{
    text::Document,
    workspace::{MAX_BYTES, layout::ArtifactKind},
};

/// The contents that the commits of a branch brought, by artifact.
#[derive(Debug)]
pub struct History {
    git: Mutex<Git>,
    /// Path relative to the root, and each content with the commit that brought it, the oldest first.
    brought: BTreeMap<String, Vec<(Oid, String)>>,
}

/// One artifact as it was.
#[derive(Debug)]
pub struct Past {
    /// Path relative to the root, with `/`. It need not be there any more.
    pub path: String,
    pub kind: ArtifactKind,
    /// The oldest first.
    pub versions: Vec<Version>,
}

/// What an artifact held in a commit.
#[derive(Debug)]
pub struct Version {
    /// The commit that brought it, shortened as git does.
    pub commit: String,
    pub document: Arc<Document>,
}

impl History {
    /// What the commits brought that are on this branch and not on `revision`.
    pub fn since(git: Git, revision: &str) -> Result<Self, Error> {
        let brought = git.brought(revision)?;
        Ok(Self { git: Mutex::new(git), brought })
    }

    /// Keeps only the artifacts that are wanted.
    pub fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        self.brought.retain(|path, _| wanted(path));
    }

    /// Each artifact with all it held, one after the other: together they may be many.
    pub fn artifacts(&self) -> impl Iterator<Item = Past> {
        self.brought.iter().filter_map(|(path, contents)| {
            let kind = kind(path.as_bytes())?;
            let version = |(id, commit): &(Oid, String)| {
                let bytes = self.bytes(*id)?;
                Some(Version { commit: commit.clone(), document: Arc::new(Document::new(path.as_str(), bytes)) })
            };
            Some(Past { path: path.clone(), kind, versions: contents.iter().filter_map(version).collect() })
        })
    }

    /// A content, where it is not larger than an artifact may be.
    fn bytes(&self, id: Oid) -> Option<Vec<u8>> {
        let git = self.git.lock().unwrap_or_else(PoisonError::into_inner);
        let (bytes, _) = git.repository.odb().ok()?.read_header(id).ok()?;
        if bytes as u64 > MAX_BYTES {
            return None;
        }
        Some(git.repository.find_blob(id).ok()?.content().to_vec())
    }
}

impl Git {
    fn brought(&self, revision: &str) -> Result<BTreeMap<String, Vec<(Oid, String)>>, Error> {
        let failed = Error::failed("read the history");
        let (revised, head) = self.ends(revision)?;
        let mut walk = self.repository.revwalk().map_err(failed)?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::REVERSE).map_err(failed)?;
        walk.push(head).map_err(failed)?;
        walk.hide(revised).map_err(failed)?;
        let mut brought: BTreeMap<String, Vec<(Oid, String)>> = BTreeMap::new();
        for commit in walk {
            let commit = self.repository.find_commit(commit.map_err(failed)?).map_err(failed)?;
            let sources = self.sources_in(&commit.tree().map_err(failed)?)?;
            let mut parents = Vec::new();
            for parent in commit.parents() {
                parents.push(self.sources_in(&parent.tree().map_err(failed)?)?);
            }
            let mut name = None;
            for (path, id) in self.brought_by(sources.as_ref(), &parents)? {
                let contents = brought.entry(path).or_default();
                if !contents.iter().any(|(known, _)| *known == id) {
                    let name = name.get_or_insert_with(|| short(&commit));
                    contents.push((id, name.clone()));
                }
            }
        }
        Ok(brought)
    }

    /// The artifacts of a commit that none of its parents has as they are there.
    fn brought_by(
        &self,
        sources: Option<&Tree<'_>>,
        parents: &[Option<Tree<'_>>],
    ) -> Result<Vec<(String, Oid)>, Error> {
        let failed = Error::failed("read the history");
        let (first, others) = match parents {
            [first, others @ ..] => (first.as_ref(), others),
            [] => (None, &[][..]),
        };
        let mut options = DiffOptions::new();
        options.skip_binary_check(true);
        let diff = self.repository.diff_tree_to_tree(first, sources, Some(&mut options)).map_err(failed)?;
        let mut brought = Vec::new();
        for delta in diff.deltas() {
            let file = delta.new_file();
            let Some(path) = file.path_bytes().filter(|_| !file.id().is_zero()) else { continue };
            let is_file = Kind::of_mode(file.mode().into()) == Some(Kind::File);
            let is_theirs = |tree: &Option<Tree<'_>>| {
                let path = String::from_utf8_lossy(path);
                let entry = tree.as_ref().and_then(|tree| tree.get_path(Path::new(&*path)).ok());
                entry.is_some_and(|entry| entry.id() == file.id())
            };
            // An artifact lies in a source, which is a folder.
            if is_file && path.contains(&b'/') && kind(path).is_some() && !others.iter().any(is_theirs) {
                brought.push((self.shown(&[&self.sources, path].concat()), file.id()));
            }
        }
        Ok(brought)
    }
}

/// What a file is meant as, by its name.
fn kind(path: &[u8]) -> Option<ArtifactKind> {
    let name = path.rsplit(|byte| *byte == b'/').next()?;
    let name = std::str::from_utf8(name).ok()?;
    ArtifactKind::of_file_name(name).or_else(|| ArtifactKind::meant_by(name))
}

/// A commit's id as short as git shows it.
fn short(commit: &git2::Commit<'_>) -> String {
    let whole = commit.id().to_string();
    let short = commit.as_object().short_id().ok();
    short.and_then(|short| short.as_str().ok().map(str::to_owned)).unwrap_or(whole)
}
