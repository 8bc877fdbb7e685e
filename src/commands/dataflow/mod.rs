//! `sss dataflow`: what is asked for becomes a recipe, which is printed.

mod print;
mod wish;

use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Dataflow, console: &mut Console) -> Result<Exit, Error> {
    match arguments {
        cli::Dataflow::Up(arguments) if arguments.printed.is_asked_for() => print::run(global, arguments, console),
        cli::Dataflow::Up(_) | cli::Dataflow::Show(_) | cli::Dataflow::Down(_) => Err(Error::usage(
            "this `sss` prints the requests of a dataflow, and does not send them",
            "print them with `sss dataflow up --plan`, `--curl` or `--postman FILE`",
        )),
    }
}
