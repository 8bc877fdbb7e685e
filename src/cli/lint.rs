//! `sss lint`, and the verbs about its rules and schemas.

use std::{path::PathBuf, str::FromStr};

use clap::{Args, ValueEnum};

use super::SourceKind;
use crate::text::nearest::{any_of, nearest};

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
    /// Check only the sources that changed, or whose pages did, since this branch left the commit, and what its commits held
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
