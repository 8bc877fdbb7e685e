//! The requests a dataflow takes, in order, as a value: a pure function of the source and of what is wished.
//!
//! A step may need what an earlier one made: [`Name`] is how they refer to it, in the platform's own words. The same value is
//! carried out by `up`, printed by `--plan`, written as commands by `--curl`, exported by `--postman`, and told in the
//! documentation page.

mod template;

pub use template::{Piece, Template, secret};

/// What a step makes or looks up, and later ones refer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    ConnectionSpecId,
    FlowSpecId,
    BaseConnectionId,
    SourceConnectionId,
    SchemaId,
    DatasetId,
    TargetConnectionId,
    MappingSetId,
    FlowId,
    InletUrl,
}

impl Name {
    /// Every name, in the order the results come to be known.
    pub const ALL: [Self; 10] = [
        Self::ConnectionSpecId,
        Self::FlowSpecId,
        Self::BaseConnectionId,
        Self::SourceConnectionId,
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

/// One request of a recipe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What it does, as a heading: `Create the source connection`.
    pub title: String,
    pub method: Method,
    /// From `/data/…` on, with its query.
    pub path: Template,
    /// Beside those that every call carries.
    pub headers: Vec<(String, String)>,
    pub body: Option<Template>,
    /// What its answer is asked for.
    pub takes: Vec<Take>,
    /// What the answer must say for the recipe to go on.
    pub expects: Option<Expectation>,
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
    pub pointer: &'static str,
    /// Cut off in front of it: `@/dataSets/`.
    pub prefix: &'static str,
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
