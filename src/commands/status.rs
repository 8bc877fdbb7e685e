//! `sss status`: what is recorded and wanted against what the platform has; changes nothing.

use super::selected::{self, Selected, Telling};
use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    platform::FlowService,
    publish::{self, Records},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Status, console: &mut Console) -> Result<Exit, Error> {
    let selected = Selected::of(global, &arguments.sources)?;
    // Not linted: where a source stands may be asked of a broken one, too.
    let (desired, unreadable) = selected.readable(arguments.flow_spec);
    let client = selected::client(selected.settings(global)?, console, Telling::of(console.verbose()), |_| {});
    let records = Records::directory(selected.root());
    let mut status = publish::status(&FlowService::new(client), &desired, &records)?;
    for source in &unreadable {
        status.add_unreadable(source);
    }
    if console.json() {
        console.print_json(&status.to_json());
    } else {
        console.print(&status.to_text(console.verbose() > 0));
    }
    Ok(if arguments.detailed_exitcode && !status.is_in_step() { Exit::Findings } else { Exit::Done })
}
