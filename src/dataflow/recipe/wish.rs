//! What is asked for: everything about a dataflow that its source does not tell.

use std::{collections::BTreeMap, str::FromStr};

use serde_json::Value;

/// What is asked for. The default asks for nothing in particular.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Wish {
    /// What the names begin with, instead of the source's label.
    pub name: Option<String>,
    /// The description of everything that is made, instead of its name.
    pub description: Option<String>,
    pub auth: Auth,
    /// Values of `sourceSpec.spec.properties`, as a person types them.
    pub inputs: BTreeMap<String, String>,
    /// When a batch source is fetched.
    pub schedule: Schedule,
    pub flow_spec: FlowSpec,
    pub schema: SchemaWish,
    /// A dataset that is there already.
    pub dataset_id: Option<String>,
    pub mapping: MappingWish,
    pub form: MappingForm,
    /// Events or records as the source has them.
    pub sample: Vec<Value>,
    /// The organization's namespace without its underscore, where it is known; it is looked up otherwise.
    pub tenant_id: Option<String>,
}

/// How to sign in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Auth {
    /// `authSpec[].name`; the only one there is otherwise.
    pub spec_name: Option<String>,
    /// What is filled in, by the name of the field.
    pub params: BTreeMap<String, Param>,
}

/// A value for signing in.
#[derive(Debug, Clone, PartialEq)]
pub enum Param {
    /// A text, which is taken for a secret and never part of a recipe.
    Secret,
    /// A number, a switch, or names of fields: nothing that opens a door.
    Plain(Value),
}

/// The flow spec of the dataflow.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum FlowSpec {
    /// The one that lists the source, as far as is known; else the documented one.
    #[default]
    Known,
    /// The one of this id.
    Id(String),
    /// The documented one, looked up by its name.
    LookUp,
}

/// The schema of the dataset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SchemaWish {
    /// One that is there already.
    pub id: Option<String>,
    /// The class of a new one.
    pub class: Option<String>,
    /// Field groups of a new one, beside what the sample asks for.
    pub field_groups: Vec<String>,
}

/// Where the source's fields go.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum MappingWish {
    /// To the fields that are made of the sample's.
    #[default]
    OfSample,
    /// As a set says that is there already.
    Set { id: String, version: u64 },
    /// As is listed.
    Listed(Vec<Mapping>),
}

/// Where one field goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    pub source_type: SourceType,
    /// The path of an attribute, or an expression.
    pub source: String,
    /// A path in XDM; `{tenantId}` in it stands for the organization's namespace.
    pub destination: String,
}

/// What the source of a mapping is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SourceType {
    Attribute,
    Expression,
}

/// The two documented forms of a mapping set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MappingForm {
    /// `outputSchema`, with `source` and `destination`.
    #[default]
    OutputSchema,
    /// `xdmSchema`, with `sourceAttribute` and `destinationXdmPath`.
    XdmSchema,
}

/// When a batch source is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// In seconds since 1970.
    pub start_time: i64,
    pub frequency: Frequency,
    /// How many minutes, hours, days or weeks lie between two runs.
    pub interval: Option<u32>,
    /// Whether what is there already is fetched too.
    pub backfill: Option<bool>,
}

impl Default for Schedule {
    fn default() -> Self {
        Self { start_time: 0, frequency: Frequency::Once, interval: None, backfill: None }
    }
}

/// How often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frequency {
    Once,
    Minute,
    Hour,
    Day,
    Week,
}

impl Frequency {
    const ALL: [Self; 5] = [Self::Once, Self::Minute, Self::Hour, Self::Day, Self::Week];

    /// As `scheduleParams.frequency` says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Once => "once",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
        }
    }

    /// The least interval.
    pub fn least_interval(self) -> u32 {
        if self == Self::Minute { 15 } else { 1 }
    }
}

impl FromStr for Frequency {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|one| one.as_str() == text);
        found.ok_or_else(|| "it is one of once, minute, hour, day and week".to_owned())
    }
}
