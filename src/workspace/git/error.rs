//! Why git cannot tell what is asked of it.

use std::path::PathBuf;

use thiserror::Error;

/// Why git cannot tell what is asked of it.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// No repository of git is around the sources.
    #[error("`{}` is in no repository of git", .path.display())]
    NoRepository { path: PathBuf },
    /// Nothing was ever committed.
    #[error("there is no commit yet to compare with")]
    NoCommit,
    /// What was named is no commit.
    #[error("git knows no commit `{name}`")]
    UnknownRevision { name: String, nearest: Option<String>, is_shallow: bool },
    /// Two commits have nothing in common.
    #[error("`{name}` and the commit that is checked out have no commit in common")]
    Unrelated { name: String, is_shallow: bool },
    /// A file has more than one content in the index.
    #[error("`{path}` has a merge conflict")]
    Conflict { path: String, more: usize },
    /// A folder or file of the work tree could not be read.
    #[error("could not read `{path}`: {source}")]
    File { path: String, source: std::io::Error },
    /// git itself failed.
    #[error("could not {action}: {}", .source.message())]
    Failed { action: &'static str, source: git2::Error },
}

impl Error {
    pub(super) fn failed(action: &'static str) -> impl Fn(git2::Error) -> Self + Copy {
        move |source| Self::Failed { action, source }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        const SHALLOW: &str = "only a part of the history is here: `git fetch --unshallow` brings the rest";
        match self {
            Self::NoRepository { .. } => Some("`--since` and `--staged` ask git: leave them out here".to_owned()),
            Self::NoCommit => Some("leave `--since` out; `--staged` works before the first commit too".to_owned()),
            Self::UnknownRevision { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::UnknownRevision { is_shallow: true, .. } | Self::Unrelated { is_shallow: true, .. } => {
                Some(SHALLOW.to_owned())
            }
            Self::UnknownRevision { .. } => {
                Some("name one branch, tag or commit; `git branch --all` lists the branches".to_owned())
            }
            Self::Unrelated { .. } => Some("name a commit that this branch came from".to_owned()),
            Self::Conflict { more: 0, .. } => Some("resolve it, and `git add` the file".to_owned()),
            Self::Conflict { more, .. } => {
                Some(format!("resolve it, and `git add` the file; {more} more have one, `git status` lists them"))
            }
            Self::Failed { source, .. } if source.code() == git2::ErrorCode::Owner => Some(
                "the repository belongs to somebody else: `git config --global --add safe.directory <folder>` trusts it"
                    .to_owned(),
            ),
            Self::Failed { .. } | Self::File { .. } => None,
        }
    }
}
