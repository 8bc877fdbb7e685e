//! `sss publish`: the plan, a question, and the plan carried out.

use inquire::{Confirm, InquireError};
use serde_json::json;

use super::{
    guard, interrupt,
    planned::{self, Planned, Purpose},
    refused,
};
use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    publish::{self, Conflict, How, Outcome, Plan, Step},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Publish, console: &mut Console) -> Result<Exit, Error> {
    let selection = &arguments.selection;
    if arguments.curl {
        return print_commands(global, arguments, console);
    }
    let (planned, asks) = match planned::saved(global, selection)? {
        // Whoever saved it has looked at it.
        Some((path, saved)) => (planned::make_again(global, &path, &saved, selection, console)?, false),
        None => (planned::make(global, selection, Purpose::Publish, console)?, !arguments.yes),
    };
    let Some(planned) = planned else { return Ok(Exit::Findings) };
    let Planned { mut plan, mut service, mut records, mut lock, protected, .. } = planned;
    let shown = asks && ask_to_adopt(&mut plan, console)?;
    let writes = plan.writes() && plan.conflicts().next().is_none();
    let guarded = if writes { guard::guarded(service.client(), &protected, arguments.allow_production)? } else { None };
    if let Some(guarded) = guarded {
        console.message(plan.to_text().trim_end());
        guarded.ask(console)?;
    } else if writes && asks {
        confirm(&plan, console)?;
    } else if plan.has_changes() && !shown {
        console.progress(plan.to_text().trim_end());
    }
    if writes {
        lock.as_mut().map_or(Ok(()), publish::Lock::note)?;
    }
    let how = How { jobs: selection.jobs, ..How::default() };
    service.stop_at(how.stop.clone());
    interrupt::heed(&how.stop, console.teller());
    let applied = publish::apply_as(&service, &plan, &mut records, &how, &mut |step| {
        // The result says it, too, and nothing was done.
        if !matches!(step, Step::Unchanged { .. }) {
            console.progress(&step.to_string());
        }
    });
    match applied {
        Ok(outcome) => {
            print(&outcome, console);
            Ok(Exit::Done)
        }
        Err(error) => {
            // A script is owed the whole result, above all where something was done before the end.
            match &error {
                publish::Error::Stopped { outcome, .. } => {
                    print(outcome, console);
                    refused::show(global, outcome, console);
                }
                publish::Error::Conflicts { plan } => print(&Outcome::refused(plan), console),
                _ => {}
            }
            Err(error.into())
        }
    }
}

/// The writes as commands: they are read and run elsewhere, by somebody who looks at them first.
fn print_commands(global: &Global, arguments: &cli::Publish, console: &mut Console) -> Result<Exit, Error> {
    let selection = &arguments.selection;
    let planned = match planned::saved(global, selection)? {
        Some((path, saved)) => planned::make_again(global, &path, &saved, selection, console)?,
        None => planned::make(global, selection, Purpose::Show, console)?,
    };
    let Some(Planned { plan, service, .. }) = planned else { return Ok(Exit::Findings) };
    let commands = publish::commands(&service, &plan)?;
    if console.json() {
        console.print_json(&json!({"version": 1, "commands": commands}));
    } else {
        console.print(&commands);
    }
    Ok(Exit::Done)
}

fn print(outcome: &Outcome, console: &mut Console) {
    if console.json() {
        console.print_json(&outcome.to_json());
    } else {
        console.print(&outcome.to_text());
    }
}

/// Asks for each connection spec that is there and not recorded here whether it is this one, where there is somebody to ask and
/// nothing else is in the way. Tells whether the plan was shown for it, with the differences.
fn ask_to_adopt(plan: &mut Plan, console: &mut Console) -> Result<bool, Error> {
    let mut questions = Vec::new();
    for (change, conflict) in plan.conflicts() {
        let Conflict::Unrecorded { id, .. } = conflict else { return Ok(false) };
        questions.push((change.source.clone(), id.clone()));
    }
    if questions.is_empty() || !console.interactive() {
        return Ok(false);
    }
    console.message(plan.to_text().trim_end());
    for (source, id) in questions {
        let question =
            format!("Is {id} the connection spec of `{source}`, and may it be given the artifact's content?");
        if yes(&question, "`--adopt` takes it over without asking", console)? {
            plan.adopt(&source);
        }
    }
    Ok(true)
}

/// Shows the plan and asks, where there is somebody to ask.
fn confirm(plan: &Plan, console: &mut Console) -> Result<(), Error> {
    console.message(plan.to_text().trim_end());
    let target = &plan.target;
    if !console.interactive() {
        return Err(Error::usage(
            format!("publishing would write to {}, and nobody can be asked without a terminal", target.platform),
            "`--yes` writes without asking; `sss plan` only shows what would change",
        ));
    }
    if yes(&format!("Write this to {target}?"), "`--yes` writes without asking", console)? {
        return Ok(());
    }
    console.message("nothing was changed");
    Err(Error::Interrupted)
}

/// The answer to a question; Escape and Ctrl-C end the run.
fn yes(question: &str, otherwise: &str, console: &mut Console) -> Result<bool, Error> {
    match Confirm::new(question).with_default(false).prompt() {
        Ok(answer) => Ok(answer),
        Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => {
            console.message("nothing was changed");
            Err(Error::Interrupted)
        }
        Err(error) => Err(Error::usage(format!("the question could not be asked: {error}"), otherwise)),
    }
}
