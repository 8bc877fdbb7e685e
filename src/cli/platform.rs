//! `sss api` and `sss auth`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// The arguments of `sss api`.
#[derive(Debug, Clone, Args)]
pub struct Api {
    /// What to do
    #[arg(value_name = "METHOD", ignore_case = true)]
    pub method: ApiMethod,
    /// Path from `/data/…` on, or within Flow Service: `/flowSpecs` is `/data/foundation/flowservice/flowSpecs`
    #[arg(value_name = "PATH")]
    pub path: String,
    /// File with the body; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,
    /// Header beside those that every call carries, as NAME:VALUE; repeatable
    #[arg(long, value_name = "NAME:VALUE")]
    pub header: Vec<String>,
    /// Query parameter, as NAME=VALUE; repeatable
    #[arg(long, value_name = "NAME=VALUE")]
    pub query: Vec<String>,
    /// Follow a listing to its end, and print the items of all pages as one JSON array
    #[arg(long)]
    pub paginate: bool,
    /// Print the call as a `curl` command for a shell, and do not send it
    #[arg(long, conflicts_with = "paginate")]
    pub curl: bool,
    /// Print status and headers before the body
    #[arg(long, conflicts_with = "paginate")]
    pub include: bool,
    /// Write to a production or protected sandbox without having its name typed
    #[arg(long)]
    pub allow_production: bool,
}

/// Methods of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum ApiMethod {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// What `sss auth` does.
#[derive(Debug, Clone, Subcommand)]
pub enum Auth {
    /// Tell who we are, where the credentials come from and how long they last, and try one read
    Check,
    /// Keep the credentials of `--credentials` or the environment in the system's keychain
    Login,
    /// Forget what the system's keychain keeps
    Logout,
}
