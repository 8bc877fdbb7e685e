//! `sss dataflow down`: what `up` made is deleted, what stands on something else before it.

use std::fmt::Write as _;

use super::{Asked, Ground, print_outcome};
use crate::{
    cli::{self, Global},
    console::Console,
    dataflow::{self, State},
    error::Error,
    exit::Exit,
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Down, console: &mut Console) -> Result<Exit, Error> {
    let ground = Ground::of(global, &arguments.end, console)?;
    let _lock = ground.lock(console);
    let place = ground.place();
    let target = place.target();
    if let Some(state) = place.state()? {
        let question = format!("Delete this in {target}?");
        let would = format!("`{}` would be deleted in {target}", ground.name);
        let asked = Asked {
            shown: &shown(&state, arguments.all),
            question: &question,
            would: &would,
            yes: arguments.yes,
            allow_production: arguments.allow_production,
        };
        ground.ask(global, asked, console)?;
    }
    ground.heed(console);
    let ended = dataflow::down(&place, arguments.all, &mut |told| console.progress(&told.to_string()));
    match ended {
        Ok(outcome) => {
            print_outcome(&outcome, console);
            if outcome.is_there() {
                console.progress("what was made for it and may be used by others stays; `--all` deletes that, too");
            }
            Ok(Exit::Done)
        }
        Err(error) => {
            if let dataflow::Error::Stopped { outcome, .. } = &error {
                print_outcome(outcome, console);
            }
            Err(error.into())
        }
    }
}

/// What would be deleted.
fn shown(state: &State, all: bool) -> String {
    let mut text = String::new();
    for (name, id) in dataflow::doomed(state, all) {
        let _ = writeln!(text, "delete the {}: {id}", name.what());
    }
    if text.is_empty() { "nothing is to be deleted\n".to_owned() } else { text }
}
