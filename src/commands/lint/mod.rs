//! `sss lint`: paths become workspaces, workspaces become findings, findings are printed.

mod sample;
mod selection;
mod targets;

use std::sync::Arc;

use crate::{
    cli::{self, Format, Global},
    commands::{directory, output, rule_named},
    console::Console,
    error::Error,
    exit::Exit,
    lint::{self, Findings},
    report,
    spec::response::Sample,
};
use selection::{Selected, selected};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Lint, console: &mut Console) -> Result<Exit, Error> {
    let base = directory(global)?;
    let rules = Rules::of(arguments)?;
    no_file_twice(&arguments.output)?;
    let sample = arguments.sample.as_deref().map(|file| sample::read(&base, file)).transpose()?;
    let mut findings = check(&selected(&base, arguments)?, &rules, sample.as_ref())?;
    findings.strict = arguments.strict;
    let format = arguments.format.unwrap_or(if global.json { Format::Json } else { Format::Full });
    console.print(&report::render(&findings, format, console.colored()));
    // One file that cannot be written takes none of the others along.
    let written: Vec<Result<(), Error>> = arguments
        .output
        .iter()
        .map(|to| output::write(&base.join(&to.file), &report::render(&findings, to.format, false)))
        .collect();
    written.into_iter().collect::<Result<(), Error>>()?;
    Ok(if findings.has_failed() { Exit::Findings } else { Exit::Done })
}

/// The rules that are named on the command line.
struct Rules {
    only: Vec<&'static str>,
    ignored: Vec<&'static str>,
}

impl Rules {
    fn of(arguments: &cli::Lint) -> Result<Self, Error> {
        let named = |names: &[String]| -> Result<Vec<&'static str>, Error> {
            names.iter().map(|name| Ok(rule_named(name.trim())?.name)).collect()
        };
        let rules = Self { only: named(&arguments.only)?, ignored: named(&arguments.ignore)? };
        if !rules.only.is_empty() && rules.only.iter().all(|name| rules.ignored.contains(name)) {
            return Err(Error::usage(
                "no rule is left: `--ignore` names all that `--only` does",
                "leave one of the two out",
            ));
        }
        Ok(rules)
    }
}

fn no_file_twice(outputs: &[cli::Output]) -> Result<(), Error> {
    for (index, output) in outputs.iter().enumerate() {
        if outputs[..index].iter().any(|other| other.file == output.file) {
            return Err(Error::usage(
                format!("`--output` names `{}` twice", output.file.display()),
                "write each format to a file of its own",
            ));
        }
    }
    Ok(())
}

fn check(selected: &[Selected], rules: &Rules, sample: Option<&Arc<Sample>>) -> Result<Findings, Error> {
    let mut all = Findings::default();
    for selected in selected {
        let mut config = selected.config()?;
        config.select(&rules.only, &rules.ignored);
        config.sample = sample.cloned();
        let mut findings = lint::check(&selected.workspace, &config);
        selected.narrow(&mut findings);
        all.append(findings);
    }
    Ok(all)
}
