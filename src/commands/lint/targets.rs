//! What the paths of `sss lint` stand for: whole repositories, parts of one, or a lone file.

use std::path::{Component, Path, PathBuf};

use crate::{
    commands::no_source,
    error::Error,
    workspace::{self, Workspace, layout, layout::ArtifactKind, root_of},
};

/// A workspace, and which part of it is to be checked.
pub(super) struct Target {
    pub(super) workspace: Workspace,
    pub(super) scope: Scope,
}

/// Which part of a workspace is to be checked.
pub(super) enum Scope {
    Whole,
    /// Paths relative to the root that findings must lie in.
    Parts(Vec<String>),
    /// One file that stands in no repository.
    Lone,
}

impl Target {
    fn whole(root: &Path) -> Result<Self, Error> {
        let workspace = Workspace::discover(root)?;
        if workspace.sources().is_empty() && workspace.strays().is_empty() {
            return Err(no_source(root));
        }
        Ok(Self { workspace, scope: Scope::Whole })
    }

    fn parts(root: &Path, parts: Vec<String>) -> Result<Self, Error> {
        let mut workspace = Workspace::discover(root)?;
        keep_parts(&mut workspace, &parts);
        Ok(Self { workspace, scope: Scope::Parts(parts) })
    }

    /// Whether what is found in a path is asked for.
    pub(super) fn is_wanted(&self, path: &str) -> bool {
        match &self.scope {
            Scope::Parts(parts) => parts.iter().any(|part| is_below(path, part)),
            Scope::Whole | Scope::Lone => true,
        }
    }

    /// Whether both are of one repository, or one file.
    fn overlaps(&self, other: &Self) -> bool {
        let is_same_root = self.workspace.root() == other.workspace.root();
        let file = |target: &Self| {
            let artifacts = target.workspace.sources().iter().flat_map(|source| &source.artifacts);
            artifacts.map(|(_, entry)| entry.path.clone()).next()
        };
        match (&self.scope, &other.scope) {
            (Scope::Lone, Scope::Lone) => is_same_root && file(self) == file(other),
            (Scope::Lone, _) | (_, Scope::Lone) => false,
            _ => is_same_root,
        }
    }

    /// Both, where they overlap: nothing is checked twice, whatever is named twice.
    fn joined(self, other: Self) -> Result<Self, Error> {
        match (self.scope, other.scope) {
            (Scope::Parts(mut parts), Scope::Parts(more)) => {
                parts.extend(more);
                Self::parts(self.workspace.root(), parts)
            }
            (Scope::Parts(_), scope) => Ok(Self { workspace: other.workspace, scope }),
            (scope, _) => Ok(Self { workspace: self.workspace, scope }),
        }
    }
}

pub(super) fn targets(base: &Path, paths: &[PathBuf]) -> Result<Vec<Target>, Error> {
    if paths.is_empty() {
        return Ok(vec![Target::whole(&root_of(base)?)?]);
    }
    let mut targets: Vec<Target> = Vec::new();
    for path in paths {
        let target = target(base, path)?;
        match targets.iter().position(|other| other.overlaps(&target)) {
            Some(at) => {
                let joined = targets.remove(at).joined(target)?;
                targets.insert(at, joined);
            }
            None => targets.push(target),
        }
    }
    Ok(targets)
}

/// What a path on the command line stands for.
fn target(base: &Path, named: &Path) -> Result<Target, Error> {
    let path = &settled(&base.join(named))
        .or_else(|missing| named_source(base, named).ok_or(missing))
        .map_err(|_| workspace::Error::Missing { path: named.to_owned() })?;
    if path.is_dir() && path.join(layout::SOURCES).is_dir() {
        return Target::whole(path);
    }
    let root = root_of(path.parent().unwrap_or(path));
    let part = root.as_ref().ok().and_then(|root| {
        let relative = path.strip_prefix(root).ok()?;
        let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
        (parts.first()? == layout::SOURCES).then(|| parts.join("/"))
    });
    match (root, part) {
        (Ok(root), Some(part)) if part == layout::SOURCES => Target::whole(&root),
        (Ok(root), Some(part)) => Target::parts(&root, vec![part]),
        (root, _) if path.is_dir() => Err(match root {
            Ok(_) => workspace::Error::NotASource { path: named.to_owned() }.into(),
            Err(_) => workspace::Error::NoSources { path: named.to_owned() }.into(),
        }),
        _ => {
            let kind = kind_of_lone_file(path);
            let kind = kind.ok_or_else(|| workspace::Error::NotASource { path: named.to_owned() })?;
            Ok(Target {
                workspace: Workspace::lone(
                    &settled(base).map_err(|error| Error::file("read", base, error))?,
                    path,
                    kind,
                )?,
                scope: Scope::Lone,
            })
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
fn kind_of_lone_file(path: &Path) -> Option<ArtifactKind> {
    let name = path.file_name()?.to_str()?;
    let by_extension = match path.extension()?.to_str()? {
        "json" => Some(ArtifactKind::ConnectionSpec),
        "svg" => Some(ArtifactKind::Icon),
        _ => None,
    };
    ArtifactKind::of_file_name(name).or(by_extension)
}

/// Keeps the sources that the parts touch.
fn keep_parts(workspace: &mut Workspace, parts: &[String]) {
    workspace.retain(|source| {
        let folder = format!("{}/{}", layout::SOURCES, source.name);
        parts.iter().any(|part| is_below(part, &folder) || is_below(&folder, part))
    });
}

fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
