//! `sss new`.

use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
};

/// Runs the verb.
pub(super) fn run(_global: &Global, _arguments: &cli::New, _console: &mut Console) -> Result<Exit, Error> {
    Err(Error::usage("this verb is being laid", "wait for the next commit"))
}
