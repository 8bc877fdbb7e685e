//! `sss new --ci` and `--hook`: what stands around the sources, with a new one or for those that are there.

use std::{fs, path::Path};

use serde_json::{Value, json};

use super::templates;
use crate::{
    cli::{self, CiKind, Global},
    commands::directory,
    console::Console,
    error::Error,
    exit::Exit,
    scaffold::{
        self,
        around::{self, File, Placed},
        templates::Templates,
    },
    style,
    workspace::root_of,
};

/// Runs the verb without a source.
pub(super) fn run(global: &Global, arguments: &cli::New, console: &mut Console) -> Result<Exit, Error> {
    if !arguments.hook && matches!(arguments.ci, None | Some(CiKind::None)) {
        return Err(Error::usage(
            "`--ci none` without a source asks for nothing",
            "name a source, a service for `--ci`, or `--hook`",
        ));
    }
    let root = root_of(&directory(global)?)?;
    let templates = templates(global, arguments)?;
    preflight(&root, arguments, &templates)?;
    let mut around = Around::with_workflow(&root, arguments, &templates)?;
    around.add_hook(&root, arguments, &templates)?;
    if console.json() {
        console.print_json(&json!({
            "version": 1,
            "source": null,
            "kind": null,
            "files": [],
            "kept": [],
            "assumed": [],
            "commit": null,
            "ci": around.ci_json(),
            "hook": around.hook_json(),
        }));
    } else {
        around.print(console);
    }
    around.advise(console);
    Ok(Exit::Done)
}

/// Makes what is asked for without writing it, so that what is wrong is told before anything is written.
pub(super) fn preflight(root: &Path, arguments: &cli::New, templates: &Templates) -> Result<(), scaffold::Error> {
    around::workflow(root, arguments.ci.unwrap_or(CiKind::None), templates)?;
    // With `--git` there is no repository yet.
    if arguments.hook && !arguments.git {
        around::hook(root, templates)?;
    }
    Ok(())
}

/// What was written around the sources, and what was not.
pub(super) struct Around {
    ci: Option<(File, Placed)>,
    hook: Option<(File, Placed)>,
    /// The workflow's path, where it was written.
    written: Option<String>,
}

impl Around {
    /// Writes the workflow that is asked for.
    pub(super) fn with_workflow(
        root: &Path,
        arguments: &cli::New,
        templates: &Templates,
    ) -> Result<Self, scaffold::Error> {
        let ci = match around::workflow(root, arguments.ci.unwrap_or(CiKind::None), templates)? {
            Some(file) => {
                let placed = file.place()?;
                Some((file, placed))
            }
            None => None,
        };
        let written = ci.as_ref().filter(|(_, placed)| *placed == Placed::Written).map(|(file, _)| file.shown.clone());
        Ok(Self { ci, hook: None, written })
    }

    /// Writes the hook that is asked for.
    pub(super) fn add_hook(
        &mut self,
        root: &Path,
        arguments: &cli::New,
        templates: &Templates,
    ) -> Result<(), scaffold::Error> {
        if arguments.hook {
            let file = around::hook(root, templates)?;
            let placed = file.place()?;
            self.hook = Some((file, placed));
        }
        Ok(())
    }

    /// What a first commit is to hold besides the source.
    pub(super) fn written(&self) -> impl Iterator<Item = &String> {
        self.written.iter()
    }

    /// Takes the workflow back, and returns the error that made it necessary.
    pub(super) fn undo(&self, cause: scaffold::Error) -> scaffold::Error {
        match &self.ci {
            Some((file, Placed::Written)) if fs::remove_file(&file.path).is_err() => {
                scaffold::Error::LeftBehind { cause: Box::new(cause), left: vec![file.shown.clone()] }
            }
            _ => cause,
        }
    }

    fn all(&self) -> impl Iterator<Item = &(File, Placed)> {
        self.ci.iter().chain(&self.hook)
    }

    /// Prints what was written.
    pub(super) fn print(&self, console: &mut Console) {
        let good = style::GOOD;
        for (file, _) in self.all().filter(|(_, placed)| *placed == Placed::Written) {
            console.line(&format!("{good}wrote{good:#} {}", file.shown));
        }
    }

    /// Tells what was not written, and what to add instead.
    pub(super) fn advise(&self, console: &mut Console) {
        let (dim, note) = (style::DIM, style::NOTE);
        for (file, placed) in self.all() {
            match placed {
                Placed::Written => {}
                Placed::There => console.progress(&format!("{dim}kept{dim:#}  {}", file.shown)),
                Placed::Kept { why, add } => console.progress(&format!(
                    "{note}note{note:#}: `{}` was left as it is: {why}. Add these {}:\n\n{add}",
                    file.shown,
                    file.noun()
                )),
            }
        }
    }

    /// What came of the workflow, as JSON.
    pub(super) fn ci_json(&self) -> Value {
        told(self.ci.as_ref())
    }

    /// What came of the hook, as JSON.
    pub(super) fn hook_json(&self) -> Value {
        told(self.hook.as_ref())
    }
}

fn told(placed: Option<&(File, Placed)>) -> Value {
    let Some((file, placed)) = placed else { return Value::Null };
    let add = match placed {
        Placed::Kept { add, .. } => Some(add),
        Placed::Written | Placed::There => None,
    };
    json!({ "file": file.shown, "written": *placed == Placed::Written, "add": add })
}
