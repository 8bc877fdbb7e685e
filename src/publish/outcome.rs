//! What is told while a plan is carried out, and what came about in the end.

use std::{fmt, path::PathBuf};

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Action, Change, Difference, Error, Plan, Target, print::short, written::Written};
use crate::style::BAD;

/// What is being done, as told to a person.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Step {
    Creating {
        source: String,
    },
    Created {
        source: String,
        id: String,
    },
    /// The answer to a creation was lost.
    Lost {
        source: String,
        reason: String,
    },
    /// The creation whose answer was lost had been carried out.
    Found {
        source: String,
        id: String,
    },
    Updating {
        source: String,
        id: String,
    },
    Updated {
        source: String,
        id: String,
    },
    /// `ours`: an earlier run created it and could not record it.
    Adopted {
        source: String,
        id: String,
        ours: bool,
    },
    Unchanged {
        source: String,
        id: String,
    },
    Failed {
        source: String,
        reason: String,
    },
    Attaching {
        flow_spec: Uuid,
        ids: Vec<String>,
        removed: Vec<String>,
    },
    Attached {
        flow_spec: Uuid,
        ids: Vec<String>,
        removed: Vec<String>,
    },
    /// Another connection spec of the same source was made at the same instant; every publisher lists the chosen one.
    Rivals {
        source: String,
        ours: String,
        chosen: String,
        others: Vec<String>,
    },
    /// Somebody else wrote the flow spec first; it is read again.
    FlowSpecChanged {
        flow_spec: Uuid,
    },
    /// Somebody else overwrote the flow spec; what was lost is put back.
    FlowSpecOverwritten {
        flow_spec: Uuid,
        ours: Vec<String>,
        lost: Vec<String>,
    },
    /// After the write, something else differs from what was sent.
    FlowSpecDiffers {
        flow_spec: Uuid,
        differences: Vec<Difference>,
        backup: Option<PathBuf>,
    },
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Creating { source } => write!(f, "creating the connection spec of `{source}`"),
            Self::Created { source, id } => write!(f, "created the connection spec of `{source}`: {id}"),
            Self::Lost { source, reason } => {
                write!(f, "the answer to the creation of `{source}` was lost ({reason}); looking whether it is there")
            }
            Self::Found { source, id } => write!(f, "the connection spec of `{source}` had been created: {id}"),
            Self::Updating { source, id } => write!(f, "updating the connection spec of `{source}`: {id}"),
            Self::Updated { source, id } => write!(f, "updated the connection spec of `{source}`: {id}"),
            Self::Adopted { source, id, ours: true } => {
                write!(f, "recorded the connection spec of `{source}`, which an earlier run had created: {id}")
            }
            Self::Adopted { source, id, ours: false } => write!(f, "adopted the connection spec of `{source}`: {id}"),
            Self::Unchanged { source, id } => write!(f, "the connection spec of `{source}` is in step: {id}"),
            Self::Failed { source, reason } => write!(f, "`{source}` failed: {reason}"),
            Self::Attaching { flow_spec, ids, removed } => match (ids.as_slice(), removed.as_slice()) {
                (ids, []) => write!(f, "listing {} in the flow spec {flow_spec}", ids.join(", ")),
                ([], removed) => write!(f, "taking {} out of the flow spec {flow_spec}", removed.join(", ")),
                (ids, removed) => {
                    let (ids, removed) = (ids.join(", "), removed.join(", "));
                    write!(f, "listing {ids} in the flow spec {flow_spec} in place of {removed}")
                }
            },
            Self::Attached { flow_spec, ids, removed } => match (ids.as_slice(), removed.as_slice()) {
                (ids, []) => write!(f, "the flow spec {flow_spec} lists {} and all it listed before", ids.join(", ")),
                ([], removed) => {
                    write!(f, "the flow spec {flow_spec} lists all it listed before but {}", removed.join(", "))
                }
                (ids, removed) => {
                    let (ids, removed) = (ids.join(", "), removed.join(", "));
                    write!(f, "the flow spec {flow_spec} lists {ids} and all it listed before but {removed}")
                }
            },
            Self::Rivals { source, ours, chosen, others } => {
                let others = others.join("`, `");
                write!(f, "somebody else created a connection spec for `{source}` at the same instant: ")?;
                if ours == chosen {
                    write!(f, "`{chosen}` is listed, and `{others}` stays on the platform unused")
                } else {
                    write!(f, "theirs, `{chosen}`, is used and recorded, and `{others}` stays on the platform unused")
                }
            }
            Self::FlowSpecChanged { flow_spec } => {
                write!(f, "the flow spec {flow_spec} was written by somebody else first; reading it again")
            }
            Self::FlowSpecOverwritten { flow_spec, ours, lost } => {
                let gone: Vec<&str> = ours.iter().chain(lost).map(String::as_str).collect();
                write!(
                    f,
                    "the flow spec {flow_spec} was overwritten by somebody else; putting back {}",
                    gone.join(", ")
                )
            }
            Self::FlowSpecDiffers { flow_spec, differences, backup } => {
                write!(f, "the flow spec {flow_spec} differs from what was sent:")?;
                for one in differences {
                    let side = |text: Option<&str>| text.map_or_else(|| "nothing".to_owned(), short);
                    let (sent, there) = (side(one.old_text()), side(one.new_text()));
                    write!(f, " at {}, {sent} was sent and {there} is there;", one.pointer)?;
                }
                write!(f, " somebody else may have changed it, or the platform did")?;
                match backup {
                    Some(path) => write!(f, "; as it was before: `{}`", path.display()),
                    None => Ok(()),
                }
            }
        }
    }
}

/// What came about for one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Done {
    Created,
    Updated,
    Adopted,
    Unchanged,
    /// Taken out of its flow spec.
    Detached,
    Failed,
    /// Not begun, because something else ended the run.
    NotTried,
    /// Not begun, because a person has to decide.
    Conflict,
}

impl Done {
    /// Whether the connection spec is as wanted.
    pub(super) fn reached(self) -> bool {
        !matches!(self, Self::Failed | Self::NotTried | Self::Conflict)
    }

    /// As JSON and sentences say it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Adopted => "adopted",
            Self::Unchanged => "unchanged",
            Self::Detached => "detached",
            Self::Failed => "failed",
            Self::NotTried => "not-tried",
            Self::Conflict => "conflict",
        }
    }
}

/// What came about for one source.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct SourceResult {
    pub source: String,
    /// What happened to its connection spec.
    pub action: Done,
    pub connection_spec: Option<String>,
    pub flow_spec: Uuid,
    /// Whether the flow spec lists it now.
    pub attached: bool,
    /// Whether the flow spec listed it before.
    pub was_attached: bool,
    pub error: Option<String>,
    /// The platform's id of the request that failed, to be told to Adobe.
    pub request_id: Option<String>,
    /// The fields of the connection spec that the platform refused, as it names them.
    pub mentions: Vec<String>,
    /// The connection spec, where it is not the one that was sent.
    pub(super) taken: Option<Written>,
}

impl SourceResult {
    /// Notes why it went no further.
    pub(super) fn fail(&mut self, error: &Error) {
        self.error = Some(error.to_string());
        self.request_id = error.request_id().map(str::to_owned);
        self.mentions = error.mentions();
    }

    /// Whether all that was planned for it came about: it is listed, or is not any more.
    pub(super) fn is_finished(&self, undo: bool) -> bool {
        self.error.is_none() && self.action.reached() && self.attached != undo
    }

    /// What was done, for a sentence; nothing where nothing was.
    pub(super) fn told(&self) -> Option<String> {
        let listed = if self.attached && !self.was_attached { " and listed" } else { "" };
        match (self.action, self.connection_spec.as_deref()) {
            (Done::Created | Done::Updated | Done::Adopted, Some(id)) => {
                Some(format!("`{}` was {}{listed} ({id})", self.source, self.action.name()))
            }
            (Done::Unchanged, Some(id)) if !listed.is_empty() => Some(format!("`{}` was listed ({id})", self.source)),
            _ => None,
        }
    }
}

/// What came about.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Outcome {
    pub target: Target,
    /// Whether sources were taken out of their flow specs, instead of published.
    pub undo: bool,
    /// One a source, in the plan's order.
    pub results: Vec<SourceResult>,
    /// Whether the platform was, or may have been, changed.
    pub changed: bool,
}

impl Outcome {
    /// The outcome of a plan that has conflicts: nothing was begun.
    pub fn refused(plan: &Plan) -> Self {
        let mut results: Vec<SourceResult> = plan.changes.iter().map(|change| untouched(change, plan)).collect();
        for (change, result) in plan.changes.iter().zip(&mut results) {
            match &change.action {
                Action::Conflict(conflict) => {
                    result.action = Done::Conflict;
                    result.attached = false;
                    result.was_attached = false;
                    result.error = Some(conflict.told(&change.source, &change.name));
                }
                Action::None { .. } => result.action = Done::Unchanged,
                _ => {}
            }
        }
        Self { target: plan.target.clone(), undo: plan.undo, results, changed: false }
    }

    /// The outcome for a person, a line a source: what was done, what failed, and the id of the request that did.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let width = self.results.iter().map(|one| one.source.chars().count()).max().unwrap_or_default();
        for one in &self.results {
            let id = one.connection_spec.as_deref().unwrap_or("no connection spec");
            let listed = match (one.attached, one.was_attached) {
                (true, true) => format!("listed in flow spec {}", one.flow_spec),
                (true, false) => format!("now listed in flow spec {}", one.flow_spec),
                (false, true) if one.action == Done::Detached => "no longer listed in a flow spec".to_owned(),
                (false, _) => "not listed in a flow spec".to_owned(),
            };
            let action = match (one.action, &one.error) {
                (Done::Failed | Done::Conflict, _) => format!("{BAD}{:9}{BAD:#}", one.action.name()),
                _ => format!("{:9}", one.action.name()),
            };
            text.push_str(&format!("{:width$}  {action}  {id}  {listed}\n", one.source));
            if let Some(error) = &one.error {
                text.push_str(&format!("{:width$}  {BAD}{error}{BAD:#}\n", ""));
                // Most errors tell it already.
                if let Some(id) = one.request_id.as_ref().filter(|id| !error.contains(*id)) {
                    text.push_str(&format!("{:width$}  request id `{id}`\n", ""));
                }
            }
        }
        if !self.changed && self.results.iter().all(|one| one.action == Done::Unchanged) {
            text.push_str("nothing to change\n");
        }
        text
    }

    /// How many came to their end and how many did not, for the head of a message.
    pub(super) fn count(&self) -> String {
        let finished = self.results.iter().filter(|one| one.is_finished(self.undo)).count();
        match self.results.len() {
            1 => "1 source".to_owned(),
            all => format!("{} of {all} sources", all - finished),
        }
    }

    /// The outcome as one JSON object.
    pub fn to_json(&self) -> Value {
        let results: Vec<Value> = self
            .results
            .iter()
            .map(|one| {
                json!({
                    "source": one.source,
                    "action": one.action.name(),
                    "connection_spec": one.connection_spec,
                    "flow_spec": one.flow_spec.to_string(),
                    "attached": one.attached,
                    "was_attached": one.was_attached,
                    "error": one.error,
                    "request_id": one.request_id,
                })
            })
            .collect();
        json!({ "version": 1, "target": super::print::target(&self.target), "changed": self.changed, "results": results })
    }
}

/// A source's result before anything was begun.
pub(super) fn untouched(change: &Change, plan: &Plan) -> SourceResult {
    let mut listing = plan.flow_specs.iter();
    let attached = if plan.undo {
        listing.any(|one| one.remove.iter().any(|gone| gone.source == change.source))
    } else {
        !listing.any(|one| one.add.iter().any(|addition| addition.source == change.source))
    };
    SourceResult {
        source: change.source.clone(),
        action: Done::NotTried,
        connection_spec: change.action.id().map(str::to_owned),
        flow_spec: change.flow_spec,
        attached,
        was_attached: attached,
        error: None,
        request_id: None,
        mentions: Vec::new(),
        taken: None,
    }
}
