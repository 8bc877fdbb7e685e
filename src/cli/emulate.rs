//! `sss emulate` and `rehearse`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The arguments of `sss emulate`.
#[derive(Debug, Clone, Default, Args)]
pub struct Emulate {
    /// Port on the loopback address; 0 takes any free one
    #[arg(long, default_value_t = 8787)]
    pub port: u16,
    /// Keep everything in memory
    #[arg(long, conflicts_with = "db")]
    pub memory: bool,
    /// Database file to keep everything in (default: .sss/emulator.db)
    #[arg(long, value_name = "FILE")]
    pub db: Option<PathBuf>,
    /// Dump to begin with, as `GET /__emulator/state` gives it
    #[arg(long, value_name = "FILE")]
    pub seed: Option<PathBuf>,
    /// File to write the base URL to, once it listens
    #[arg(long, value_name = "FILE")]
    pub ready_file: Option<PathBuf>,
    /// Give specs no ETag, and ignore `If-Match` for them
    #[arg(long)]
    pub no_etag: bool,
    /// Type of the sandbox `prod`, as sandbox management tells it
    #[arg(long, value_name = "TYPE", default_value = "development")]
    pub sandbox_type: SandboxType,
    /// Let every request wait so many milliseconds
    #[arg(long, value_name = "MS", default_value_t = 0, hide_default_value = true)]
    pub delay: u32,
}

/// What a sandbox is for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum SandboxType {
    #[default]
    Development,
    Production,
}

/// The arguments of `sss rehearse`.
#[derive(Debug, Clone, Default, Args)]
pub struct Rehearse {
    /// Sources to rehearse; every source of the repository otherwise
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// File of events or records as the source has them: JSON, an array of JSON, or lines of JSON; made up otherwise
    #[arg(long, value_name = "FILE")]
    pub sample: Option<PathBuf>,
    /// Value of a property of `sourceSpec.spec`, as NAME=VALUE; made up otherwise; repeatable
    #[arg(long = "input", value_name = "NAME=VALUE")]
    pub inputs: Vec<String>,
    /// Leave the emulator running afterwards, until Ctrl-C
    #[arg(long)]
    pub keep: bool,
}
