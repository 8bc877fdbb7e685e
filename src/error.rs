//! Everything that can end a verb early, told for a person: what happened, and what to do next.
//!
//! Each room has its own error; this one gathers them and decides the exit code of each, in one exhaustive match.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use thiserror::Error;

use crate::{
    config, dataflow, documentation, emulator,
    exit::Exit,
    platform, publish, scaffold, submit,
    text::{Document, Span},
    workspace,
};

/// Why a verb ended early.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The arguments contradict each other or name nothing.
    #[error("{message}")]
    Usage { message: String, help: Option<String> },
    /// There is nothing the verb could work on.
    #[error("{message}")]
    Nothing { message: String, help: Option<String> },
    #[error(transparent)]
    Config(#[from] config::Error),
    #[error(transparent)]
    Workspace(#[from] workspace::Error),
    #[error(transparent)]
    Scaffold(#[from] scaffold::Error),
    #[error(transparent)]
    Platform(#[from] platform::Error),
    #[error(transparent)]
    Publish(#[from] publish::Error),
    #[error(transparent)]
    Dataflow(#[from] dataflow::Error),
    #[error(transparent)]
    Recipe(#[from] dataflow::recipe::Error),
    #[error(transparent)]
    Documentation(#[from] documentation::Error),
    #[error(transparent)]
    Emulator(#[from] emulator::Error),
    #[error(transparent)]
    Submit(#[from] submit::Error),
    /// A file outside the rooms above (an output file, a directory named on the command line).
    #[error("could not {action} `{}`: {source}", .path.display())]
    File { action: &'static str, path: PathBuf, source: std::io::Error },
    /// The result could not be written to where standard output leads.
    #[error("could not write to standard output: {source}")]
    Output { source: std::io::Error },
    /// The platform refused a connection spec for what stands at a place of its artifact.
    #[error("{message}")]
    RefusedPlace { message: String, document: Arc<Document>, span: Span },
    /// The person pressed Ctrl-C or answered a prompt with Escape.
    #[error("interrupted")]
    Interrupted,
}

impl Error {
    /// A wrong use of the command line.
    pub fn usage(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), help: Some(help.into()) }
    }

    /// Nothing to work on.
    pub fn nothing(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Nothing { message: message.into(), help: Some(help.into()) }
    }

    /// A failed file operation: `Error::file("write", path, source)`.
    pub fn file(action: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::File { action, path: path.to_owned(), source }
    }

    /// What to do next, where there is something to do.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Usage { help, .. } | Self::Nothing { help, .. } => help.clone(),
            Self::Config(error) => error.help(),
            Self::Workspace(error) => error.help(),
            Self::Scaffold(error) => error.help(),
            Self::Platform(error) => error.help(),
            Self::Publish(error) => error.help(),
            Self::Dataflow(error) => error.help(),
            Self::Recipe(error) => error.help(),
            Self::Documentation(error) => error.help(),
            Self::Emulator(error) => error.help(),
            Self::Submit(error) => error.help(),
            Self::File { .. } | Self::Output { .. } | Self::RefusedPlace { .. } | Self::Interrupted => None,
        }
    }

    /// A place in a text that is to blame, where there is one.
    pub fn excerpt(&self) -> Option<(&Document, Span)> {
        match self {
            Self::Config(error) => error.excerpt(),
            Self::Documentation(error) => error.excerpt(),
            Self::RefusedPlace { document, span, .. } => Some((document, *span)),
            _ => None,
        }
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::Usage { .. } | Self::Config(_) | Self::Recipe(_) | Self::File { .. } | Self::Output { .. } => {
                Exit::Usage
            }
            Self::Nothing { .. } => Exit::Nothing,
            Self::Workspace(error) => error.exit(),
            Self::Scaffold(error) => error.exit(),
            Self::Platform(error) => error.exit(),
            Self::Publish(error) => error.exit(),
            Self::Dataflow(error) => error.exit(),
            Self::Documentation(error) => error.exit(),
            Self::Emulator(error) => error.exit(),
            Self::Submit(error) => error.exit(),
            Self::RefusedPlace { .. } => Exit::Refused,
            Self::Interrupted => Exit::Interrupted,
        }
    }
}
