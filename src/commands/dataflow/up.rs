//! `sss dataflow up`: the recipe of what is asked for, a question, and the recipe carried out.

use std::fmt::Write as _;

use secrecy::ExposeSecret as _;

use super::{
    Asked, Ground, print_outcome,
    wish::{self, Purpose},
};
use crate::{
    cli::{self, Global},
    console::Console,
    dataflow::{self, State, recipe::Recipe},
    error::Error,
    exit::Exit,
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Up, console: &mut Console) -> Result<Exit, Error> {
    let wish::Asked { recipe, secrets, .. } = wish::asked(global, arguments, Purpose::Send)?;
    let ground = Ground::of(global, &arguments.end, console)?;
    for secret in secrets.values() {
        ground.client.hide(secret.clone());
    }
    for note in &recipe.notes {
        console.progress(&format!("note: {note}"));
    }
    // What another process is making meanwhile is not to be made twice.
    let _lock = ground.lock(console);
    let place = ground.place();
    let target = place.target();
    let asked = Asked {
        shown: &shown(&recipe, place.state()?.as_ref()),
        question: &format!("Make this in {target}?"),
        would: &format!("the dataflow `{}` would be made in {target}", ground.name),
        yes: arguments.yes,
        allow_production: arguments.allow_production,
    };
    ground.ask(global, asked, console)?;
    ground.heed(console);
    let secret = |name: &str| secrets.get(name).map(|secret| secret.expose_secret().to_owned());
    match dataflow::up(&place, &recipe, &secret, &mut |told| console.progress(&told.to_string())) {
        Ok(outcome) => {
            print_outcome(&outcome, console);
            Ok(Exit::Done)
        }
        Err(error) => {
            // A script is owed what is there, above all where the run ended before it was done.
            if let dataflow::Error::Stopped { outcome, .. } = &error {
                print_outcome(outcome, console);
            }
            Err(error.into())
        }
    }
}

/// What would be made.
fn shown(recipe: &Recipe, state: Option<&State>) -> String {
    let mut text = String::new();
    for step in &recipe.steps {
        let Some(name) = step.makes() else { continue };
        match state.and_then(|state| state.own(name)) {
            Some(id) => _ = writeln!(text, "keep the {}, and bring it up to date: {id}", name.what()),
            None => _ = writeln!(text, "make the {}", name.what()),
        }
    }
    text
}
