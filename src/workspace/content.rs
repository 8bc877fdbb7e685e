//! Where the bytes of artifacts come from: the disk, the index of git, or what was handed in.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use super::{
    Artifact, Entry, EntryKind, Error, LoadedSource, MAX_BYTES, PageFile, Source, Unreadable, Workspace,
    git::Staged,
    layout::{self, ArtifactKind},
};
use crate::text::Document;

/// Where the bytes of artifacts come from.
#[derive(Debug, Default)]
pub(super) enum Content {
    #[default]
    Disk,
    /// One file is as it was handed in, and everything else as on disk.
    Given { path: Arc<str>, bytes: Vec<u8> },
    /// Everything is as in the index of git.
    Staged(Box<Staged>),
}

impl Workspace {
    /// Reads all artifacts of one of its sources.
    pub fn load<'s>(&self, source: &'s Source) -> LoadedSource<'s> {
        match &self.content {
            Content::Disk => source.load(&self.root),
            Content::Given { path, bytes } => {
                let mut loaded = source.load(&self.root);
                for artifact in loaded.artifacts.iter_mut().filter(|artifact| artifact.path == *path) {
                    artifact.content = given(bytes).map(|bytes| Arc::new(Document::new(Arc::clone(path), bytes)));
                }
                loaded
            }
            Content::Staged(staged) => {
                let artifact = |(kind, entry): (ArtifactKind, &Entry)| Artifact {
                    kind,
                    path: Arc::clone(&entry.path),
                    content: match entry.kind {
                        EntryKind::File | EntryKind::Symlink => staged
                            .content(&entry.path)
                            .map(|bytes| Arc::new(Document::new(Arc::clone(&entry.path), bytes))),
                        EntryKind::Folder | EntryKind::Other => Err(Unreadable::NotAFile),
                    },
                };
                LoadedSource { source, artifacts: source.artifacts().map(artifact).collect() }
            }
        }
    }

    /// The bytes of one of its pages.
    pub(super) fn page_bytes(&self, page: &PageFile) -> Result<Vec<u8>, Unreadable> {
        match &self.content {
            Content::Staged(staged) => staged.content(&page.path),
            Content::Given { path, bytes } if *path == page.path => given(bytes),
            Content::Disk | Content::Given { .. } => page.bytes(),
        }
    }

    /// Whether it is what lies on disk, and nothing else.
    pub(super) fn is_on_disk(&self) -> bool {
        matches!(self.content, Content::Disk)
    }

    /// The sources of these names as the index of git has them.
    pub fn staged(root: &Path, staged: Staged, names: &BTreeSet<String>) -> Self {
        let mut workspace = Self::part(root);
        for (name, node) in staged.tree(names) {
            if layout::is_hidden(&name) {
                continue;
            }
            let path = format!("{}/{name}", layout::SOURCES);
            let entry = |path: String, kind| Entry { path: path.into(), kind };
            match node.kind {
                // What is in a repository of its own, that one's index knows.
                Some(EntryKind::Folder) if node.is_submodule => {}
                Some(EntryKind::Folder) => {
                    let mut entries = Vec::new();
                    for (child, node) in node.inside {
                        let path = format!("{path}/{child}");
                        let Some(kind) = node.kind else { continue };
                        entries.push(entry(path.clone(), kind));
                        let inside = node.inside.into_iter().filter_map(|(name, node)| Some((name, node.kind?)));
                        entries.extend(inside.map(|(name, kind)| entry(format!("{path}/{name}"), kind)));
                    }
                    workspace.sources.push(Source::of(name, entries));
                }
                Some(kind) => workspace.strays.push(entry(path, kind)),
                None => {}
            }
        }
        workspace.content = Content::Staged(Box::new(staged));
        workspace
    }

    /// The index that it is read from, where it is.
    pub fn index(&self) -> Option<&Staged> {
        match &self.content {
            Content::Staged(staged) => Some(staged),
            Content::Disk | Content::Given { .. } => None,
        }
    }

    /// What was handed in for one file, and its path.
    pub fn handed_in(&self) -> Option<(&str, &[u8])> {
        match &self.content {
            Content::Given { path, bytes } => Some((path, bytes)),
            Content::Disk | Content::Staged(_) => None,
        }
    }

    /// Has one file be as it is handed in, whether it is on disk or not. The path is relative to the root, with `/`.
    pub fn give(&mut self, path: &str, bytes: Vec<u8>) {
        let path: Arc<str> = path.into();
        self.content = Content::Given { path: Arc::clone(&path), bytes };
        let parts: Vec<&str> = path.split('/').collect();
        let file = |path: Arc<str>| Entry { path, kind: EntryKind::File };
        match parts.as_slice() {
            [layout::SOURCES, _] if !self.strays.iter().any(|entry| entry.path == path) => {
                self.strays.push(file(Arc::clone(&path)))
            }
            [layout::SOURCES, name, inner @ ..] if matches!(inner.len(), 1 | 2) => {
                let found = self.sources.iter().position(|source| source.name == **name);
                let mut entries = found.map(|at| self.sources.swap_remove(at).entries).unwrap_or_default();
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                if inner.len() == 2 && !entries.iter().any(|entry| *entry.path == *folder) {
                    entries.push(Entry { path: folder.into(), kind: EntryKind::Folder });
                }
                entries.retain(|entry| entry.path != path);
                entries.push(file(Arc::clone(&path)));
                entries.sort_by(|one, other| one.path.cmp(&other.path));
                self.sources.push(Source::of((*name).to_owned(), entries));
                self.sources.sort_by(|one, other| one.name.cmp(&other.name));
            }
            _ => {}
        }
    }

    /// A workspace of one artifact that was handed in and stands by itself.
    pub fn given(root: &Path, path: &str, kind: ArtifactKind, bytes: Vec<u8>) -> Result<Self, Error> {
        let root = std::path::absolute(root).map_err(|source| Error::File {
            action: "read",
            path: root.to_owned(),
            source,
        })?;
        let entry = Entry { path: path.into(), kind: EntryKind::File };
        let mut workspace = Self::part(&root);
        workspace.content = Content::Given { path: Arc::clone(&entry.path), bytes };
        workspace.sources = vec![Source::lone(kind, entry)];
        Ok(workspace)
    }
}

fn given(bytes: &[u8]) -> Result<Vec<u8>, Unreadable> {
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Unreadable::TooLarge { bytes: bytes.len() as u64 });
    }
    Ok(bytes.to_vec())
}
