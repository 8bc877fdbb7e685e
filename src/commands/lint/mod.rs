//! `sss lint`: paths become workspaces, workspaces become findings, findings are printed.

mod sample;
mod targets;

use std::sync::Arc;

use crate::{
    cli::{self, Format, Global},
    commands::{directory, output, rule_named},
    config::Config,
    console::Console,
    error::Error,
    exit::Exit,
    lint::{self, Findings},
    report,
    spec::response::Sample,
};
use targets::{Scope, Target, is_below, targets};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Lint, console: &mut Console) -> Result<Exit, Error> {
    let base = directory(global)?;
    let rules = Rules::of(arguments)?;
    no_file_twice(&arguments.output)?;
    let sample = arguments.sample.as_deref().map(|file| sample::read(&base, file)).transpose()?;
    let mut findings = check(&targets(&base, &arguments.paths)?, &rules, sample.as_ref())?;
    findings.strict = arguments.strict;
    let format = arguments.format.unwrap_or(if global.json { Format::Json } else { Format::Full });
    console.print(&report::render(&findings, format, console.look()));
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

fn check(targets: &[Target], rules: &Rules, sample: Option<&Arc<Sample>>) -> Result<Findings, Error> {
    let mut all = Findings::default();
    for target in targets {
        let mut config = Config::load(target.workspace.root())?;
        config.select(&rules.only, &rules.ignored);
        config.sample = sample.cloned();
        let mut findings = lint::check(&target.workspace, &config);
        if let Scope::Parts(parts) = &target.scope {
            let is_wanted = |path: &str| parts.iter().any(|part| is_below(path, part));
            findings.retain(|finding| is_wanted(&finding.path));
            findings.files.retain(|file| is_wanted(file));
        }
        all.append(findings);
    }
    Ok(all)
}
