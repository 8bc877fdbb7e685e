//! Scaffolding: answers become files, and files are written, all or none.
//!
//! ```text
//! flags ──▶ answers ──▶ render ──▶ Vec<File> ──▶ write ──▶ git
//!   ▲          ▲           ▲
//! prompt     check     templates
//! ```
//!
//! [`answers`] and [`render`] are pure; [`prompt`], [`icon`], [`templates::Templates::load`], [`mod@write`] and [`git`] touch the world. [`around`] is for
//! what stands around the sources: a workflow and a hook.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::exit::Exit;
use crate::text::visible::printable;

pub mod answers;
pub mod around;
pub mod check;
mod flags;
pub mod git;
pub mod icon;
mod json;
pub mod prompt;
pub mod render;
pub mod templates;
pub mod write;

/// What can go wrong in this room.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The source's name is none.
    #[error("`{}` is no name for a source: {why}", printable(name))]
    Name { name: String, why: String, suggestion: Option<String> },
    /// Answers are wrong or missing; all of them at once.
    #[error("{}", told(wrong, missing))]
    Answers { wrong: Vec<String>, missing: Vec<Missing> },
    /// There is a source of that name, in whatever spelling.
    #[error("`{path}` exists already, and nothing is overwritten")]
    Exists { path: String },
    /// Something stands where a directory or file of the scaffold must go.
    #[error("`{path}` {why}")]
    InTheWay { path: String, why: &'static str, help: &'static str },
    /// A directory that is named is none.
    #[error("`{}` is not a directory, and {action}", .path.display())]
    NoDirectory { path: PathBuf, action: &'static str },
    /// The icon cannot be used.
    #[error("`{}` cannot be the icon: {why}", .path.display())]
    Icon { path: PathBuf, why: String },
    /// A file among the templates replaces nothing.
    #[error("`{}` replaces no built-in template", .path.display())]
    UnknownTemplate { path: PathBuf, nearest: Option<&'static str>, known: Vec<&'static str> },
    /// A template does not hold, at a line and column of its own.
    #[error("template `{name}`{}: {why}", place(*.at))]
    Template { name: String, at: Option<(usize, usize)>, why: String },
    /// A template renders something that is not what its file must be.
    #[error("template `{name}` renders {why}")]
    Rendered { name: String, why: String },
    /// `--git` inside a repository.
    #[error("`{}` is inside the git repository `{}` already", .directory.display(), .repository.display())]
    InsideRepository { directory: PathBuf, repository: PathBuf },
    /// `--hook` outside of a repository.
    #[error("`{}` is in no repository of git, and a hook belongs to one", .directory.display())]
    NoRepository { directory: PathBuf },
    /// The folder of the sources cannot stand in a workflow.
    #[error("the folder `{}` has characters in its path that would not be safe in a workflow", printable(name))]
    Directory { name: String },
    /// git could not do it.
    #[error("could not {action}: {}", .source.message())]
    Git { action: &'static str, source: git2::Error },
    /// A file could not be read or written.
    #[error("could not {action} `{}`: {source}", .path.display())]
    File { action: &'static str, path: PathBuf, source: std::io::Error },
    /// What was written could not be taken back after a failure.
    #[error("{cause}; and these were left behind: {}", quoted(left))]
    LeftBehind { cause: Box<Error>, left: Vec<String> },
    /// The terminal failed while asking.
    #[error("could not ask on the terminal: {0}")]
    Terminal(inquire::InquireError),
    /// A question was answered with Escape or Ctrl-C.
    #[error("interrupted; nothing was written")]
    Interrupted,
}

/// An answer that is not there and cannot be defaulted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// The flag that gives it, without a value.
    pub flag: &'static str,
    /// How its value is written.
    pub value: &'static str,
    /// What it is.
    pub what: &'static str,
}

impl Error {
    fn file(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::File { action, path: path.to_owned(), source }
    }

    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Name { suggestion, .. } => Some(match suggestion {
                Some(name) => format!("try `sss new {name}`"),
                None => "use lower-case words joined by hyphens, for example `acme-crm`".to_owned(),
            }),
            Self::Answers { missing, .. } if missing.is_empty() => Some("nothing was written".to_owned()),
            Self::Answers { missing, .. } => {
                let lines = missing.iter().map(|m| format!("`{} {}`: {}", m.flag, m.value, m.what));
                Some(lines.chain(["or run it on a terminal to be asked".to_owned()]).collect::<Vec<_>>().join("\n"))
            }
            Self::Exists { .. } => Some("choose another name, or remove that directory first".to_owned()),
            Self::InTheWay { help, .. } => Some((*help).to_owned()),
            Self::NoDirectory { .. } => Some("create it first, or name another".to_owned()),
            Self::Icon { .. } => {
                Some("give an SVG file below 100 kB, or leave `--icon` out for a placeholder".to_owned())
            }
            Self::UnknownTemplate { nearest, known, .. } => Some(match nearest {
                Some(name) => format!("did you mean `{name}`?"),
                None => format!("templates are named {}", quoted(known)),
            }),
            Self::Template { .. } | Self::Rendered { .. } => {
                Some("mend the template, or remove it to use the built-in one; nothing was written".to_owned())
            }
            Self::InsideRepository { .. } => {
                Some("leave `--git` out, and commit the new files there yourself".to_owned())
            }
            Self::NoRepository { .. } => {
                Some("run `git init` first, or scaffold a source with `--git --hook`; nothing was written".to_owned())
            }
            Self::Directory { .. } => Some("use letters, digits, `.`, `_` and `-` in the names of folders".to_owned()),
            Self::Git { .. } => Some("leave `--git` out, and run `git init` yourself".to_owned()),
            Self::LeftBehind { .. } => Some("remove them before running it again".to_owned()),
            Self::File { .. } | Self::Terminal(_) | Self::Interrupted => None,
        }
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Name { .. }
            | Self::Answers { .. }
            | Self::Exists { .. }
            | Self::InTheWay { .. }
            | Self::NoDirectory { .. }
            | Self::Icon { .. }
            | Self::UnknownTemplate { .. }
            | Self::Template { .. }
            | Self::Rendered { .. }
            | Self::InsideRepository { .. }
            | Self::NoRepository { .. }
            | Self::Directory { .. }
            | Self::Git { .. }
            | Self::File { .. }
            | Self::Terminal(_) => Exit::Usage,
            Self::LeftBehind { .. } => Exit::Partial,
            Self::Interrupted => Exit::Interrupted,
        }
    }
}

/// One sentence over all that is wrong and all that is missing.
fn told(wrong: &[String], missing: &[Missing]) -> String {
    let mut parts = Vec::new();
    let wrong: Vec<_> = wrong.iter().map(|sentence| printable(sentence)).collect();
    match wrong.as_slice() {
        [] => {}
        [one] => parts.push(one.clone()),
        many => parts.push(format!("{} answers are wrong:\n  - {}", many.len(), many.join("\n  - "))),
    }
    let flags: Vec<_> = missing.iter().map(|m| m.flag).collect();
    match flags.as_slice() {
        [] => {}
        [one] => parts.push(format!("an answer is missing: `{one}`")),
        many => parts.push(format!("{} answers are missing: {}", many.len(), quoted(many))),
    }
    parts.join("\n")
}

/// `` `a`, `b` ``.
fn quoted<T: AsRef<str>>(names: &[T]) -> String {
    names.iter().map(|name| format!("`{}`", name.as_ref())).collect::<Vec<_>>().join(", ")
}

fn place(at: Option<(usize, usize)>) -> String {
    at.map_or_else(String::new, |(line, column)| format!(", line {line}, column {column}"))
}
