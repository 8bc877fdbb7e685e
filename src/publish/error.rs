//! What can go wrong while publishing, and whether something has changed by then.

use std::{io, path::PathBuf};

use thiserror::Error;
use uuid::Uuid;

use super::{Conflict, Outcome, Plan, Target};
use crate::{exit::Exit, platform};

/// What can go wrong in this room.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Error {
    /// A record, journal or backup could not be read or written.
    #[error("could not {action} `{}`: {source}", .path.display())]
    File { action: &'static str, path: PathBuf, source: io::Error },
    /// A record is not what we write.
    #[error("the record `{}` cannot be used: {reason}", .path.display())]
    Record { path: PathBuf, reason: String },
    /// A journal is not what we write.
    #[error("the journal `{}` cannot be used: {reason}", .path.display())]
    Journal { path: PathBuf, reason: String },
    /// A source's name cannot be a file's.
    #[error("`{name}` cannot be the name of a source")]
    SourceName { name: String },
    /// A source was given twice.
    #[error("the source `{source_name}` is there twice")]
    Twice { source_name: String },
    /// A connection spec lacks what it is known by.
    #[error("the connection spec of `{source_name}` has no string `{field}`")]
    Unnamed { source_name: String, field: &'static str },
    /// Two sources would be one on the platform.
    #[error("`{}` and `{}` both name their connection spec `{name}`, for the same provider", .sources[0], .sources[1])]
    SameName { name: String, sources: [String; 2] },
    /// Two sources are recorded as the same connection spec.
    #[error("`{}` and `{}` are both recorded as the connection spec `{id}`", .sources[0], .sources[1])]
    SameRecord { id: String, sources: [String; 2] },
    /// The flow spec to list the source in is not there.
    #[error("there is no flow spec `{flow_spec}` on the platform{}", to_list(.sources))]
    NoFlowSpec { flow_spec: Uuid, sources: Vec<String> },
    /// The connection spec asked for is not there.
    #[error("there is no connection spec `{connection_spec}` on the platform")]
    NoConnectionSpec { connection_spec: String },
    /// A record is not a connection spec that could be written as an artifact.
    #[error(
        "the connection spec `{connection_spec}` cannot be written as an artifact: it is not an object as documented"
    )]
    NotAConnectionSpec { connection_spec: String },
    /// The flow spec is not as documented, and is left alone.
    #[error("the flow spec `{flow_spec}` has no list of ids `sourceConnectionSpecIds`: it is left alone")]
    FlowSpecShape { flow_spec: Uuid },
    /// The plan has conflicts; nothing was done.
    #[error("{}", conflicts(.plan))]
    Conflicts { plan: Box<Plan> },
    /// Whether a connection spec was created is not known, and none is to be seen.
    #[error("whether the connection spec of `{source_name}` was created is not known: {cause}")]
    Uncertain { source_name: String, cause: Box<platform::Error> },
    /// More than one connection spec answers to one attempt.
    #[error("`{source_name}` has several connection specs of its name and content: `{}`", .ids.join("`, `"))]
    Several { source_name: String, ids: Vec<String> },
    /// The record on the platform changed after it was read for the plan.
    #[error("the connection spec `{id}` of `{source_name}` was changed by somebody else after the plan was made")]
    Overtaken { source_name: String, id: String },
    /// Others write the flow spec all the time.
    #[error("the flow spec `{flow_spec}` was changed by others at each of {tries} attempts")]
    Contended { flow_spec: Uuid, tries: u32 },
    /// A call of the platform failed.
    #[error(transparent)]
    Platform(#[from] platform::Error),
    /// Nothing is recorded of a source that is to be taken out of its flow spec.
    #[error("nothing is recorded of {} in {}, organization {}, sandbox {}", any_of(.sources), .target.platform, .target.organization, .target.sandbox)]
    NotRecorded { sources: Vec<String>, target: Target },
    /// A saved plan is none, or is damaged.
    #[error("`{}` is not a plan to publish: {reason}", .path.display())]
    SavedPlan { path: PathBuf, reason: String },
    /// What a saved plan was made from has changed since.
    #[error("the plan `{}` is out of date; since it was made, this has changed: {}", .path.display(), .changed.join("; "))]
    OutOfDate { path: PathBuf, changed: Vec<String> },
    /// A person wanted the run to end.
    #[error("interrupted")]
    Interrupted,
    /// Ended early; what came about until then is in the outcome.
    #[error("{}{cause}", stopped(.outcome))]
    Stopped { outcome: Box<Outcome>, cause: Box<Error> },
}

impl Error {
    /// What to do next.
    pub fn help(&self) -> Option<String> {
        let help = match self {
            Self::SourceName { .. } => return None,
            Self::File { .. } => {
                "`sss publish` keeps its records, journal and backups below `.sss`, which must be a directory it may read and write"
            }
            Self::Record { .. } => "restore it from git; nothing was overwritten",
            Self::Journal { .. } => {
                "look on the platform whether the connection spec is there, then remove the journal and publish with `--adopt`"
            }
            Self::Twice { .. } => "name it once",
            Self::Unnamed { field, .. } => {
                return Some(format!("write `\"{field}\"` at the top of the connection spec"));
            }
            Self::SameName { .. } => "give one of them another `name`",
            Self::SameRecord { .. } => {
                "remove the record of the one that was copied from the other, below `.sss/published/`"
            }
            Self::NoFlowSpec { .. } => "check the sandbox, or name another flow spec with `--flow-spec`",
            Self::NoConnectionSpec { .. } => "check the id, the organization and the sandbox",
            Self::NotAConnectionSpec { .. } => "`-vv` shows the record",
            Self::FlowSpecShape { .. } => "check `--flow-spec`; `-vv` shows the record",
            Self::Conflicts { plan } => {
                return Some(
                    plan.conflicts()
                        .map(|(change, conflict)| conflict.help(&change.source))
                        .collect::<Vec<_>>()
                        .join("\n"),
                );
            }
            Self::Uncertain { cause, .. } => {
                let help = "run again: the journal tells whether it is ours, and it is not created twice".to_owned();
                return Some(cause.help().map_or(help.clone(), |cause| format!("{cause}\n{help}")));
            }
            Self::Several { .. } => "choose one and write its id into the source's record below `.sss/published/`",
            Self::Overtaken { .. } => "run again to see the new difference",
            Self::Contended { .. } => "run again when fewer publish at the same time",
            Self::NotRecorded { .. } => {
                "`sss publish` records what it publishes, below `.sss/published/`; only that can be undone"
            }
            Self::SavedPlan { .. } => "make it anew with `sss plan --out FILE`",
            Self::OutOfDate { .. } => "nothing was sent; look at a new plan: `sss plan --out FILE`",
            Self::Interrupted => return None,
            Self::Platform(error) => return error.help(),
            Self::Stopped { outcome, cause } => {
                let mut help: Vec<String> = cause.help().into_iter().collect();
                if outcome.changed {
                    help.push("run again: what is done is recorded, and the rest continues".to_owned());
                }
                help.dedup();
                return if help.is_empty() { None } else { Some(help.join("\n")) };
            }
        };
        Some(help.to_owned())
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

    /// The fields of a connection spec that the platform refused, as it names them.
    pub fn mentions(&self) -> Vec<String> {
        match self {
            Self::Platform(error) => error.mentions(),
            Self::Stopped { cause, .. } => cause.mentions(),
            _ => Vec::new(),
        }
    }

    /// The exit code of each error.
    pub fn exit(&self) -> Exit {
        match self {
            Self::File { .. }
            | Self::Record { .. }
            | Self::Journal { .. }
            | Self::SourceName { .. }
            | Self::Twice { .. }
            | Self::Unnamed { .. }
            | Self::SameName { .. }
            | Self::SameRecord { .. }
            | Self::SavedPlan { .. } => Exit::Usage,
            Self::NotRecorded { .. } => Exit::Nothing,
            Self::Interrupted => Exit::Interrupted,
            Self::NoFlowSpec { .. }
            | Self::NoConnectionSpec { .. }
            | Self::NotAConnectionSpec { .. }
            | Self::FlowSpecShape { .. }
            | Self::Conflicts { .. }
            | Self::Several { .. }
            | Self::Overtaken { .. }
            | Self::OutOfDate { .. }
            | Self::Contended { .. } => Exit::Refused,
            // Something may have changed, and only another run can tell.
            Self::Uncertain { .. } => Exit::Partial,
            Self::Platform(error) => error.exit(),
            Self::Stopped { outcome, cause } => {
                if matches!(**cause, Self::Interrupted) {
                    Exit::Interrupted
                } else if outcome.changed {
                    Exit::Partial
                } else {
                    cause.exit()
                }
            }
        }
    }
}

fn conflicts(plan: &Plan) -> String {
    let told: Vec<String> = plan
        .conflicts()
        .map(|(change, conflict): (_, &Conflict)| conflict.told(&change.source, &change.name))
        .collect();
    format!("nothing was changed: {}", told.join("; "))
}

fn to_list(sources: &[String]) -> String {
    if sources.is_empty() { String::new() } else { format!(", which is to list `{}`", sources.join("`, `")) }
}

fn any_of(sources: &[String]) -> String {
    if sources.is_empty() { "any source".to_owned() } else { format!("`{}`", sources.join("`, `")) }
}

fn stopped(outcome: &Outcome) -> String {
    if !outcome.changed {
        return String::new();
    }
    let done: Vec<String> = outcome.results.iter().filter_map(|result| result.told()).collect();
    match done.as_slice() {
        [] => "stopped part-way: ".to_owned(),
        // The outcome tells each of many.
        [_, _, _, _, ..] => format!("stopped part-way, with {} unfinished: ", outcome.count()),
        done => format!("stopped part-way, after {}: ", done.join(", ")),
    }
}
