//! What stands of a run while its files change: every source as it was last checked, so that only those that changed are
//! checked again.

use std::{
    collections::{BTreeSet, HashMap},
    ffi::OsStr,
    path::{Component, Path, PathBuf},
};

use rayon::prelude::*;

use super::{
    Findings,
    engine::{self, Part},
};
use crate::{
    config::Config,
    workspace::{Error, Source, Workspace, layout},
};

/// Every source of a workspace as it was last checked.
#[derive(Debug)]
pub struct Standing {
    parts: HashMap<String, Part>,
}

impl Standing {
    /// Checks every source.
    pub fn new(workspace: &Workspace, config: &Config) -> Self {
        Self { parts: check(workspace, config, workspace.sources().iter().collect()) }
    }

    /// Looks again at what has these names in `Sources`, and checks what is there; says how many sources that were.
    pub fn update(
        &mut self,
        workspace: &mut Workspace,
        config: &Config,
        names: &BTreeSet<String>,
    ) -> Result<usize, Error> {
        workspace.look_again(names)?;
        names.iter().for_each(|name| drop(self.parts.remove(name)));
        let changed: Vec<&Source> = workspace.sources().iter().filter(|source| names.contains(&source.name)).collect();
        let count = changed.len();
        self.parts.extend(check(workspace, config, changed));
        Ok(count)
    }

    /// What a run over the workspace would find.
    pub fn findings(&self, workspace: &Workspace, config: &Config) -> Findings {
        let parts = workspace.sources().iter().filter_map(|source| self.parts.get(&source.name).cloned());
        engine::assemble(workspace, config, parts.collect())
    }
}

fn check(workspace: &Workspace, config: &Config, sources: Vec<&Source>) -> HashMap<String, Part> {
    let one = |source: &Source| (source.name.clone(), engine::check_one(workspace, source, config));
    if sources.len() < 2 {
        // One source is checked before a pool of threads has even started.
        sources.into_iter().map(one).collect()
    } else {
        sources.into_par_iter().map(one).collect()
    }
}

/// What changes of files mean for a run.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Touched {
    /// Sources, and what else lies in `Sources`.
    pub names: BTreeSet<String>,
    /// The configuration: every source is to be checked again.
    pub is_configured: bool,
    /// The list of sources may be another one.
    pub is_rearranged: bool,
    /// What is looked at once for the whole repository: the baseline, the records of what is published, the documentation,
    /// what git tracks.
    pub is_kept_anew: bool,
}

impl Touched {
    /// What changes of these paths mean for the repository at `root`.
    pub fn by(root: &Path, paths: &[PathBuf]) -> Self {
        let mut touched = Self::default();
        for path in paths {
            let Ok(inside) = path.strip_prefix(root) else { continue };
            let parts: Option<Vec<&str>> = inside.components().map(|part| name(part.as_os_str(), part)).collect();
            match parts.as_deref() {
                Some([layout::SOURCES, name, ..]) => {
                    touched.names.insert((*name).to_owned());
                }
                Some([layout::CONFIG]) => touched.is_configured = true,
                Some([] | [layout::SOURCES]) => touched.is_rearranged = true,
                Some([layout::DOCS, ..]) => touched.is_kept_anew = true,
                Some([layout::STATE] | [layout::STATE, layout::BASELINE | layout::PUBLISHED, ..]) => {
                    touched.is_kept_anew = true;
                }
                Some(_) => {}
                // A name that is no text cannot be looked for by its text.
                None => touched.is_rearranged = true,
            }
        }
        touched
    }

    /// Whether nothing that a run looks at changed.
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

fn name<'p>(part: &'p OsStr, component: Component<'p>) -> Option<&'p str> {
    matches!(component, Component::Normal(_)).then(|| part.to_str()).flatten()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::lint;

    fn write(root: &Path, path: &str, content: &str) {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// What is found, as it is shown.
    fn told(findings: &Findings) -> (Vec<String>, usize, usize) {
        let told = findings.findings.iter().map(|finding| format!("{} {}", finding.path, finding.message));
        (told.collect(), findings.summary.sources, findings.summary.files)
    }

    #[test]
    fn what_stands_after_any_change_is_what_a_new_run_finds() {
        let directory = tempfile::tempdir().unwrap();
        let root = directory.path();
        for source in ["one", "two", "three"] {
            write(root, &format!("Sources/{source}/Artifacts/{source}-label.txt"), &format!("{source}\n"));
        }
        let config = Config::default();
        let mut workspace = Workspace::discover(root).unwrap();
        let mut standing = Standing::new(&workspace, &config);
        type Change = fn(&Path);
        let changes: [(Change, &[&str], usize); 9] = [
            (|_| {}, &[], 0),
            // A label that another source has: what is found of the one depends on the other.
            (|root| write(root, "Sources/two/Artifacts/two-label.txt", "one\n"), &["two"], 1),
            (|root| write(root, "Sources/two/Artifacts/two-label.txt", " two\n"), &["two"], 1),
            (|root| write(root, "Sources/new/Artifacts/new-label.txt", "new\n"), &["new"], 1),
            (|root| fs::rename(root.join("Sources/one"), root.join("Sources/a")).unwrap(), &["one", "a"], 1),
            (|root| write(root, "Sources/list.csv", "x"), &["list.csv"], 0),
            (|root| fs::remove_file(root.join("Sources/list.csv")).unwrap(), &["list.csv"], 0),
            (|root| fs::remove_dir_all(root.join("Sources/three")).unwrap(), &["three"], 0),
            (|root| fs::remove_file(root.join("Sources/a/Artifacts/one-label.txt")).unwrap(), &["a", "nothing"], 1),
        ];
        for (number, (change, names, checked)) in changes.into_iter().enumerate() {
            change(root);
            let names = names.iter().map(|name| (*name).to_owned()).collect();
            let count = standing.update(&mut workspace, &config, &names).unwrap();
            assert_eq!(count, checked, "change {number}");
            let anew = lint::check(&Workspace::discover(root).unwrap(), &config);
            assert_eq!(told(&standing.findings(&workspace, &config)), told(&anew), "change {number}");
            let (_, at_once) = lint::check_repository(root, &config).unwrap();
            assert_eq!(told(&at_once), told(&anew), "change {number}");
        }
    }

    #[test]
    fn paths_that_changed_tell_what_to_look_at() {
        let root = Path::new("/partner");
        let by = |paths: &[&str]| {
            let paths: Vec<PathBuf> = paths.iter().map(|path| root.join(path)).collect();
            Touched::by(root, &paths)
        };
        let touched = by(&["Sources/a/Artifacts/a-label.txt", "Sources/a/Artifacts/.a.swp", "Sources/b", "README.md"]);
        assert_eq!(touched.names, ["a", "b"].map(str::to_owned).into());
        assert!(!touched.is_configured && !touched.is_rearranged && !touched.is_kept_anew);
        assert!(by(&["sss.toml"]).is_configured);
        assert!(by(&["Sources"]).is_rearranged && by(&[""]).is_rearranged);
        assert!(by(&[".sss/baseline.json"]).is_kept_anew && by(&[".sss/published/a.toml"]).is_kept_anew);
        assert!(by(&["docs/acme/api.md"]).is_kept_anew);
        assert!(by(&["README.md", "src/sss.toml", ".sss/journal/x"]).is_nothing());
        assert!(Touched::by(root, &["/elsewhere/Sources/a".into()]).is_nothing());
    }
}
