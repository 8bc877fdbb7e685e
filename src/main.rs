//! The `sss` binary: parse the arguments, run the verb, turn the result into an exit code.

use std::process::ExitCode;

use self_serve_sources::{cli::Cli, commands, console::Console};

fn main() -> ExitCode {
    let cli = match Cli::parse_arguments() {
        Ok(cli) => cli,
        Err(exit) => return exit.into(),
    };
    let mut console = Console::new(&cli.global);
    let exit = match commands::run(&cli, &mut console) {
        Ok(exit) => exit,
        Err(error) => {
            console.error(&error);
            error.exit()
        }
    };
    exit.into()
}
