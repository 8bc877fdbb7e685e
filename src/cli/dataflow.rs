//! `sss dataflow`: from a published source to an inlet or to scheduled runs, and back.

mod send;

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

pub use self::send::{Elsewhere, HmacEncoding, Pace, Send, Signing};
use crate::dataflow::recipe::Frequency;

/// What `sss dataflow` does.
#[derive(Debug, Clone, Subcommand)]
pub enum Dataflow {
    /// Make everything from base connection to inlet; run again, it continues or brings up to date
    Up(Box<Up>),
    /// Read back what `up` made, and compare
    Show(Show),
    /// Send events from a file or standard input to the inlet
    Send(Box<Send>),
    /// Delete what `up` made, in the right order
    Down(Down),
}

/// The arguments of `sss dataflow up`.
#[derive(Debug, Clone, Default, Args)]
pub struct Up {
    #[command(flatten)]
    pub end: End,
    /// What the names of all that is made begin with, instead of the source's label
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    /// Description of all that is made, instead of its name
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    #[command(flatten)]
    pub fetched: Fetched,
    #[command(flatten)]
    pub target: Target,
    #[command(flatten)]
    pub printed: Printed,
    /// Do not ask before writing
    #[arg(short, long)]
    pub yes: bool,
    /// Write to a production or protected sandbox without having its name typed
    #[arg(long)]
    pub allow_production: bool,
}

/// Where data comes from.
#[derive(Debug, Clone, Default, Args)]
pub struct End {
    /// Source whose data it brings
    #[arg(value_name = "SOURCE", required_unless_present = "http_api")]
    pub source: Option<String>,
    /// Bring what is sent to the platform's own HTTP API, instead of a source's data
    #[arg(long, value_name = "DATA", conflicts_with = "source")]
    pub http_api: Option<HttpApi>,
    /// Have the senders show a token
    #[arg(long, requires = "http_api", conflicts_with = "source")]
    pub authenticated: bool,
}

/// What is sent to the HTTP API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HttpApi {
    /// Events in XDM, each in its envelope
    Xdm,
    /// Any JSON, which a mapping set turns into XDM
    Raw,
}

/// What a source that is fetched asks for.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "What is fetched, and when")]
pub struct Fetched {
    /// Way to sign in: the name of an entry of `authSpec`; the only one by default
    #[arg(long, value_name = "NAME")]
    pub auth_spec: Option<String>,
    /// JSON file with what is filled in to sign in; else `SSS_SOURCE_ACCESS_TOKEN` and the like are read
    #[arg(long, value_name = "FILE")]
    pub auth_file: Option<PathBuf>,
    /// Value of a property of `sourceSpec.spec`, as NAME=VALUE; repeatable
    #[arg(long = "input", value_name = "NAME=VALUE")]
    pub inputs: Vec<String>,
    /// When the first run starts: seconds since 1970, or a time such as 2026-01-31T08:00:00Z; now by default
    #[arg(long, value_name = "TIME")]
    pub start_time: Option<String>,
    /// How often it runs: once, minute, hour, day or week
    #[arg(long, value_name = "FREQUENCY", default_value = "once")]
    pub frequency: Option<Frequency>,
    /// How many of these lie between two runs; 15 minutes at least
    #[arg(long, value_name = "N")]
    pub interval: Option<u32>,
    /// Whether the first run fetches what is there already
    #[arg(long, value_name = "BOOL")]
    pub backfill: Option<bool>,
}

/// Where data goes to.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Where it goes")]
pub struct Target {
    /// File of events or records as the source has them: JSON, an array of JSON, or lines of JSON
    #[arg(long, value_name = "FILE")]
    pub sample: Option<PathBuf>,
    /// Schema that is there already, by its `$id`
    #[arg(long, value_name = "ID", conflicts_with_all = ["class", "field_groups"])]
    pub schema: Option<String>,
    /// Class of the schema: `experience-event`, `profile`, or an `$id`
    #[arg(long, value_name = "CLASS")]
    pub class: Option<String>,
    /// Field group of the schema, by its `$id`; repeatable
    #[arg(long = "field-group", value_name = "ID")]
    pub field_groups: Vec<String>,
    /// Dataset that is there already
    #[arg(long, value_name = "ID")]
    pub dataset: Option<String>,
    /// File that says where each field goes: CSV `source,destination`, or JSON as a mapping set has it
    #[arg(long, value_name = "FILE", conflicts_with = "mapping_set")]
    pub mapping: Option<PathBuf>,
    /// Mapping set that is there already
    #[arg(long, value_name = "ID")]
    pub mapping_set: Option<String>,
    /// Version of that mapping set
    #[arg(long, value_name = "N", requires = "mapping_set", default_value_t = 0)]
    pub mapping_version: u64,
    /// Form of the mapping set that is made
    #[arg(long, value_name = "FORM", default_value = "output-schema")]
    pub mapping_form: Form,
    /// Organization's namespace of fields, without its underscore; looked up by default
    #[arg(long, value_name = "ID")]
    pub tenant: Option<String>,
    /// Flow spec of the dataflow, instead of the one that lists the source
    #[arg(long, value_name = "ID")]
    pub flow_spec: Option<uuid::Uuid>,
    /// Look the flow spec up by its name
    #[arg(long, conflicts_with = "flow_spec")]
    pub look_up_flow_spec: bool,
}

/// The two documented forms of a mapping set.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// `outputSchema`, with `source` and `destination`
    #[default]
    OutputSchema,
    /// `xdmSchema`, with `sourceAttribute` and `destinationXdmPath`
    XdmSchema,
}

/// Printing the requests instead of sending them.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Instead of sending anything")]
#[group(multiple = false)]
pub struct Printed {
    /// Print the requests, one after the other
    #[arg(long)]
    pub plan: bool,
    /// Print them as `curl` commands for a shell
    #[arg(long)]
    pub curl: bool,
    /// Write them to a file as a Postman collection; `-` prints it
    #[arg(long, value_name = "FILE")]
    pub postman: Option<PathBuf>,
}

impl Printed {
    /// Whether nothing is sent.
    pub fn is_asked_for(&self) -> bool {
        self.plan || self.curl || self.postman.is_some()
    }
}

/// The arguments of `sss dataflow show`.
#[derive(Debug, Clone, Default, Args)]
pub struct Show {
    #[command(flatten)]
    pub end: End,
    /// End with 1 where something is not as it was made
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// The arguments of `sss dataflow down`.
#[derive(Debug, Clone, Default, Args)]
pub struct Down {
    #[command(flatten)]
    pub end: End,
    /// Delete the dataset, the schema and the mapping set that `up` made as well
    #[arg(long)]
    pub all: bool,
    /// Do not ask before deleting
    #[arg(short, long)]
    pub yes: bool,
    /// Write to a production or protected sandbox without having its name typed
    #[arg(long)]
    pub allow_production: bool,
}
