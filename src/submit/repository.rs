//! The repository of git that something is handed in from: its files as a commit would hold them, its remotes, and the branch
//! that the pull request is for.
//!
//! Everything here only reads. Objects that are made on the way stay in memory.

use std::{
    env, fs, io,
    path::{Component, Path, PathBuf},
};

use git2::{AttrCheckFlags, Commit, ErrorCode, Oid};

use super::{Error, address::Project};
use crate::{text::nearest::nearest, workspace::MAX_BYTES};

/// A repository with a work tree.
pub struct Repository {
    pub(super) git: git2::Repository,
    /// The folder that its files lie in, with links followed.
    workdir: PathBuf,
}

impl std::fmt::Debug for Repository {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Repository").field("workdir", &self.workdir).finish_non_exhaustive()
    }
}

/// A file as a commit is to hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Its path in the repository, with `/`.
    pub path: String,
    pub bytes: Vec<u8>,
    pub is_executable: bool,
}

/// Where a branch is pushed to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    pub name: String,
    /// Where that is; nothing for a place on this machine.
    pub project: Option<Project>,
    /// How that is told, without who is let in there.
    pub shown: String,
}

/// What the branch is made from, and the pull request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Base {
    /// The branch, as the remote calls it.
    pub branch: String,
    /// As git calls it here: `origin/main`, or `main` for one that is only here.
    pub shown: String,
    /// The remote that has it, as far as that is known here.
    pub remote: Option<String>,
    pub(super) commit: Oid,
}

/// Who commits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub email: String,
}

/// Who writes a change, and who commits it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signers {
    pub author: Person,
    pub committer: Person,
}

impl Repository {
    /// The repository that a folder lies in.
    pub fn around(folder: &Path) -> Result<Self, Error> {
        let git = git2::Repository::discover(folder).map_err(|source| match source.code() {
            ErrorCode::NotFound => Error::NoRepository { path: folder.to_owned() },
            _ => Error::Git { action: "open the repository of git", source },
        })?;
        let bare = || Error::Bare { path: git.path().to_owned() };
        let workdir = git.workdir().filter(|_| !git.is_bare()).ok_or_else(bare)?;
        let workdir = workdir.canonicalize().map_err(|source| Error::File { path: workdir.to_owned(), source })?;
        Ok(Self { git, workdir })
    }

    /// The folder that its files lie in.
    pub fn workdir(&self) -> &Path {
        &self.workdir
    }

    /// A file as git would add it, with line ends and the like as the repository wants them; nothing where there is none.
    pub fn file(&self, path: &Path) -> Result<Option<File>, Error> {
        let failed = |source| Error::File { path: path.to_owned(), source };
        let metadata = match fs::symlink_metadata(path) {
            Ok(metadata) => metadata,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let name = self.path_of(path)?;
        let not_a_file = |why: &str| Error::NotAFile { path: name.clone(), why: why.to_owned() };
        if metadata.is_symlink() {
            return Err(not_a_file("is a link, which would be committed in place of what it leads to"));
        }
        if !metadata.is_file() {
            return Err(not_a_file("is no file"));
        }
        if metadata.len() > MAX_BYTES {
            return Err(not_a_file("is larger than 10 MB"));
        }
        let filter = self.git.get_attr(Path::new(&name), "filter", AttrCheckFlags::FILE_THEN_INDEX);
        if let Ok(Some(filter)) = filter
            && !["true", "false"].contains(&filter)
        {
            let why =
                format!("goes through the filter `{filter}` on its way into a commit, which only git itself can run");
            return Err(Error::NotAFile { path: name, why });
        }
        let bytes = self.added(&self.workdir.join(&name))?;
        Ok(Some(File { path: name, bytes, is_executable: self.is_executable(&metadata) }))
    }

    /// The content of a file as it would be added. The object for it is made in memory.
    fn added(&self, path: &Path) -> Result<Vec<u8>, Error> {
        let failed = Error::git("read a file as git would add it");
        let aside = git2::Repository::open(self.git.path()).map_err(failed)?;
        let objects = aside.odb().map_err(failed)?;
        objects.add_new_mempack_backend(1000).map_err(failed)?;
        let id = aside.blob_path(path).map_err(failed)?;
        Ok(aside.find_blob(id).map_err(failed)?.content().to_vec())
    }

    #[cfg(unix)]
    fn is_executable(&self, metadata: &fs::Metadata) -> bool {
        use std::os::unix::fs::PermissionsExt;
        let heeds = self.git.config().and_then(|config| config.get_bool("core.fileMode")).unwrap_or(true);
        heeds && metadata.permissions().mode() & 0o100 != 0
    }

    #[cfg(not(unix))]
    fn is_executable(&self, _: &fs::Metadata) -> bool {
        false
    }

    /// The path in the repository of something on disk, which must belong to it and to none inside of it.
    fn path_of(&self, path: &Path) -> Result<String, Error> {
        let elsewhere = || Error::Elsewhere { path: path.to_owned(), repository: self.workdir.clone() };
        let folder = path.parent().ok_or_else(elsewhere)?;
        let folder = folder.canonicalize().map_err(|source| Error::File { path: folder.to_owned(), source })?;
        let relative = folder.strip_prefix(&self.workdir).map_err(|_| elsewhere())?;
        let is_own = relative
            .ancestors()
            .all(|part| part.as_os_str().is_empty() || !self.workdir.join(part).join(".git").exists());
        let parts: Option<Vec<&str>> = relative
            .components()
            .chain(path.file_name().map(Component::Normal))
            .map(|part| part.as_os_str().to_str())
            .collect();
        parts.filter(|_| is_own).map(|parts| parts.join("/")).ok_or_else(elsewhere)
    }

    /// The path in the repository of what a path below a folder names, whether it is there or not.
    pub fn path_below(&self, folder: &Path, path: &Path) -> Result<String, Error> {
        let first = path.components().next().map(|part| folder.join(part)).unwrap_or_default();
        let top = self.path_of(&first)?;
        let rest = path.components().skip(1).filter_map(|part| part.as_os_str().to_str());
        Ok(std::iter::once(top.as_str()).chain(rest).collect::<Vec<_>>().join("/"))
    }

    /// Whether the base has a file or folder.
    pub fn holds(&self, base: &Base, path: &str) -> Result<bool, Error> {
        Ok(self.tree(base.commit)?.get_path(Path::new(path)).is_ok())
    }

    /// The names of the folders in a folder of the base.
    pub fn folders(&self, base: &Base, path: &str) -> Result<Vec<String>, Error> {
        let failed = Error::git("read a commit");
        let Ok(folder) = self.tree(base.commit)?.get_path(Path::new(path)) else { return Ok(Vec::new()) };
        let folder = folder.to_object(&self.git).and_then(|object| object.peel_to_tree()).map_err(failed)?;
        let folders = folder.iter().filter(|entry| entry.kind() == Some(git2::ObjectType::Tree));
        Ok(folders.filter_map(|entry| entry.name().ok().map(str::to_owned)).collect())
    }

    /// Refuses where one of the files has a merge conflict.
    pub fn refuse_conflicts(&self, files: &[File]) -> Result<(), Error> {
        let index = self.git.index().map_err(Error::git("read the index"))?;
        let conflict =
            files.iter().find(|file| (1..=3).any(|stage| index.get_path(Path::new(&file.path), stage).is_some()));
        conflict.map_or(Ok(()), |file| Err(Error::Conflict { path: file.path.clone() }))
    }

    /// The branch that is checked out.
    pub fn current(&self) -> Option<String> {
        let head = self.git.find_reference("HEAD").ok()?;
        head.symbolic_target().ok()?.and_then(|name| name.strip_prefix("refs/heads/")).map(str::to_owned)
    }

    /// The commit that is checked out.
    pub(super) fn head(&self) -> Result<Option<Commit<'_>>, Error> {
        match self.git.head() {
            Ok(head) => head.peel_to_commit().map(Some).map_err(Error::git("read the last commit")),
            Err(error) if matches!(error.code(), ErrorCode::UnbornBranch | ErrorCode::NotFound) => Ok(None),
            Err(source) => Err(Error::Git { action: "read the last commit", source }),
        }
    }

    /// A setting of git, where it is set to something.
    pub(super) fn setting(&self, key: &str) -> Option<String> {
        let config = self.git.config().and_then(|mut config| config.snapshot()).ok()?;
        config.get_string(key).ok().filter(|value| !value.trim().is_empty())
    }

    /// The remote to push to: the one that is named, or the one that git would push to. Nothing where there is none at all.
    pub fn remote(&self, named: Option<&str>) -> Result<Option<Remote>, Error> {
        let names = self.remotes()?;
        if let Some(named) = named {
            if !names.iter().any(|name| name == named) {
                return Err(Error::UnknownRemote { name: named.to_owned(), names });
            }
            return self.remote_of(named).map(Some);
        }
        let of_branch = |key: &str| self.current().and_then(|branch| self.setting(&format!("branch.{branch}.{key}")));
        let configured = [of_branch("pushRemote"), self.setting("remote.pushDefault"), of_branch("remote")];
        let known = configured.into_iter().flatten().find(|name| names.contains(name));
        match (known, names.as_slice()) {
            (Some(name), _) => self.remote_of(&name).map(Some),
            (None, []) => Ok(None),
            (None, [name]) => self.remote_of(name).map(Some),
            (None, _) => Err(Error::ManyRemotes { names }),
        }
    }

    fn remotes(&self) -> Result<Vec<String>, Error> {
        let remotes = self.git.remotes().map_err(Error::git("list the remotes"))?;
        let mut names = Vec::new();
        for name in &remotes {
            names.extend(name.map_err(Error::git("list the remotes"))?.map(str::to_owned));
        }
        Ok(names)
    }

    /// A remote that is there.
    pub fn remote_of(&self, name: &str) -> Result<Remote, Error> {
        let failed = Error::git("read a remote");
        let remote = self.git.find_remote(name).map_err(failed)?;
        let address = match remote.pushurl().map_err(failed)? {
            Some(address) => address.to_owned(),
            None => remote.url().map_err(failed)?.to_owned(),
        };
        let project = Project::read(&address);
        // What is no address of a host is a path of this machine.
        let shown = project.as_ref().map_or(address, Project::to_string);
        Ok(Remote { name: name.to_owned(), project, shown })
    }

    /// What the branch is made from: the branch that is named; else what is checked out, as its remote has it; else the default
    /// branch of the remote.
    ///
    /// The remote's state is what was last fetched. `own` is the branch to hand in on, which is no base of itself.
    pub fn base(&self, named: Option<&str>, remote: Option<&Remote>, own: &str) -> Result<Base, Error> {
        if let Some(named) = named {
            return self.base_named(named, remote);
        }
        let remote = remote.map(|remote| remote.name.as_str());
        let current = self.current().filter(|current| current != own);
        let head = self.head()?;
        if let Some(base) =
            current.as_deref().and_then(|current| self.upstream(current)).filter(|base| base.branch != own)
        {
            return Ok(base);
        }
        if let Some(base) = remote.and_then(|remote| self.default_of(remote)) {
            return Ok(base);
        }
        match (current, head) {
            (Some(current), Some(head)) => {
                let tracked = remote.and_then(|remote| self.on_remote(remote, &current));
                Ok(tracked.unwrap_or_else(|| Base {
                    shown: current.clone(),
                    branch: current,
                    remote: None,
                    commit: head.id(),
                }))
            }
            (Some(_), None) => Err(Error::NoCommit),
            (None, _) => Err(Error::Detached { remote: remote.unwrap_or("origin").to_owned() }),
        }
    }

    fn base_named(&self, named: &str, remote: Option<&Remote>) -> Result<Base, Error> {
        let named = named.strip_prefix("refs/heads/").unwrap_or(named);
        if let Some(base) = remote.and_then(|remote| self.on_remote(&remote.name, named)) {
            return Ok(base);
        }
        let remotes = self.remotes()?;
        let whole = remotes.iter().find_map(|remote| {
            let branch = named.strip_prefix(remote.as_str())?.strip_prefix('/')?;
            self.on_remote(remote, branch)
        });
        if let Some(base) = whole {
            return Ok(base);
        }
        if let Ok(reference) = self.git.find_reference(&format!("refs/heads/{named}")) {
            let commit = reference.peel_to_commit().map_err(Error::git("read a branch"))?.id();
            return Ok(Base { branch: named.to_owned(), shown: named.to_owned(), remote: None, commit });
        }
        let mut known = Vec::new();
        for branch in self.git.branches(None).map_err(Error::git("list the branches"))?.flatten() {
            if let Ok(Some(name)) = branch.0.name() {
                known.push(
                    name.split_once('/')
                        .filter(|_| branch.1 == git2::BranchType::Remote)
                        .map_or(name, |(_, name)| name)
                        .to_owned(),
                );
            }
        }
        known.sort();
        let nearest = nearest(named, known.iter().map(String::as_str)).map(str::to_owned);
        let remote = remote.map_or_else(|| "a remote".to_owned(), |remote| format!("`{}`", remote.name));
        Err(Error::UnknownBase { name: named.to_owned(), remote, nearest })
    }

    /// What a branch here follows on a remote.
    fn upstream(&self, branch: &str) -> Option<Base> {
        let remote = self.setting(&format!("branch.{branch}.remote"))?;
        let merged = self.setting(&format!("branch.{branch}.merge"))?;
        self.on_remote(&remote, merged.strip_prefix("refs/heads/")?)
    }

    /// A branch of a remote, as it was last fetched.
    fn on_remote(&self, remote: &str, branch: &str) -> Option<Base> {
        let commit = self.remote_tip(remote, branch)?;
        Some(Base {
            branch: branch.to_owned(),
            shown: format!("{remote}/{branch}"),
            remote: Some(remote.to_owned()),
            commit,
        })
    }

    /// The commit that a branch of a remote was at when it was last fetched or pushed.
    pub(super) fn remote_tip(&self, remote: &str, branch: &str) -> Option<Oid> {
        let reference = self.git.find_reference(&format!("refs/remotes/{remote}/{branch}")).ok()?;
        reference.peel_to_commit().ok().map(|commit| commit.id())
    }

    /// The default branch of a remote, which a clone is told.
    fn default_of(&self, remote: &str) -> Option<Base> {
        let head = self.git.find_reference(&format!("refs/remotes/{remote}/HEAD")).ok()?;
        let target = head.symbolic_target().ok()??;
        let branch = target.strip_prefix(&format!("refs/remotes/{remote}/"))?.to_owned();
        self.on_remote(remote, &branch)
    }

    /// Who commits: as git itself finds out, from its environment and its settings.
    pub fn signers(&self) -> Result<Signers, Error> {
        let one = |variable: &str, role: &str, key: &str, missing| {
            let told = env::var(variable).ok().filter(|value| !value.trim().is_empty());
            let told = told.or_else(|| self.setting(&format!("{role}.{key}")));
            told.or_else(|| self.setting(&format!("user.{key}"))).ok_or(Error::NoSignature { missing })
        };
        Ok(Signers {
            author: Person {
                name: one("GIT_AUTHOR_NAME", "author", "name", "`user.name`")?,
                email: one("GIT_AUTHOR_EMAIL", "author", "email", "`user.email`")?,
            },
            committer: Person {
                name: one("GIT_COMMITTER_NAME", "committer", "name", "`user.name`")?,
                email: one("GIT_COMMITTER_EMAIL", "committer", "email", "`user.email`")?,
            },
        })
    }

    /// Refuses where a branch is checked out, here or in another work tree: what is checked out does not follow it.
    pub fn refuse_checked_out(&self, branch: &str) -> Result<(), Error> {
        let place = self.checked_out(branch);
        place.map_or(Ok(()), |place| Err(Error::CheckedOut { branch: branch.to_owned(), place }))
    }

    fn checked_out(&self, branch: &str) -> Option<PathBuf> {
        let wanted = format!("ref: refs/heads/{branch}");
        let is_there =
            |folder: &Path| fs::read_to_string(folder.join("HEAD")).is_ok_and(|head| head.trim_end() == wanted);
        if is_there(self.git.path()) {
            return Some(self.workdir.clone());
        }
        let common = self.git.commondir();
        let main_is_bare = self.git.config().and_then(|config| config.get_bool("core.bare")).unwrap_or(false);
        if is_there(common) && !main_is_bare {
            let main = common.canonicalize().unwrap_or_else(|_| common.to_owned());
            return Some(main.parent().map_or_else(|| main.clone(), Path::to_owned));
        }
        let mut others: Vec<PathBuf> =
            fs::read_dir(common.join("worktrees")).ok()?.flatten().map(|entry| entry.path()).collect();
        others.sort();
        let other = others.into_iter().find(|folder| is_there(folder))?;
        let place = fs::read_to_string(other.join("gitdir")).ok().map(|path| PathBuf::from(path.trim_end()));
        Some(place.and_then(|path| path.parent().map(Path::to_owned)).unwrap_or(other))
    }
}
