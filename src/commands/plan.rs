//! `sss plan`: what `publish` would change, as a diff; writes nothing.

use super::{exchanges::Exchanges, selected};
use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    platform::{Client, FlowService},
    publish::{self, Options, Records},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Plan, console: &mut Console) -> Result<Exit, Error> {
    let selection = &arguments.selection;
    let desired = selected::desired(global, selection, console)?;
    let mut client = Client::new(selected::settings(global)?);
    let exchanges = Exchanges::watch(&mut client, console);
    let records = Records::directory(selected::root(global));
    let options = Options { adopt: selection.adopt, recreate: selection.recreate };
    let plan = publish::plan(&FlowService::new(client), &desired, &records, &options);
    exchanges.tell(console);
    let plan = plan?;
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
