//! Which of what is named is looked at: all of it, what changed, what is staged, or standard input in its place.

use std::{
    collections::BTreeSet,
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::targets::{Scope, Target, below, is_below, is_page, kind_of_lone_file, lexical, targets};
use crate::{
    cli,
    commands::no_source,
    config::Config,
    error::Error,
    lint::{Finding, Findings},
    text::Document,
    workspace::{
        self, MAX_BYTES, Workspace,
        git::{Git, History, Staged},
        layout::{self, ArtifactKind, name_in_sources},
        root_of,
    },
};

/// A workspace, and what findings in it are wanted.
#[derive(Debug)]
pub(super) struct Selected {
    pub(super) workspace: Workspace,
    /// Paths relative to the root that findings must lie in; anywhere where there are none.
    pub(super) parts: Option<Vec<String>>,
    /// What stands before its paths where they are told; nothing where only one repository is looked at.
    place: String,
}

/// One of the things that the arguments ask to look at.
#[derive(Debug)]
pub(super) enum Named {
    /// All of the repository at this root, as it lies on disk: nothing need be known of it before it is checked.
    Repository { root: PathBuf, place: String },
    /// Anything else.
    Selected(Box<Selected>),
}

impl Named {
    /// Finds the sources, where that was not done yet.
    fn select(self) -> Result<Selected, Error> {
        match self {
            Self::Repository { root, place } => Ok(everything(&root)?.at(place)),
            Self::Selected(selected) => Ok(*selected),
        }
    }

    fn root(&self) -> &Path {
        match self {
            Self::Repository { root, .. } => root,
            Self::Selected(selected) => selected.workspace.root(),
        }
    }

    fn at(self, place: String) -> Self {
        match self {
            Self::Repository { root, .. } => Self::Repository { root, place },
            Self::Selected(selected) => Self::Selected(Box::new(selected.at(place))),
        }
    }
}

/// What the arguments ask to look at, with the sources of each.
pub(super) fn selected(base: &Path, arguments: &cli::Lint) -> Result<Vec<Selected>, Error> {
    named(base, arguments)?.into_iter().map(Named::select).collect()
}

/// What the arguments ask to look at.
pub(super) fn named(base: &Path, arguments: &cli::Lint) -> Result<Vec<Named>, Error> {
    if is_stdin(&arguments.paths) {
        return Ok(vec![Named::Selected(Box::new(stdin(base, arguments)?))]);
    }
    if let Some(path) = &arguments.stdin_path {
        return Err(Error::usage(
            format!("`--stdin-path` names `{}`, but standard input is not what is checked", path.display()),
            "add `-` as the path, and no other",
        ));
    }
    let open = |target| {
        let selected = match (&arguments.since, arguments.staged) {
            (Some(revision), _) => since(target, revision),
            (None, true) => staged(target),
            (None, false) => return on_disk(target),
        };
        Ok(Named::Selected(Box::new(selected?)))
    };
    let named: Vec<Named> =
        targets(base, &arguments.paths, arguments.staged)?.into_iter().map(open).collect::<Result<_, _>>()?;
    if named.iter().all(|one| one.root() == named[0].root()) {
        return Ok(named);
    }
    let base = base.canonicalize().map_err(|error| Error::file("read", base, error))?;
    let at = |one: Named| {
        let place = place(&base, one.root());
        one.at(place)
    };
    Ok(named.into_iter().map(at).collect())
}

/// What leads to a root from the current directory; all of its path where it does not lie in that.
fn place(base: &Path, root: &Path) -> String {
    let way = root.strip_prefix(base).unwrap_or(root).to_string_lossy().replace('\\', "/");
    if way.is_empty() || way.ends_with('/') { way } else { way + "/" }
}

/// Whether standard input is named.
pub(super) fn is_stdin(paths: &[PathBuf]) -> bool {
    paths.iter().any(|path| path.as_os_str() == "-")
}

impl Selected {
    /// All of a repository. One with nothing in it is an error.
    pub(super) fn whole(workspace: Workspace) -> Result<Self, Error> {
        if workspace.sources().is_empty() && workspace.strays().is_empty() {
            return Err(no_source(workspace.root()));
        }
        Ok(Self::of(workspace, None))
    }

    fn of(workspace: Workspace, parts: Option<Vec<String>>) -> Self {
        Self { workspace, parts, place: String::new() }
    }

    /// The same, whose paths are told with what stands before them.
    pub(super) fn at(self, place: String) -> Self {
        Self { place, ..self }
    }

    /// A path as it is told.
    pub(super) fn told(&self, path: &str) -> String {
        // A file that was named from outside of the repository is told by all of its path already.
        if Path::new(path).is_absolute() { path.to_owned() } else { format!("{}{path}", self.place) }
    }

    /// Has findings tell their paths so that they can be told from those of other repositories.
    pub(super) fn tell_apart(&self, findings: &mut Findings) {
        if self.place.is_empty() {
            return;
        }
        findings.findings.iter_mut().for_each(|finding| finding.path = self.told(&finding.path));
        findings.files.iter_mut().for_each(|file| *file = self.told(file).into());
        let secrets = std::mem::take(&mut findings.secrets);
        findings.secrets = secrets.into_iter().map(|(path, secrets)| (self.told(&path), secrets)).collect();
    }

    /// The configuration that holds for it: as staged, where that is what is looked at.
    pub(super) fn config(&self) -> Result<Config, Error> {
        let Some(staged) = self.workspace.index() else { return Ok(Config::load(self.workspace.root())?) };
        match staged.text(layout::CONFIG)? {
            Some(bytes) => Ok(Config::read(&Arc::new(Document::new(layout::CONFIG, bytes)))?),
            None => Ok(Config::default()),
        }
    }

    /// Whether what has a name in `Sources` is to be looked at.
    pub(super) fn wants(&self, name: &str) -> bool {
        is_named(self.parts.as_deref(), name)
    }

    /// Whether a finding is wanted.
    pub(super) fn is_wanted(&self, finding: &Finding) -> bool {
        // What was right until the other artifact was changed is not looked for in the one that was not.
        let is_brought = |staged| {
            let mut paths = [Some(&*finding.path), finding.beside.as_deref()].into_iter().flatten();
            paths.any(|path| is_staged(staged, path))
        };
        self.parts.as_ref().is_none_or(|parts| parts.iter().any(|part| is_below(&finding.path, part)))
            && self.workspace.index().is_none_or(is_brought)
    }

    /// Leaves out what is not wanted.
    pub(super) fn narrow(&self, findings: &mut Findings) {
        findings.retain(|finding| self.is_wanted(finding));
        if let Some(parts) = &self.parts {
            findings.files.retain(|file| parts.iter().any(|part| is_below(file, part)));
        }
        if let Some(staged) = self.workspace.index() {
            findings.files.retain(|file| staged.changed().contains(&**file));
        }
        if self.parts.is_some() || self.workspace.index().is_some() {
            findings.summary.files = findings.files.len();
        }
    }
}

/// Whether a commit would bring something that a finding at a path is about: the file, something in the folder, or one that
/// is missing from a source it changes.
fn is_staged(staged: &Staged, path: &str) -> bool {
    let inside = format!("{path}/");
    let changed = staged.changed();
    changed.contains(path)
        || changed.range(inside.clone()..).next().is_some_and(|changed| changed.starts_with(&inside))
        || !staged.holds(path)
}

/// A whole repository, as it lies on disk.
fn everything(root: &Path) -> Result<Selected, Error> {
    let mut workspace = Workspace::discover(root)?;
    workspace.find_pages();
    Selected::whole(workspace)
}

fn on_disk(target: Target) -> Result<Named, Error> {
    let selected = match target.scope {
        Scope::Whole => return Ok(Named::Repository { root: target.root, place: String::new() }),
        Scope::Parts(parts) => {
            let names: BTreeSet<&str> = parts.iter().filter_map(|part| name_in_sources(part)).collect();
            let mut workspace = if parts.iter().any(|part| part == layout::DOCS) {
                Workspace::discover(&target.root)?
            } else {
                Workspace::discover_named(&target.root, names)?
            };
            if parts.iter().any(|part| is_below(part, layout::DOCS)) {
                workspace.find_pages();
                let is_there = |part: &String| workspace.pages().iter().any(|page| is_below(&page.path, part));
                if let Some(part) = parts.iter().find(|part| is_below(part, layout::DOCS) && !is_there(part)) {
                    return Err(Error::nothing(
                        format!("there is no page of a source in `{part}`"),
                        "`sss docs <source>` writes them; any other page is checked by its name",
                    ));
                }
            }
            Selected::of(workspace, Some(parts))
        }
        Scope::Page(path) => {
            let workspace = Workspace::of_page(&target.root, &path)?;
            // Of its source nothing is wanted but what the page is held to.
            let shown = workspace.pages().iter().map(|page| page.path.to_string()).collect();
            Selected::of(workspace, Some(shown))
        }
        Scope::Lone { path, kind } => Selected::of(Workspace::lone(&target.root, &path, kind)?, None),
    };
    Ok(Named::Selected(Box::new(selected)))
}

/// The sources that changed since a commit, or their pages; whole.
fn since(target: Target, revision: &str) -> Result<Selected, Error> {
    let parts = parts(target.scope, "--since")?;
    let sources = target.root.join(layout::SOURCES);
    if !sources.is_dir() {
        return Err(workspace::Error::NoSources { path: target.root }.into());
    }
    let git = Git::around(&target.root).map_err(workspace::Error::from)?;
    let mut changed = git.since(revision, &target.root).map_err(workspace::Error::from)?;
    changed.names.retain(|name| is_named(parts.as_deref(), name));
    let mut workspace = if changed.are_exact {
        Workspace::discover_named(&target.root, changed.names.iter().map(String::as_str))?
    } else {
        let mut workspace = Workspace::discover(&target.root)?;
        workspace.retain(|source| changed.names.contains(&source.name));
        workspace
    };
    if parts.is_none() {
        workspace.look_around(changed)?;
    }
    let mut history = History::since(git, revision).map_err(workspace::Error::from)?;
    if let Some(parts) = &parts {
        history.retain(|path| parts.iter().any(|part| is_below(path, part)));
    }
    workspace.set_history(history);
    workspace.find_pages();
    Ok(Selected::of(workspace, parts))
}

/// The sources of which something is staged, or of their pages, as they are in the index.
fn staged(target: Target) -> Result<Selected, Error> {
    let parts = parts(target.scope, "--staged")?;
    let git = Git::around(&target.root).map_err(workspace::Error::from)?;
    let staged = Staged::read(git).map_err(workspace::Error::from)?;
    let names = staged.changed().iter().filter_map(|path| name_in_sources(path));
    let names = names.filter(|name| is_named(parts.as_deref(), name)).map(str::to_owned).collect();
    let mut workspace = Workspace::staged(&target.root, staged, &names);
    workspace.find_pages();
    Ok(Selected::of(workspace, parts))
}

fn parts(scope: Scope, flag: &str) -> Result<Option<Vec<String>>, Error> {
    match scope {
        Scope::Whole => Ok(None),
        Scope::Parts(parts) => Ok(Some(parts)),
        Scope::Page(path) => Err(Error::usage(
            format!(
                "`{flag}` looks at sources and their pages in `{}`, and `{}` is none of them",
                layout::DOCS,
                path.display()
            ),
            format!("leave one of the two out: a page that lies elsewhere is checked without `{flag}`"),
        )),
        Scope::Lone { path, .. } => Err(Error::usage(
            format!("`{flag}` looks at sources, and `{}` is in none", path.display()),
            format!("leave one of the two out: files in `{}` are what changes there", layout::SOURCES),
        )),
    }
}

/// Whether a name in `Sources` is of one of the parts.
fn is_named(parts: Option<&[String]>, name: &str) -> bool {
    parts.is_none_or(|parts| parts.iter().any(|part| part == layout::DOCS || name_in_sources(part) == Some(name)))
}

/// Standard input, as the artifact or page that it is said to be, beside the others of its source; or as one that stands by
/// itself.
fn stdin(base: &Path, arguments: &cli::Lint) -> Result<Selected, Error> {
    if arguments.paths.len() > 1 {
        return Err(Error::usage(
            "`-`, standard input, is checked by itself",
            "leave the other paths out; a file of that name is `./-`",
        ));
    }
    for (flag, is_given) in [("--since", arguments.since.is_some()), ("--staged", arguments.staged)] {
        if is_given {
            return Err(Error::usage(
                format!("`{flag}` asks git, which does not know standard input"),
                format!("leave `-` or `{flag}` out"),
            ));
        }
    }
    let Some(named) = &arguments.stdin_path else {
        let workspace = Workspace::given(base, "<stdin>", ArtifactKind::ConnectionSpec, read_stdin()?)?;
        return Ok(Selected::of(workspace, None));
    };
    let path = lexical(&base.join(named));
    if path.is_dir() {
        return Err(Error::usage(
            format!("`{}` is a folder, and standard input is checked as one file", named.display()),
            "name an artifact or a page with `--stdin-path`",
        ));
    }
    let root = path.parent().and_then(|folder| root_of(folder).ok());
    let part = root.as_ref().and_then(|root| below(root, &path));
    if let Some((root, part)) = root.as_deref().zip(part) {
        let mut workspace = Workspace::discover_named(root, name_in_sources(&part))?;
        workspace.give(&part, read_stdin()?);
        return Ok(Selected::of(workspace, Some(vec![part])));
    }
    if is_page(&path) {
        let around = root.map_or_else(|| base.canonicalize().map_err(|error| Error::file("read", base, error)), Ok)?;
        let mut workspace = Workspace::of_page(&around, &path)?;
        let part = workspace.pages().iter().map(|page| page.path.to_string()).collect::<Vec<_>>();
        workspace.give(&part.concat(), read_stdin()?);
        return Ok(Selected::of(workspace, Some(part)));
    }
    let kind = kind_of_lone_file(&path);
    let kind = kind.ok_or_else(|| workspace::Error::NotASource { path: named.clone() })?;
    let root = base.canonicalize().map_err(|error| Error::file("read", base, error))?;
    let shown = path.strip_prefix(&root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
    Ok(Selected::of(Workspace::given(&root, &shown, kind, read_stdin()?)?, None))
}

/// One byte more than an artifact may have, so that it is noticed.
fn read_stdin() -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    let read = io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes);
    read.map_err(|error| Error::file("read", Path::new("<stdin>"), error))?;
    Ok(bytes)
}
