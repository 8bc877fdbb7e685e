//! Why no page is made.

use std::path::PathBuf;

use thiserror::Error as ThisError;

use super::region::MarkFault;
use crate::{dataflow::recipe, exit::Exit, scaffold, text::Document, text::Span};

/// Why no page is made.
#[derive(Debug, ThisError)]
#[non_exhaustive]
pub enum Error {
    /// The answers do not hold, at a place in their file.
    #[error(transparent)]
    Answers(#[from] crate::config::Error),
    /// No dataflow can be shown.
    #[error("the requests of the page cannot be made: {0}")]
    Recipe(#[from] recipe::Error),
    #[error(transparent)]
    Template(#[from] scaffold::Error),
    /// A template or a text holds what would be taken for a mark.
    #[error("the region `{region}` would hold a mark of `sss` itself")]
    MarkInText { region: String },
    /// The marks of a page that is there cannot be made out.
    #[error("{}:{}: {fault}", .path.display(), .fault.line)]
    Marks { path: PathBuf, fault: MarkFault },
    /// A page that is there was not made by `sss docs`.
    #[error("`{}` is there already, and was not written by `sss docs`", .path.display())]
    Foreign { path: PathBuf },
    /// A page that is there is no text.
    #[error("`{}` is not UTF-8 text", .path.display())]
    NotText { path: PathBuf },
}

impl Error {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Answers(error) => error.help(),
            Self::Recipe(_) => {
                Some("give values that the connection spec takes, in `[inputs]` of the source's `docs.toml`".to_owned())
            }
            Self::Template(error) => error.help(),
            Self::MarkInText { .. } => {
                Some("look for `sss:end` and `sss:generated` in the source's texts and in the templates".to_owned())
            }
            Self::Marks { fault, .. } => Some(fault.help()),
            Self::Foreign { .. } => Some(
                "write beside it with `--output DIR`, and take over by hand what is good; or move it away".to_owned(),
            ),
            Self::NotText { .. } => Some("save it as UTF-8".to_owned()),
        }
    }

    /// A place in a text that is to blame, where there is one.
    pub fn excerpt(&self) -> Option<(&Document, Span)> {
        match self {
            Self::Answers(error) => error.excerpt(),
            _ => None,
        }
    }

    /// The exit code.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Template(error) => error.exit(),
            _ => Exit::Usage,
        }
    }
}
