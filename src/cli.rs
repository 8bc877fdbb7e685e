//! The command line: verbs, flags and value enums, and nothing that acts on them.
//!
//! What a verb does stands in `commands/<verb>.rs`.

mod dataflow;
mod docs;
mod emulate;
mod lint;
mod new;
mod platform;
mod publish;
mod submit;
mod verify;

use std::{
    io::{self, Write},
    path::PathBuf,
};

use clap::{Args, Parser, Subcommand, ValueEnum};

pub use self::{
    dataflow::{
        Dataflow, Down, Elsewhere, End, Fetched, Form, HmacEncoding, HttpApi, Pace, Printed, Send, Show, Signing,
        Target, Up,
    },
    docs::{Docs, DocsPage},
    emulate::{Emulate, Rehearse, SandboxType},
    lint::{BaselineAction, Explain, Fixing, Format, Lint, Output, Rules, Schema},
    new::{AuthKind, CiKind, HttpMethod, New, PaginationKind, ParameterType, SourceKind},
    platform::{Api, ApiMethod, Auth},
    publish::{Plan, Publish, Pull, Selection, Status},
    submit::{HostKind, Submit},
    verify::{SenderAuth, Shown, Verify},
};
use crate::{error::Error, exit::Exit};

/// Scaffold, lint and publish Self-Serve Sources for Adobe Experience Platform.
#[derive(Debug, Parser)]
#[command(name = "sss", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub verb: Verb,
}

impl Cli {
    /// Parses the process's arguments; help and usage errors are printed here, as clap does.
    pub fn parse_arguments() -> Result<Self, Exit> {
        Self::try_parse().map_err(|error| {
            let is_usage = error.use_stderr();
            // A closed pipe while printing help is not worth a second error.
            match error.print().map_err(|lost| (lost.kind(), lost)) {
                Ok(()) | Err((io::ErrorKind::BrokenPipe, _)) if !is_usage => return Exit::Done,
                Err((_, source)) if !is_usage => {
                    let _ = writeln!(io::stderr(), "error: {}", Error::Output { source });
                }
                _ => {}
            }
            Exit::Usage
        })
    }
}

/// Flags that every verb takes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Work in this directory instead of the current one
    #[arg(short = 'C', global = true, value_name = "DIR")]
    pub directory: Option<PathBuf>,
    /// Profile of `sss.toml` to use; `emulator` is built in
    #[arg(long, global = true, value_name = "NAME", env = "SSS_PROFILE")]
    pub profile: Option<String>,
    /// File of credentials: from Adobe Developer Console, Postman or aepp
    #[arg(long, global = true, value_name = "FILE", env = "SSS_CREDENTIALS", hide_env_values = true)]
    pub credentials: Option<PathBuf>,
    /// When to colour the output, and make links where the terminal has them
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// Print nothing but results and errors
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Tell more; twice for every exchange with the platform
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Print the result as one JSON object on standard output
    #[arg(long, global = true)]
    pub json: bool,
}

/// When to colour the output.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On a terminal, unless `NO_COLOR` is set
    #[default]
    Auto,
    Always,
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Scaffold a source: its folder, its five artifacts and the repository around them
    New(Box<New>),
    /// Check artifacts and connection specs
    Lint(Lint),
    /// List the rules of the linter
    Rules(Rules),
    /// Print the page of one rule, or what an error code of the platform means
    Explain(Explain),
    /// Print the JSON Schema of connection specs, for editors
    Schema(Schema),
    /// Show what `publish` would change, writing nothing
    Plan(Plan),
    /// Create or update connection specs, and list their ids in the flow spec
    Publish(Publish),
    /// Compare what was published with what the platform holds
    Status(Status),
    /// Bring what the platform holds into the artifacts
    Pull(Pull),
    /// Bring a source's data into a dataset: make all that takes, show it, send events to it, take it down
    #[command(subcommand)]
    Dataflow(Dataflow),
    /// Try a published source out from end to end, and write the report to hand in
    Verify(Box<Verify>),
    /// Write the documentation pages of a source, and bring them up to date
    Docs(Docs),
    /// Make one call of the platform, for what has no verb
    Api(Api),
    /// Check, keep or forget the credentials
    #[command(subcommand)]
    Auth(Auth),
    /// Serve a local, stateful emulator of the platform
    Emulate(Emulate),
    /// Lint, publish and try sources out against an emulator started for the purpose; needs no account
    Rehearse(Rehearse),
    /// Hand a source in: commit it on a branch of its own, push it, and tell the pull request's address and text
    Submit(Box<Submit>),
}
