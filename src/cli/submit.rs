//! `sss submit`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The arguments of `sss submit`.
#[derive(Debug, Clone, Args)]
pub struct Submit {
    /// Source to hand in
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// Show what would be done, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Make the branch and its commit, and push nothing
    #[arg(long)]
    pub no_push: bool,
    /// Do not ask before pushing
    #[arg(short, long)]
    pub yes: bool,
    /// Remote to push to, instead of the one that git would push to
    #[arg(long, value_name = "NAME")]
    pub remote: Option<String>,
    /// Branch that the pull request is for, instead of what the checked-out one follows
    #[arg(long, value_name = "BRANCH")]
    pub base: Option<String>,
    /// Branch to hand in on, instead of `sss/<source>`
    #[arg(long, value_name = "NAME")]
    pub branch: Option<String>,
    /// What the remote's host runs, where its name does not tell
    #[arg(long, value_name = "KIND")]
    pub host: Option<HostKind>,
    /// Directory of the report of `sss verify`, whose result the pull request tells
    #[arg(long, value_name = "DIR")]
    pub evidence: Option<PathBuf>,

    /// Hand in the documentation pages instead of the artifacts
    #[arg(long, requires = "into", help_heading = "Documentation")]
    pub docs: bool,
    /// Checkout of a fork of the documentation repository
    #[arg(long, value_name = "DIR", requires = "docs", help_heading = "Documentation")]
    pub into: Option<PathBuf>,
    /// Page to hand in, as `api=FILE` or `ui=FILE`; repeatable; `docs/<source>/api.md` and `ui.md` otherwise
    #[arg(long, value_name = "[api=|ui=]FILE", requires = "docs", help_heading = "Documentation")]
    pub page: Vec<String>,
    /// Folder of the category there, instead of the one named like the source's
    #[arg(long, value_name = "FOLDER", requires = "docs", help_heading = "Documentation")]
    pub category: Option<String>,
    /// Replace pages that are there already
    #[arg(long, requires = "docs", help_heading = "Documentation")]
    pub replace: bool,
}

/// What may answer where a remote is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HostKind {
    /// GitHub, in the cloud or a server of one's own
    Github,
    /// GitLab, in the cloud or a server of one's own
    Gitlab,
    /// Bitbucket Cloud
    Bitbucket,
    /// Azure DevOps
    Azure,
}
