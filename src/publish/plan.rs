//! The plan as a value: what publishing would change, and nothing else. It is made in `decide`.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{Difference, Target, written::Written};
use crate::spec::Kind;

/// What publishing would change, and nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Plan {
    pub target: Target,
    /// Whether it takes sources out of their flow specs, instead of publishing them.
    pub undo: bool,
    /// One a source, sorted by name.
    pub changes: Vec<Change>,
    /// One a flow spec, sorted by id.
    pub flow_specs: Vec<FlowSpecChange>,
    /// Everything the plan was made from, each by a name for a person and a digest.
    pub(super) made_from: BTreeMap<String, String>,
}

/// What happens to a source's connection spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Change {
    pub source: String,
    #[serde(with = "kind")]
    pub kind: Kind,
    pub name: String,
    pub provider_id: String,
    pub flow_spec: Uuid,
    pub action: Action,
    /// Its digest, to be recorded.
    pub digest: String,
    /// Whether the record here has to be brought up to date, or a journal ended, though the platform is in step.
    pub bookkeeping: bool,
    /// The connection spec as it will be sent.
    #[serde(with = "text")]
    pub(super) spec: Written,
    /// The ids that bear this name before anything is sent: what appears later is ours, or a rival of ours.
    pub(super) seen: Vec<String>,
    /// Whether it is created now, or was by a run that was cut short: then another one may have been made at the same instant.
    pub(super) fresh: bool,
}

/// What happens to one connection spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
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
    /// It stays, and no flow spec lists it any more.
    Detach {
        id: String,
    },
    Conflict(Conflict),
}

/// Why nothing can be done without a person's decision.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Conflict {
    /// The recorded connection spec is gone.
    Gone { id: String },
    /// There is one of that name and provider, and nothing proves that it is ours.
    Unrecorded { id: String, etag: Option<String>, differences: Vec<Difference> },
    /// There are several of that name and provider.
    Several { ids: Vec<String> },
}

/// What happens to a flow spec.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct FlowSpecChange {
    pub flow_spec: Uuid,
    pub name: Option<String>,
    /// What it will list and does not yet.
    pub add: Vec<Addition>,
    /// What it will not list any more.
    pub remove: Vec<Removal>,
    /// What it listed when a run was cut short while it wrote there, and does not any more: it is put back.
    pub restore: Vec<String>,
    /// The ids it lists, as the plan saw it.
    pub(super) listed: Vec<String>,
    /// An earlier run was cut short while it wrote there.
    pub(super) unfinished: bool,
}

/// A connection spec to be listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Addition {
    pub source: String,
    /// Absent where it is yet to be created.
    pub connection_spec: Option<String>,
}

/// A connection spec that is not to be listed any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Removal {
    pub source: String,
    pub connection_spec: String,
}

impl Action {
    /// The connection spec's id, where it has one.
    pub fn id(&self) -> Option<&str> {
        match self {
            Self::Update { id, .. } | Self::Adopt { id, .. } | Self::None { id } | Self::Detach { id } => Some(id),
            Self::Conflict(Conflict::Gone { id } | Conflict::Unrecorded { id, .. }) => Some(id),
            Self::Create | Self::Conflict(Conflict::Several { .. }) => None,
        }
    }

    /// As JSON says it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update { .. } => "update",
            Self::Adopt { .. } => "adopt",
            Self::None { .. } => "none",
            Self::Detach { .. } => "detach",
            Self::Conflict(_) => "conflict",
        }
    }

    /// Forgets the version that was read.
    pub(super) fn forget_etag(&mut self) {
        match self {
            Self::Update { etag, .. }
            | Self::Adopt { etag, .. }
            | Self::Conflict(Conflict::Unrecorded { etag, .. }) => *etag = None,
            Self::Create
            | Self::None { .. }
            | Self::Detach { .. }
            | Self::Conflict(Conflict::Gone { .. } | Conflict::Several { .. }) => {}
        }
    }

    /// Whether the connection spec on the platform is written.
    pub(super) fn writes(&self) -> bool {
        match self {
            Self::Create | Self::Update { .. } => true,
            Self::Adopt { differences, .. } => !differences.is_empty(),
            Self::None { .. } | Self::Detach { .. } | Self::Conflict(_) => false,
        }
    }
}

impl Change {
    /// The connection spec as it will be sent. Long numbers lose digits here; [`Self::spec_text`] has them all.
    pub fn spec(&self) -> Value {
        self.spec.to_value()
    }

    /// The connection spec as it will be sent, to the character.
    pub fn spec_text(&self) -> &str {
        self.spec.text()
    }

    /// Whether the connection spec is new, so that one made by somebody else at the same instant has to be looked for.
    pub(super) fn is_fresh(&self) -> bool {
        self.fresh || matches!(self.action, Action::Create)
    }
}

impl FlowSpecChange {
    /// Whether it is written.
    pub fn writes(&self) -> bool {
        !(self.add.is_empty() && self.remove.is_empty() && self.restore.is_empty())
    }
}

impl Plan {
    /// Whether anything on the platform would change, or cannot be decided.
    pub fn has_changes(&self) -> bool {
        self.changes.iter().any(|change| !matches!(change.action, Action::None { .. }))
            || self.flow_specs.iter().any(FlowSpecChange::writes)
    }

    /// Whether the platform would be written to.
    pub fn writes(&self) -> bool {
        self.changes.iter().any(|change| change.action.writes()) || self.flow_specs.iter().any(FlowSpecChange::writes)
    }

    /// Whether records here have to be brought up to date.
    pub fn has_bookkeeping(&self) -> bool {
        self.changes.iter().any(|change| change.bookkeeping) || self.flow_specs.iter().any(|one| one.unfinished)
    }

    /// The changes that need a person's decision.
    pub fn conflicts(&self) -> impl Iterator<Item = (&Change, &Conflict)> {
        self.changes.iter().filter_map(|change| match &change.action {
            Action::Conflict(conflict) => Some((change, conflict)),
            _ => None,
        })
    }

    /// Takes over the connection spec that was found for a source, as `--adopt` would: a person said yes. Nothing happens where
    /// there is no such question.
    pub fn adopt(&mut self, source: &str) {
        let Some(change) = self.changes.iter_mut().find(|change| change.source == source) else { return };
        let Action::Conflict(Conflict::Unrecorded { id, etag, differences }) = &change.action else { return };
        let (id, etag, differences) = (id.clone(), etag.clone(), differences.clone());
        let listing = self.flow_specs.iter_mut().find(|one| one.flow_spec == change.flow_spec);
        let unlisted = listing.filter(|one| one.listed.iter().filter(|listed| **listed == id).count() != 1);
        if let Some(flow_spec) = unlisted {
            flow_spec.add.push(Addition { source: source.to_owned(), connection_spec: Some(id.clone()) });
            flow_spec.add.sort_by(|a, b| a.source.cmp(&b.source));
        }
        change.bookkeeping = differences.is_empty();
        change.action = Action::Adopt { id, etag, differences, ours: false };
    }

    /// What differs between what this plan and another were made from, by name.
    pub(super) fn made_from_other(&self, other: &Self) -> Vec<String> {
        let names: BTreeSet<&String> = self.made_from.keys().chain(other.made_from.keys()).collect();
        names.into_iter().filter(|name| self.made_from.get(*name) != other.made_from.get(*name)).cloned().collect()
    }
}

/// A kind by its name.
mod kind {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    use crate::spec::Kind;

    pub(super) fn serialize<S: Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(kind)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
        let name = String::deserialize(deserializer)?;
        let known = [Kind::Batch, Kind::Streaming].into_iter().find(|kind| kind.to_string() == name);
        known.ok_or_else(|| D::Error::custom(format!("there is no kind `{name}`")))
    }
}

/// JSON as a text of JSON, so that no digit is lost.
mod text {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::Written;

    pub(super) fn serialize<S: Serializer>(written: &Written, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(written.text())
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Written, D::Error> {
        String::deserialize(deserializer).map(|text| Written::of(&text))
    }
}
