//! `sss plan`, `publish`, `status` and `pull`.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::Args;

use crate::publish;

/// What `plan` and `publish` share.
#[derive(Debug, Clone, Args)]
pub struct Selection {
    /// Sources to work on, or a plan that `plan --out` wrote; every source of the repository otherwise
    #[arg(value_name = "SOURCE|FILE")]
    pub sources: Vec<String>,
    /// Flow spec to list the sources in, instead of the one they are recorded in or that of their kind
    #[arg(long, value_name = "ID")]
    pub flow_spec: Option<uuid::Uuid>,
    /// Take the sources out of the flow specs that list them; their connection specs stay
    #[arg(long, conflicts_with_all = ["adopt", "recreate"])]
    pub undo: bool,
    /// Take over a connection spec of the same name that is not recorded here
    #[arg(long)]
    pub adopt: bool,
    /// Create a connection spec anew where the recorded one is gone
    #[arg(long)]
    pub recreate: bool,
    /// How many requests may be under way at once
    #[arg(long, value_name = "N", default_value_t = publish::JOBS, value_parser = jobs)]
    pub jobs: NonZeroUsize,
}

impl Default for Selection {
    fn default() -> Self {
        let (sources, flow_spec) = (Vec::new(), None);
        Self { sources, flow_spec, undo: false, adopt: false, recreate: false, jobs: publish::JOBS }
    }
}

/// More would only wait for each other.
fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    let jobs = text.parse::<NonZeroUsize>().ok().filter(|jobs| jobs.get() <= 64);
    jobs.ok_or_else(|| "it is a number from 1 to 64".to_owned())
}

/// The arguments of `sss plan`.
#[derive(Debug, Clone, Default, Args)]
pub struct Plan {
    #[command(flatten)]
    pub selection: Selection,
    /// End with 1 where something would change
    #[arg(long)]
    pub detailed_exitcode: bool,
    /// Write the plan to a file as well, for `publish FILE`
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

/// The arguments of `sss publish`.
#[derive(Debug, Clone, Default, Args)]
pub struct Publish {
    #[command(flatten)]
    pub selection: Selection,
    /// Do not ask before writing
    #[arg(short, long)]
    pub yes: bool,
    /// Print the writes as `curl` commands for a shell, and send none of them
    #[arg(long, conflicts_with = "yes")]
    pub curl: bool,
    /// Write to a production or protected sandbox without having its name typed
    #[arg(long)]
    pub allow_production: bool,
}

/// The arguments of `sss status`.
#[derive(Debug, Clone, Args)]
pub struct Status {
    /// Sources to compare; every source of the repository otherwise
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Flow spec to look for the sources in, instead of the recorded one or that of their kind
    #[arg(long, value_name = "ID")]
    pub flow_spec: Option<uuid::Uuid>,
    /// End with 1 where a source is not in step
    #[arg(long)]
    pub detailed_exitcode: bool,
}

/// The arguments of `sss pull`.
#[derive(Debug, Clone, Default, Args)]
pub struct Pull {
    /// Source to pull
    #[arg(value_name = "SOURCE", required_unless_present = "id")]
    pub name: Option<String>,
    /// Pull a connection spec that was made elsewhere, by its id on the platform
    #[arg(long, value_name = "ID", conflicts_with = "name")]
    pub id: Option<uuid::Uuid>,
    /// Source that it becomes; named as the connection spec otherwise
    #[arg(long, value_name = "NAME", requires = "id")]
    pub source: Option<String>,
    /// Overwrite what was changed here since it was published
    #[arg(long)]
    pub force: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
}
