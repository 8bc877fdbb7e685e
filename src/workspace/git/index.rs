//! The index of git, read for its names, what it knows of each file on disk, and the trees it has cached.
//!
//! `--since` must tell one changed source among ten thousand in the time that `git diff` takes. libgit2 reads every tree of
//! the commit for that; the index file itself says which folders are as in a tree that is known. A file of another form than
//! the usual ones is left to libgit2, which knows no cached trees: slower, with the same result.

use std::{
    collections::HashMap,
    fs::{self, Metadata},
    ops::Range,
    path::{Path, PathBuf},
    time::UNIX_EPOCH,
};

use git2::{IndexEntry, IndexEntryExtendedFlag, IndexEntryFlag, Oid, Repository};

use super::Error;

/// The entries of the index, in the order of their paths.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// What holds the paths of the entries: the file itself, where they stand in it as they are, and there may be many.
    names: Vec<u8>,
    entries: Vec<Entry>,
    /// What it knows of the trees that its entries make, as it is written.
    trees: Vec<u8>,
    /// When it was written.
    written: Time,
}

/// One file in the index.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    name: Range<usize>,
    pub(super) id: Oid,
    pub(super) kind: Kind,
    pub(super) stage: u8,
    /// Its content is still to be added (`git add --intent-to-add`).
    pub(super) is_intended: bool,
    /// It is not expected in the work tree (sparse checkout).
    pub(super) is_skipped: bool,
    ctime: Time,
    mtime: Time,
    size: u32,
}

/// Seconds and nanoseconds, as the index keeps them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Time {
    seconds: u32,
    nanoseconds: u32,
}

/// What an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Link,
    Submodule,
}

impl Kind {
    pub(super) fn of_mode(mode: u32) -> Option<Self> {
        match mode & 0o170_000 {
            0o100_000 => Some(Self::File),
            0o120_000 => Some(Self::Link),
            0o160_000 => Some(Self::Submodule),
            _ => None,
        }
    }
}

impl Index {
    /// The index of a repository; empty where nothing was ever added.
    pub(super) fn read(repository: &Repository) -> Result<Self, Error> {
        match Self::read_file(&place(repository)) {
            Some(index) => Ok(index),
            None => Self::ask(repository),
        }
    }

    /// Reads the file, where it is of a usual form.
    pub(super) fn read_file(path: &Path) -> Option<Self> {
        let bytes = fs::read(path).ok()?;
        let written = time(path.metadata().ok()?.modified().ok()?);
        let (mut index, names_are_in_file) = Reader { bytes: &bytes, at: 0 }.index(written)?;
        if names_are_in_file {
            index.names = bytes;
        }
        let is_sorted = index.entries.is_sorted_by(|one, other| index.path(one) <= index.path(other));
        is_sorted.then_some(index)
    }

    /// Has libgit2 read it.
    fn ask(repository: &Repository) -> Result<Self, Error> {
        let failed = Error::failed("read the index");
        let index = repository.index().map_err(failed)?;
        let mut read = Self::default();
        for entry in index.iter() {
            read.add(&entry);
        }
        Ok(read)
    }

    fn add(&mut self, entry: &IndexEntry) {
        let Some(kind) = Kind::of_mode(entry.mode) else { return };
        let start = self.names.len();
        self.names.extend_from_slice(&entry.path);
        let time = |time: git2::IndexTime| Time { seconds: time.seconds() as u32, nanoseconds: time.nanoseconds() };
        self.entries.push(Entry {
            name: start..self.names.len(),
            id: entry.id,
            kind,
            stage: stage(entry.flags),
            is_intended: entry.flags_extended & IndexEntryExtendedFlag::INTENT_TO_ADD.bits() != 0,
            is_skipped: entry.flags_extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0,
            ctime: time(entry.ctime),
            mtime: time(entry.mtime),
            size: entry.file_size,
        });
    }

    /// The path of an entry in the repository.
    pub(super) fn path(&self, entry: &Entry) -> &[u8] {
        &self.names[entry.name.clone()]
    }

    /// The entries whose paths begin so.
    pub(super) fn below(&self, prefix: &[u8]) -> &[Entry] {
        let start = self.entries.partition_point(|entry| self.path(entry) < prefix);
        let count = self.entries[start..].partition_point(|entry| self.path(entry).starts_with(prefix));
        &self.entries[start..start + count]
    }

    /// The entry of a path; in a conflict the first of them.
    pub(super) fn get(&self, path: &[u8]) -> Option<&Entry> {
        let at = self.entries.partition_point(|entry| self.path(entry) < path);
        self.entries.get(at).filter(|entry| self.path(entry) == path)
    }

    /// The trees that the folders in a folder are as, by name, as far as the index knows them. The path of the folder ends
    /// with `/`.
    pub(super) fn trees_in(&self, folder: &[u8]) -> HashMap<Vec<u8>, Oid> {
        let mut found = HashMap::new();
        Reader { bytes: &self.trees, at: 0 }.trees(0, &mut Vec::new(), &mut |path, id| {
            if let Some(name) =
                path.strip_prefix(folder).filter(|name| !name.is_empty() && !name[..name.len() - 1].contains(&b'/'))
            {
                found.insert(name[..name.len() - 1].to_vec(), id);
            }
        });
        found
    }

    /// Whether a file on disk is as it was when it was added, as far as that shows without reading it.
    pub(super) fn is_unchanged(&self, entry: &Entry, metadata: &Metadata) -> bool {
        let Some(mtime) = metadata.modified().ok().map(time) else { return false };
        // What was written in the instant of the index, or later, may have been written again after it was added.
        mtime < self.written
            && mtime.seconds == entry.mtime.seconds
            && (entry.mtime.nanoseconds == 0 || mtime.nanoseconds == entry.mtime.nanoseconds)
            && metadata.len() as u32 == entry.size
            && changed_at(metadata).is_none_or(|seconds| seconds == entry.ctime.seconds)
    }
}

/// Where a repository has its index. A hook of git may be told of another one.
pub(super) fn place(repository: &Repository) -> PathBuf {
    std::env::var_os("GIT_INDEX_FILE").map_or_else(|| repository.path().join("index"), PathBuf::from)
}

fn stage(flags: u16) -> u8 {
    ((flags & 0x3000) >> 12) as u8
}

fn time(time: std::time::SystemTime) -> Time {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    // The index keeps 32 bits.
    Time { seconds: since.as_secs() as u32, nanoseconds: since.subsec_nanos() }
}

#[cfg(unix)]
fn changed_at(metadata: &Metadata) -> Option<u32> {
    Some(std::os::unix::fs::MetadataExt::ctime(metadata) as u32)
}

#[cfg(not(unix))]
fn changed_at(_: &Metadata) -> Option<u32> {
    None
}

/// Bytes of an id, as repositories had it until SHA-256, and for the most part still have.
const ID: usize = 20;

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(taken)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_be_bytes(self.take(4)?.try_into().ok()?))
    }

    fn u16(&mut self) -> Option<u16> {
        Some(u16::from_be_bytes(self.take(2)?.try_into().ok()?))
    }

    fn time(&mut self) -> Option<Time> {
        Some(Time { seconds: self.u32()?, nanoseconds: self.u32()? })
    }

    /// Everything up to a byte, which is passed over.
    fn until(&mut self, end: u8) -> Option<&'b [u8]> {
        let length = memchr::memchr(end, self.bytes.get(self.at..)?)?;
        let taken = self.take(length)?;
        self.at += 1;
        Some(taken)
    }

    /// A number in as many bytes as it needs, as version 4 writes it.
    fn varint(&mut self) -> Option<usize> {
        let mut byte = self.take(1)?[0];
        let mut value = usize::from(byte & 0x7f);
        while byte & 0x80 != 0 {
            byte = self.take(1)?[0];
            value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7f);
        }
        Some(value)
    }

    /// The index, and whether the names of its entries are those in the file.
    fn index(mut self, written: Time) -> Option<(Index, bool)> {
        if self.take(4)? != b"DIRC" {
            return None;
        }
        let version = self.u32()?;
        let count = self.u32()? as usize;
        if !(2..=4).contains(&version) {
            return None;
        }
        let mut index = Index { written, ..Index::default() };
        // What the file cannot hold is not made room for.
        index.entries.reserve(count.min(self.bytes.len() / 64));
        let mut before = 0..0;
        for _ in 0..count {
            let entry = self.entry(version, before, &mut index.names)?;
            before = entry.name.clone();
            index.entries.push(entry);
        }
        // Behind the extensions stands a sum of everything.
        let end = self.bytes.len().checked_sub(ID)?;
        while self.at < end {
            let signature = self.take(4)?;
            let length = self.u32()? as usize;
            let content = self.take(length)?;
            match signature {
                b"TREE" => index.trees = content.to_vec(),
                // A capital letter stands for what a reader may pass over. What else there is (a split index, one
                // with whole folders) changes what the entries mean.
                [b'A'..=b'Z', ..] => {}
                _ => return None,
            }
        }
        (self.at == end).then_some((index, version != 4))
    }

    /// An entry, and the path of the one before it.
    fn entry(&mut self, version: u32, before: Range<usize>, names: &mut Vec<u8>) -> Option<Entry> {
        let first = self.at;
        let (ctime, mtime) = (self.time()?, self.time()?);
        // Device and file number.
        self.take(8)?;
        let kind = Kind::of_mode(self.u32()?)?;
        // Owner and group.
        self.take(8)?;
        let size = self.u32()?;
        let id = Oid::from_bytes(self.take(ID)?).ok()?;
        let flags = self.u16()?;
        let is_extended = version > 2 && flags & IndexEntryFlag::EXTENDED.bits() != 0;
        let extended = if is_extended { self.u16()? } else { 0 };
        let name = if version == 4 {
            // It begins like the one before it.
            let start = names.len();
            let kept = before.len().checked_sub(self.varint()?)?;
            names.extend_from_within(before.start..before.start + kept);
            names.extend_from_slice(self.until(0)?);
            start..names.len()
        } else {
            let start = self.at;
            let end = start + self.until(0)?.len();
            // Filled up to eight bytes, with one zero at least, which was passed over.
            let length = self.at - first;
            self.take(length.next_multiple_of(8) - length)?;
            start..end
        };
        Some(Entry {
            name,
            id,
            kind,
            stage: stage(flags),
            is_intended: extended & IndexEntryExtendedFlag::INTENT_TO_ADD.bits() != 0,
            is_skipped: extended & IndexEntryExtendedFlag::SKIP_WORKTREE.bits() != 0,
            ctime,
            mtime,
            size,
        })
    }

    /// One cached tree and those inside of it: its name, how many entries it has, how many trees, and its id.
    fn trees(&mut self, depth: usize, path: &mut Vec<u8>, found: &mut impl FnMut(&[u8], Oid)) -> Option<()> {
        /// Folders in folders; nobody has so many.
        const DEEPEST: usize = 1000;
        let length = path.len();
        let name = self.until(0)?;
        if length > 0 || !name.is_empty() {
            path.extend_from_slice(name);
            path.push(b'/');
        }
        if depth > DEEPEST {
            return None;
        }
        let number = |text: &[u8]| std::str::from_utf8(text).ok()?.parse::<i64>().ok();
        let entries = number(self.until(b' ')?)?;
        let inner = number(self.until(b'\n')?)?;
        // A tree in which something was added since has no id.
        if entries >= 0 {
            found(path, Oid::from_bytes(self.take(ID)?).ok()?);
        }
        for _ in 0..inner {
            self.trees(depth + 1, path, found)?;
        }
        path.truncate(length);
        Some(())
    }
}
