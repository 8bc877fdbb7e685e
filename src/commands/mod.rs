//! One verb a file: arguments in, rooms used, report out.

use std::path::{Path, PathBuf};

use crate::{
    cli::{Cli, Global, Verb},
    console::Console,
    error::Error,
    exit::Exit,
    lint::{
        Rule,
        registry::{self, RULES},
    },
    text::nearest::nearest,
    workspace::layout,
};

mod access;
mod api;
mod auth;
mod dataflow;
mod docs;
mod emulate;
mod explain;
mod guard;
mod interrupt;
mod lint;
mod new;
mod output;
mod plan;
mod planned;
mod publish;
mod pull;
mod refused;
mod rehearse;
mod rules;
mod schema;
mod selected;
mod status;
mod submit;
mod verify;

/// Runs the verb that was asked for.
pub fn run(cli: &Cli, console: &mut Console) -> Result<Exit, Error> {
    let global: &Global = &cli.global;
    match &cli.verb {
        Verb::New(arguments) => new::run(global, arguments, console),
        Verb::Lint(arguments) => lint::run(global, arguments, console),
        Verb::Rules(arguments) => rules::run(global, arguments, console),
        Verb::Explain(arguments) => explain::run(global, arguments, console),
        Verb::Schema(arguments) => schema::run(global, arguments, console),
        Verb::Plan(arguments) => plan::run(global, arguments, console),
        Verb::Publish(arguments) => publish::run(global, arguments, console),
        Verb::Status(arguments) => status::run(global, arguments, console),
        Verb::Pull(arguments) => pull::run(global, arguments, console),
        Verb::Dataflow(arguments) => dataflow::run(global, arguments, console),
        Verb::Verify(arguments) => verify::run(global, arguments, console),
        Verb::Docs(arguments) => docs::run(global, arguments, console),
        Verb::Api(arguments) => api::run(global, arguments, console),
        Verb::Auth(arguments) => auth::run(global, arguments, console),
        Verb::Emulate(arguments) => emulate::run(global, arguments, console),
        Verb::Rehearse(arguments) => rehearse::run(global, arguments, console),
        Verb::Submit(arguments) => submit::run(global, arguments, console),
    }
}

/// The rule that was named.
fn rule_named(name: &str) -> Result<&'static Rule, Error> {
    registry::find(name).ok_or_else(|| {
        let meant = nearest(name, RULES.iter().map(|rule| rule.name));
        Error::usage(
            format!("there is no rule `{name}`"),
            meant.map_or_else(|| "`sss rules` lists all rules".to_owned(), |name| format!("did you mean `{name}`?")),
        )
    })
}

/// The directory to work in: the one named with `-C`, which must be there, or the current one.
fn directory(global: &Global) -> Result<PathBuf, Error> {
    let Some(directory) = &global.directory else { return Ok(PathBuf::from(".")) };
    if !directory.is_dir() {
        return Err(Error::usage(
            format!("there is no directory `{}`", directory.display()),
            "create it, or name another with `-C DIR`",
        ));
    }
    Ok(directory.clone())
}

/// The error of a repository whose `Sources` is empty.
fn no_source(root: &Path) -> Error {
    Error::nothing(
        format!("the folder `{}` holds no source", root.join(layout::SOURCES).display()),
        "scaffold one with `sss new <source>`",
    )
}
