//! `sss plan`: what `publish` would change, as a diff; writes nothing.

use super::selected::{self, Selected, Telling};
use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    platform::FlowService,
    publish::{self, Options, Records},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Plan, console: &mut Console) -> Result<Exit, Error> {
    let selection = &arguments.selection;
    let selected = Selected::of(global, &selection.sources)?;
    let Some(desired) = selected.linted(selection.flow_spec, console)? else { return Ok(Exit::Findings) };
    let client = selected::client(selected.settings(global)?, console, Telling::of(console.verbose()), |_| {});
    let records = Records::directory(selected.root());
    let options = Options { adopt: selection.adopt, recreate: selection.recreate };
    let plan = publish::plan(&FlowService::new(client), &desired, &records, &options)?;
    if console.json() {
        console.print_json(&plan.to_json());
    } else {
        console.print(&plan.to_text());
    }
    // What `publish` would refuse is refused here too, so that a pipeline stops before it.
    if plan.conflicts().next().is_some() {
        return Ok(Exit::Refused);
    }
    Ok(if arguments.detailed_exitcode && plan.has_changes() { Exit::Findings } else { Exit::Done })
}
