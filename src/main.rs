//! The `sss` binary: parse the arguments, run the verb, turn the result into an exit code.

use std::process::ExitCode;

use self_serve_sources::{cli::Cli, commands, console::Console, exit::Exit};

fn main() -> ExitCode {
    let cli = match Cli::parse_arguments() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    let mut console = Console::new(&cli.global);
    let mut exit = commands::run(&cli, &mut console).unwrap_or_else(|error| {
        console.error(&error);
        error.exit()
    });
    if let Err(error) = console.finish() {
        console.error(&error);
        // How a verb ended that was refused or stopped says more than that nobody was told.
        if matches!(exit, Exit::Done | Exit::Findings) {
            exit = error.exit();
        }
    }
    exit.into()
}
