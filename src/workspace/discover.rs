//! Finding the root, the sources and their artifacts. Reads names, never contents.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    Entry, EntryKind, Error, Source, Workspace,
    layout::{self, ArtifactKind},
};

/// The root of the repository around a path: the nearest folder with `Sources` or `sss.toml`, not above the git root.
pub fn root_of(path: &Path) -> Result<PathBuf, Error> {
    let failed = |source| Error::File { action: "read", path: path.to_owned(), source };
    let absolute = std::path::absolute(path).map_err(failed)?;
    for folder in absolute.ancestors() {
        if folder.join(layout::SOURCES).is_dir() || folder.join(layout::CONFIG).is_file() {
            return Ok(folder.to_owned());
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    Err(Error::NoSources { path: path.to_owned() })
}

impl Workspace {
    /// A repository that has no folder of sources yet.
    pub fn empty(root: &Path) -> Self {
        Self { is_whole: true, ..Self::part(root) }
    }

    /// Finds all sources of the repository at `root`.
    pub fn discover(root: &Path) -> Result<Self, Error> {
        Ok(Self::discover_with(root, |_| ())?.0)
    }

    /// The same, and what is made of each source as soon as it is found: the system has what is in its folder at hand then.
    pub fn discover_with<T: Send>(root: &Path, each: impl Fn(&Source) -> T + Sync) -> Result<(Self, Vec<T>), Error> {
        let sources = root.join(layout::SOURCES);
        if !sources.is_dir() {
            return Err(Error::NoSources { path: root.to_owned() });
        }
        let mut workspace = Self { records: records(root)?, is_whole: true, ..Self::part(root) };
        let mut folders = Vec::new();
        for (name, entry) in list(&sources, layout::SOURCES)? {
            if entry.name().starts_with('.') {
                continue;
            }
            if entry.kind == EntryKind::Folder {
                folders.push((name, entry));
            } else {
                workspace.strays.push(entry);
            }
        }
        let find = |(name, folder): &(OsString, Entry)| {
            let source = source(&sources.join(name), folder)?;
            let made = each(&source);
            Ok((source, made))
        };
        let found: Vec<Result<(Source, T), Error>> = if folders.len() < 2 {
            // One source is found before a pool of threads has even started.
            folders.iter().map(find).collect()
        } else {
            folders.par_iter().map(find).collect()
        };
        let mut made = Vec::with_capacity(found.len());
        workspace.sources.reserve_exact(found.len());
        for found in found {
            let (source, one) = found?;
            workspace.sources.push(source);
            made.push(one);
        }
        Ok((workspace, made))
    }

    /// A workspace of one artifact that stands by itself, known by its path below `base`, or else by its whole path.
    pub fn lone(base: &Path, path: &Path, kind: ArtifactKind) -> Result<Self, Error> {
        let failed = |source| Error::File { action: "read", path: path.to_owned(), source };
        let (base, path) = (std::path::absolute(base).map_err(failed)?, std::path::absolute(path).map_err(failed)?);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let stem = ArtifactKind::of_file_name(&name).map_or(0, |kind| kind.suffix().len());
        let shown = if path.starts_with(&base) { relative(&base, &path) } else { path.to_string_lossy().into_owned() };
        // It is read wherever a link leads, and not at all where that is no file.
        let is_other = path.metadata().is_ok_and(|metadata| !metadata.is_file());
        let entry = Entry { path: shown.into(), kind: if is_other { EntryKind::Other } else { EntryKind::File } };
        let source = Source {
            name: name[..name.len() - stem].to_owned(),
            entries: Vec::new(),
            artifacts: vec![(kind, entry)],
            in_repository: false,
        };
        Ok(Self { sources: vec![source], ..Self::part(&base) })
    }

    /// Looks again at what has these names in `Sources`.
    pub fn look_again(&mut self, names: &BTreeSet<String>) -> Result<(), Error> {
        let found = Self::discover_named(&self.root, names.iter().map(String::as_str))?;
        self.sources.retain(|source| !names.contains(&source.name));
        self.strays.retain(|entry| !names.contains(entry.name()));
        self.sources.extend(found.sources);
        self.strays.extend(found.strays);
        self.sources.sort_by(|one, other| one.name.cmp(&other.name));
        self.strays.sort_by(|one, other| one.path.cmp(&other.path));
        Ok(())
    }

    /// Finds the sources of these names, and what else of these names lies in `Sources`, without looking for others.
    pub fn discover_named<'n>(root: &Path, names: impl IntoIterator<Item = &'n str>) -> Result<Self, Error> {
        let mut workspace = Self::part(root);
        for name in names {
            let path = root.join(layout::SOURCES).join(name);
            let entry = match path.symlink_metadata() {
                _ if name.starts_with('.') => continue,
                Ok(metadata) => {
                    Entry { path: format!("{}/{name}", layout::SOURCES).into(), kind: kind(metadata.file_type()) }
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(source) => return Err(Error::File { action: "read", path, source }),
            };
            if entry.kind == EntryKind::Folder {
                workspace.sources.push(source(&path, &entry)?);
            } else {
                workspace.strays.push(entry);
            }
        }
        Ok(workspace)
    }
}

/// The records of what is published, where there are any.
fn records(root: &Path) -> Result<Vec<Entry>, Error> {
    let folder = root.join(layout::published_folder());
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let shown = relative(root, &folder);
    let mut records: Vec<Entry> = list(&folder, &shown)?.into_iter().map(|(_, entry)| entry).collect();
    records.retain(|entry| entry.kind == EntryKind::File && entry.name().ends_with(layout::RECORD));
    Ok(records)
}

/// The entries of one folder, with their names as they are, in the order of the names: an entry's own path is only as good
/// as its name is text. Listed and not walked: of a general walk, which knows any depth, that is a third of the work.
fn list(folder: &Path, shown: &str) -> Result<Vec<(OsString, Entry)>, Error> {
    let failed = |source| Error::File { action: "list", path: folder.to_owned(), source };
    let mut entries = Vec::with_capacity(ENTRIES);
    let mut path = format!("{shown}/");
    for found in fs::read_dir(folder).map_err(failed)? {
        let found = found.map_err(failed)?;
        let name = found.file_name();
        path.truncate(shown.len() + 1);
        path.push_str(&name.to_string_lossy());
        let kind = kind(found.file_type().map_err(failed)?);
        entries.push((name, Entry { path: path.as_str().into(), kind }));
    }
    entries.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(entries)
}

fn kind(file_type: fs::FileType) -> EntryKind {
    if file_type.is_symlink() {
        EntryKind::Symlink
    } else if file_type.is_dir() {
        EntryKind::Folder
    } else if file_type.is_file() {
        EntryKind::File
    } else {
        EntryKind::Other
    }
}

fn source(path: &Path, folder: &Entry) -> Result<Source, Error> {
    let mut entries: Vec<Entry> = Vec::with_capacity(ENTRIES);
    for (name, entry) in list(path, &folder.path)? {
        let inner = (entry.kind == EntryKind::Folder).then(|| Arc::clone(&entry.path));
        // A folder comes before what is in it.
        entries.push(entry);
        // Artifacts stand two levels below; what is deeper is of no source.
        if let Some(shown) = inner {
            entries.extend(list(&path.join(name), &shown)?.into_iter().map(|(_, entry)| entry));
        }
    }
    Ok(of_entries(folder.name().to_owned(), entries))
}

/// A folder and its five artifacts: what most sources have.
const ENTRIES: usize = 6;

/// A source of what was found below its folder.
pub(super) fn of_entries(name: String, mut entries: Vec<Entry>) -> Source {
    let found = |kind| Some((kind, artifact(&name, kind, &entries)?.clone()));
    let mut artifacts: Vec<_> = ArtifactKind::ALL.into_iter().filter_map(found).collect();
    // Both are kept for every source of the repository.
    artifacts.shrink_to_fit();
    entries.shrink_to_fit();
    Source { name, entries, artifacts, in_repository: true }
}

/// The entry that is meant as an artifact: the one in the right place, or the nearest to it.
fn artifact<'a>(source: &str, kind: ArtifactKind, entries: &'a [Entry]) -> Option<&'a Entry> {
    let is_meant = |entry: &&Entry| {
        let folder = entry.folder().rsplit('/').next().unwrap_or_default();
        folder.eq_ignore_ascii_case(layout::ARTIFACTS) && ArtifactKind::of_file_name(entry.name()) == Some(kind)
    };
    let exact = entries.iter().find(|entry| kind.is_path(source, &entry.path));
    exact.or_else(|| entries.iter().find(is_meant))
}

/// A path relative to the root, with `/`; names that are no text are shown as well as can be.
pub(super) fn relative(root: &Path, path: &Path) -> String {
    let relative = path.strip_prefix(root).unwrap_or(path);
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

/// Whether a path, all links followed, stays below the root.
pub(super) fn stays_inside(root: &Path, path: &Path) -> std::io::Result<bool> {
    Ok(fs::canonicalize(path)?.starts_with(fs::canonicalize(root)?))
}
