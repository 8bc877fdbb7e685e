//! Finding the root, the sources and their artifacts. Reads names, never contents.

use std::{
    collections::BTreeSet,
    ffi::{OsStr, OsString},
    fs, io,
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    Entry, EntryKind, Error, Source, Unlisted, Workspace, artifacts_folder,
    git::Changed,
    is_in_place,
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
        for (name, kind) in names(&sources).map_err(unlisted(&sources))? {
            if name.as_encoded_bytes().starts_with(b".") && name.to_str().is_none_or(layout::is_hidden) {
                continue;
            }
            if kind == EntryKind::Folder {
                folders.push(name);
            } else {
                workspace.strays.push(Entry { path: beside(layout::SOURCES, &name), kind });
            }
        }
        let find = |name: &OsString| {
            let source = source(&sources.join(name), beside(layout::SOURCES, name));
            let made = source.as_ref().ok().map(&each);
            (source, made)
        };
        let (found, made): (Vec<_>, Vec<_>) = if folders.len() < 2 {
            // One source is found before a pool of threads has even started.
            folders.iter().map(find).unzip()
        } else {
            let (mut found, mut made) = (Vec::new(), Vec::new());
            folders.par_iter().map(find).unzip_into_vecs(&mut found, &mut made);
            (found, made)
        };
        workspace.sources = found.into_iter().collect::<Result<_, _>>()?;
        // Where each source was found, something was made of each; both are collected where they stand.
        Ok((workspace, made.into_iter().collect::<Option<_>>().unwrap_or_default()))
    }

    /// A workspace of one artifact that stands by itself, known by its path below `base`, or else by its whole path.
    pub fn lone(base: &Path, path: &Path, kind: ArtifactKind) -> Result<Self, Error> {
        let failed = |source| Error::File { action: "read", path: path.to_owned(), source };
        let (base, path) = (std::path::absolute(base).map_err(failed)?, std::path::absolute(path).map_err(failed)?);
        let shown = if path.starts_with(&base) { relative(&base, &path) } else { path.to_string_lossy().into_owned() };
        // It is read wherever a link leads, and not at all where that is no file.
        let is_other = path.metadata().is_ok_and(|metadata| !metadata.is_file());
        let entry = Entry { path: shown.into(), kind: if is_other { EntryKind::Other } else { EntryKind::File } };
        Ok(Self { sources: vec![Source::lone(kind, entry)], ..Self::part(&base) })
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

    /// Has the names of the whole repository be known, of which this is the changed part.
    pub fn look_around(&mut self, changed: Changed) -> Result<(), Error> {
        self.records = records(&self.root)?;
        self.around = Some(changed);
        Ok(())
    }

    /// Finds the sources of these names, and what else of these names lies in `Sources`, without looking for others.
    pub fn discover_named<'n>(root: &Path, names: impl IntoIterator<Item = &'n str>) -> Result<Self, Error> {
        let mut workspace = Self::part(root);
        for name in names {
            let path = root.join(layout::SOURCES).join(name);
            let kind = match path.symlink_metadata() {
                _ if layout::is_hidden(name) => continue,
                Ok(metadata) => kind(metadata.file_type()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(source) => return Err(Error::File { action: "read", path, source }),
            };
            let shown = beside(layout::SOURCES, OsStr::new(name));
            if kind == EntryKind::Folder {
                workspace.sources.push(source(&path, shown)?);
            } else {
                workspace.strays.push(Entry { path: shown, kind });
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
    let mut records = list(&folder, &shown).map_err(unlisted(&folder))?;
    let is_file = |entry: &Entry| matches!(entry.kind, EntryKind::File | EntryKind::Symlink);
    records.retain(|entry| is_file(entry) && entry.name().ends_with(layout::RECORD));
    Ok(records)
}

/// What is in one folder, in the order of the names, which are as they are: a path that is shown is only as good as its name
/// is text. Listed and not walked: of a general walk, which knows any depth, that is a third of the work.
fn names(folder: &Path) -> io::Result<Vec<(OsString, EntryKind)>> {
    let mut names = Vec::with_capacity(ENTRIES);
    for found in fs::read_dir(folder)? {
        let found = found?;
        names.push((found.file_name(), kind(found.file_type()?)));
    }
    names.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
    Ok(names)
}

fn unlisted(folder: &Path) -> impl Fn(io::Error) -> Error {
    move |source| Error::File { action: "list", path: folder.to_owned(), source }
}

/// The entries of one folder, in the order of the names.
fn list(folder: &Path, shown: &str) -> io::Result<Vec<Entry>> {
    let entry = |(name, kind): (OsString, EntryKind)| Entry { path: beside(shown, &name), kind };
    Ok(names(folder)?.into_iter().map(entry).collect())
}

/// The path of what has a name in a folder, relative to the root.
fn beside(folder: &str, name: &OsStr) -> Arc<str> {
    let name = name.to_string_lossy();
    let mut path = String::with_capacity(folder.len() + 1 + name.len());
    path.extend([folder, "/", &name]);
    path.into()
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

/// The source in a folder, and how the folder is shown.
fn source(folder: &Path, shown: Arc<str>) -> Result<Source, Error> {
    let mut entries: Vec<Entry> = Vec::with_capacity(ENTRIES);
    let mut closed = None;
    // What is in a folder whose name is no text cannot be found again by its path.
    let listed = if folder.file_name().is_some_and(|name| name.to_str().is_none()) {
        Vec::new()
    } else {
        match names(folder) {
            Ok(names) => names,
            // It went meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(unlisted(folder)(error)),
            Err(error) => {
                closed = Some(Unlisted { path: Arc::clone(&shown), reason: error.to_string() });
                Vec::new()
            }
        }
    };
    for (name, kind) in listed {
        let path = beside(&shown, &name);
        // A folder comes before what is in it.
        entries.push(Entry { path: Arc::clone(&path), kind });
        // Artifacts stand two levels below; what is deeper is of no source.
        if kind == EntryKind::Folder {
            match list(&folder.join(&name), &path) {
                Ok(inside) => entries.extend(inside),
                Err(error) if name.to_str().is_some_and(layout::is_nearly_artifacts) => {
                    closed = Some(Unlisted { path, reason: error.to_string() });
                }
                // Nothing that is in another folder is of any use.
                Err(_) => {}
            }
        }
    }
    let name = layout::name_in_sources(&shown).unwrap_or(&shown);
    Ok(Source { unlisted: closed.map(Box::new), ..Source::of(name.to_owned(), entries) })
}

/// A folder and its five artifacts: what most sources have.
const ENTRIES: usize = 6;

impl Source {
    /// A source of what was found below its folder.
    pub fn of(name: String, mut entries: Vec<Entry>) -> Self {
        let mut artifacts = ArtifactKind::ALL.map(|kind| {
            let at = entries.iter().position(|entry| kind.is_path(&name, &entry.path))?;
            NonZeroU32::new(at as u32 + 1)
        });
        let is_whole = artifacts.iter().all(Option::is_some);
        if !is_whole {
            find_meant(&name, &entries, &mut artifacts);
        }
        // They are kept for every source of the repository.
        entries.shrink_to_fit();
        let is_plain = is_whole && entries.len() == ENTRIES;
        Self { name, entries, artifacts, is_plain, unlisted: None, in_repository: true }
    }
}

/// Finds what is meant as the artifacts that are not in their places, the surest first. What is in a format that the artifact
/// has not is not read as that.
fn find_meant(source: &str, entries: &[Entry], artifacts: &mut [Option<NonZeroU32>; ArtifactKind::ALL.len()]) {
    let is_in_folder = |entry: &Entry| layout::is_artifacts(entry.folder().rsplit('/').next().unwrap_or_default());
    let folder = artifacts_folder(source, entries);
    let is_file = |entry: &Entry| entry.kind != EntryKind::Folder && is_in_place(source, folder, entry);
    let is_picture = |entry: &Entry| is_file(entry) && ArtifactKind::Icon.has_end_of(entry.name());
    let has_one_picture = entries.iter().filter(|entry| is_picture(entry)).count() == 1;
    type IsMeant<'m> = &'m dyn Fn(&Entry, ArtifactKind) -> bool;
    let by_end: IsMeant<'_> =
        &|entry, kind| is_in_folder(entry) && ArtifactKind::of_file_name(entry.name()) == Some(kind);
    let by_words: IsMeant<'_> = &|entry, kind| is_file(entry) && ArtifactKind::meant_by(entry.name()) == Some(kind);
    let by_slips: IsMeant<'_> = &|entry, kind| is_file(entry) && ArtifactKind::misspelt(entry.name()) == Some(kind);
    let as_only_picture: IsMeant<'_> =
        &|entry, kind| kind == ArtifactKind::Icon && has_one_picture && is_picture(entry);
    for is_meant in [by_end, by_words, by_slips, as_only_picture] {
        for kind in ArtifactKind::ALL {
            let is_free = |at: usize| !artifacts.iter().flatten().any(|taken| taken.get() as usize == at + 1);
            // What has a name that is no text cannot be read by it.
            let is_readable = |entry: &Entry| !entry.name().contains(char::REPLACEMENT_CHARACTER);
            let found = entries
                .iter()
                .enumerate()
                .find(|(at, entry)| is_meant(entry, kind) && is_readable(entry) && is_free(*at));
            if let Some((at, _)) = found.filter(|_| artifacts[kind as usize].is_none()) {
                artifacts[kind as usize] = NonZeroU32::new(at as u32 + 1);
            }
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The source of a repository that holds these files, `acme/` standing for its folder.
    fn found(files: &[&str]) -> Source {
        let root = tempfile::tempdir().unwrap();
        for file in files {
            let path = root.path().join("Sources").join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let mut workspace = Workspace::discover(root.path()).unwrap();
        assert_eq!(workspace.sources.len(), 1);
        workspace.sources.remove(0)
    }

    const FIVE: [&str; 5] = [
        "acme/Artifacts/acme-category.txt",
        "acme/Artifacts/acme-connectionSpec.json",
        "acme/Artifacts/acme-description.txt",
        "acme/Artifacts/acme-icon.svg",
        "acme/Artifacts/acme-label.txt",
    ];

    #[test]
    fn only_the_folder_and_the_five_artifacts_are_plain() {
        assert!(found(&FIVE).is_plain());
        assert!(!found(&FIVE[1..]).is_plain());
        assert!(!found(&[&FIVE[..], &["acme/README.md"]].concat()).is_plain());
        assert!(!found(&[&FIVE[1..], &["acme/Artifacts/x.txt"]].concat()).is_plain());
        assert!(!found(&[&FIVE[1..], &["acme/acme-category.txt"]].concat()).is_plain());
        assert!(
            !found(&FIVE.map(|file| file.replace("Artifacts", "artifacts")).each_ref().map(String::as_str)).is_plain()
        );
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_may_not_be_listed_leaves_the_others_to_be_found() {
        use std::os::unix::fs::PermissionsExt;

        let root = tempfile::tempdir().unwrap();
        for path in ["Sources/acme/Artifacts", "Sources/acme/x", "Sources/other/Artifacts", "Sources/third"] {
            fs::create_dir_all(root.path().join(path)).unwrap();
        }
        let closed = ["Sources/acme/Artifacts", "Sources/acme/x", "Sources/third"].map(|path| root.path().join(path));
        let set =
            |mode| closed.iter().for_each(|path| fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap());
        set(0o000);
        let is_closed = fs::read_dir(&closed[0]).is_err();
        let found = Workspace::discover(root.path());
        set(0o755);
        let found = found.unwrap();
        let unlisted = |name: &str| found.source(name).unwrap().unlisted.as_ref().map(|folder| &*folder.path);
        // The administrator may list everything.
        if is_closed {
            assert_eq!(unlisted("acme"), Some("Sources/acme/Artifacts"));
            assert_eq!(unlisted("third"), Some("Sources/third"));
        }
        assert_eq!(unlisted("other"), None);
    }

    #[test]
    fn a_misspelt_name_is_read_as_what_it_is_meant_for() {
        for (file, kind) in [
            ("label.txt", Some(ArtifactKind::Label)),
            ("connectionSpec.json", Some(ArtifactKind::ConnectionSpec)),
            ("acme-label.txt.txt", Some(ArtifactKind::Label)),
            ("acme-logo.svg", Some(ArtifactKind::Icon)),
            ("acme-icon.png", None),
            ("notes.txt", None),
        ] {
            for folder in ["Artifacts", "artefact"] {
                let source = found(&[&format!("acme/{folder}/{file}")]);
                assert_eq!(source.artifacts().map(|(kind, _)| kind).next(), kind, "{folder}/{file}");
            }
        }
        // Of two pictures nobody knows which one it is, and one that is right needs no other.
        assert_eq!(found(&["acme/Artifacts/a.svg", "acme/Artifacts/b.svg"]).artifacts().count(), 0);
        assert_eq!(found(&[FIVE[3], "acme/Artifacts/a.svg"]).artifacts().count(), 1);
        assert_eq!(found(&["acme/notes/acme-label.txt"]).artifacts().count(), 0);
    }

    #[test]
    fn artifacts_are_told_by_their_place_and_then_by_their_name() {
        let source = found(&["acme/Artifacts/other-label.txt", "acme/Artifacts/acme-label.txt", "acme/acme-icon.svg"]);
        let found: Vec<_> = source.artifacts().map(|(kind, entry)| (kind, &*entry.path)).collect();
        assert_eq!(
            found,
            [
                (ArtifactKind::Icon, "Sources/acme/acme-icon.svg"),
                (ArtifactKind::Label, "Sources/acme/Artifacts/acme-label.txt")
            ]
        );
        let paths: Vec<_> = source.entries.iter().map(|entry| &*entry.path).collect();
        assert_eq!(
            paths,
            [
                "Sources/acme/Artifacts",
                "Sources/acme/Artifacts/acme-label.txt",
                "Sources/acme/Artifacts/other-label.txt",
                "Sources/acme/acme-icon.svg"
            ]
        );
    }
}
