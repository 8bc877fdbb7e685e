//! `sss plan`: what `publish` would change, as a diff; writes nothing but the file that is asked for.

use super::{
    directory,
    planned::{self, Purpose},
};
use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    publish::{Plan, SavedPlan},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Plan, console: &mut Console) -> Result<Exit, Error> {
    let plan = match planned::saved(global, &arguments.selection)? {
        Some((path, saved)) => {
            if arguments.out.is_some() {
                return Err(Error::usage("a saved plan is shown, and not saved again", "copy the file"));
            }
            console.progress(&format!("`{}`, made at {} by {}", path.display(), saved.made.at, saved.made.by));
            saved.plan
        }
        None => {
            let purpose = if arguments.out.is_some() { Purpose::Save } else { Purpose::Show };
            let Some(planned) = planned::make(global, &arguments.selection, purpose, console)? else {
                return Ok(Exit::Findings);
            };
            match &arguments.out {
                // There is nothing to carry out before a person has decided.
                Some(out) if planned.plan.conflicts().next().is_some() => {
                    console.message(&format!("`{}` was not written: the plan has a conflict", out.display()));
                    planned.plan
                }
                Some(out) => {
                    let saved = SavedPlan { made: planned.made, plan: planned.plan };
                    saved.write(&directory(global)?.join(out))?;
                    console.progress(&format!("wrote the plan to `{}`; `sss publish` takes it", out.display()));
                    saved.plan
                }
                None => planned.plan,
            }
        }
    };
    show(&plan, console);
    // What `publish` would refuse is refused here too, so that a pipeline stops before it.
    if plan.conflicts().next().is_some() {
        return Ok(Exit::Refused);
    }
    Ok(if arguments.detailed_exitcode && plan.has_changes() { Exit::Findings } else { Exit::Done })
}

fn show(plan: &Plan, console: &mut Console) {
    if console.json() {
        console.print_json(&plan.to_json());
    } else if console.verbose() > 0 {
        console.print(&plan.to_whole_text());
    } else {
        console.print(&plan.to_text());
    }
}
