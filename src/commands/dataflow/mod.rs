//! `sss dataflow`: one file for each of its verbs, and here what they share: which dataflow is meant, and who we are where it is.

use std::path::PathBuf;

use inquire::{Confirm, InquireError};

use super::{
    access::{self, Around},
    guard, interrupt,
    selected::{self, Telling},
};
use crate::{
    cli::{self, Global},
    config::Config,
    console::Console,
    dataflow::{
        Outcome, Place,
        recipe::{DataType, Facts},
    },
    error::Error,
    exit::Exit,
    platform::{Client, Exchange, Stop},
    publish::Lock,
};

mod down;
mod print;
pub(super) mod send;
mod show;
mod up;
pub(super) mod wish;

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Dataflow, console: &mut Console) -> Result<Exit, Error> {
    match arguments {
        cli::Dataflow::Up(arguments) if arguments.printed.is_asked_for() => print::run(global, arguments, console),
        cli::Dataflow::Up(arguments) => up::run(global, arguments, console),
        cli::Dataflow::Show(arguments) => show::run(global, arguments, console),
        cli::Dataflow::Down(arguments) => down::run(global, arguments, console),
        cli::Dataflow::Send(arguments) => send::run(global, arguments, console),
    }
}

/// The dataflow that is meant, and who we are where it is.
pub(super) struct Ground {
    pub(super) root: PathBuf,
    config: Config,
    pub(super) name: String,
    pub(super) client: Client,
    pub(super) stop: Stop,
}

impl Ground {
    fn of(global: &Global, end: &cli::End, console: &Console) -> Result<Self, Error> {
        Self::keeping(global, name(end), console, |_| {})
    }

    /// The same of a dataflow of this name, with every exchange handed to `keep`.
    pub(super) fn keeping(
        global: &Global,
        name: String,
        console: &Console,
        keep: impl Fn(&Exchange) + Send + Sync + 'static,
    ) -> Result<Self, Error> {
        let Around { root, config } = Around::of(global)?;
        let settings = access::settings(global, &config, &root)?;
        let stop = Stop::default();
        let mut client = selected::client(settings, console, Telling::of(console.verbose()), keep);
        client.stop_at(stop.clone());
        Ok(Self { root, config, name, client, stop })
    }

    fn place(&self) -> Place<'_> {
        Place { client: &self.client, root: &self.root, name: &self.name, stop: &self.stop }
    }

    /// Holds the repository: two who make the same dataflow at once would make two.
    pub(super) fn lock(&self, console: &mut Console) -> Lock {
        Lock::take(&self.root, |holder| {
            let holder = holder.map(|holder| format!(" ({holder})")).unwrap_or_default();
            console.progress(&format!("waiting for another `sss` at work in this repository{holder}"));
        })
    }

    /// Asks before something is written: for the sandbox's name where it is guarded, for a yes otherwise unless that was said.
    pub(super) fn ask(&self, global: &Global, asked: Asked<'_>, console: &mut Console) -> Result<(), Error> {
        let protected = access::protected(global, &self.config);
        if let Some(guarded) = guard::guarded(&self.client, protected, asked.allow_production)? {
            console.message(asked.shown.trim_end());
            return guarded.ask(console);
        }
        if asked.yes {
            return Ok(());
        }
        console.message(asked.shown.trim_end());
        if !console.interactive() {
            return Err(Error::usage(
                format!("nothing was sent: {}, and nobody can be asked without a terminal", asked.would),
                "`--yes` does it without asking",
            ));
        }
        match Confirm::new(asked.question).with_default(false).prompt() {
            Ok(true) => Ok(()),
            Ok(false) | Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => {
                console.message("nothing was changed");
                Err(Error::Interrupted)
            }
            Err(error) => {
                Err(Error::usage(format!("the question could not be asked: {error}"), "`--yes` does it without asking"))
            }
        }
    }

    /// From here on, Ctrl-C ends the run between two requests.
    pub(super) fn heed(&self, console: &Console) {
        interrupt::heed(&self.stop, console.teller());
    }
}

/// What is asked before something is written.
pub(super) struct Asked<'a> {
    /// What is about to be written.
    pub(super) shown: &'a str,
    pub(super) question: &'a str,
    /// What would happen, where nobody can be asked.
    pub(super) would: &'a str,
    pub(super) yes: bool,
    pub(super) allow_production: bool,
}

/// The name of the dataflow: its source's, or that of a way into the HTTP API.
fn name(end: &cli::End) -> String {
    match (&end.source, end.http_api) {
        (Some(source), _) => source.clone(),
        (None, data) => {
            let data = if data == Some(cli::HttpApi::Xdm) { DataType::Xdm } else { DataType::Raw };
            Facts::http_api(data, end.authenticated).key
        }
    }
}

/// Prints what a run came to.
fn print_outcome(outcome: &Outcome, console: &mut Console) {
    if console.json() {
        console.print_json(&outcome.to_json());
    } else {
        console.print(&outcome.to_text());
    }
}
