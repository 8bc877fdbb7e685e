//! `sss dataflow show`: what a dataflow is made of, read back and compared.

use super::Ground;
use crate::{
    cli::{self, Global},
    console::Console,
    dataflow,
    error::Error,
    exit::Exit,
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Show, console: &mut Console) -> Result<Exit, Error> {
    let ground = Ground::of(global, &arguments.end, console)?;
    let shown = dataflow::show(&ground.place())?;
    if console.json() {
        console.print_json(&shown.to_json());
    } else {
        console.print(&shown.to_text());
    }
    Ok(if arguments.detailed_exitcode && shown.has_drift() { Exit::Findings } else { Exit::Done })
}
