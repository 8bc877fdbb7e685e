//! The first commit of a new repository: exactly the files that were written.
//!
//! libgit2 runs no hooks and signs nothing, so that neither can stop or change this commit.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use git2::{Config, Repository, RepositoryInitOptions, Signature};

use super::Error;

/// Who commits; found before anything is written.
#[derive(Debug)]
pub struct Identity {
    author: (String, String),
    committer: (String, String),
    is_stand_in: bool,
}

impl Identity {
    /// Who commits where git does not know the person; nothing where it does.
    pub fn stand_in(&self) -> Option<String> {
        let (name, email) = &self.author;
        self.is_stand_in.then(|| format!("{name} <{email}>"))
    }
}

/// Refuses inside a repository, and finds out who commits.
pub fn preflight(root: &Path) -> Result<Identity, Error> {
    if let Ok(repository) = Repository::discover(root) {
        let place = repository.workdir().unwrap_or_else(|| repository.path()).to_owned();
        return Err(Error::InsideRepository { directory: root.to_owned(), repository: place });
    }
    let dot_git = root.join(".git");
    if fs::symlink_metadata(&dot_git).is_ok() {
        return Err(Error::InTheWay {
            path: ".git".to_owned(),
            why: "is there already, and is no repository git can open",
            help: "mend or remove it, or leave `--git` out",
        });
    }
    let config = Config::open_default()
        .and_then(|mut config| config.snapshot())
        .map_err(|source| Error::Git { action: "read git's configuration", source })?;
    let configured = |key| config.get_string(key).ok();
    let one = |variable, key| {
        let given = env::var(variable).ok().filter(|value| !value.trim().is_empty());
        given.or_else(|| configured(key)).filter(|value| !value.trim().is_empty())
    };
    let person = |name, email| Some((one(name, "user.name")?, one(email, "user.email")?));
    let known = person("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL")
        .zip(person("GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL"))
        .map(|(author, committer)| Identity { author, committer, is_stand_in: false });
    Ok(known.unwrap_or_else(|| {
        let stand_in = ("sss".to_owned(), "sss@localhost".to_owned());
        Identity { author: stand_in.clone(), committer: stand_in, is_stand_in: true }
    }))
}

/// Initialises the repository and commits; what it made is removed again where it fails.
pub fn first_commit(root: &Path, identity: &Identity, source: &str, files: &[String]) -> Result<String, Error> {
    commit(root, identity, source, files).map_err(|cause| {
        let dot_git: PathBuf = root.join(".git");
        match fs::remove_dir_all(&dot_git) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Error::LeftBehind { cause: Box::new(cause), left: vec![".git".to_owned()] }
            }
            _ => cause,
        }
    })
}

fn commit(root: &Path, identity: &Identity, source: &str, files: &[String]) -> Result<String, Error> {
    let failed = |action| move |source| Error::Git { action, source };
    let mut options = RepositoryInitOptions::new();
    options.no_reinit(true);
    let named = Config::open_default().and_then(|config| config.get_string("init.defaultBranch"));
    if named.is_err() {
        options.initial_head("main");
    }
    let repository = Repository::init_opts(root, &options).map_err(failed("initialise the repository"))?;
    let mut index = repository.index().map_err(failed("open the index"))?;
    for file in files {
        index.add_path(Path::new(file)).map_err(failed("add the files"))?;
    }
    index.write().map_err(failed("write the index"))?;
    let tree = index.write_tree().map_err(failed("write the tree"))?;
    let tree = repository.find_tree(tree).map_err(failed("write the tree"))?;
    let signed = |(name, email): &(String, String)| Signature::now(name, email).map_err(failed("sign the commit"));
    let message = format!("Scaffold the source {source}\n");
    let id = repository
        .commit(Some("HEAD"), &signed(&identity.author)?, &signed(&identity.committer)?, &message, &tree, &[])
        .map_err(failed("commit"))?;
    Ok(id.to_string())
}
