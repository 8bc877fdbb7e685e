//! The requests a dataflow takes, in order, as a value: a pure function of the source and of what is wished.
//!
//! [`recipe`] makes it of [`Facts`], what the source is, and a [`Wish`], what is asked for. A step may need what an earlier one
//! made: [`Name`] is how they refer to it, in the platform's own words. The same value is carried out by `up`, printed by
//! `--plan`, written as commands by `--curl`, exported by `--postman`, and told in the documentation page.

mod batch;
pub mod curl;
mod error;
mod facts;
mod http_api;
mod inputs;
mod make;
mod making;
mod mapping;
mod plan;
pub mod postman;
mod request;
mod schema;
mod target;
mod template;
mod wish;

use std::collections::{BTreeMap, BTreeSet};

pub use error::Error;
pub use facts::{AuthSpec, DataType, Facts, Way};
pub use inputs::value_of;
pub use make::recipe;
pub use mapping::read as read_mapping;
pub use request::Request;
pub use schema::{CONTENT_TYPE, read_sample};
pub use template::{Piece, Template, secret};
pub use wish::{
    Auth, FlowSpec, Frequency, Mapping, MappingForm, MappingWish, Param, Schedule, SchemaWish, SourceType, Wish,
};

/// What a step makes or looks up, and later ones refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    ConnectionSpecId,
    FlowSpecId,
    BaseConnectionId,
    SourceConnectionId,
    /// The namespace of the organization's own fields, without its underscore.
    TenantId,
    FieldGroupId,
    SchemaId,
    DatasetId,
    TargetConnectionId,
    MappingSetId,
    FlowId,
    InletUrl,
}

impl Name {
    /// Every name, in the order the results come to be known.
    pub const ALL: [Self; 12] = [
        Self::ConnectionSpecId,
        Self::FlowSpecId,
        Self::BaseConnectionId,
        Self::SourceConnectionId,
        Self::TenantId,
        Self::FieldGroupId,
        Self::SchemaId,
        Self::DatasetId,
        Self::TargetConnectionId,
        Self::MappingSetId,
        Self::FlowId,
        Self::InletUrl,
    ];

    /// The name in plans, files and collections.
    pub const fn key(self) -> &'static str {
        match self {
            Self::ConnectionSpecId => "connectionSpecId",
            Self::FlowSpecId => "flowSpecId",
            Self::BaseConnectionId => "baseConnectionId",
            Self::SourceConnectionId => "sourceConnectionId",
            Self::TenantId => "tenantId",
            Self::FieldGroupId => "fieldGroupId",
            Self::SchemaId => "schemaId",
            Self::DatasetId => "datasetId",
            Self::TargetConnectionId => "targetConnectionId",
            Self::MappingSetId => "mappingSetId",
            Self::FlowId => "flowId",
            Self::InletUrl => "inletUrl",
        }
    }

    /// The name that is written so.
    pub fn of_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.key() == key)
    }
}

/// A dataflow as the requests that make it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// By what it is known in files: the source's name, or `http-api-xdm` and the like.
    pub key: String,
    /// What the names of all it makes begin with.
    pub label: String,
    pub way: Way,
    /// What is known before the first step, as ids of what is there already.
    pub given: BTreeMap<Name, String>,
    pub steps: Vec<Step>,
    /// What a reader should know: choices that were made, fields that were left out.
    pub notes: Vec<String>,
}

impl Recipe {
    /// The results that are neither given nor made by a step: somebody has to tell them.
    pub fn missing(&self) -> BTreeSet<Name> {
        let mut known: BTreeSet<Name> = self.given.keys().copied().collect();
        let mut missing = BTreeSet::new();
        for step in &self.steps {
            missing.extend(step.needs().filter(|name| !known.contains(name)));
            known.extend(step.takes.iter().map(|take| take.name));
        }
        missing
    }

    /// The secrets that the steps hold, in the order of their names.
    pub fn secrets(&self) -> BTreeSet<&str> {
        let pieces = self.steps.iter().flat_map(Step::templates).flat_map(Template::pieces);
        pieces.filter_map(Piece::secret_name).collect()
    }

    /// The step whose answer tells a result, where one does.
    pub fn step_of(&self, name: Name) -> Option<&Step> {
        self.steps.iter().find(|step| step.takes.iter().any(|take| take.name == name))
    }
}

/// The variable of the environment that a secret of a source comes from: `SSS_SOURCE_ACCESS_TOKEN` for `accessToken`.
pub fn variable_of(secret: &str) -> String {
    let mut variable = "SSS_SOURCE_".to_owned();
    let mut before = '_';
    for letter in secret.chars() {
        if letter.is_uppercase() && (before.is_lowercase() || before.is_ascii_digit()) {
            variable.push('_');
        }
        variable.push(if letter.is_ascii_alphanumeric() { letter.to_ascii_uppercase() } else { '_' });
        before = letter;
    }
    variable
}

/// One request of a recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does, as a heading: `Create the source connection`.
    pub title: String,
    pub method: Method,
    /// From `/data/…` on, with its query, encoded as an address is; what is filled in has to be encoded too.
    pub path: Template,
    /// Beside those that every call carries.
    pub headers: Vec<(String, String)>,
    /// JSON; what is filled in stands within strings, and has to be escaped as they are.
    pub body: Option<Template>,
    /// What its answer is asked for.
    pub takes: Vec<Take>,
    /// What the answer must say for the recipe to go on.
    pub expects: Option<Expectation>,
}

impl Step {
    /// What it makes on the platform, which can be deleted again; nothing where it only looks.
    pub fn makes(&self) -> Option<Name> {
        let take = self.takes.first().filter(|_| self.method == Method::Post)?;
        Some(take.name)
    }

    /// The results that have to be known before it can be sent.
    pub fn needs(&self) -> impl Iterator<Item = Name> {
        self.templates().flat_map(Template::needs)
    }

    fn templates(&self) -> impl Iterator<Item = &Template> {
        std::iter::once(&self.path).chain(&self.body)
    }
}

/// How a step calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Looks something up, or tests it.
    Get,
    /// Makes a record, whose id is taken.
    Post,
}

impl Method {
    /// As HTTP spells it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
        }
    }
}

/// A text taken from an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Take {
    pub name: Name,
    /// JSON Pointer of the string within the body.
    pub pointer: String,
    /// Cut off in front of it: `@/dataSets/`.
    pub prefix: &'static str,
    /// Said where it is not there: what that means and what to do.
    pub otherwise: String,
}

/// What must stand in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// JSON Pointer within the body.
    pub pointer: &'static str,
    pub value: serde_json::Value,
    /// Said where it does not: what that means and what to do.
    pub otherwise: String,
}

#[cfg(test)]
mod tests;
