//! `sss lint`: paths become workspaces, workspaces become findings, findings are printed.

mod fix;
mod known;
mod sample;
mod selection;
mod targets;
mod watch;

use std::{path::Path, sync::Arc};

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
    style::NOTE,
};
use selection::{Named, Selected, is_stdin, named, selected};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Lint, console: &mut Console) -> Result<Exit, Error> {
    let base = directory(global)?;
    let rules = Rules::of(&base, arguments)?;
    no_file_twice(&arguments.output)?;
    let format = arguments.format.unwrap_or(if global.json { Format::Json } else { Format::Full });
    if arguments.watch {
        return watch::run(&base, arguments, &rules, format, console);
    }
    let (mut findings, mended) = match arguments.fixing {
        cli::Fixing { diff: true, .. } => {
            return fix::show(&selected(&base, arguments)?, &rules, arguments, console);
        }
        cli::Fixing { fix: true, .. } if is_stdin(&arguments.paths) => {
            return fix::pipe(selected(&base, arguments)?, &rules, global, arguments, console);
        }
        cli::Fixing { fix: true, .. } => {
            let selected = selected(&base, arguments)?;
            let mended = fix::mend(&selected, &rules, arguments.fixing, console)?;
            (check(&selected, &rules, arguments, console)?, Some(mended))
        }
        _ => (check_named(named(&base, arguments)?, &rules, arguments, console)?, None),
    };
    findings.mended = mended.as_ref().map(|mended| mended.fixes);
    findings.strict = arguments.strict;
    let look = console.look();
    console.stream(|out| report::write(&findings, format, look, out));
    tell_of_git(&findings, console);
    write_reports(&findings, arguments, &base)?;
    mended.map_or(Ok(()), |mended| mended.written)?;
    Ok(if findings.has_failed() { Exit::Findings } else { Exit::Done })
}

/// Says that what git knows is not among the findings, where it could not be asked.
fn tell_of_git(findings: &Findings, console: &mut Console) {
    if let Some(error) = &findings.not_asked {
        console.message(&format!("what git tracks was not looked at: {error}"));
        if let Some(help) = error.help() {
            console.message(&format!("  {NOTE}help{NOTE:#}: {help}"));
        }
    }
}

/// Writes the reports that are asked for. One file that cannot be written takes none of the others along.
fn write_reports(findings: &Findings, arguments: &cli::Lint, base: &Path) -> Result<(), Error> {
    let written: Vec<Result<(), Error>> = arguments
        .output
        .iter()
        .map(|to| output::stream(&base.join(&to.file), |out| report::write(findings, to.format, false, out)))
        .collect();
    written.into_iter().collect()
}

/// The rules that are named on the command line, and what they are given to look at besides.
struct Rules {
    only: Vec<&'static str>,
    ignored: Vec<&'static str>,
    sample: Option<Arc<Sample>>,
}

impl Rules {
    fn of(base: &Path, arguments: &cli::Lint) -> Result<Self, Error> {
        let named = |names: &[String]| -> Result<Vec<&'static str>, Error> {
            names.iter().map(|name| Ok(rule_named(name.trim())?.name)).collect()
        };
        let (only, ignored) = (named(&arguments.only)?, named(&arguments.ignore)?);
        let sample = arguments.sample.as_deref().map(|file| sample::read(base, file)).transpose()?;
        let rules = Self { only, ignored, sample };
        if !rules.only.is_empty() && rules.only.iter().all(|name| rules.ignored.contains(name)) {
            return Err(Error::usage(
                "no rule is left: `--ignore` names all that `--only` does",
                "leave one of the two out",
            ));
        }
        Ok(rules)
    }

    /// The configuration for a run of these rules.
    fn apply(&self, mut config: Config) -> Config {
        config.select(&self.only, &self.ignored);
        config.sample.clone_from(&self.sample);
        config
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

/// Checks what is named, a whole repository while its sources are found.
fn check_named(
    named: Vec<Named>,
    rules: &Rules,
    arguments: &cli::Lint,
    console: &mut Console,
) -> Result<Findings, Error> {
    let mut all = Findings::default();
    for named in named {
        match named {
            Named::Repository { root, place } => {
                let config = rules.apply(Config::load(&root)?);
                let (workspace, mut findings) = lint::check_repository(&root, &config)?;
                let selected = Selected::whole(workspace)?.at(place);
                known::apply(&selected, arguments, &mut findings, console)?;
                selected.tell_apart(&mut findings);
                all.append(findings);
                // To give back what is known of ten thousand sources piece by piece takes longer than anything else that
                // is left to do, and the process is about to end.
                std::mem::forget(selected);
            }
            Named::Selected(selected) => all.append(check(&[*selected], rules, arguments, console)?),
        }
    }
    Ok(all)
}

fn check(
    selected: &[Selected],
    rules: &Rules,
    arguments: &cli::Lint,
    console: &mut Console,
) -> Result<Findings, Error> {
    let mut all = Findings::default();
    for selected in selected {
        let config = rules.apply(selected.config()?);
        let mut findings = lint::check(&selected.workspace, &config);
        selected.narrow(&mut findings);
        known::apply(selected, arguments, &mut findings, console)?;
        selected.tell_apart(&mut findings);
        all.append(findings);
    }
    Ok(all)
}
