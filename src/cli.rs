//! The command line: verbs, flags and value enums, and nothing that acts on them.
//!
//! What a verb does stands in `commands/<verb>.rs`.

use std::{num::NonZeroUsize, path::PathBuf, str::FromStr};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    exit::Exit,
    publish,
    text::nearest::{any_of, nearest},
};

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
            // A closed pipe while printing help is not worth a second error.
            let _ = error.print();
            if error.use_stderr() { Exit::Usage } else { Exit::Done }
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
    /// Make one call of the platform, for what has no verb
    Api(Api),
    /// Check, keep or forget the credentials
    #[command(subcommand)]
    Auth(Auth),
    /// Serve a local, stateful emulator of the platform
    Emulate(Emulate),
    /// Lint and publish against an emulator started for the purpose; needs no account
    Rehearse(Rehearse),
}

/// The arguments of `sss new`.
#[derive(Debug, Clone, Default, Args)]
pub struct New {
    /// Name of the source: lower-case words joined by hyphens, 3 to 63 characters
    #[arg(value_name = "SOURCE", allow_hyphen_values = true)]
    pub source: String,
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
    #[arg(long)]
    pub git: bool,
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

/// The arguments of `sss lint`.
#[derive(Debug, Clone, Default, Args)]
pub struct Lint {
    /// Repositories, sources or artifacts to check, or `-` for standard input; the current directory otherwise
    #[arg(value_name = "PATH")]
    pub paths: Vec<PathBuf>,
    /// How to print the findings
    #[arg(long, value_name = "FORMAT")]
    pub format: Option<Format>,
    /// Write the findings to a file as well, for example `sarif=report.sarif`; repeatable
    #[arg(long, value_name = "FORMAT=FILE")]
    pub output: Vec<Output>,
    /// Check this rule only; repeatable, or several separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave this rule out; repeatable, or several separated by commas
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Fail for warnings as for errors
    #[arg(long)]
    pub strict: bool,
    /// Keep a list of findings that runs leave out, in `.sss/baseline.json`
    #[arg(
        long,
        value_name = "ACTION",
        conflicts_with_all = ["since", "staged", "stdin_path", "only", "ignore", "sample"]
    )]
    pub baseline: Option<BaselineAction>,
    /// Response of the API (JSON) that the paths of batch sources must lead somewhere in
    #[arg(long, value_name = "FILE")]
    pub sample: Option<PathBuf>,
    /// Check only the sources that changed since this branch left the commit, and what its commits held
    #[arg(long, value_name = "REV", help_heading = "What is checked")]
    pub since: Option<String>,
    /// Check what is staged for the next commit, as the index of git has it
    #[arg(long, conflicts_with = "since", help_heading = "What is checked")]
    pub staged: bool,
    /// Path that standard input, `-`, is checked as
    #[arg(long, value_name = "PATH", conflicts_with_all = ["since", "staged"], help_heading = "What is checked")]
    pub stdin_path: Option<PathBuf>,
    /// Check again whenever something is saved, until Ctrl-C
    #[arg(long, conflicts_with_all = ["since", "staged", "stdin_path", "output", "baseline"])]
    pub watch: bool,
    #[command(flatten)]
    pub fixing: Fixing,
}

/// What `sss lint` does about what can be mended.
#[derive(Debug, Clone, Copy, Default, Args)]
#[command(group = clap::ArgGroup::new("mending").args(["fix", "diff"]).multiple(true))]
pub struct Fixing {
    /// Mend what can be mended without a doubt; standard input is printed mended
    #[arg(long, conflicts_with_all = ["staged", "watch", "baseline"])]
    pub fix: bool,
    /// Mend also by guesses, such as the nearest known word
    #[arg(long, requires = "mending")]
    pub unsafe_fixes: bool,
    /// Print what `--fix` would change as a diff, and write nothing
    #[arg(long, conflicts_with_all = ["format", "output", "watch", "baseline"])]
    pub diff: bool,
}

/// What to do with the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum BaselineAction {
    /// List the findings of today, in place of those that are listed
    Write,
    /// Take findings that are gone from the list
    Prune,
}

/// Formats of the linter's findings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Source excerpt with a caret under the place
    #[default]
    Full,
    /// One line a finding
    Concise,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
    /// Commands that GitHub Actions turns into annotations
    Github,
    /// JUnit XML, for the test reports of a pipeline
    Junit,
}

/// A file the findings are written to, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Output {
    pub format: Format,
    pub file: PathBuf,
}

impl FromStr for Output {
    type Err = String;

    /// `FORMAT=FILE`, or a file whose name tells the format.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let formats: Vec<_> = Format::value_variants().iter().filter_map(Format::to_possible_value).collect();
        let names: Vec<&str> = formats.iter().map(clap::builder::PossibleValue::get_name).collect();
        let found = match text.split_once('=').filter(|(name, _)| !name.contains(['/', '\\', '.'])) {
            Some((name, file)) => Format::from_str(name, false).map(|format| (format, file)).map_err(|_| {
                let meant = nearest(name, names.iter().copied());
                meant.map_or_else(
                    || format!("there is no format `{name}`, only {}", any_of(&names)),
                    |meant| format!("there is no format `{name}`; did you mean `{meant}`?"),
                )
            }),
            None => match text.rsplit_once('.').map(|(_, extension)| extension) {
                Some("sarif") => Ok((Format::Sarif, text)),
                Some("json") => Ok((Format::Json, text)),
                Some("xml") => Ok((Format::Junit, text)),
                _ => Err(format!("say which format, for example `sarif={text}`; there are {}", any_of(&names))),
            },
        };
        let (format, file) = found?;
        if file.is_empty() {
            return Err("name a file after the `=`".to_owned());
        }
        Ok(Self { format, file: PathBuf::from(file) })
    }
}

/// The arguments of `sss rules`.
#[derive(Debug, Clone, Default, Args)]
pub struct Rules {
    /// Print the list as Markdown
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
}

/// The arguments of `sss explain`.
#[derive(Debug, Clone, Default, Args)]
pub struct Explain {
    /// Name of a rule, or code of one of the platform's errors, for example `1403-400`
    #[arg(value_name = "NAME")]
    pub name: String,
}

/// The arguments of `sss schema`.
#[derive(Debug, Clone, Args)]
pub struct Schema {
    /// Kind of source whose connection spec it describes
    #[arg(long)]
    pub kind: SourceKind,
    /// Write it to a file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

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
    /// Leave the emulator running afterwards, until Ctrl-C
    #[arg(long)]
    pub keep: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_has_a_format_and_a_file() {
        for (text, format, file) in [
            ("sarif=report.sarif", Format::Sarif, "report.sarif"),
            ("concise=a=b.txt", Format::Concise, "a=b.txt"),
            ("github=.hidden", Format::Github, ".hidden"),
            ("out/report.sarif", Format::Sarif, "out/report.sarif"),
            ("./a=b.xml", Format::Junit, "./a=b.xml"),
            ("report.json", Format::Json, "report.json"),
        ] {
            assert_eq!(text.parse(), Ok(Output { format, file: file.into() }), "{text}");
        }
    }

    #[test]
    fn what_is_no_output_is_told() {
        for (text, told) in [
            ("sarf=report.sarif", "did you mean `sarif`?"),
            ("pdf=report.pdf", "there is no format `pdf`, only `full`, "),
            ("sarif=", "name a file"),
            ("=report.json", "there is no format ``"),
            ("report", "for example `sarif=report`"),
            ("", "say which format"),
        ] {
            let error = text.parse::<Output>().unwrap_err();
            assert!(error.contains(told), "{text}: {error}");
        }
    }
}
