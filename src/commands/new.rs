//! `sss new`: answers from flags and questions, files from answers, written all or none.

use std::path::{Path, PathBuf};

use serde_json::json;

use crate::{
    cli::{self, Global, SourceKind},
    console::Console,
    error::Error,
    exit::Exit,
    scaffold::{
        self,
        answers::{Answers, Kind},
        check, git, icon, prompt, render,
        templates::Templates,
        write,
    },
    style,
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::New, console: &mut Console) -> Result<Exit, Error> {
    let root = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    check::source(&arguments.source).map_err(|(why, suggestion)| scaffold::Error::Name {
        name: arguments.source.clone(),
        why,
        suggestion,
    })?;
    write::preflight(&root, &arguments.source)?;
    let identity = if arguments.git { Some(git::preflight(&root)?) } else { None };
    // What can go wrong without a question goes wrong before the first one.
    Answers::check_given(arguments)?;
    let templates = match &arguments.templates {
        Some(directory) => Templates::load(&from(global, directory))?,
        None => Templates::built_in()?,
    };
    let mut arguments = arguments.clone();
    read_icon(global, &arguments)?;
    if console.interactive() {
        let colored = global.color != cli::Color::Never;
        prompt::complete(&mut arguments, colored, |path| icon::read(&from(global, path)).map(drop))?;
    }
    let answers = Answers::from_arguments(&arguments)?;
    let files = render::render(&answers, read_icon(global, &arguments)?, &templates)?;

    let written = write::write(&root, &arguments.source, &files)?;
    let mut commit = None;
    if let Some(identity) = identity {
        match git::first_commit(&root, &identity, &arguments.source, &written.files) {
            Ok(id) => commit = Some(id),
            Err(cause) => return Err(written.undo(cause).into()),
        }
    }
    report(&root, &answers, arguments.icon.is_some(), &written, commit.as_deref(), console);
    Ok(Exit::Done)
}

/// A path of the command line: counted from `-C`, as it was given where there is none.
fn from(global: &Global, path: &Path) -> PathBuf {
    global.directory.as_ref().map_or_else(|| path.to_owned(), |directory| directory.join(path))
}

fn read_icon(global: &Global, arguments: &cli::New) -> Result<Option<Vec<u8>>, scaffold::Error> {
    arguments.icon.as_ref().map(|path| icon::read(&from(global, path))).transpose()
}

fn report(
    root: &Path,
    answers: &Answers,
    own_icon: bool,
    written: &write::Written,
    commit: Option<&str>,
    console: &mut Console,
) {
    let kind = match answers.kind {
        Kind::Streaming => SourceKind::Streaming,
        Kind::Batch(_) => SourceKind::Batch,
    };
    let (good, dim, note) = (style::GOOD, style::DIM, style::NOTE);
    if console.json() {
        console.print_json(&json!({
            "version": 1,
            "source": answers.source,
            "kind": kind_name(kind),
            "files": written.files,
            "kept": written.kept,
            "assumed": answers.assumed,
            "commit": commit,
        }));
    } else {
        for path in &written.files {
            console.line(&format!("{good}wrote{good:#} {path}"));
        }
    }
    for path in &written.kept {
        console.progress(&format!("{dim}kept{dim:#}  {path}"));
    }
    if let Some(id) = commit {
        console
            .progress(&format!("{dim}committed as {}; hooks were not run, and nothing was signed{dim:#}", &id[..10]));
    }
    if !answers.assumed.is_empty() {
        console.progress(&format!("{note}assumed{note:#}: {}", answers.assumed.join(" ")));
    }
    for doubt in &answers.doubts {
        console.progress(&format!("{note}note{note:#}: {doubt}"));
    }
    if !own_icon {
        console.progress(&format!("{note}note{note:#}: the icon is a placeholder; put your own SVG in its place"));
    }
    let place = if root == Path::new(".") { String::new() } else { format!(" -C {}", root.display()) };
    console.progress(&format!("\nNext: `sss{place} lint`, then `sss{place} rehearse {}`", answers.source));
}

fn kind_name(kind: SourceKind) -> &'static str {
    match kind {
        SourceKind::Streaming => "streaming",
        SourceKind::Batch => "batch",
    }
}
