//! `sss publish`: the plan, a question, and the plan carried out.

use inquire::{Confirm, InquireError};

use super::{
    guard,
    selected::{self, Selected, Telling},
};
use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    platform::FlowService,
    publish::{self, Lock, Options, Outcome, Plan, Records, Step},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Publish, console: &mut Console) -> Result<Exit, Error> {
    let selection = &arguments.selection;
    let selected = Selected::of(global, &selection.sources)?;
    let Some(desired) = selected.linted(selection.flow_spec, console)? else { return Ok(Exit::Findings) };
    let client = selected::client(selected.settings(global)?, console, Telling::of(console.verbose()), |_| {});
    let service = FlowService::new(client);
    // Before the plan: what another process is about to record belongs to it.
    let _lock = Lock::take(selected.root(), || {
        console.progress("waiting for another `sss publish` in this repository");
    });
    let mut records = Records::directory(selected.root());
    let options = Options { adopt: selection.adopt, recreate: selection.recreate };
    let plan = publish::plan(&service, &desired, &records, &options)?;
    let writes = plan.writes() && plan.conflicts().next().is_none();
    let protected = selected.protected(global);
    let guarded = if writes { guard::guarded(service.client(), protected, arguments.allow_production)? } else { None };
    if let Some(guarded) = guarded {
        console.message(plan.to_text().trim_end());
        guarded.ask(console)?;
    } else if writes && !arguments.yes {
        confirm(&plan, console)?;
    } else if plan.has_changes() {
        console.progress(plan.to_text().trim_end());
    }
    let applied = publish::apply(&service, &plan, &mut records, &mut |step| {
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
                publish::Error::Stopped { outcome, .. } => print(outcome, console),
                publish::Error::Conflicts { plan } => print(&Outcome::refused(plan), console),
                _ => {}
            }
            Err(error.into())
        }
    }
}

fn print(outcome: &Outcome, console: &mut Console) {
    if console.json() {
        console.print_json(&outcome.to_json());
    } else {
        console.print(&outcome.to_text());
    }
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
    let question =
        format!("Write this to {}, organization {}, sandbox {}?", target.platform, target.organization, target.sandbox);
    match Confirm::new(&question).with_default(false).prompt() {
        Ok(true) => Ok(()),
        Ok(false) | Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => {
            console.message("nothing was changed");
            Err(Error::Interrupted)
        }
        Err(error) => {
            Err(Error::usage(format!("the question could not be asked: {error}"), "`--yes` writes without asking"))
        }
    }
}
