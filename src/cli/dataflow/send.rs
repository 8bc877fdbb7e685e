//! `sss dataflow send`: events to an inlet.

use std::{num::NonZeroUsize, path::PathBuf};

use clap::{Args, ValueEnum};
use url::Url;

/// The arguments of `sss dataflow send`.
#[derive(Debug, Clone, Args)]
pub struct Send {
    /// Dataflow to send to: the name of its source, or `http-api-raw` and the like; the only one there is by default
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
    /// File of events: one JSON value, an array, or a value a line; standard input where it is `-` or left out
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    #[command(flatten)]
    pub elsewhere: Elsewhere,
    #[command(flatten)]
    pub signing: Signing,
    #[command(flatten)]
    pub pace: Pace,
    /// Pass over so many events first: where an earlier run ended
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub skip: u64,
    /// End with the first event that is malformed or refused
    #[arg(long)]
    pub fail_fast: bool,
    /// File for the events that are not taken, a line each; beside the input by default
    #[arg(long, value_name = "FILE")]
    pub refused: Option<PathBuf>,
}

/// A dataflow that was made elsewhere.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "A dataflow that was made elsewhere")]
pub struct Elsewhere {
    /// Address of its inlet, `https://dcs.adobedc.net/collection/…`; then FILE stands alone
    #[arg(long, value_name = "URL")]
    pub inlet_url: Option<Url>,
    /// Its id
    #[arg(long, value_name = "ID", requires = "inlet_url", value_parser = header_value)]
    pub flow_id: Option<String>,
    /// Its schema, by `$id`: events go as XDM, each in its envelope
    #[arg(long, value_name = "ID", requires = "inlet_url")]
    pub schema_id: Option<String>,
    /// Its dataset
    #[arg(long, value_name = "ID", requires = "schema_id")]
    pub dataset_id: Option<String>,
    /// Show a token
    #[arg(long, requires = "inlet_url")]
    pub authenticated: bool,
}

/// How requests are signed.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Signing")]
pub struct Signing {
    /// Environment variable with the secret that requests are signed with (HMAC-SHA256, in `x-hmac-sha256`)
    #[arg(long, value_name = "NAME")]
    pub hmac_secret_env: Option<String>,
    /// How the signature is written
    #[arg(long, value_name = "ENCODING", default_value = "hex", requires = "hmac_secret_env")]
    pub hmac_encoding: HmacEncoding,
}

/// How a signature is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum HmacEncoding {
    /// Hexadecimal digits in lower case
    #[default]
    Hex,
    /// Base64 with padding
    Base64,
}

/// How many go, and how fast.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Pace")]
pub struct Pace {
    /// Send so many events in one request, up to 1 MB
    #[arg(long, value_name = "N", conflicts_with = "sync_validation")]
    pub batch: Option<NonZeroUsize>,
    /// Have each event checked against its schema before it is answered: for development, 60 a minute
    #[arg(long)]
    pub sync_validation: bool,
    /// Send at most so many events a second
    #[arg(long, value_name = "N", value_parser = rate)]
    pub rate: Option<f64>,
    /// How many requests may be under way at once
    #[arg(long, value_name = "N", default_value = "8", value_parser = concurrency)]
    pub concurrency: NonZeroUsize,
}

/// More would only wait for each other.
fn concurrency(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse::<NonZeroUsize>().ok().filter(|number| number.get() <= 64);
    number.ok_or_else(|| "it is a number from 1 to 64".to_owned())
}

fn rate(text: &str) -> Result<f64, String> {
    let rate = text.parse::<f64>().ok().filter(|rate| rate.is_finite() && *rate >= 0.001);
    rate.ok_or_else(|| "it is a number of events a second, such as 50 or 0.5".to_owned())
}

fn header_value(text: &str) -> Result<String, String> {
    let good = !text.is_empty() && text.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
    if good { Ok(text.to_owned()) } else { Err("it holds a character that cannot be sent in a header".to_owned()) }
}
