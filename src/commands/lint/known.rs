//! The baseline beside a run: what it knows is left out, and the file is written where that is asked for.

use crate::{
    cli::{self, BaselineAction},
    commands::lint::selection::Selected,
    config,
    console::Console,
    error::Error,
    files,
    lint::{
        Findings,
        baseline::{self, Baseline},
    },
};

/// Leaves out what the baseline of a repository knows, or has it know everything.
pub(super) fn apply(
    selected: &Selected,
    arguments: &cli::Lint,
    findings: &mut Findings,
    console: &mut Console,
) -> Result<(), Error> {
    let is_whole = selected.workspace.is_whole() && selected.parts.is_none();
    if arguments.baseline.is_some() && !is_whole {
        return Err(Error::usage(
            "a baseline is of a whole repository",
            "leave the paths out, or name the repository itself",
        ));
    }
    let root = selected.workspace.root();
    let shown = baseline::shown();
    let write = |baseline: &Baseline| {
        let path = baseline::path(root);
        files::write_whole(&path, baseline.text().as_bytes()).map_err(|error| Error::file("write", &path, error))
    };
    if arguments.baseline == Some(BaselineAction::Write) {
        let baseline = Baseline::of(&findings.findings);
        write(&baseline)?;
        baseline.leave_out(findings);
        console.progress(&format!("`{shown}` has {} now, which later runs leave out", many(baseline.len())));
        return Ok(());
    }
    let Some(baseline) = load(selected)? else {
        return match arguments.baseline {
            Some(_) => Err(Error::usage(
                format!("there is no `{shown}` to take anything out of"),
                "`sss lint --baseline write` writes it",
            )),
            None => Ok(()),
        };
    };
    let gone = baseline.leave_out(findings);
    // Of rules and sources that were not asked nobody knows what is gone.
    let is_complete = is_whole && arguments.only.is_empty() && arguments.ignore.is_empty();
    if gone.is_empty() || !is_complete {
        return Ok(());
    }
    if arguments.baseline == Some(BaselineAction::Prune) {
        write(&baseline.without(&gone))?;
        console.progress(&format!("{} taken out of `{shown}`", many(gone.len())));
    } else {
        console.progress(&format!(
            "{} of `{shown}` no longer found: `sss lint --baseline prune` takes that out",
            many(gone.len())
        ));
    }
    Ok(())
}

/// The baseline that holds: as staged, where that is what is looked at. A file that stands by itself has none.
pub(super) fn load(selected: &Selected) -> Result<Option<Baseline>, Error> {
    if selected.workspace.sources().iter().any(|source| !source.in_repository) {
        return Ok(None);
    }
    let read = |bytes| Baseline::read(bytes).map_err(config::Error::into);
    match selected.workspace.index() {
        Some(staged) => staged.text(&baseline::shown())?.map(read).transpose(),
        None => Ok(Baseline::load(selected.workspace.root())?),
    }
}

fn many(count: usize) -> String {
    format!("{count} finding{}", if count == 1 { "" } else { "s" })
}
