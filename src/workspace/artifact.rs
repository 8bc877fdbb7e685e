//! Reading the artifacts of one source.

use std::{
    cell::RefCell,
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Entry, EntryKind, Source, discover, layout::ArtifactKind};
use crate::text::Document;

/// The largest artifact that is read.
pub const MAX_BYTES: u64 = 10 * 1024 * 1024;

/// A source whose artifacts have been read.
#[derive(Debug)]
pub struct LoadedSource<'a> {
    pub source: &'a Source,
    pub artifacts: Vec<Artifact>,
}

impl LoadedSource<'_> {
    /// The artifact of a kind, readable or not.
    pub fn artifact(&self, kind: ArtifactKind) -> Option<&Artifact> {
        self.artifacts.iter().find(|artifact| artifact.kind == kind)
    }

    /// The content of an artifact that could be read.
    pub fn document(&self, kind: ArtifactKind) -> Option<&Arc<Document>> {
        self.artifact(kind)?.content.as_ref().ok()
    }
}

/// One artifact.
#[derive(Debug, Clone)]
pub struct Artifact {
    pub kind: ArtifactKind,
    /// Path relative to the root, with `/`.
    pub path: Arc<str>,
    pub content: Result<Arc<Document>, Unreadable>,
}

/// Why an artifact was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Larger than [`MAX_BYTES`].
    TooLarge { bytes: u64 },
    /// A folder, a pipe or a device.
    NotAFile,
    /// A link to a place outside of the repository.
    Outside,
    /// The system refused.
    Failed { reason: String },
}

impl Source {
    /// Reads all artifacts of the source.
    pub fn load(&self, root: &Path) -> LoadedSource<'_> {
        let read = |(kind, entry): (ArtifactKind, &Entry)| Artifact {
            kind,
            path: Arc::clone(&entry.path),
            content: read(root, entry).map(|bytes| Arc::new(Document::new(Arc::clone(&entry.path), bytes))),
        };
        LoadedSource { source: self, artifacts: self.artifacts().map(read).collect() }
    }
}

fn read(root: &Path, entry: &Entry) -> Result<Vec<u8>, Unreadable> {
    // Made at its full length: a path that is extended is made twice, and there may be fifty thousand.
    let mut path = PathBuf::with_capacity(root.as_os_str().len() + 1 + entry.path.len());
    path.push(root);
    path.push(&*entry.path);
    let failed = |error: io::Error| Unreadable::Failed { reason: error.to_string() };
    match entry.kind {
        EntryKind::Folder | EntryKind::Other => return Err(Unreadable::NotAFile),
        EntryKind::Symlink if !discover::stays_inside(root, &path).map_err(failed)? => {
            return Err(Unreadable::Outside);
        }
        // Opening a pipe would wait for a writer, and a link may lead to one.
        EntryKind::Symlink if !path.metadata().map_err(failed)?.is_file() => return Err(Unreadable::NotAFile),
        EntryKind::Symlink | EntryKind::File => {}
    }
    content(File::open(&path).map_err(failed)?)
}

thread_local! {
    /// What files are read into before they are kept in as much memory as they need.
    static BUFFER: RefCell<Vec<u8>> = RefCell::new(vec![0; 64 * 1024]);
}

/// All of a file. Most fit into the buffer, and how large they are need not be asked first.
pub(super) fn content(mut file: File) -> Result<Vec<u8>, Unreadable> {
    BUFFER.with_borrow_mut(|buffer| {
        let failed = |error: io::Error| Unreadable::Failed { reason: error.to_string() };
        let mut filled = 0;
        while filled < buffer.len() {
            match file.read(&mut buffer[filled..]) {
                Ok(0) => return Ok(buffer[..filled].to_vec()),
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(error)),
            }
        }
        let metadata = file.metadata().map_err(failed)?;
        if !metadata.is_file() {
            return Err(Unreadable::NotAFile);
        }
        if metadata.len() > MAX_BYTES {
            return Err(Unreadable::TooLarge { bytes: metadata.len() });
        }
        let mut bytes = Vec::with_capacity(metadata.len() as usize + 1);
        bytes.extend_from_slice(buffer);
        // One byte more than allowed, so that a file that grows meanwhile is noticed.
        file.take(MAX_BYTES + 1 - filled as u64).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(Unreadable::TooLarge { bytes: bytes.len() as u64 });
        }
        Ok(bytes)
    })
}
