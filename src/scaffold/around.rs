//! What stands around the sources of a repository so that nobody has to remember to lint them: a workflow for pull requests,
//! and a hook of git. Neither is ever written over something else; what is to be added by hand is told instead.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use git2::{ConfigLevel, Repository};
use serde_json::json;

use super::{Error, templates::Templates};
use crate::cli::CiKind;

/// A file for the repository, not written yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub path: PathBuf,
    /// How it is told: from the root of the repository of git, with `/`, where it lies in it.
    pub shown: String,
    pub text: String,
    is_executable: bool,
    /// What the text is called, where it is to be added by hand.
    noun: &'static str,
    /// Why it must not be written there, though nothing is in the way.
    objection: Option<&'static str>,
}

/// What came of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placed {
    Written,
    /// It was there, word for word.
    There,
    /// Something else is there, or it may not be written there: why, and what to do instead.
    Kept {
        why: String,
        add: String,
    },
}

/// The workflow that lints pull requests; nothing for `none`.
pub fn workflow(root: &Path, kind: CiKind, templates: &Templates) -> Result<Option<File>, Error> {
    let (name, template, noun) = match kind {
        CiKind::Github => (".github/workflows/sss.yml", "ci-github.yml.hbs", "lines, as a workflow of their own"),
        CiKind::Gitlab => (".gitlab-ci.yml", "ci-gitlab.yml.hbs", "lines, as a job of their own"),
        CiKind::Azure => ("azure-pipelines.yml", "ci-azure.yml.hbs", "steps to it, or to a pipeline of their own"),
        CiKind::None => return Ok(None),
    };
    // A service reads it at the root of the repository of git, wherever in it the sources are.
    let top = top_of(root).unwrap_or_else(|| root.to_owned());
    let text = fill(template, root, &top, templates)?;
    let (path, shown) = (top.join(name), name.to_owned());
    Ok(Some(File { path, shown, text, is_executable: false, noun, objection: None }))
}

/// The hook that git runs before a commit, where this repository has its hooks.
pub fn hook(root: &Path, templates: &Templates) -> Result<File, Error> {
    let none = || Error::NoRepository { directory: root.to_owned() };
    let repository = Repository::discover(root).map_err(|_| none())?;
    let top = repository.workdir().ok_or_else(none)?.to_owned();
    let text = fill("pre-commit.hbs", root, &top, templates)?;
    let failed = |source| Error::Git { action: "read git's configuration", source };
    let config = repository.config().and_then(|mut config| config.snapshot()).map_err(failed)?;
    let folder = config.get_path("core.hooksPath").ok().filter(|path| !path.as_os_str().is_empty());
    let entry = config.get_entry("core.hooksPath").ok().map(|entry| entry.level());
    // One of this repository is for this repository; any other is for all of a person's or a machine's.
    let is_shared = !matches!(entry, None | Some(ConfigLevel::Local | ConfigLevel::Worktree | ConfigLevel::App));
    let folder = match folder {
        Some(folder) => top.join(folder),
        // Work trees share the hooks of the repository.
        None => repository.commondir().join("hooks"),
    };
    let path = folder.join("pre-commit");
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let shown = whole(&folder).strip_prefix(whole(&top)).map_or_else(
        |_| path.display().to_string(),
        |folder| format!("{}/pre-commit", folder.to_string_lossy().replace('\\', "/")),
    );
    let objection = is_shared.then_some("`core.hooksPath` is set for more than this repository");
    Ok(File { path, shown, text, is_executable: true, noun: "lines to the hook that is in use", objection })
}

/// The root of the repository of git that a folder lies in.
fn top_of(root: &Path) -> Option<PathBuf> {
    Repository::discover(root).ok()?.workdir().map(Path::to_owned)
}

fn fill(template: &str, root: &Path, top: &Path, templates: &Templates) -> Result<String, Error> {
    let whole = |path: &Path| path.canonicalize().map_err(|source| Error::file("resolve", path, source));
    let directory = whole(root)?.strip_prefix(whole(top)?).ok().map(|path| path.to_string_lossy().replace('\\', "/"));
    let directory = directory.unwrap_or_default();
    // It stands in shell lines and in YAML.
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "._/-".contains(c);
    if !directory.chars().all(is_plain) || directory.starts_with('-') {
        return Err(Error::Directory { name: directory });
    }
    templates.fill(template, &json!({ "version": env!("CARGO_PKG_VERSION"), "directory": directory }))
}

impl File {
    /// Writes it where nothing is.
    pub fn place(&self) -> Result<Placed, Error> {
        let failed = |source| Error::file("write", &self.path, source);
        if let Some(objection) = self.objection {
            return Ok(self.kept(objection.to_owned()));
        }
        if fs::symlink_metadata(&self.path).is_ok() {
            return Ok(self.there());
        }
        let folder = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(failed)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".sss-new-");
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(if self.is_executable {
            0o777
        } else {
            0o666
        }));
        let mut file = builder.tempfile_in(folder).map_err(failed)?;
        file.write_all(self.text.as_bytes()).map_err(failed)?;
        match file.persist_noclobber(&self.path) {
            Ok(_) => Ok(Placed::Written),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => Ok(self.there()),
            Err(error) => Err(failed(error.error)),
        }
    }

    fn there(&self) -> Placed {
        match fs::read_to_string(&self.path) {
            Ok(text) if text.replace("\r\n", "\n") == self.text => Placed::There,
            _ => self.kept("it is there already".to_owned()),
        }
    }

    fn kept(&self, why: String) -> Placed {
        // A hook that is there has a first line of its own, and goes on after the check where that passes.
        let add = if self.is_executable {
            let lines: Vec<&str> = self.text.lines().filter(|line| !line.starts_with('#')).collect();
            lines.join("\n") + "\n"
        } else {
            self.text.clone()
        };
        Placed::Kept { why, add }
    }

    /// What is to be added by hand, in a word.
    pub fn noun(&self) -> &'static str {
        self.noun
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(root: &Path, kind: CiKind) -> String {
        workflow(root, kind, &Templates::built_in().unwrap()).unwrap().unwrap().text
    }

    #[test]
    fn workflows_are_for_the_root_or_for_a_folder_below_it() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        assert!(workflow(root, CiKind::None, &Templates::built_in().unwrap()).unwrap().is_none());
        let text = written(root, CiKind::Github);
        assert!(
            text.contains("BASE: ${{ github.base_ref }}")
                && text.contains("\n          sss lint \"$@\" --format github\n"),
            "{text}"
        );
        Repository::init(root).unwrap();
        fs::create_dir_all(root.join("partner/one")).unwrap();
        let sub = root.join("partner/one");
        for (kind, line) in [
            (
                CiKind::Github,
                "sss -C partner/one lint \"$@\" --format github | sed -E 's,^(::[a-z]+ file=),\\1partner/one/,'",
            ),
            (CiKind::Gitlab, "junit: partner/one/sss.xml"),
            (CiKind::Azure, "testResultsFiles: partner/one/sss.xml"),
        ] {
            let file = workflow(&sub, kind, &Templates::built_in().unwrap()).unwrap().unwrap();
            assert!(
                file.path.canonicalize().is_err()
                    && file.path.parent().unwrap().starts_with(root.canonicalize().unwrap())
            );
            assert!(file.text.contains(line), "{}", file.text);
        }
        fs::create_dir(root.join("it's")).unwrap();
        let refused = workflow(&root.join("it's"), CiKind::Azure, &Templates::built_in().unwrap());
        assert!(matches!(refused, Err(Error::Directory { .. })));
    }

    #[test]
    fn nothing_is_written_over_something_else() {
        let directory = tempfile::tempdir().unwrap();
        let file = workflow(directory.path(), CiKind::Gitlab, &Templates::built_in().unwrap()).unwrap().unwrap();
        assert_eq!(file.place().unwrap(), Placed::Written);
        assert_eq!(file.place().unwrap(), Placed::There);
        fs::write(&file.path, "build: {}\n").unwrap();
        let Placed::Kept { add, .. } = file.place().unwrap() else { panic!() };
        assert!(add.contains("\nsss:\n"), "{add}");
        assert_eq!(fs::read_to_string(&file.path).unwrap(), "build: {}\n");
    }
}
