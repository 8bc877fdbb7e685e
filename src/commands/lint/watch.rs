//! `sss lint --watch`: what is saved is checked again, until Ctrl-C.

use std::{
    path::{Path, PathBuf},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

use notify::{
    Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher,
    event::{AccessKind, AccessMode},
};

use super::{
    Rules, known,
    selection::{Selected, is_stdin, selected},
    tell_of_git,
};
use crate::{
    cli::{self, Format},
    config::Config,
    console::Console,
    error::Error,
    exit::Exit,
    lint::{Findings, Standing, Touched},
    report,
    style::DIM,
    workspace::{git::Git, layout, root_of},
};

/// An editor saves in several steps; what follows within this time belongs to the same save.
const QUIET: Duration = Duration::from_millis(15);

/// Where something is always being saved, this is waited for the end of it at most.
const LONGEST: Duration = Duration::from_millis(60);

/// What is waited for.
enum Message {
    Changed(Vec<PathBuf>),
    /// More happened than could be told.
    Lost,
    Interrupted,
}

/// Checks, and checks again whenever something is saved.
pub(super) fn run(
    base: &Path,
    arguments: &cli::Lint,
    rules: &Rules,
    format: Format,
    console: &mut Console,
) -> Result<Exit, Error> {
    if !matches!(format, Format::Full | Format::Concise | Format::Json) {
        return Err(Error::usage(
            "`--watch` prints reports for a person, or as JSON",
            "take `--format full`, `concise` or `json`",
        ));
    }
    let root = root(base, arguments)?;
    let (sender, receiver) = mpsc::channel();
    interrupts(sender.clone()).map_err(|error| Error::file("wait for Ctrl-C in", &root, error))?;
    // What is saved while the first run goes on is not missed.
    let mut watch = Watch::begin(&root, sender)?;
    let mut run = Run::begin(base, arguments, rules);
    loop {
        let asked = Instant::now();
        run.report(arguments, format, console);
        if format != Format::Json {
            let took = (asked.elapsed() + run.took).as_millis();
            let many = if run.checked == 1 { "source" } else { "sources" };
            console.progress(&format!(
                "{DIM}{} {many} checked in {took} ms; waiting for changes, Ctrl-C ends{DIM:#}",
                run.checked
            ));
        }
        let touched = loop {
            if console.is_closed() {
                return Ok(Exit::Done);
            }
            match next(&receiver) {
                None => return Ok(Exit::Interrupted),
                Some(Next::Everything) => break Touched { is_rearranged: true, ..Touched::default() },
                Some(Next::Paths(paths)) => {
                    let mut touched = Touched::by(&root, &paths);
                    // What git tracks is told for the whole repository.
                    touched.is_kept_anew |= paths.iter().any(|path| Some(path) == watch.index.as_ref());
                    if !touched.is_nothing() {
                        break touched;
                    }
                }
            }
        };
        watch.follow(&touched)?;
        run.again(&touched, base, arguments, rules);
    }
}

/// The root of the one repository that is watched.
fn root(base: &Path, arguments: &cli::Lint) -> Result<PathBuf, Error> {
    if is_stdin(&arguments.paths) {
        return Err(Error::usage("`--watch` looks at files, and standard input is none", "leave `-` or `--watch` out"));
    }
    let selected = match selected(base, arguments) {
        Ok(selected) => selected,
        // What is empty today may be filled tomorrow.
        Err(Error::Nothing { .. }) => {
            return root_of(base)?.canonicalize().map_err(|error| Error::file("read", base, error));
        }
        Err(error) => return Err(error),
    };
    let is_lone = selected.iter().any(|one| one.workspace.sources().iter().any(|source| !source.in_repository));
    match selected.as_slice() {
        [one] if !is_lone => {
            let root = one.workspace.root();
            root.canonicalize().map_err(|error| Error::file("read", root, error))
        }
        _ => Err(Error::usage("`--watch` looks at one repository at a time", "name one, or sources of one")),
    }
}

/// What is checked, as it was last seen; or why it could not be.
struct Run {
    state: Result<(Selected, Config, Standing), Error>,
    /// How many sources were checked for the last report, and how long that took.
    checked: usize,
    took: Duration,
}

impl Run {
    fn begin(base: &Path, arguments: &cli::Lint, rules: &Rules) -> Self {
        let began = Instant::now();
        let state = selected(base, arguments).and_then(|mut selected| {
            let selected = selected.remove(0);
            let config = rules.apply(selected.config()?);
            let standing = Standing::new(&selected.workspace, &config);
            Ok((selected, config, standing))
        });
        let checked = state.as_ref().map_or(0, |(selected, ..)| selected.workspace.sources().len());
        Self { state, checked, took: began.elapsed() }
    }

    fn again(&mut self, touched: &Touched, base: &Path, arguments: &cli::Lint, rules: &Rules) {
        let began = Instant::now();
        let is_partial = !touched.is_rearranged && !touched.is_configured && !touched.is_kept_anew;
        let updated = match &mut self.state {
            Ok((selected, config, standing)) if is_partial => {
                let names = touched.names.iter().filter(|name| selected.wants(name)).cloned().collect();
                standing.update(&mut selected.workspace, config, &names).ok()
            }
            _ => None,
        };
        match updated {
            Some(checked) => (self.checked, self.took) = (checked, began.elapsed()),
            None => *self = Self::begin(base, arguments, rules),
        }
    }

    fn findings(&self, arguments: &cli::Lint, console: &mut Console) -> Result<Findings, &Error> {
        let (selected, config, standing) = self.state.as_ref()?;
        let mut findings = standing.findings(&selected.workspace, config);
        findings.strict = arguments.strict;
        selected.narrow(&mut findings);
        if let Err(error) = known::apply(selected, arguments, &mut findings, console) {
            console.error(&error);
        }
        Ok(findings)
    }

    /// Prints what is found in place of what was; where that is no terminal, after it.
    fn report(&self, arguments: &cli::Lint, format: Format, console: &mut Console) {
        console.clear();
        match self.findings(arguments, console) {
            Ok(findings) if format == Format::Json => {
                console.stream(|out| {
                    serde_json::to_writer(&mut *out, &report::JsonReport::of(&findings))?;
                    writeln!(out)
                });
            }
            Ok(findings) => {
                let look = console.look();
                console.stream(|out| report::write(&findings, format, look, out));
                tell_of_git(&findings, console);
            }
            Err(error) => console.error(error),
        }
    }
}

/// What came next.
enum Next {
    Paths(Vec<PathBuf>),
    Everything,
}

/// Waits for a change, and for the end of what follows from it; nothing where the person interrupts.
fn next(receiver: &Receiver<Message>) -> Option<Next> {
    let (mut paths, mut is_lost) = (Vec::new(), false);
    let mut message = receiver.recv().ok()?;
    let began = Instant::now();
    loop {
        match message {
            Message::Changed(changed) => paths.extend(changed),
            Message::Lost => is_lost = true,
            Message::Interrupted => return None,
        }
        let left = LONGEST.saturating_sub(began.elapsed());
        message = match receiver.recv_timeout(QUIET.min(left)) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => break,
            Err(RecvTimeoutError::Disconnected) => return None,
        };
    }
    Some(if is_lost { Next::Everything } else { Next::Paths(paths) })
}

/// The system's own watch over a repository.
struct Watch {
    watcher: RecommendedWatcher,
    root: PathBuf,
    /// The index of git around it.
    index: Option<PathBuf>,
}

impl Watch {
    fn begin(root: &Path, sender: Sender<Message>) -> Result<Self, Error> {
        let tell = move |event: notify::Result<Event>| {
            let message = match event {
                Ok(event) if event.need_rescan() => Message::Lost,
                Ok(event) if is_change(event.kind) => Message::Changed(event.paths),
                Ok(_) => return,
                Err(_) => Message::Lost,
            };
            // Whoever listened may be gone.
            let _ = sender.send(message);
        };
        let watcher = notify::recommended_watcher(tell).map_err(|error| refused(root, &error))?;
        let index = Git::around(root).ok().map(|git| git.index_path());
        let mut watch = Self { watcher, root: root.to_owned(), index };
        watch.watch(root, RecursiveMode::NonRecursive)?;
        // git puts another file in its place.
        if let Some(folder) = watch.index.as_ref().and_then(|index| index.parent()).map(Path::to_owned) {
            watch.watch(&folder, RecursiveMode::NonRecursive)?;
        }
        watch.follow(&Touched { is_rearranged: true, is_kept_anew: true, ..Touched::default() })?;
        Ok(watch)
    }

    /// Watches folders that are new.
    fn follow(&mut self, touched: &Touched) -> Result<(), Error> {
        let state = self.root.join(layout::STATE);
        if touched.is_rearranged {
            self.watch(&self.root.join(layout::SOURCES), RecursiveMode::Recursive)?;
            self.watch(&self.root.join(layout::DOCS), RecursiveMode::Recursive)?;
        }
        if touched.is_rearranged || touched.is_kept_anew {
            self.watch(&state, RecursiveMode::NonRecursive)?;
            self.watch(&state.join(layout::PUBLISHED), RecursiveMode::NonRecursive)?;
        }
        Ok(())
    }

    fn watch(&mut self, folder: &Path, mode: RecursiveMode) -> Result<(), Error> {
        if !folder.is_dir() {
            return Ok(());
        }
        // One of this name that is gone may still be watched.
        let _ = self.watcher.unwatch(folder);
        match self.watcher.watch(folder, mode) {
            Err(error) if !matches!(error.kind, notify::ErrorKind::PathNotFound) => Err(refused(folder, &error)),
            _ => Ok(()),
        }
    }
}

/// Whether an event may be a change of a file; reading it, which checking does, is none.
fn is_change(kind: EventKind) -> bool {
    match kind {
        EventKind::Access(access) => access == AccessKind::Close(AccessMode::Write),
        _ => true,
    }
}

fn refused(folder: &Path, error: &notify::Error) -> Error {
    let help = match error.kind {
        notify::ErrorKind::MaxFilesWatch => {
            "the system watches no more folders: raise `fs.inotify.max_user_watches`, or name fewer sources"
        }
        _ => "run `sss lint` without `--watch`",
    };
    Error::usage(format!("could not watch `{}`: {error}", folder.display()), help)
}

/// Has Ctrl-C end the waiting and not the process, which may be in the midst of a report.
fn interrupts(sender: Sender<Message>) -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    thread::Builder::new().name("interrupts".to_owned()).spawn(move || {
        runtime.block_on(async {
            if tokio::signal::ctrl_c().await.is_ok() {
                // Whoever listened may be gone.
                let _ = sender.send(Message::Interrupted);
            }
        });
    })?;
    Ok(())
}
