//! What changed: in the work tree since a commit, and in the index since the last one.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
};

use git2::{AttrCheckFlags, AttrValue, ErrorCode, ObjectType, Oid, Tree, TreeWalkMode, TreeWalkResult};
use rayon::prelude::*;
use walkdir::WalkDir;

use super::{
    Error, Git,
    index::{Entry, Index, Kind},
    on_disk,
};
use crate::{text::nearest::nearest, workspace::layout};

/// What changed in `Sources`, and in the documentation pages.
#[derive(Debug, Default)]
pub struct Changed {
    /// The names of sources, and of what else lies in `Sources`, in which or in whose pages something changed.
    pub names: BTreeSet<String>,
    /// Whether each name is as it is on disk, and not only as well as it can be shown.
    pub are_exact: bool,
    /// The names of all that lies in `Sources` now, as well as they can be shown.
    pub there: BTreeSet<String>,
    /// Which of the records that were asked for differ from the commit.
    pub records: BTreeSet<String>,
}

/// A file in a commit or on disk: its path in git, what it holds, and whether it is a link.
type Files = BTreeMap<Vec<u8>, (Oid, Kind)>;

impl Git {
    /// What changed between the work tree of the repository at `root`, with what is not tracked there, and the commit at
    /// which this branch left `revision`.
    pub fn since(&self, revision: &str, root: &Path) -> Result<Changed, Error> {
        let base = self.fork(revision)?;
        let commit = self.repository.find_commit(base).map_err(Error::failed("read a commit"))?;
        let tree = commit.tree().map_err(Error::failed("read a commit"))?;
        let index = Index::read(&self.repository)?;
        let sources = Folder { in_git: &self.sources, place: root.join(layout::SOURCES) };
        let mut changed = self.changed_in(&sources, &index, &tree, |_| true)?;
        // Few records are of no source, and most often there is none.
        let published = layout::published_folder();
        let in_git = published
            .iter()
            .fold(self.root.clone(), |path, part| [path.as_slice(), part.as_encoded_bytes(), b"/"].concat());
        let records = Folder { in_git: &in_git, place: root.join(published) };
        let is_orphan = |name: &[u8]| {
            let source = name.strip_suffix(layout::RECORD.as_bytes());
            source.is_some_and(|source| !changed.there.contains(&*String::from_utf8_lossy(source)))
        };
        changed.records = self.changed_in(&records, &index, &tree, is_orphan)?.names;
        let docs = Folder { in_git: &self.docs, place: root.join(layout::DOCS) };
        // What else lies there, such as the pages of another program, is not looked at.
        let is_of_source = |name: &[u8]| on_disk(&sources.place, name).is_dir();
        let pages = self.changed_in(&docs, &index, &tree, is_of_source)?;
        changed.names.extend(pages.names);
        changed.are_exact &= pages.are_exact;
        Ok(changed)
    }

    /// The names in a folder that are `wanted`, of what differs there from the tree of a commit.
    fn changed_in(
        &self,
        folder: &Folder<'_>,
        index: &Index,
        tree: &Tree<'_>,
        wanted: impl Fn(&[u8]) -> bool,
    ) -> Result<Changed, Error> {
        let tree = self.folder_in(tree, folder.in_git)?;
        let cached = index.trees_in(folder.in_git);
        let groups = groups(index, folder.in_git);
        let committed = entries(tree.as_ref());
        let mut names: BTreeSet<&[u8]> = groups.keys().copied().collect();
        names.extend(committed.keys().map(Vec::as_slice));
        let there = list(&folder.place)?;
        names.extend(there.keys().map(Vec::as_slice));
        let names: Vec<&[u8]> = names.into_iter().filter(|name| wanted(name)).collect();
        let look = |name: &&[u8]| {
            let entries = groups.get(name).copied().unwrap_or_default();
            let file_type = there.get(*name).copied();
            OnDisk::look(index, entries, &[folder.in_git, *name].concat(), &on_disk(&folder.place, name), file_type)
        };
        let states: Vec<OnDisk> = names.par_iter().map(look).collect::<Result<_, _>>()?;
        let shown = |name: &Vec<u8>| String::from_utf8_lossy(name).into_owned();
        let mut changed = Changed { are_exact: true, there: there.keys().map(shown).collect(), ..Changed::default() };
        for (name, mut state) in names.into_iter().zip(states) {
            self.settle_line_ends(&mut state, folder)?;
            let base = committed.get(name).copied();
            let is_as_cached = base.is_some() && cached.get(name).copied() == base.map(|(id, _)| id);
            if !state.differs && is_as_cached {
                continue;
            }
            let before = self.files_of(&[folder.in_git, name].concat(), base)?;
            let now = match state.differs {
                false => indexed(index, groups.get(name).copied().unwrap_or_default()),
                true => self.found(state.found, folder)?,
            };
            if before != now {
                changed.are_exact &= std::str::from_utf8(name).is_ok();
                changed.names.insert(String::from_utf8_lossy(name).into_owned());
            }
        }
        Ok(changed)
    }

    /// The paths in git, in `Sources` and among the documentation pages, of which the index and the last commit say
    /// different things.
    pub(super) fn staged_since_head(&self, index: &Index) -> Result<BTreeSet<Vec<u8>>, Error> {
        let tree = self.head()?;
        let mut changed = self.staged_in(&self.sources, index, tree.as_ref())?;
        changed.extend(self.staged_in(&self.docs, index, tree.as_ref())?);
        Ok(changed)
    }

    fn staged_in(&self, folder: &[u8], index: &Index, tree: Option<&Tree<'_>>) -> Result<BTreeSet<Vec<u8>>, Error> {
        let tree = tree.map(|tree| self.folder_in(tree, folder)).transpose()?.flatten();
        let cached = index.trees_in(folder);
        let groups = groups(index, folder);
        let committed = entries(tree.as_ref());
        let mut names: BTreeSet<&[u8]> = groups.keys().copied().collect();
        names.extend(committed.keys().map(Vec::as_slice));
        let mut changed = BTreeSet::new();
        for name in names {
            let base = committed.get(name).copied();
            if base.is_some() && cached.get(name).copied() == base.map(|(id, _)| id) {
                continue;
            }
            let before = self.files_of(&[folder, name].concat(), base)?;
            let now = indexed(index, groups.get(name).copied().unwrap_or_default());
            let paths: BTreeSet<&Vec<u8>> = before.keys().chain(now.keys()).collect();
            changed.extend(paths.into_iter().filter(|path| before.get(*path) != now.get(*path)).cloned());
        }
        Ok(changed)
    }

    /// The commit at which the branch that is checked out left another one.
    fn fork(&self, revision: &str) -> Result<Oid, Error> {
        let (revised, head) = self.ends(revision)?;
        let is_shallow = self.repository.is_shallow();
        self.repository.merge_base(revised, head).map_err(|source| match source.code() {
            ErrorCode::NotFound => Error::Unrelated { name: revision.to_owned(), is_shallow },
            _ => Error::failed("compare two commits")(source),
        })
    }

    /// The commit that is named, and the one that is checked out.
    pub(super) fn ends(&self, revision: &str) -> Result<(Oid, Oid), Error> {
        let head = match self.repository.head() {
            Ok(head) => head.peel_to_commit().map_err(Error::failed("read the last commit"))?.id(),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => {
                return Err(Error::NoCommit);
            }
            Err(source) => return Err(Error::failed("read the last commit")(source)),
        };
        let named = self.repository.revparse_single(revision).and_then(|object| object.peel_to_commit());
        let named = named.map_err(|_| Error::UnknownRevision {
            name: revision.to_owned(),
            nearest: self.nearest(revision),
            is_shallow: self.repository.is_shallow(),
        })?;
        Ok((named.id(), head))
    }

    /// The branch or tag with the nearest name.
    fn nearest(&self, name: &str) -> Option<String> {
        let references = self.repository.references().ok()?;
        let short = |reference: git2::Reference<'_>| reference.shorthand().ok().map(str::to_owned);
        let mut names: Vec<String> = references.filter_map(Result::ok).filter_map(short).collect();
        names.sort();
        nearest(name, names.iter().map(String::as_str)).map(str::to_owned)
    }

    /// The files of one source, or the one file, that a commit has.
    fn files_of(&self, path: &[u8], entry: Option<(Oid, InTree)>) -> Result<Files, Error> {
        let mut files = Files::new();
        match entry {
            None => {}
            Some((id, InTree::Leaf(kind))) => {
                files.insert(path.to_vec(), (id, kind));
            }
            Some((id, InTree::Folder)) => {
                let walked = self.tree(id)?.walk(TreeWalkMode::PreOrder, |folder, entry| {
                    if let Some(kind) = Kind::of_mode(entry.filemode() as u32) {
                        let path = [path, b"/", folder.as_bytes(), entry.name_bytes()].concat();
                        files.insert(path, (entry.id(), kind));
                    }
                    TreeWalkResult::Ok
                });
                walked.map_err(Error::failed("read a commit"))?;
            }
        }
        Ok(files)
    }

    /// Asks git about each file of which only the line ends are others: where it changes none on the way, the file was
    /// changed.
    fn settle_line_ends(&self, state: &mut OnDisk, folder: &Folder<'_>) -> Result<(), Error> {
        for found in &mut state.found {
            let Some((written, (_, kind))) = found.written.zip(found.known) else { continue };
            let place = on_disk(&folder.place, found.path.strip_prefix(folder.in_git).unwrap_or(&found.path));
            let is_converted = match self.converts(&found.path)? {
                Converts::Always => true,
                Converts::Text => fs::read(&place).is_ok_and(|bytes| is_text(&bytes)),
                Converts::Never => false,
            };
            if !is_converted {
                found.known = Some((written, kind));
                state.differs = true;
            }
        }
        Ok(())
    }

    /// What git does with the carriage returns at the line ends of a file that is added.
    fn converts(&self, path: &[u8]) -> Result<Converts, Error> {
        let path = on_disk(Path::new(""), path);
        let attribute = |name: &str| {
            let value = self.repository.get_attr(&path, name, AttrCheckFlags::FILE_THEN_INDEX);
            value.map_err(Error::failed("read the attributes of a file"))
        };
        for name in ["text", "crlf"] {
            match AttrValue::from_string(attribute(name)?) {
                AttrValue::True | AttrValue::String("input") => return Ok(Converts::Always),
                AttrValue::False => return Ok(Converts::Never),
                AttrValue::String("auto") => return Ok(Converts::Text),
                _ => {}
            }
        }
        if let AttrValue::String("lf" | "crlf") = AttrValue::from_string(attribute("eol")?) {
            return Ok(Converts::Always);
        }
        let config = self.repository.config().map_err(Error::failed("read the settings of git"))?;
        let is_input = || config.get_string("core.autocrlf").is_ok_and(|value| value.eq_ignore_ascii_case("input"));
        let is_set = config.get_bool("core.autocrlf").unwrap_or_else(|_| is_input());
        Ok(if is_set { Converts::Text } else { Converts::Never })
    }

    /// What was found on disk, as git would add it.
    fn found(&self, found: Vec<Found>, folder: &Folder<'_>) -> Result<Files, Error> {
        let mut files = Files::new();
        for found in found {
            match found.known {
                Some(known) => {
                    files.insert(found.path, known);
                }
                None => self.add(found.path, folder, &mut files)?,
            }
        }
        Ok(files)
    }

    /// Adds what the index does not know, and all that is in it, where it is not ignored.
    fn add(&self, path: Vec<u8>, folder: &Folder<'_>, files: &mut Files) -> Result<(), Error> {
        let top = on_disk(&folder.place, path.strip_prefix(folder.in_git).unwrap_or(&path));
        let mut walk = WalkDir::new(&top).follow_root_links(false).into_iter();
        while let Some(found) = walk.next() {
            let found = match found {
                Ok(found) => found,
                // It went meanwhile.
                Err(error) if error.io_error().is_some_and(|error| error.kind() == io::ErrorKind::NotFound) => continue,
                Err(error) => {
                    let place = error.path().unwrap_or(&top).to_owned();
                    let source = error.into_io_error().unwrap_or_else(|| io::Error::other("links lead in a circle"));
                    return Err(unreadable(&place, source));
                }
            };
            let inner = found.path().strip_prefix(&top).unwrap_or(Path::new("")).components();
            let path = inner
                .fold(path.clone(), |path, part| [path.as_slice(), b"/", part.as_os_str().as_encoded_bytes()].concat());
            if self.is_ignored(&path)? {
                if found.file_type().is_dir() {
                    walk.skip_current_dir();
                }
            } else if let Some(kind) = kind(found.file_type()) {
                let Hashed { id, .. } =
                    hash(found.path(), kind, None).map_err(|source| unreadable(found.path(), source))?;
                files.insert(path, (id, kind));
            }
        }
        Ok(())
    }

    /// Whether git is told to leave a path alone.
    pub(super) fn is_ignored(&self, path: &[u8]) -> Result<bool, Error> {
        let ignored = self.repository.is_path_ignored(Path::new(&*String::from_utf8_lossy(path)));
        ignored.map_err(Error::failed("read what git ignores"))
    }
}

/// A folder: its path in git, with `/` at its end, and where it is on disk.
struct Folder<'f> {
    in_git: &'f [u8],
    place: PathBuf,
}

/// What an entry of a tree is: a folder, or one of what the index holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InTree {
    Folder,
    Leaf(Kind),
}

/// What stands in a tree, by name.
fn entries(tree: Option<&Tree<'_>>) -> HashMap<Vec<u8>, (Oid, InTree)> {
    let Some(tree) = tree else { return HashMap::new() };
    let kind = |entry: &git2::TreeEntry<'_>| match entry.kind() {
        Some(ObjectType::Tree) => Some(InTree::Folder),
        _ => Kind::of_mode(entry.filemode() as u32).map(InTree::Leaf),
    };
    tree.iter().filter_map(|entry| Some((entry.name_bytes().to_vec(), (entry.id(), kind(&entry)?)))).collect()
}

/// The entries of the index in a folder, by the first part of the path below it.
pub(super) fn groups<'i>(index: &'i Index, folder: &[u8]) -> BTreeMap<&'i [u8], &'i [Entry]> {
    let mut groups = BTreeMap::new();
    let mut rest = index.below(folder);
    while let Some(first) = rest.first() {
        let name = first_part(&index.path(first)[folder.len()..]);
        let count = rest.partition_point(|entry| first_part(&index.path(entry)[folder.len()..]) == name);
        groups.insert(name, &rest[..count]);
        rest = &rest[count..];
    }
    groups
}

fn first_part(path: &[u8]) -> &[u8] {
    &path[..memchr::memchr(b'/', path).unwrap_or(path.len())]
}

/// Entries of the index as files of a commit to be.
fn indexed(index: &Index, entries: &[Entry]) -> Files {
    let kept = entries.iter().filter(|entry| !entry.is_intended);
    kept.map(|entry| (index.path(entry).to_vec(), (entry.id, entry.kind))).collect()
}

/// One source on disk beside what the index says of it.
struct OnDisk {
    /// Whether what was found is not what the index says.
    differs: bool,
    /// Everything that was found, where it differs or may differ.
    found: Vec<Found>,
}

/// A file or folder on disk.
struct Found {
    path: Vec<u8>,
    /// What it holds; nothing for what the index does not know.
    known: Option<(Oid, Kind)>,
    /// What it holds byte for byte, where that is what is known of it but for the line ends.
    written: Option<Oid>,
}

impl OnDisk {
    /// Looks at what is of this type at a place, if there is anything.
    fn look(
        index: &Index,
        entries: &[Entry],
        path: &[u8],
        place: &Path,
        file_type: Option<fs::FileType>,
    ) -> Result<Self, Error> {
        let mut look = Look { index, entries, seen: vec![false; entries.len()], found: Vec::new(), differs: false };
        if let Some(file_type) = file_type {
            look.entry(path.to_vec(), place, file_type, || place.symlink_metadata())?;
        }
        look.missing();
        let is_settled = !look.differs && look.found.iter().all(|found| found.written.is_none());
        Ok(Self { differs: look.differs, found: if is_settled { Vec::new() } else { look.found } })
    }
}

/// Looks at one source.
struct Look<'i> {
    index: &'i Index,
    entries: &'i [Entry],
    seen: Vec<bool>,
    found: Vec<Found>,
    differs: bool,
}

impl Look<'_> {
    fn folder(&mut self, path: &[u8], place: &Path) -> Result<(), Error> {
        let failed = |source| unreadable(place, source);
        for entry in fs::read_dir(place).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name();
            if name == ".git" {
                continue;
            }
            let path = [path, b"/", name.as_encoded_bytes()].concat();
            let file_type = entry.file_type().map_err(failed)?;
            self.entry(path, &entry.path(), file_type, || entry.metadata())?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        path: Vec<u8>,
        place: &Path,
        file_type: fs::FileType,
        metadata: impl FnOnce() -> io::Result<fs::Metadata>,
    ) -> Result<(), Error> {
        let first = self.entries.partition_point(|entry| self.index.path(entry) < path.as_slice());
        let known = self.entries.get(first).filter(|entry| self.index.path(entry) == path);
        let kind_here = kind(file_type);
        match known {
            Some(entry) if entry.kind == Kind::Submodule && file_type.is_dir() => {
                self.seen[first] = true;
                self.found.push(Found { path, known: Some((entry.id, entry.kind)), written: None });
            }
            Some(entry) if Some(entry.kind) == kind_here => {
                let is_same = metadata().is_ok_and(|metadata| self.index.is_unchanged(entry, &metadata));
                let Hashed { id, written } = match is_same && entry.stage == 0 {
                    true => Hashed { id: entry.id, written: None },
                    false => match hash(place, entry.kind, Some(entry.id)) {
                        Ok(hashed) => hashed,
                        // It went meanwhile.
                        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
                        Err(error) => return Err(unreadable(place, error)),
                    },
                };
                self.differs |= id != entry.id || entry.is_intended;
                let known = Some((id, entry.kind));
                // In a conflict, one path has several entries.
                let times = self.entries[first..].iter().take_while(|entry| self.index.path(entry) == path).count();
                self.seen[first..first + times].fill(true);
                self.found.push(Found { path, known, written });
            }
            _ if file_type.is_dir() => {
                let inside = [&path, b"/".as_slice()].concat();
                let start = self.entries.partition_point(|entry| self.index.path(entry) < inside.as_slice());
                if self.entries.get(start).is_some_and(|entry| self.index.path(entry).starts_with(&inside)) {
                    self.folder(&path, place)?;
                } else {
                    self.unknown(path);
                }
            }
            _ if kind_here.is_some() => self.unknown(path),
            // A pipe, a socket or a device, which git does not see.
            _ => {}
        }
        Ok(())
    }

    fn unknown(&mut self, path: Vec<u8>) {
        self.differs = true;
        self.found.push(Found { path, known: None, written: None });
    }

    /// Files that the index has and the disk has not.
    fn missing(&mut self) {
        for (entry, seen) in self.entries.iter().zip(&self.seen) {
            if *seen {
                continue;
            }
            if entry.is_skipped || entry.kind == Kind::Submodule {
                let known = Some((entry.id, entry.kind));
                self.found.push(Found { path: self.index.path(entry).to_vec(), known, written: None });
            } else {
                self.differs = true;
            }
        }
    }
}

fn kind(file_type: fs::FileType) -> Option<Kind> {
    if file_type.is_file() { Some(Kind::File) } else { file_type.is_symlink().then_some(Kind::Link) }
}

/// The id that git would give to a file.
struct Hashed {
    id: Oid,
    /// The id of its bytes as they are on disk, where `id` is that of other line ends.
    written: Option<Oid>,
}

/// The id that git would give to a file as it is on disk. A file that differs only in its line ends from what it may be is
/// taken for that: git may have changed them on the way.
fn hash(place: &Path, kind: Kind, may_be: Option<Oid>) -> io::Result<Hashed> {
    let bytes = match kind {
        Kind::Link => fs::read_link(place)?.into_os_string().into_encoded_bytes(),
        Kind::File | Kind::Submodule => fs::read(place)?,
    };
    let id = |bytes: &[u8]| Oid::hash_object(ObjectType::Blob, bytes).map_err(io::Error::other);
    let plain = id(&bytes)?;
    if kind == Kind::File && may_be.is_some_and(|may_be| may_be != plain) {
        let unix: Vec<u8> = without_carriage_returns(&bytes);
        let other = id(&unix)?;
        if Some(other) == may_be {
            return Ok(Hashed { id: other, written: Some(plain) });
        }
    }
    Ok(Hashed { id: plain, written: None })
}

/// Of which files git takes the carriage returns at line ends away.
#[derive(Debug, Clone, Copy)]
enum Converts {
    Always,
    /// Where a file looks like a text.
    Text,
    Never,
}

/// Whether bytes look like a text to git: a carriage return elsewhere than at a line end, or a NUL, is in none.
fn is_text(bytes: &[u8]) -> bool {
    let is_stray = |at: usize| bytes[at] == 0 || bytes.get(at + 1) != Some(&b'\n');
    !memchr::memchr2_iter(b'\r', 0, bytes).any(is_stray)
}

fn without_carriage_returns(bytes: &[u8]) -> Vec<u8> {
    let is_kept = |(at, byte): (usize, &u8)| (*byte != b'\r' || bytes.get(at + 1) != Some(&b'\n')).then_some(*byte);
    bytes.iter().enumerate().filter_map(is_kept).collect()
}

/// What is in a folder, if there is one; the system tells the types with the names.
fn list(folder: &Path) -> Result<BTreeMap<Vec<u8>, fs::FileType>, Error> {
    if !folder.is_dir() {
        return Ok(BTreeMap::new());
    }
    let failed = |source| unreadable(folder, source);
    let one = |entry: io::Result<fs::DirEntry>| {
        let entry = entry?;
        Ok((entry.file_name().into_encoded_bytes(), entry.file_type()?))
    };
    fs::read_dir(folder).map_err(failed)?.map(one).collect::<Result<_, _>>().map_err(failed)
}

fn unreadable(place: &Path, source: io::Error) -> Error {
    Error::File { path: place.display().to_string(), source }
}
