//! Why a source is not handed in, and what to do about it.

use std::path::PathBuf;

use thiserror::Error;

use crate::exit::Exit;

/// Why nothing is handed in.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// No repository of git is around the files.
    #[error("`{}` is in no repository of git", .path.display())]
    NoRepository { path: PathBuf },
    /// The repository has no work tree.
    #[error("the repository `{}` is bare: it has no files to hand in", .path.display())]
    Bare { path: PathBuf },
    /// A file belongs to another repository than the rest.
    #[error("`{}` is not in the repository `{}`, but in one of its own or outside", .path.display(), .repository.display())]
    Elsewhere { path: PathBuf, repository: PathBuf },
    /// Nothing was ever committed.
    #[error("there is no commit yet that a branch could be made from")]
    NoCommit,
    /// Nothing says which branch the pull request is for.
    #[error("no branch is checked out, and `{remote}` is not known to have a default one")]
    Detached { remote: String },
    /// The branch to hand in on is checked out.
    #[error("the branch `{branch}` is checked out in `{}`", .place.display())]
    CheckedOut { branch: String, place: PathBuf },
    /// There is no such branch to start from.
    #[error("there is no branch `{name}`, neither on {remote} nor here")]
    UnknownBase { name: String, remote: String, nearest: Option<String> },
    /// There is nothing to push to.
    #[error("the repository has no remote to push to")]
    NoRemote,
    /// There is no remote of this name.
    #[error("the repository has no remote `{name}`")]
    UnknownRemote { name: String, names: Vec<String> },
    /// It is not plain which remote is meant.
    #[error("the repository has {} remotes, and nothing says which one is meant", .names.len())]
    ManyRemotes { names: Vec<String> },
    /// git does not know who commits.
    #[error("git does not know who you are: {missing} is not set")]
    NoSignature { missing: &'static str },
    /// A file has a merge conflict.
    #[error("`{path}` has a merge conflict")]
    Conflict { path: String },
    /// A file is none that a commit could hold as it is read.
    #[error("`{path}` {why}")]
    NotAFile { path: String, why: String },
    /// The remote has a file that differs from both what is here and what this was made from.
    #[error("`{base}` has a `{path}` that you do not have: it was changed there")]
    Behind { base: String, path: String },
    /// A page would be replaced by another.
    #[error("`{base}` has a `{path}` already, and it differs")]
    Replaces { base: String, path: String },
    /// Everything is there already.
    #[error("there is nothing to hand in: `{base}` holds {what} as it is here")]
    Nothing { base: String, what: String },
    /// The branch here and the one on the remote have gone apart.
    #[error("`{branch}` and `{remote}/{branch}` have gone apart: each has commits that the other lacks")]
    Diverged { branch: String, remote: String },
    /// Somebody else's work is on the branch.
    #[error("`{branch}` holds other work: {commit} changes `{path}`")]
    Foreign { branch: String, commit: String, path: String },
    /// Somebody changed one of the files on the branch, and the change is not here.
    #[error("`{branch}` has a `{path}` that you do not have: it was changed there by {commit}")]
    Overwrites { branch: String, tip: String, path: String, commit: String, to_know: Option<String> },
    /// A branch of this name cannot be made.
    #[error("the branch `{branch}` cannot be made{}", .because.as_deref().map(|why| format!(": {why}")).unwrap_or_default())]
    BranchName { branch: String, because: Option<String> },
    /// Somebody else moved the branch meanwhile.
    #[error("the branch `{branch}` was changed by somebody else meanwhile; nothing was committed")]
    Moved { branch: String },
    /// A lock stands beside the branch: of somebody at work, or of a process that was killed.
    #[error("the branch `{branch}` is locked; nothing was committed")]
    Locked { branch: String, lock: PathBuf },
    /// git did not sign the commit.
    #[error("git did not sign the commit: {why}")]
    Unsigned { why: String },
    /// The push did not succeed.
    #[error("git did not push `{branch}` to `{remote}`; what it said stands above")]
    Push { branch: String, remote: String, committed: bool },
    /// There is no git to run.
    #[error("could not run `git`: {why}")]
    NoGit { why: String, branch: String, remote: String },
    /// A page cannot be handed in.
    #[error("{message}")]
    Page { message: String, help: String },
    /// The report of `sss verify` cannot be read.
    #[error("`{}` {why}", .path.display())]
    Evidence { path: PathBuf, why: String },
    /// The text of the pull request could not be made.
    #[error("the text of the pull request could not be made: {0}")]
    Text(String),
    /// A file could not be read.
    #[error("could not read `{}`: {source}", .path.display())]
    File { path: PathBuf, source: std::io::Error },
    /// git itself failed.
    #[error("could not {action}: {}", .source.message())]
    Git { action: &'static str, source: git2::Error },
}

impl Error {
    pub(super) fn git(action: &'static str) -> impl Fn(git2::Error) -> Self + Copy {
        move |source| Self::Git { action, source }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        let names = |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        Some(match self {
            Self::NoRepository { .. } => "clone the repository that sources are handed in to, and work in it".to_owned(),
            Self::Bare { .. } => "work in a clone of it".to_owned(),
            Self::Elsewhere { .. } => {
                "a submodule is handed in from itself: keep `Sources` and what is in it in one repository".to_owned()
            }
            Self::NoCommit => "make the first commit, push it, and run this again".to_owned(),
            Self::Detached { remote } => format!(
                "name the branch that the pull request is for with `--base BRANCH`; `git remote set-head {remote} --auto` \
                 asks the remote for its default one"
            ),
            Self::CheckedOut { .. } => {
                "switch to another branch there, such as the one the pull request is for: `git switch main`".to_owned()
            }
            Self::UnknownBase { nearest: Some(nearest), .. } => format!("did you mean `{nearest}`?"),
            Self::UnknownBase { .. } => "`git fetch` brings the branches of the remote; `git branch --all` lists them".to_owned(),
            Self::NoRemote => {
                "`git remote add origin <address>` adds one; `--no-push` only makes the branch here".to_owned()
            }
            Self::UnknownRemote { names: known, .. } if known.is_empty() => {
                "`git remote add origin <address>` adds one".to_owned()
            }
            Self::UnknownRemote { names: known, .. } => format!("there is {}", names(known)),
            Self::ManyRemotes { names: known } => format!("name one with `--remote`: {}", names(known)),
            Self::NoSignature { .. } => {
                "`git config --global user.name 'Your Name'` and `git config --global user.email you@example.com` tell it"
                    .to_owned()
            }
            Self::Conflict { .. } => "resolve it, and `git add` the file".to_owned(),
            Self::NotAFile { .. } => "make it a file of its own, or commit it yourself with git".to_owned(),
            Self::Behind { .. } => "bring the change here first, with `git pull`".to_owned(),
            Self::Replaces { .. } => {
                "take over what it has and your page lacks, above all `exl-id`; `--replace` then hands yours in".to_owned()
            }
            Self::Nothing { .. } => return None,
            Self::Diverged { branch, remote } => format!(
                "`git log {branch}...{remote}/{branch}` shows both; `git branch --force {branch} {remote}/{branch}` gives up \
                 what is only here, and `--branch NAME` takes another branch"
            ),
            Self::Foreign { branch, .. } => format!(
                "`git fetch` where it is only what the pull request's branch has meanwhile; otherwise `--branch NAME` takes \
                 another branch than `{branch}`"
            ),
            Self::Overwrites { tip, path, to_know, .. } => {
                let known = to_know.as_ref().map(|command| {
                    format!("\n`{command}` first, where your files were made from what you handed in there")
                });
                format!(
                    "take it over with `git restore --source {tip} -- {path}`, or look at it with `git diff {tip} -- \
                     {path}`{}",
                    known.unwrap_or_default()
                )
            }
            Self::BranchName { .. } => "`--branch NAME` takes another".to_owned(),
            Self::Moved { .. } => "run this again".to_owned(),
            Self::Locked { lock, .. } => format!(
                "run this again once no other git is at work here; where none is, one was killed: delete `{}` first",
                lock.display()
            ),
            Self::Unsigned { .. } => {
                "`commit.gpgSign` asks for it: mend the set-up of the key, or `git config commit.gpgSign false`".to_owned()
            }
            Self::Push { branch, remote, committed } => {
                let kept = if *committed { format!("the commit is kept on `{branch}` here; ") } else { String::new() };
                format!(
                    "{kept}run `sss submit` again once that is mended, or `git push {remote} {branch}`\n\
                     `--remote NAME` pushes elsewhere, such as to a fork of yours"
                )
            }
            Self::NoGit { branch, remote, .. } => {
                format!("install git; the branch `{branch}` is kept here, and `git push {remote} {branch}` pushes it")
            }
            Self::Page { help, .. } => help.clone(),
            Self::Evidence { .. } => "`--evidence` takes the directory that `sss verify` wrote its report to".to_owned(),
            Self::Git { source, .. } if source.code() == git2::ErrorCode::Owner => {
                "the repository belongs to somebody else: `git config --global --add safe.directory <folder>` trusts it"
                    .to_owned()
            }
            Self::Text(_) | Self::File { .. } | Self::Git { .. } => return None,
        })
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Nothing { .. } => Exit::Nothing,
            Self::Push { .. } | Self::NoGit { .. } => Exit::Refused,
            Self::NoRepository { .. }
            | Self::Bare { .. }
            | Self::Elsewhere { .. }
            | Self::NoCommit
            | Self::Detached { .. }
            | Self::CheckedOut { .. }
            | Self::UnknownBase { .. }
            | Self::NoRemote
            | Self::UnknownRemote { .. }
            | Self::ManyRemotes { .. }
            | Self::NoSignature { .. }
            | Self::Conflict { .. }
            | Self::NotAFile { .. }
            | Self::Behind { .. }
            | Self::Replaces { .. }
            | Self::Diverged { .. }
            | Self::Foreign { .. }
            | Self::Overwrites { .. }
            | Self::BranchName { .. }
            | Self::Moved { .. }
            | Self::Locked { .. }
            | Self::Unsigned { .. }
            | Self::Page { .. }
            | Self::Evidence { .. }
            | Self::Text(_)
            | Self::File { .. }
            | Self::Git { .. } => Exit::Usage,
        }
    }
}
