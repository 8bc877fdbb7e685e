//! What a run of `up` or `down` came to, for a person and for a program.

use std::{collections::BTreeMap, fmt::Write as _};

use serde_json::{Value, json};

use super::{State, recipe::Name, resource::Resource};
use crate::publish::Target;

/// What became of one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Done {
    /// It was made.
    Made,
    /// It had been made, and its answer was lost.
    Found,
    /// It was there, and was changed.
    Changed,
    /// It was there, as it should be.
    Unchanged,
    /// A person gave it, or it was read from what was given: it is not this dataflow's to change or delete.
    Given,
    /// It was known before, looked up or told.
    Known,
    /// It was deleted.
    Deleted,
    /// It was to be deleted, and was gone.
    Gone,
    /// It was made, and stays.
    Kept,
    /// The platform deletes no such records; it stays there and is forgotten here.
    Left,
}

impl Done {
    /// Whether the platform is another for it.
    pub(super) const fn is_change(self) -> bool {
        matches!(self, Self::Made | Self::Found | Self::Changed | Self::Deleted)
    }

    /// As `--json` says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Made => "made",
            Self::Found => "found",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Given => "given",
            Self::Known => "known",
            Self::Deleted => "deleted",
            Self::Gone => "gone",
            Self::Kept => "kept",
            Self::Left => "left",
        }
    }
}

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    pub name: String,
    pub target: Target,
    /// What is known now; after `down`, what was known before.
    pub state: State,
    /// What became of each thing that is, or was, there.
    pub done: BTreeMap<Name, (Done, String)>,
    /// Whether the platform was, or may have been, changed.
    pub changed: bool,
    /// Whether all was done.
    pub complete: bool,
}

impl Outcome {
    pub(super) fn new(name: &str, target: Target, state: State) -> Self {
        Self { name: name.to_owned(), target, state, done: BTreeMap::new(), changed: false, complete: false }
    }

    pub(super) fn note(&mut self, name: Name, done: Done, id: &str) {
        // What was made and then found as it should be was made.
        self.done.entry(name).and_modify(|was| was.1 = id.to_owned()).or_insert_with(|| (done, id.to_owned()));
        self.changed |= done.is_change();
    }

    /// Whether something of the dataflow is there, or may be.
    pub fn is_there(&self) -> bool {
        self.state.begun().is_some() || Resource::DOWN.into_iter().any(|name| self.state.own(name).is_some())
    }

    /// As a table.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let width = self.done.keys().map(|name| name.what().len()).max().unwrap_or_default();
        for (name, (done, value)) in &self.done {
            let _ = writeln!(text, "{:9}  {:width$}  {value}", done.as_str(), name.what());
        }
        text
    }

    /// As one object.
    pub fn to_json(&self) -> Value {
        let results: Vec<Value> = self
            .done
            .iter()
            .map(|(name, (done, value))| json!({"name": name.key(), "value": value, "action": done.as_str()}))
            .collect();
        json!({
            "version": 1,
            "dataflow": self.name,
            "platform": self.target.platform,
            "organization": self.target.organization,
            "sandbox": self.target.sandbox,
            "kind": self.state.shape.kind(),
            "run": self.state.run,
            "results": results,
            "uncertain": self.state.begun().map(|begun| begun.name.key()),
            "complete": self.complete,
        })
    }
}
