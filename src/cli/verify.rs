//! `sss verify`: the acceptance run before a source is submitted.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::{Fetched, Signing, Target};

/// The arguments of `sss verify`.
#[derive(Debug, Clone, Default, Args)]
pub struct Verify {
    /// Source to verify; it must be published
    #[arg(value_name = "SOURCE")]
    pub source: String,
    #[command(flatten)]
    pub shown: Shown,
    /// Wait at most so many seconds for a run of the dataflow
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub wait: u64,
    /// Leave the dataflow there afterwards
    #[arg(long)]
    pub keep: bool,
    /// Write a report to hand in into this directory: HTML, Markdown, JSON and JUnit XML
    #[arg(long, value_name = "DIR")]
    pub report: Option<PathBuf>,
    /// Write the result to a file as JUnit XML
    #[arg(long, value_name = "FILE")]
    pub junit: Option<PathBuf>,
    #[command(flatten)]
    pub fetched: Fetched,
    #[command(flatten)]
    pub target: Target,
    /// Do not ask before writing
    #[arg(short, long)]
    pub yes: bool,
    /// Write to a production or protected sandbox without having its name typed
    #[arg(long)]
    pub allow_production: bool,
}

/// Who may send.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Who may send")]
pub struct Shown {
    /// How senders show who they are: tries who is let in, and who is not
    #[arg(long, value_name = "WAY", default_value = "none")]
    pub auth: SenderAuth,
    /// Environment variable with a token that has expired; the emulator needs none
    #[arg(long, value_name = "NAME")]
    pub expired_token_env: Option<String>,
    #[command(flatten)]
    pub signing: Signing,
}

/// How senders show who they are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum SenderAuth {
    /// Not tried
    #[default]
    None,
    /// By a bearer token
    Token,
    /// By a signature over the body (HMAC-SHA256, in `x-hmac-sha256`)
    Hmac,
}
