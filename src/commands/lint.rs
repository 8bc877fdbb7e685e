//! `sss lint`: paths become workspaces, workspaces become findings, findings are printed.

use std::path::{Path, PathBuf};

use crate::{
    cli::{self, Format, Global},
    commands::{directory, output, rule_named},
    config::Config,
    console::Console,
    error::Error,
    exit::Exit,
    lint::{self, Findings},
    report,
    workspace::{self, Workspace, layout, layout::ArtifactKind, root_of},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Lint, console: &mut Console) -> Result<Exit, Error> {
    let base = directory(global)?;
    let rules = Rules::of(arguments)?;
    no_file_twice(&arguments.output)?;
    let mut findings = check(&targets(&base, &arguments.paths)?, &rules)?;
    findings.strict = arguments.strict;
    let format = arguments.format.unwrap_or(if global.json { Format::Json } else { Format::Full });
    console.print(&report::render(&findings, format, console.colored()));
    // One file that cannot be written takes none of the others along.
    let written: Vec<Result<(), Error>> = arguments
        .output
        .iter()
        .map(|to| output::write(&base.join(&to.file), &report::render(&findings, to.format, false)))
        .collect();
    written.into_iter().collect::<Result<(), Error>>()?;
    Ok(if findings.has_failed() { Exit::Findings } else { Exit::Done })
}

/// The rules that are named on the command line.
struct Rules {
    only: Vec<&'static str>,
    ignored: Vec<&'static str>,
}

impl Rules {
    fn of(arguments: &cli::Lint) -> Result<Self, Error> {
        let named = |names: &[String]| -> Result<Vec<&'static str>, Error> {
            names.iter().map(|name| Ok(rule_named(name.trim())?.name)).collect()
        };
        let rules = Self { only: named(&arguments.only)?, ignored: named(&arguments.ignore)? };
        if !rules.only.is_empty() && rules.only.iter().all(|name| rules.ignored.contains(name)) {
            return Err(Error::usage(
                "no rule is left: `--ignore` names all that `--only` does",
                "leave one of the two out",
            ));
        }
        Ok(rules)
    }
}

fn no_file_twice(outputs: &[cli::Output]) -> Result<(), Error> {
    for (index, output) in outputs.iter().enumerate() {
        if outputs[..index].iter().any(|other| other.file == output.file) {
            return Err(Error::usage(
                format!("`--output` names `{}` twice", output.file.display()),
                "write each format to a file of its own",
            ));
        }
    }
    Ok(())
}

/// A workspace, and which part of it is to be checked.
struct Target {
    workspace: Workspace,
    /// Paths relative to the root that findings must lie in; everything where there are none.
    parts: Vec<String>,
}

impl Target {
    fn whole(root: &Path) -> Result<Self, Error> {
        let workspace = Workspace::discover(root)?;
        if workspace.sources().is_empty() && workspace.strays().is_empty() {
            return Err(Error::nothing(
                format!("the folder `{}` holds no source", root.join(layout::SOURCES).display()),
                "scaffold one with `sss new <source>`",
            ));
        }
        Ok(Self { workspace, parts: Vec::new() })
    }
}

fn targets(base: &Path, paths: &[PathBuf]) -> Result<Vec<Target>, Error> {
    if paths.is_empty() {
        return Ok(vec![Target::whole(&root_of(base)?)?]);
    }
    let mut targets: Vec<Target> = Vec::new();
    for path in paths {
        let target = target(base, path)?;
        let same = targets
            .iter_mut()
            .find(|other| other.workspace.root() == target.workspace.root() && !target.parts.is_empty());
        match same {
            // A part of what is checked as a whole anyway adds nothing.
            Some(other) if other.parts.is_empty() => {}
            Some(other) => {
                let (mut workspace, mut parts) = (Workspace::discover(target.workspace.root())?, target.parts);
                parts.append(&mut other.parts);
                keep_parts(&mut workspace, &parts);
                *other = Target { workspace, parts };
            }
            None => targets.push(target),
        }
    }
    Ok(targets)
}

/// What a path on the command line stands for.
fn target(base: &Path, named: &Path) -> Result<Target, Error> {
    let path = &settled(&base.join(named)).map_err(|_| workspace::Error::Missing { path: named.to_owned() })?;
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
        (Ok(root), Some(part)) => {
            let mut workspace = Workspace::discover(&root)?;
            let parts = vec![part];
            keep_parts(&mut workspace, &parts);
            Ok(Target { workspace, parts })
        }
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
                parts: Vec::new(),
            })
        }
    }
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

fn check(targets: &[Target], rules: &Rules) -> Result<Findings, Error> {
    let mut all = Findings::default();
    for target in targets {
        let mut config = Config::load(target.workspace.root())?;
        config.select(&rules.only, &rules.ignored);
        let mut findings = lint::check(&target.workspace, &config);
        if !target.parts.is_empty() {
            let is_wanted = |path: &str| target.parts.iter().any(|part| is_below(path, part));
            findings.retain(|finding| is_wanted(&finding.path));
            findings.files.retain(|file| is_wanted(file));
        }
        all.append(findings);
    }
    Ok(all)
}
