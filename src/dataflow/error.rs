//! What can go wrong with a dataflow, and whether something has changed by then.

use std::{io, path::PathBuf};

use thiserror::Error;

use super::{
    Outcome,
    recipe::{Name, variable_of},
};
use crate::{exit::Exit, platform, publish::Target};

/// What can go wrong in this room.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// The state could not be read or written.
    #[error("could not {action} `{}`: {source}", .path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    /// The state is not what we write.
    #[error("what is known of the dataflow, `{}`, cannot be used: {reason}", .path.display())]
    State { path: PathBuf, reason: String },
    /// A name cannot be a file's.
    #[error("`{name}` cannot be the name of a dataflow")]
    BadName { name: String },
    /// Nothing is known of the dataflow in this place.
    #[error("nothing is known of a dataflow `{name}` in {target}")]
    NotUp { name: String, target: Box<Target>, known: Vec<String> },
    /// It is there, and of another sort.
    #[error("the dataflow `{name}` is there already, and is another: {was}, and not {wanted}")]
    OtherShape { name: String, was: String, wanted: String },
    /// Something is asked for that can only be had by making it anew.
    #[error("{} of the dataflow `{name}` cannot be changed in place to what is asked for now", the(.things))]
    Fixed { name: String, things: Vec<Name> },
    /// Something is gone on which other things stand.
    #[error("{} of the dataflow `{name}` cannot be used any more: the {} below {} gone or replaced", the(.on_it), .gone.what(), are(.on_it))]
    Orphaned { name: String, gone: Name, on_it: Vec<Name> },
    /// A secret that the source asks for is not there.
    #[error("the source asks for `{secret}` to sign in, and it is not given")]
    NoSecret { secret: String },
    /// A result that a request needs is known from nowhere.
    #[error("the {} is not known: `{title}` needs it", .result.what())]
    NoResult { result: Name, title: String },
    /// A body that is no JSON once it is filled in.
    #[error("the body of `{title}` is not JSON: {reason}")]
    BadBody { title: String, reason: String },
    /// An answer that does not say what is needed.
    #[error("`{title}` did not answer as it must: {otherwise}")]
    Unexpected { title: String, otherwise: String },
    /// Whether something was made is not known, and it is not to be seen.
    #[error("whether the {} was made is not known: {cause}", .result.what())]
    Uncertain { result: Name, cause: Box<platform::Error> },
    /// Others write the same record all the time, or took it away meanwhile.
    #[error("the {} was changed or deleted by somebody else at each of {tries} attempts", .result.what())]
    Overtaken { result: Name, tries: u32 },
    /// A person wanted the run to end.
    #[error("interrupted")]
    Interrupted,
    /// A call of the platform failed.
    #[error(transparent)]
    Platform(#[from] platform::Error),
    /// Ended early; what came about until then is in the outcome.
    #[error("{}{cause}", stopped(.outcome))]
    Stopped { outcome: Box<Outcome>, cause: Box<Error> },
}

impl Error {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::File { .. } => {
                "`sss dataflow` keeps what it made below `.sss/dataflow`, which must be a directory it may read and write"
            }
            Self::State { .. } => {
                "nothing was overwritten: put it right, or remove it after deleting by hand what it names"
            }
            Self::BadName { .. } | Self::Interrupted => return None,
            Self::NotUp { known, .. } => {
                return Some(if known.is_empty() {
                    "`sss dataflow up` makes one; `--profile` and `AEP_SANDBOX` say where".to_owned()
                } else {
                    format!("`sss dataflow up` makes one; known in this repository: `{}`", known.join("`, `"))
                });
            }
            Self::OtherShape { name, .. } | Self::Fixed { name, .. } | Self::Orphaned { name, .. } => {
                return Some(format!(
                    "nothing was changed; take it down first: `sss dataflow down {name}` (`--all` with schema, dataset and mapping set)"
                ));
            }
            Self::NoSecret { secret } => {
                return Some(format!("set `{}`, or write it into a file for `--auth-file`", variable_of(secret)));
            }
            Self::NoResult { .. } => "publish the source first: `sss publish`",
            Self::BadBody { .. } => "`--plan` shows it",
            Self::Unexpected { .. } => "`-vv` shows the exchange",
            Self::Uncertain { cause, .. } => {
                let help = "run again: what was made is known by its mark, and is not made twice".to_owned();
                return Some(cause.help().map_or(help.clone(), |cause| format!("{cause}\n{help}")));
            }
            Self::Overtaken { .. } => "run again when nobody else is at work on it",
            Self::Platform(error) => return error.help(),
            Self::Stopped { outcome, cause } => {
                let mut help: Vec<String> = cause.help().into_iter().collect();
                if !cause.is_fixed() && (outcome.changed || outcome.is_there()) && !outcome.complete {
                    help.push("run again: what is done is kept, and the rest continues".to_owned());
                }
                help.dedup();
                return if help.is_empty() { None } else { Some(help.join("\n")) };
            }
        };
        Some(help.to_owned())
    }

    /// Whether running again ends in the same way.
    fn is_fixed(&self) -> bool {
        matches!(self, Self::OtherShape { .. } | Self::Fixed { .. } | Self::Orphaned { .. })
    }

    /// The platform's id of the request that failed.
    pub fn request_id(&self) -> Option<&str> {
        match self {
            Self::Platform(error) => error.request_id(),
            Self::Uncertain { cause, .. } => cause.request_id(),
            Self::Stopped { cause, .. } => cause.request_id(),
            _ => None,
        }
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::File { .. }
            | Self::State { .. }
            | Self::BadName { .. }
            | Self::NoSecret { .. }
            | Self::NoResult { .. }
            | Self::BadBody { .. } => Exit::Usage,
            Self::NotUp { .. } => Exit::Nothing,
            Self::OtherShape { .. }
            | Self::Fixed { .. }
            | Self::Orphaned { .. }
            | Self::Unexpected { .. }
            | Self::Overtaken { .. } => Exit::Refused,
            // Something may have changed, and only another run can tell.
            Self::Uncertain { .. } => Exit::Partial,
            Self::Interrupted => Exit::Interrupted,
            Self::Platform(error) => error.exit(),
            Self::Stopped { outcome, cause } => match **cause {
                Self::Interrupted => Exit::Interrupted,
                _ if cause.is_fixed() => cause.exit(),
                _ if outcome.changed || (outcome.is_there() && !outcome.state.is_up()) => Exit::Partial,
                _ => cause.exit(),
            },
        }
    }
}

fn the(things: &[Name]) -> String {
    let things: Vec<&str> = things.iter().map(|name| name.what()).collect();
    match things.as_slice() {
        [] => "nothing".to_owned(),
        [one] => format!("the {one}"),
        [all @ .., last] => format!("the {} and the {last}", all.join(", the ")),
    }
}

fn are(things: &[Name]) -> &'static str {
    if things.len() == 1 { "it is" } else { "them is" }
}

fn stopped(outcome: &Outcome) -> String {
    if !outcome.changed {
        return String::new();
    }
    let made: Vec<Name> =
        outcome.done.iter().filter(|(_, (done, _))| done.is_change()).map(|(name, _)| *name).collect();
    if made.is_empty() { "stopped part-way: ".to_owned() } else { format!("stopped part-way, after {}: ", the(&made)) }
}
