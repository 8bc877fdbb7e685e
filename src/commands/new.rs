//! `sss new`: answers from flags and questions, files from answers, written all or none.

mod around;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::json;

use around::Around;

use crate::{
    cli::{self, Global, SourceKind},
    config::Config,
    console::Console,
    error::Error,
    exit::Exit,
    lint::{self, Level},
    scaffold::{
        self,
        answers::{Answers, Kind},
        check, git, icon, prompt, render,
        templates::Templates,
        write,
    },
    style,
    text::Document,
    workspace::{
        Artifact, LoadedSource, Source,
        layout::{self, ArtifactKind},
        root_of,
    },
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::New, console: &mut Console) -> Result<Exit, Error> {
    let Some(source) = &arguments.source else { return around::run(global, arguments, console) };
    let root = root(global)?;
    check::source(source).map_err(|(why, suggestion)| scaffold::Error::Name {
        name: source.clone(),
        why,
        suggestion,
    })?;
    write::preflight(&root, source)?;
    let identity = if arguments.git { Some(git::preflight(&root)?) } else { None };
    // What can go wrong without a question goes wrong before the first one.
    Answers::check_given(arguments)?;
    let templates = templates(global, arguments)?;
    around::preflight(&root, arguments, &templates)?;
    let mut arguments = arguments.clone();
    read_icon(global, &arguments)?;
    if console.interactive() {
        let colored = global.color != cli::Color::Never;
        prompt::complete(&mut arguments, colored, |path| icon::read(&from(global, path)).map(drop))?;
    }
    let answers = Answers::from_arguments(&arguments)?;
    let files = render::render(&answers, read_icon(global, &arguments)?, &templates)?;

    object(&root, &answers, &files, arguments.templates.is_some(), console)?;

    let written = write::write(&root, source, &files)?;
    let mut around = match Around::with_workflow(&root, &arguments, &templates) {
        Ok(around) => around,
        Err(cause) => return Err(written.undo(cause).into()),
    };
    let mut commit = None;
    let stand_in = identity.as_ref().and_then(git::Identity::stand_in);
    if let Some(identity) = identity {
        let files: Vec<String> = written.files.iter().chain(around.written()).cloned().collect();
        match git::first_commit(&root, &identity, source, &files) {
            Ok(id) => commit = Some(id),
            Err(cause) => return Err(written.undo(around.undo(cause)).into()),
        }
    }
    around.add_hook(&root, &arguments, &templates)?;
    report(&root, &answers, arguments.icon.is_some(), &written, &around, commit.as_deref(), console);
    if let Some(stand_in) = stand_in {
        console.progress(&format!(
            "{0}note{0:#}: git knows neither your name nor your address, so the commit is by `{stand_in}`; set `user.name` and \
             `user.email`, then run `git commit --amend --reset-author`",
            style::NOTE
        ));
    }
    Ok(Exit::Done)
}

/// The templates that are asked for.
fn templates(global: &Global, arguments: &cli::New) -> Result<Templates, scaffold::Error> {
    match &arguments.templates {
        Some(directory) => Templates::load(&from(global, directory)),
        None => Templates::built_in(),
    }
}

/// Where the repository is: the directory worked in, or the repository whose `Sources` it lies in.
fn root(global: &Global) -> Result<PathBuf, Error> {
    let directory = global.directory.clone().unwrap_or_else(|| PathBuf::from("."));
    let Ok(whole) = directory.canonicalize() else { return Ok(directory) };
    let around = root_of(&whole).ok().filter(|root| whole.starts_with(root.join(layout::SOURCES)));
    Ok(around.unwrap_or(directory))
}

/// Holds what would be written to what the linter says of it, so that no scaffold begins with a finding. Templates of
/// one's own may: that is told, and left to whoever wrote them.
fn object(
    root: &Path,
    answers: &Answers,
    files: &[render::File],
    own_templates: bool,
    console: &mut Console,
) -> Result<(), Error> {
    let source = Source::named(&answers.source);
    let artifacts = ArtifactKind::ALL.into_iter().filter_map(|kind| {
        let path = kind.path(&answers.source);
        let file = files.iter().find(|file| file.path == path)?;
        let content = Ok(Arc::new(Document::new(path.as_str(), file.bytes.clone())));
        Some(Artifact { kind, path: path.into(), content })
    });
    let loaded = LoadedSource { source: &source, artifacts: artifacts.collect() };
    let findings = lint::check_source(&loaded, &Config::load(root)?);
    let told: Vec<String> = findings
        .findings
        .iter()
        .filter(|finding| finding.level > Level::Note)
        .map(|finding| {
            let help = finding.help.as_deref().map_or_else(String::new, |help| format!("; {help}"));
            format!("{} (`{}`){help}", finding.message, finding.rule)
        })
        .collect();
    if told.is_empty() {
        return Ok(());
    }
    if own_templates {
        for finding in told {
            console.progress(&format!("{0}note{0:#}: {finding}", style::NOTE));
        }
        return Ok(());
    }
    Err(Error::usage("the linter would object to the answers; nothing was written", told.join("\n")))
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
    around: &Around,
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
            "ci": around.ci_json(),
            "hook": around.hook_json(),
        }));
    } else {
        for path in &written.files {
            console.line(&format!("{good}wrote{good:#} {path}"));
        }
        around.print(console);
    }
    for path in &written.kept {
        console.progress(&format!("{dim}kept{dim:#}  {path}"));
    }
    around.advise(console);
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
