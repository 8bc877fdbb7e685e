//! The repository of a partner: its root, its sources and their artifacts.
//!
//! Finding files ([`Workspace`]) and reading them ([`Source::load`]) are two steps, so that ten thousand sources can be
//! read one by one, in parallel, and forgotten again.

mod artifact;
mod content;
mod discover;
pub mod git;
pub mod layout;
mod pages;

use std::{
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::Arc,
};

use thiserror::Error;

pub use artifact::{Artifact, LoadedSource, MAX_BYTES, Unreadable};
use content::Content;
pub use discover::root_of;
use git::{Changed, History, Untracked};
use layout::ArtifactKind;
pub use pages::PageFile;

use crate::exit::Exit;

/// A repository and what was found in it.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    sources: Vec<Source>,
    strays: Vec<Entry>,
    records: Vec<Entry>,
    /// The documentation pages that are looked at.
    pages: Vec<PageFile>,
    /// Whether nothing was left out.
    is_whole: bool,
    /// What is known by name alone of the repository that this is the changed part of.
    around: Option<Changed>,
    content: Content,
    /// What the commits of the branch brought, where that is to be looked at.
    history: Option<History>,
}

/// One source, as far as its names tell.
#[derive(Debug, Clone)]
pub struct Source {
    /// The name of its folder.
    pub name: String,
    /// Everything below its folder, in the order of the names.
    pub entries: Vec<Entry>,
    /// Where among them each artifact stands, in the order of the kinds. Kept so that it takes little: there may be ten
    /// thousand sources.
    artifacts: [Option<NonZeroU32>; ArtifactKind::ALL.len()],
    /// Whether it holds the folder and the five artifacts in their places, and nothing else.
    is_plain: bool,
    /// What of it could not be looked into, where that could hold artifacts.
    pub unlisted: Option<Box<Unlisted>>,
    /// Whether it stands in a repository; a single file given by itself does not, and its layout says nothing.
    pub in_repository: bool,
}

/// A folder that could not be looked into.
#[derive(Debug, Clone)]
pub struct Unlisted {
    /// Path relative to the root, with `/`.
    pub path: Arc<str>,
    /// Why not.
    pub reason: String,
}

/// Something in the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path relative to the root, with `/`. Shared by all that speak of the file.
    pub path: Arc<str>,
    pub kind: EntryKind,
}

impl Entry {
    /// The last part of its path.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The path without its last part.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }
}

/// What an entry of a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    File,
    Folder,
    Symlink,
    /// A pipe, a socket, a device.
    Other,
}

impl Source {
    /// A source that stands in no repository, with nothing in it.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            entries: Vec::new(),
            artifacts: Default::default(),
            is_plain: false,
            unlisted: None,
            in_repository: false,
        }
    }

    /// One artifact that stands by itself as a source. Its file may have any name.
    pub(crate) fn lone(kind: ArtifactKind, entry: Entry) -> Self {
        let stem = ArtifactKind::of_file_name(entry.name()).map_or(0, |kind| kind.suffix().len());
        let name = entry.name()[..entry.name().len() - stem].to_owned();
        let artifacts = ArtifactKind::ALL.map(|other| if other == kind { NonZeroU32::new(1) } else { None });
        Self { entries: vec![entry], artifacts, ..Self::named(&name) }
    }

    /// What was found for each artifact, in the order of the kinds.
    pub fn artifacts(&self) -> impl Iterator<Item = (ArtifactKind, &Entry)> {
        ArtifactKind::ALL.into_iter().filter_map(|kind| Some((kind, self.artifact(kind)?)))
    }

    /// What was found for an artifact.
    pub fn artifact(&self, kind: ArtifactKind) -> Option<&Entry> {
        let place = self.artifacts[kind as usize]?.get() as usize;
        self.entries.get(place - 1)
    }

    /// Whether it holds the folder and the five artifacts in their places, and nothing else, as nearly all do.
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Whether nothing in it looks like a part of a source.
    pub fn is_bare(&self) -> bool {
        self.unlisted.is_none()
            && self.artifacts_folder().is_none()
            && ArtifactKind::ALL.into_iter().all(|kind| self.meant_as(kind).is_none())
    }

    /// What stands for the folder of its artifacts, however that is spelt.
    pub fn artifacts_folder(&self) -> Option<&Entry> {
        artifacts_folder(&self.name, &self.entries)
    }

    /// The path of its folder, relative to the root.
    pub fn path(&self) -> String {
        format!("{}/{}", layout::SOURCES, self.name)
    }

    /// What stands for an artifact, whatever its name and format and wherever in the source it lies.
    pub fn meant_as(&self, kind: ArtifactKind) -> Option<&Entry> {
        let is_of_another = |entry: &Entry| self.artifacts().any(|(_, artifact)| artifact == entry);
        let folder = self.artifacts_folder();
        let is_meant = |entry: &&Entry| {
            let by_name = [ArtifactKind::meant_by, ArtifactKind::misspelt, ArtifactKind::in_other_format];
            entry.kind != EntryKind::Folder
                && by_name.iter().find_map(|meant| meant(entry.name())) == Some(kind)
                && is_in_place(&self.name, folder, entry)
                && !is_of_another(entry)
        };
        self.artifact(kind).or_else(|| self.entries.iter().find(is_meant))
    }
}

/// What stands for the folder of a source's artifacts, however that is spelt.
fn artifacts_folder<'e>(source: &str, entries: &'e [Entry]) -> Option<&'e Entry> {
    let inside = || entries.iter().filter(|entry| is_beside(source, entry));
    let by_name = |is: fn(&str) -> bool| inside().find(|entry| is(entry.name()));
    let nearly = || inside().find(|entry| entry.kind == EntryKind::Folder && layout::is_nearly_artifacts(entry.name()));
    by_name(|name| name == layout::ARTIFACTS).or_else(|| by_name(layout::is_artifacts)).or_else(nearly)
}

/// Whether something lies in the folder of a source, and in none below it.
fn is_beside(source: &str, entry: &Entry) -> bool {
    let folder = entry.folder().strip_prefix(layout::SOURCES).and_then(|path| path.strip_prefix('/'));
    folder == Some(source)
}

/// Whether something lies where one looks for an artifact: in the folder that stands for theirs, or beside it.
fn is_in_place(source: &str, artifacts: Option<&Entry>, entry: &Entry) -> bool {
    let folder = entry.folder();
    is_beside(source, entry)
        || layout::is_artifacts(folder.rsplit('/').next().unwrap_or_default())
        || artifacts.is_some_and(|artifacts| *artifacts.path == *folder)
}

impl Workspace {
    /// The folder that holds `Sources`.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Every source, in the order of their names.
    pub fn sources(&self) -> &[Source] {
        &self.sources
    }

    /// What lies in `Sources` and is no source.
    pub fn strays(&self) -> &[Entry] {
        &self.strays
    }

    /// The records of what is published, one a source.
    pub fn records(&self) -> &[Entry] {
        &self.records
    }

    /// The source of this name.
    pub fn source(&self, name: &str) -> Option<&Source> {
        self.sources.iter().find(|source| source.name == name)
    }

    /// What changed in the repository that this is the changed part of, and the names of all that is there.
    pub fn around(&self) -> Option<&Changed> {
        self.around.as_ref()
    }

    /// Whether this is the whole repository.
    pub fn is_whole(&self) -> bool {
        self.is_whole
    }

    /// The artifacts that git does not track. It is asked each time.
    pub fn untracked(&self) -> Result<Vec<Untracked>, git::Error> {
        if self.is_on_disk() { Untracked::of(self) } else { Ok(Vec::new()) }
    }

    /// Those of some paths in `Sources` that git is told to leave alone. Where it cannot be asked, it is as if there were no
    /// repository.
    pub fn ignored(&self, paths: &[&str]) -> Vec<String> {
        let is_asked = self.is_on_disk() && !paths.is_empty();
        if is_asked { git::ignored(&self.root, paths).unwrap_or_default() } else { Vec::new() }
    }

    /// What the commits of the branch brought, where that is to be looked at.
    pub fn history(&self) -> Option<&History> {
        self.history.as_ref()
    }

    /// Has what the commits of a branch brought be looked at too.
    pub fn set_history(&mut self, history: History) {
        self.history = Some(history);
    }

    /// A part of a repository, with nothing in it so far.
    fn part(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            sources: Vec::new(),
            strays: Vec::new(),
            records: Vec::new(),
            pages: Vec::new(),
            is_whole: false,
            around: None,
            content: Content::Disk,
            history: None,
        }
    }

    /// Keeps only the sources that are wanted. What is left is a part of the repository.
    pub fn retain(&mut self, wanted: impl FnMut(&Source) -> bool) {
        self.sources.retain(wanted);
        self.is_whole = false;
        self.around = None;
    }
}

/// Why a repository cannot be worked on.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// Neither the folder nor one around it holds `Sources`.
    #[error("there is no folder `{}` in `{}` or above it", layout::SOURCES, .path.display())]
    NoSources { path: PathBuf },
    /// A path that was named does not exist.
    #[error("there is no `{}`", .path.display())]
    Missing { path: PathBuf },
    /// A path that was named is no part of a source.
    #[error("`{}` is neither a source nor an artifact", .path.display())]
    NotASource { path: PathBuf },
    /// A source that was named does not exist.
    #[error("there is no source `{name}` in `{}`", .root.join(layout::SOURCES).display())]
    UnknownSource { name: String, root: PathBuf, nearest: Option<String> },
    /// A file or folder could not be read.
    #[error("could not {action} `{}`: {source}", .path.display())]
    File { action: &'static str, path: PathBuf, source: std::io::Error },
    /// git was asked and could not tell.
    #[error(transparent)]
    Git(#[from] git::Error),
}

/// A folder in this one, or around it in the same repository of git, that is called as that of the sources is but for the
/// case.
fn misspelt_sources(path: &Path) -> Option<PathBuf> {
    let is_misspelt = |name: &str| name.eq_ignore_ascii_case(layout::SOURCES);
    let path = std::path::absolute(path).ok()?;
    for folder in path.ancestors() {
        let entries = folder.read_dir().into_iter().flatten().flatten();
        let mut named = entries.filter(|entry| entry.file_name().to_str().is_some_and(is_misspelt));
        if let Some(found) = named.find(|entry| entry.path().is_dir()) {
            return Some(found.path());
        }
        if folder.join(".git").exists() {
            break;
        }
    }
    None
}

impl Error {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::NoSources { path } => Some(match misspelt_sources(path) {
                Some(folder) => format!("rename `{}` to `{}`", folder.display(), layout::SOURCES),
                None => "scaffold a source with `sss new <source>`, or name the repository with `-C DIR`".to_owned(),
            }),
            Self::Missing { .. } => {
                Some("name a repository, a source, its folder in `Sources`, an artifact, or a page (`.md`)".to_owned())
            }
            Self::NotASource { .. } => Some(format!(
                "artifacts are the files {} in `Sources/<source>/Artifacts`",
                ArtifactKind::ALL.map(|kind| format!("`<source>{}`", kind.suffix())).join(", ")
            )),
            Self::UnknownSource { nearest, .. } => nearest.as_ref().map(|name| format!("did you mean `{name}`?")),
            Self::Git(error) => error.help(),
            Self::File { .. } => None,
        }
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::NoSources { .. } => Exit::Nothing,
            Self::Missing { .. }
            | Self::NotASource { .. }
            | Self::UnknownSource { .. }
            | Self::File { .. }
            | Self::Git(_) => Exit::Usage,
        }
    }
}
