//! The plan: a pure function of what is wanted, what is recorded and what is there.

use std::collections::BTreeMap;

use serde_json::Value;
use uuid::Uuid;

use super::{
    Difference, Error, Options, Target,
    desired::Wanted,
    diff,
    flow_spec::listed,
    observe::{Actual, Known},
};
use crate::spec::Kind;

/// What publishing would change, and nothing else.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Plan {
    pub target: Target,
    /// One a source, sorted by name.
    pub changes: Vec<Change>,
    /// One a flow spec, sorted by id.
    pub flow_specs: Vec<FlowSpecChange>,
}

/// What happens to a source's connection spec.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Change {
    pub source: String,
    pub kind: Kind,
    pub name: String,
    pub provider_id: String,
    pub flow_spec: Uuid,
    pub action: Action,
    /// The connection spec as it will be sent.
    pub spec: Value,
    /// Its digest, to be recorded.
    pub digest: String,
    /// Whether the record here has to be brought up to date, or a journal ended, though the platform is in step.
    pub bookkeeping: bool,
    /// The ids that bear this name before anything is sent: what appears later is ours.
    pub(super) seen: Vec<String>,
}

/// What happens to one connection spec.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    Create,
    /// `drifted`: the artifact is as published, so it was changed on the platform.
    Update {
        id: String,
        etag: Option<String>,
        differences: Vec<Difference>,
        drifted: bool,
    },
    /// Taken over; `ours` where the journal proves that an earlier run created it.
    Adopt {
        id: String,
        etag: Option<String>,
        differences: Vec<Difference>,
        ours: bool,
    },
    None {
        id: String,
    },
    Conflict(Conflict),
}

/// Why nothing can be done without a person's decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Conflict {
    /// The recorded connection spec is gone.
    Gone { id: String },
    /// There is one of that name and provider, and nothing proves that it is ours.
    Unrecorded { id: String, differences: Vec<Difference> },
    /// There are several of that name and provider.
    Several { ids: Vec<String> },
}

/// What happens to a flow spec.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct FlowSpecChange {
    pub flow_spec: Uuid,
    pub name: Option<String>,
    /// What it will list and does not yet; empty where nothing changes.
    pub add: Vec<Addition>,
}

/// A connection spec to be listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addition {
    pub source: String,
    /// Absent where it is yet to be created.
    pub connection_spec: Option<String>,
}

impl Action {
    /// The connection spec's id, where it has one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Update { id, .. } | Self::Adopt { id, .. } | Self::None { id } => Some(id),
            Self::Conflict(Conflict::Gone { id } | Conflict::Unrecorded { id, .. }) => Some(id),
            Self::Create | Self::Conflict(Conflict::Several { .. }) => None,
        }
    }

    /// Whether the connection spec on the platform is written.
    fn writes(&self) -> bool {
        match self {
            Self::Create | Self::Update { .. } => true,
            Self::Adopt { differences, .. } => !differences.is_empty(),
            Self::None { .. } | Self::Conflict(_) => false,
        }
    }
}

impl Plan {
    /// Whether anything on the platform would change, or cannot be decided.
    pub fn has_changes(&self) -> bool {
        self.changes.iter().any(|change| !matches!(change.action, Action::None { .. }))
            || self.flow_specs.iter().any(|change| !change.add.is_empty())
    }

    /// Whether the platform would be written to.
    pub fn writes(&self) -> bool {
        self.changes.iter().any(|change| change.action.writes())
            || self.flow_specs.iter().any(|change| !change.add.is_empty())
    }

    /// Whether records here have to be brought up to date.
    pub fn has_bookkeeping(&self) -> bool {
        self.changes.iter().any(|change| change.bookkeeping)
    }

    /// The changes that need a person's decision.
    pub fn conflicts(&self) -> impl Iterator<Item = (&Change, &Conflict)> {
        self.changes.iter().filter_map(|change| match &change.action {
            Action::Conflict(conflict) => Some((change, conflict)),
            _ => None,
        })
    }
}

/// Makes the plan.
pub(super) fn make(
    target: Target,
    wanted: Vec<Wanted>,
    known: &BTreeMap<String, Known>,
    actual: &Actual,
    options: Options,
) -> Result<Plan, Error> {
    let mut flow_specs: BTreeMap<Uuid, FlowSpecChange> = BTreeMap::new();
    for one in &wanted {
        let Some(record) = actual.flow_specs.get(&one.flow_spec) else {
            let sources = wanted.iter().filter(|other| other.flow_spec == one.flow_spec);
            let sources = sources.map(|other| other.source.clone()).collect();
            return Err(Error::NoFlowSpec { flow_spec: one.flow_spec, sources });
        };
        listed(one.flow_spec, record)?;
        let name = record.get("name").and_then(Value::as_str).map(str::to_owned);
        let flow_spec = one.flow_spec;
        flow_specs.entry(flow_spec).or_insert(FlowSpecChange { flow_spec, name, add: Vec::new() });
    }
    let nothing = Known::default();
    let mut changes = Vec::with_capacity(wanted.len());
    for one in wanted {
        let here = known.get(&one.source).unwrap_or(&nothing);
        let key = (one.name.clone(), one.provider_id.clone());
        let candidates = actual.by_name.get(&key).map(Vec::as_slice).unwrap_or_default();
        let action = decide(&one, here, candidates, actual, options);
        let id = action.id().map(str::to_owned);
        let conflict = matches!(action, Action::Conflict(_));
        let mut attached = false;
        if let (false, Some(record)) = (conflict, actual.flow_specs.get(&one.flow_spec)) {
            let ids = listed(one.flow_spec, record)?;
            // Listed twice is as wrong as not at all, and put right the same way.
            attached = id.as_ref().is_some_and(|id| ids.iter().filter(|listed| *listed == id).count() == 1);
            if let (false, Some(change)) = (attached, flow_specs.get_mut(&one.flow_spec)) {
                change.add.push(Addition { source: one.source.clone(), connection_spec: id.clone() });
            }
        }
        let recorded = here.entry.as_ref().is_some_and(|entry| {
            Some(&entry.connection_spec) == id.as_ref()
                && entry.digest == one.digest
                && entry.flow_spec == attached.then(|| one.flow_spec.to_string())
        });
        let bookkeeping = !conflict && !action.writes() && (!recorded || here.pending.is_some());
        changes.push(Change {
            source: one.source,
            kind: one.kind,
            name: one.name,
            provider_id: one.provider_id,
            flow_spec: one.flow_spec,
            action,
            spec: one.body,
            digest: one.digest,
            bookkeeping,
            seen: candidates.iter().filter_map(id_of).collect(),
        });
    }
    let mut owners: BTreeMap<&str, &str> = BTreeMap::new();
    for change in &changes {
        let Some(id) = change.action.id() else { continue };
        if let Some(other) = owners.insert(id, &change.source) {
            let sources = [other.to_owned(), change.source.clone()];
            return Err(Error::SameRecord { id: id.to_owned(), sources });
        }
    }
    Ok(Plan { target, changes, flow_specs: flow_specs.into_values().collect() })
}

/// Identity: the recorded id first, then what the journal proves, then nothing without a person's word.
fn decide(one: &Wanted, here: &Known, candidates: &[Value], actual: &Actual, options: Options) -> Action {
    if let Some(entry) = &here.entry
        && let Some(record) = actual.by_id.get(&entry.connection_spec)
    {
        let published = entry.digest == one.digest;
        let id = entry.connection_spec.clone();
        let differences = diff::differences(&record.value, &one.body, published);
        return if differences.is_empty() {
            Action::None { id }
        } else {
            Action::Update { id, etag: record.etag.clone(), differences, drifted: published }
        };
    }
    if let Some(pending) = &here.pending {
        let ours = match &pending.written {
            Some(id) => actual.by_id.get(id).map(|record| (id.clone(), &record.value, record.etag.clone())),
            None => {
                let mut ours = candidates.iter().filter_map(|candidate| Some((id_of(candidate)?, candidate))).filter(
                    |(id, candidate)| {
                        !pending.seen.contains(id) && diff::differences(candidate, &pending.sent, true).is_empty()
                    },
                );
                match (ours.next(), ours.next()) {
                    (Some((id, candidate)), None) => Some((id, candidate, None)),
                    _ => None,
                }
            }
        };
        if let Some((id, record, etag)) = ours {
            let differences = diff::differences(record, &one.body, pending.sent == one.body);
            return Action::Adopt { id, etag, differences, ours: true };
        }
    }
    if let Some(entry) = &here.entry
        && !options.recreate
        && !(options.adopt && candidates.len() == 1)
    {
        return Action::Conflict(Conflict::Gone { id: entry.connection_spec.clone() });
    }
    match candidates {
        [] => Action::Create,
        [candidate] => {
            let id = id_of(candidate).unwrap_or_default();
            let differences = diff::differences(candidate, &one.body, false);
            if options.adopt {
                Action::Adopt { id, etag: None, differences, ours: false }
            } else {
                Action::Conflict(Conflict::Unrecorded { id, differences })
            }
        }
        several => Action::Conflict(Conflict::Several { ids: several.iter().filter_map(id_of).collect() }),
    }
}

fn id_of(spec: &Value) -> Option<String> {
    spec.get("id").and_then(Value::as_str).map(str::to_owned)
}
