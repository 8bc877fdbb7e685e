//! `sss docs`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The arguments of `sss docs`.
#[derive(Debug, Clone, Default, Args)]
pub struct Docs {
    /// Source whose pages to write
    #[arg(value_name = "SOURCE")]
    pub source: String,
    /// Write only this page
    #[arg(long, value_name = "PAGE")]
    pub page: Option<DocsPage>,
    /// Folder to write `api.md` and `ui.md` to, instead of `docs/<source>`
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Directory of templates that replace built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
    /// Show what would change, writing nothing
    #[arg(long, conflicts_with = "check")]
    pub diff: bool,
    /// Exit with 1 where the pages are not up to date, writing nothing
    #[arg(long)]
    pub check: bool,
    /// Overwrite generated text that was edited and would be generated differently now
    #[arg(long, conflicts_with = "keep")]
    pub force: bool,
    /// Keep generated text that was edited, and no longer tell that it would be generated differently
    #[arg(long)]
    pub keep: bool,

    /// What the product does for its customers; Markdown
    #[arg(
        long,
        value_name = "TEXT",
        help_heading = "What only you can tell (also in `docs.toml` beside the artifacts)"
    )]
    pub overview: Option<String>,
    /// Address or link where your team takes questions
    #[arg(
        long,
        value_name = "TEXT",
        help_heading = "What only you can tell (also in `docs.toml` beside the artifacts)"
    )]
    pub contact: Option<String>,
    /// What a customer needs before setting the source up; Markdown
    #[arg(
        long,
        value_name = "TEXT",
        help_heading = "What only you can tell (also in `docs.toml` beside the artifacts)"
    )]
    pub prerequisites: Option<String>,
    /// Steps to have the product send events to an address (streaming); Markdown
    #[arg(
        long,
        value_name = "TEXT",
        help_heading = "What only you can tell (also in `docs.toml` beside the artifacts)"
    )]
    pub webhook: Option<String>,
    /// Further links and hints, a section of their own; Markdown
    #[arg(
        long,
        value_name = "TEXT",
        help_heading = "What only you can tell (also in `docs.toml` beside the artifacts)"
    )]
    pub resources: Option<String>,
}

/// One of the two pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DocsPage {
    /// How to set the source up by calling the APIs
    Api,
    /// How to set it up in the user interface
    Ui,
}
