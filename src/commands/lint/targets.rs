//! What the paths of `sss lint` stand for: whole repositories, parts of one, or a lone file.

use std::path::{Component, Path, PathBuf};

use crate::{
    error::Error,
    workspace::{
        self, PageFile,
        git::{Git, Staged},
        layout,
        layout::ArtifactKind,
        root_of,
    },
};

/// What is to be checked: a repository or a part of it, or a file that stands in none.
#[derive(Debug)]
pub(super) struct Target {
    /// The folder that holds `Sources`; for a lone file the one its path is told from.
    pub(super) root: PathBuf,
    pub(super) scope: Scope,
}

/// Which part of a repository is to be checked.
#[derive(Debug)]
pub(super) enum Scope {
    Whole,
    /// Paths relative to the root that findings must lie in.
    Parts(Vec<String>),
    /// One file that stands in no repository.
    Lone {
        path: PathBuf,
        kind: ArtifactKind,
    },
    /// One documentation page, wherever it lies. The root is that of the repository around it, if it lies in one.
    Page(PathBuf),
}

impl Target {
    fn whole(root: PathBuf) -> Self {
        Self { root, scope: Scope::Whole }
    }

    /// Whether both are of one repository, or one file.
    fn overlaps(&self, other: &Self) -> bool {
        match (&self.scope, &other.scope) {
            (Scope::Lone { path, .. }, Scope::Lone { path: other, .. }) => path == other,
            (Scope::Page(path), Scope::Page(other)) => path == other,
            (Scope::Lone { .. } | Scope::Page(_), _) | (_, Scope::Lone { .. } | Scope::Page(_)) => false,
            _ => self.root == other.root,
        }
    }

    /// Both, where they overlap: nothing is checked twice, whatever is named twice.
    fn joined(self, other: Self) -> Self {
        let scope = match (self.scope, other.scope) {
            (Scope::Parts(mut parts), Scope::Parts(more)) => {
                parts.extend(more);
                Scope::Parts(parts)
            }
            (Scope::Parts(_), scope) | (scope, _) => scope,
        };
        Self { root: self.root, scope }
    }
}

/// What is named, on disk or, where that is what is checked, in the index of git.
pub(super) fn targets(base: &Path, paths: &[PathBuf], in_index: bool) -> Result<Vec<Target>, Error> {
    if paths.is_empty() {
        let root = root_of(base).or_else(|error| root_in_index(base).filter(|_| in_index).ok_or(error));
        return Ok(vec![Target::whole(root?)]);
    }
    let mut targets: Vec<Target> = Vec::new();
    for path in paths {
        let target = match target(base, path) {
            Err(Error::Workspace(workspace::Error::Missing { path })) if in_index => {
                staged_part(base, &path).ok_or(workspace::Error::Missing { path })?
            }
            target => target?,
        };
        match targets.iter().position(|other| other.overlaps(&target)) {
            Some(at) => {
                let joined = targets.remove(at).joined(target);
                targets.insert(at, joined);
            }
            None => targets.push(target),
        }
    }
    Ok(targets)
}

/// The folder around a path whose `Sources` is in the index of git, and perhaps nowhere else.
fn root_in_index(base: &Path) -> Option<PathBuf> {
    let base = base.canonicalize().ok()?;
    let is_root = |folder: &&Path| {
        let staged = Git::around(folder).and_then(Staged::read);
        staged.is_ok_and(|staged| staged.holds(layout::SOURCES))
    };
    // The first folder that is in no repository ends the search.
    base.ancestors().take_while(|folder| Git::around(folder).is_ok()).find(is_root).map(Path::to_owned)
}

/// A part of a repository that is in the index of git and not on disk.
fn staged_part(base: &Path, named: &Path) -> Option<Target> {
    let base = base.canonicalize().ok()?;
    let root = root_of(&base).ok().or_else(|| root_in_index(&base))?;
    let staged = Git::around(&root).and_then(Staged::read).ok()?;
    let path = lexical(&base.join(named));
    let path = below(&root, &path).or_else(|| in_docs(&root, &path));
    let source = below(&root, &lexical(&root.join(layout::SOURCES).join(named)));
    let part = [path, source].into_iter().flatten().find(|part| staged.holds(part))?;
    Some(Target { root, scope: Scope::Parts(vec![part]) })
}

/// A path without `.` and `..`, as far as it is there with links followed.
pub(super) fn lexical(path: &Path) -> PathBuf {
    let Some(there) = path.ancestors().find_map(|folder| Some((folder, folder.canonicalize().ok()?))) else {
        return path.to_owned();
    };
    let (folder, mut whole) = there;
    for part in path.strip_prefix(folder).unwrap_or(Path::new("")).components() {
        match part {
            Component::ParentDir => {
                whole.pop();
            }
            Component::Normal(part) => whole.push(part),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    whole
}

/// The path of something in a repository's `Sources`, relative to the root.
pub(super) fn below(root: &Path, path: &Path) -> Option<String> {
    let relative = path.strip_prefix(root).ok()?;
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    (parts.first()? == layout::SOURCES).then(|| parts.join("/"))
}

/// The path of the folder of the pages, or of something in it, relative to the root.
fn in_docs(root: &Path, path: &Path) -> Option<String> {
    let inside = path.strip_prefix(root).ok().filter(|inside| inside.starts_with(layout::DOCS))?;
    Some(inside.to_string_lossy().replace('\\', "/"))
}

/// What a path on the command line stands for.
fn target(base: &Path, named: &Path) -> Result<Target, Error> {
    let path = &settled(&base.join(named))
        .or_else(|missing| named_source(base, named).ok_or(missing))
        .map_err(|_| workspace::Error::Missing { path: named.to_owned() })?;
    if path.is_dir() && path.join(layout::SOURCES).is_dir() {
        return Ok(Target::whole(path.clone()));
    }
    let root = root_of(path.parent().unwrap_or(path));
    if is_page(path) {
        // A page of a source of the repository is a part of it, so that nothing is checked twice.
        if let Some((root, page)) = root.as_ref().ok().map(|root| (root, PageFile::named(root, path)))
            && page.is_in_docs
            && root.join(layout::SOURCES).join(&page.source).is_dir()
        {
            return Ok(Target { root: root.clone(), scope: Scope::Parts(vec![page.path.to_string()]) });
        }
        let around = root.or_else(|_| settled(base)).map_err(|error| Error::file("read", base, error))?;
        return Ok(Target { root: around, scope: Scope::Page(path.clone()) });
    }
    let part = root.as_ref().ok().and_then(|root| below(root, path));
    match (root, part) {
        (Ok(root), Some(part)) if part == layout::SOURCES => Ok(Target::whole(root)),
        (Ok(root), None)
            if path.is_dir()
                && let Some(part) = in_docs(&root, path).filter(|part| is_folder_of_pages(part)) =>
        {
            Ok(Target { root, scope: Scope::Parts(vec![part]) })
        }
        (Ok(root), Some(part)) => Ok(Target { root, scope: Scope::Parts(vec![part]) }),
        (root, _) if path.is_dir() => Err(match root {
            Ok(_) => workspace::Error::NotASource { path: named.to_owned() }.into(),
            Err(_) => workspace::Error::NoSources { path: named.to_owned() }.into(),
        }),
        _ => {
            let kind = kind_of_lone_file(path);
            let kind = kind.ok_or_else(|| workspace::Error::NotASource { path: named.to_owned() })?;
            let root = settled(base).map_err(|error| Error::file("read", base, error))?;
            Ok(Target { root, scope: Scope::Lone { path: path.clone(), kind } })
        }
    }
}

/// The folder of the source of this name, which the other verbs take in place of a path.
fn named_source(base: &Path, name: &Path) -> Option<PathBuf> {
    let mut parts = name.components();
    let (Some(Component::Normal(name)), None) = (parts.next(), parts.next()) else {
        return None;
    };
    let folder = root_of(base).ok()?.join(layout::SOURCES).join(name);
    folder.is_dir().then(|| settled(&folder).ok()).flatten()
}

/// A path that is there, without `.` and `..`, so that two ways to one place are one path. The last part may be a link:
/// that an artifact is one is for the linter to say.
fn settled(path: &Path) -> std::io::Result<PathBuf> {
    if path.is_dir() {
        return path.canonicalize();
    }
    path.symlink_metadata()?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(folder.canonicalize()?.join(path.file_name().unwrap_or_default()))
}

/// What a file outside of a repository is taken for.
pub(super) fn kind_of_lone_file(path: &Path) -> Option<ArtifactKind> {
    let name = path.file_name()?.to_str()?;
    let by_extension = match path.extension()?.to_str()? {
        "json" => Some(ArtifactKind::ConnectionSpec),
        "svg" => Some(ArtifactKind::Icon),
        _ => None,
    };
    ArtifactKind::of_file_name(name).or(by_extension)
}

/// Files of a repository that are Markdown and no pages.
const NO_PAGES: [&str; 6] = ["readme", "changelog", "contributing", "code_of_conduct", "security", "license"];

/// Whether a path is that of a page: a Markdown file outside of `Sources` that is not about the repository itself.
pub(super) fn is_page(path: &Path) -> bool {
    let is_markdown = path.extension().is_some_and(|end| end.eq_ignore_ascii_case("md"));
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().to_lowercase()).unwrap_or_default();
    let is_inside = || path.components().any(|part| part.as_os_str() == layout::SOURCES);
    is_markdown && !path.is_dir() && !NO_PAGES.contains(&stem.as_str()) && !is_inside()
}

/// Whether a path in the folder of the pages is that folder, or that of one source's.
fn is_folder_of_pages(part: &str) -> bool {
    part.split('/').count() <= 2
}

pub(super) fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
