//! `sss new`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// The arguments of `sss new`.
#[derive(Debug, Clone, Default, Args)]
pub struct New {
    /// Name of the source: lower-case words joined by hyphens, 3 to 63 characters
    ///
    /// Without it, `--ci` and `--hook` are for the sources that are there
    #[arg(value_name = "SOURCE", allow_hyphen_values = true, required_unless_present_any = ["ci", "hook"])]
    pub source: Option<String>,
    /// How data arrives
    #[arg(long)]
    pub kind: Option<SourceKind>,
    /// Name shown in the sources catalog
    #[arg(long, value_name = "TEXT")]
    pub label: Option<String>,
    /// One sentence shown in the sources catalog
    #[arg(long, value_name = "TEXT")]
    pub description: Option<String>,
    /// Category of the sources catalog, for example `marketingAutomation`
    #[arg(long, value_name = "KEY")]
    pub category: Option<String>,
    /// Address of the documentation page
    #[arg(long, value_name = "URL")]
    pub documentation_url: Option<String>,
    /// SVG file to use as the icon; a placeholder is drawn otherwise
    #[arg(long, value_name = "FILE")]
    pub icon: Option<PathBuf>,
    /// Refer to icon, label and description by catalog key instead of text
    #[arg(long)]
    pub catalog_keys: bool,

    /// Way for a customer to sign in; repeatable
    #[arg(long, value_name = "TYPE", help_heading = "Batch sources")]
    pub auth: Vec<AuthKind>,
    /// Address of the API, for example `https://api.example.com`
    #[arg(long, value_name = "URL", help_heading = "Batch sources")]
    pub host: Option<String>,
    /// Path of the resource; `${name}` stands for an input
    #[arg(long, value_name = "PATH", help_heading = "Batch sources")]
    pub path: Option<String>,
    /// HTTP method of the request
    #[arg(long, help_heading = "Batch sources")]
    pub method: Option<HttpMethod>,
    /// JSONPath of the array of records in a response
    #[arg(long, value_name = "JSONPATH", help_heading = "Batch sources")]
    pub content_path: Option<String>,
    /// What the customer fills in, as NAME:TYPE:DESCRIPTION; repeatable
    #[arg(long, value_name = "NAME:TYPE:DESCRIPTION", help_heading = "Batch sources")]
    pub input: Vec<String>,

    /// How the API divides its answer into pages
    #[arg(long, value_name = "TYPE", help_heading = "Pagination")]
    pub pagination: Option<PaginationKind>,
    /// Query parameter with the page size (offset, pointer, page)
    #[arg(long, value_name = "NAME", help_heading = "Pagination")]
    pub limit_name: Option<String>,
    /// Records in a page (offset, pointer, page)
    #[arg(long, value_name = "N", help_heading = "Pagination")]
    pub limit_value: Option<u32>,
    /// Query parameter with the offset (offset)
    #[arg(long, value_name = "NAME", help_heading = "Pagination")]
    pub offset_name: Option<String>,
    /// JSONPath of the value that ends the paging (offset)
    #[arg(long, value_name = "JSONPATH", help_heading = "Pagination")]
    pub end_condition_name: Option<String>,
    /// Value that ends the paging, for example `Const:false` (offset)
    #[arg(long, value_name = "VALUE", help_heading = "Pagination")]
    pub end_condition_value: Option<String>,
    /// JSONPath of the pointer to the next page (pointer)
    #[arg(long, value_name = "JSONPATH", help_heading = "Pagination")]
    pub pointer_path: Option<String>,
    /// JSONPath of the token of the next page (continuation-token)
    #[arg(long, value_name = "JSONPATH", help_heading = "Pagination")]
    pub continuation_token_path: Option<String>,
    /// Where the token is sent (continuation-token)
    #[arg(long, value_name = "WHERE", help_heading = "Pagination")]
    pub parameter_type: Option<ParameterType>,
    /// Name the token is sent under (continuation-token)
    #[arg(long, value_name = "NAME", help_heading = "Pagination")]
    pub parameter_name: Option<String>,
    /// Milliseconds to wait between two requests (continuation-token)
    #[arg(long, value_name = "MS", help_heading = "Pagination")]
    pub delay_request_millis: Option<u32>,
    /// Query parameter with the page number (page)
    #[arg(long, value_name = "NAME", help_heading = "Pagination")]
    pub page_param_name: Option<String>,
    /// Number of the first page (page)
    #[arg(long, value_name = "N", help_heading = "Pagination")]
    pub initial_page_index: Option<u32>,
    /// Number of the last page, or where a response tells it (page)
    #[arg(long, value_name = "VALUE", help_heading = "Pagination")]
    pub end_page_index: Option<String>,
    /// Most requests in one run (page)
    #[arg(long, value_name = "N", help_heading = "Pagination")]
    pub maximum_request: Option<u32>,

    /// Query parameters with start and end of the period, as START,END
    #[arg(long, value_name = "START,END", conflicts_with = "schedule_advanced", help_heading = "Schedule")]
    pub schedule: Option<String>,
    /// .NET date format of start and end
    #[arg(long, value_name = "FORMAT", help_heading = "Schedule")]
    pub schedule_format: Option<String>,
    /// Send the period as an expression, `{SCHEDULE_QUERY}`
    #[arg(long, help_heading = "Schedule")]
    pub schedule_advanced: bool,
    /// Expression of an incremental run, with `{START_TIME}` and `{END_TIME}`
    #[arg(long, value_name = "EXPRESSION", requires = "schedule_advanced", help_heading = "Schedule")]
    pub schedule_incremental: Option<String>,
    /// Expression of the first run, with `{END_TIME}`
    #[arg(long, value_name = "EXPRESSION", requires = "schedule_advanced", help_heading = "Schedule")]
    pub schedule_backfill: Option<String>,
    /// Query parameter the expression is sent in
    #[arg(long, value_name = "NAME", requires = "schedule_advanced", help_heading = "Schedule")]
    pub schedule_query_name: Option<String>,

    /// Directory of templates that replace the built-in ones of the same name
    #[arg(long, value_name = "DIR")]
    pub templates: Option<PathBuf>,
    /// Initialise a git repository and make the first commit
    #[arg(long, requires = "source")]
    pub git: bool,
    /// Write a workflow that lints pull requests
    #[arg(long, value_name = "SERVICE", help_heading = "Repository")]
    pub ci: Option<CiKind>,
    /// Have git run `sss lint --staged` before each commit
    #[arg(long, help_heading = "Repository")]
    pub hook: bool,
}

impl New {
    /// The name of the source, which is empty where there is to be none.
    pub fn name(&self) -> &str {
        self.source.as_deref().unwrap_or_default()
    }
}

/// The services that a workflow can be written for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CiKind {
    /// GitHub Actions: `.github/workflows/sss.yml`
    Github,
    /// GitLab CI/CD: `.gitlab-ci.yml`
    Gitlab,
    /// Azure Pipelines: `azure-pipelines.yml`
    Azure,
    /// No workflow
    None,
}

/// The two kinds of Self-Serve Sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum SourceKind {
    /// The partner sends events to the platform (Streaming SDK)
    Streaming,
    /// The platform fetches records from the partner's API (Batch SDK)
    Batch,
}

/// The ways to sign in of the Batch SDK.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum AuthKind {
    /// OAuth 2 refresh code
    Oauth2,
    /// User name and password
    Basic,
    /// API key
    ApiKey,
}

/// HTTP methods a batch source may fetch with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum HttpMethod {
    #[value(alias = "GET")]
    Get,
    #[value(alias = "POST")]
    Post,
}

/// The documented kinds of pagination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum PaginationKind {
    Offset,
    Pointer,
    ContinuationToken,
    Page,
    None,
}

/// Where a continuation token is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ParameterType {
    Query,
    Header,
}
