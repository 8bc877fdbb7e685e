//! `sss pull`: what the platform holds, brought into the artifacts; all of it or nothing.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use inquire::{Confirm, InquireError};
use serde_json::{Value, json};

use super::{
    directory,
    selected::{self, Selected, Telling},
};
use crate::{
    cli::{self, Global},
    console::Console,
    error::Error,
    exit::Exit,
    files,
    platform::{FlowService, Record},
    publish::{
        self, Difference, Lock, Records, State, Target,
        pull::{self, Pulled},
    },
    scaffold::{
        self,
        render::{File, IfThere},
        write,
    },
    spec::{Spec, category},
    text::{Document, json::Tree, visible::printable},
    workspace::{self, Source, layout, layout::ArtifactKind, root_of},
};

/// Runs the verb.
pub(super) fn run(global: &Global, arguments: &cli::Pull, console: &mut Console) -> Result<Exit, Error> {
    match (&arguments.id, &arguments.name) {
        (Some(id), _) => made_elsewhere(global, arguments, &id.to_string(), console),
        (None, Some(name)) => recorded(global, arguments, name, console),
        (None, None) => Err(Error::usage("name a source, or a connection spec with `--id`", "`sss pull --help`")),
    }
}

/// One pull, from what is known of it to what is told of it.
struct Pull<'a> {
    root: PathBuf,
    source: String,
    id: String,
    target: Target,
    /// Where the source stood; absent where it was made elsewhere.
    state: Option<State>,
    differences: Vec<Difference>,
    /// Files to be written, or written, relative to the root.
    files: Vec<String>,
    /// What cannot be derived from a connection spec.
    missing: Vec<String>,
    arguments: &'a cli::Pull,
}

/// Pulls a source that was published from here.
fn recorded(global: &Global, arguments: &cli::Pull, name: &str, console: &mut Console) -> Result<Exit, Error> {
    let selected = Selected::of(global, &[name.to_owned()])?;
    let service = service(&selected, global, console)?;
    let root = selected.root().to_owned();
    let _lock = lock(&root, console);
    let mut records = Records::directory(&root);
    let target = Target::of(service.client().settings());
    let Some(entry) = records.find(name, &target)? else {
        return Err(Error::nothing(
            format!("`{name}` is not recorded as published to this organization and sandbox"),
            "`sss pull --id ID` pulls a connection spec that was made elsewhere; `sss publish` makes one",
        ));
    };
    let (desired, _) = selected.readable(None);
    let status = publish::status(&service, &desired, &records)?;
    let status = status.sources.first();
    let id = entry.connection_spec.clone();
    let remote = match status.and_then(|status| status.remote()) {
        Some(record) => record.clone(),
        None => service
            .connection_spec(&id)?
            .ok_or_else(|| publish::Error::NoConnectionSpec { connection_spec: id.clone() })?,
    };
    let state = status.map_or(State::Unreadable, |status| status.state);
    let artifact = Artifact::of(&selected, name)?;
    let readable = artifact.tree.as_ref().filter(|_| state != State::Unreadable);
    let pulled = pull::pulled(readable, &remote)?;
    let mut pull = Pull {
        root,
        source: name.to_owned(),
        id: id.clone(),
        target: target.clone(),
        state: Some(state),
        differences: pulled.differences(readable),
        files: vec![artifact.path.clone()],
        missing: Vec::new(),
        arguments,
    };
    let nothing_new =
        matches!(state, State::InStep | State::NotListed) || (state == State::ChangedLocally && !arguments.force);
    if nothing_new || (readable.is_some() && pull.differences.is_empty()) {
        pull.files.clear();
        pull.differences.clear();
        if !arguments.dry_run && state == State::ChangedRemotely {
            let flow_spec = entry.flow_spec.as_deref().and_then(|id| id.parse().ok());
            pull::record(&mut records, name, &target, &id, flow_spec, &pulled, true)?;
        }
        pull.tell(false, console);
        return Ok(Exit::Done);
    }
    pull.show(&pulled, console);
    if arguments.dry_run {
        pull.tell(false, console);
        return Ok(Exit::Done);
    }
    let lost = match state {
        State::ChangedRemotely => None,
        State::Unreadable => Some("its artifact cannot be read as a connection spec, and would be replaced whole"),
        _ => Some("it was changed here since it was published, and that would be lost"),
    };
    if let Some(why) = lost {
        pull.allow(why, console)?;
    }
    let flow_spec = entry.flow_spec.as_deref().and_then(|id| id.parse().ok());
    artifact.replace(&pull.root, &pulled, || {
        pull::record(&mut records, name, &target, &id, flow_spec, &pulled, state == State::ChangedRemotely)?;
        Ok(())
    })?;
    pull.kept(&pulled, state == State::ChangedRemotely, console);
    pull.tell(true, console);
    Ok(Exit::Done)
}

/// Pulls a connection spec that was made elsewhere, into a new source or one that is not recorded.
fn made_elsewhere(global: &Global, arguments: &cli::Pull, id: &str, console: &mut Console) -> Result<Exit, Error> {
    let here = directory(global)?;
    let root = match root_of(&here) {
        Ok(root) => root,
        // The first source of a repository to be.
        Err(workspace::Error::NoSources { .. }) => here,
        Err(error) => return Err(error.into()),
    };
    let selected = Selected::in_root(&root)?;
    let service = service(&selected, global, console)?;
    let _lock = lock(&root, console);
    let mut records = Records::directory(&root);
    let target = Target::of(service.client().settings());
    for source in selected.workspace().sources() {
        let entry = records.find(&source.name, &target)?;
        if entry.is_some_and(|entry| entry.connection_spec == id) {
            return Err(Error::usage(
                format!("`{id}` is recorded as the connection spec of `{}`", source.name),
                format!("`sss pull {}` brings it up to date", source.name),
            ));
        }
    }
    let remote = service
        .connection_spec(id)?
        .ok_or_else(|| publish::Error::NoConnectionSpec { connection_spec: id.to_owned() })?;
    let name = source_name(arguments.source.as_deref(), &remote)?;
    if let Some(entry) = records.find(&name, &target)? {
        return Err(Error::usage(
            format!("`{name}` is recorded as another connection spec, `{}`", entry.connection_spec),
            "choose another name with `--source`",
        ));
    }
    let there = selected.workspace().source(&name);
    let artifact = there.map(|source| Artifact::load(&root, source)).transpose()?;
    let tree = artifact.as_ref().and_then(|artifact| artifact.tree.as_ref());
    let pulled = pull::pulled(tree, &remote)?;
    let mut pull = Pull {
        root: root.clone(),
        source: name.clone(),
        id: id.to_owned(),
        target: target.clone(),
        state: None,
        differences: pulled.differences(tree),
        files: Vec::new(),
        missing: Vec::new(),
        arguments,
    };
    let kind = Tree::read(Arc::new(Document::new("answer", pulled.text.clone().into_bytes())));
    let kind = Spec::of(&kind).and_then(|spec| spec.kind());
    let flow_spec = kind.map(|kind| pull::listing(&service, kind, id)).transpose()?.flatten();
    let Some(artifact) = &artifact else {
        let (new, missing) = artifacts(&name, &pulled, &remote);
        pull.files = new.iter().map(|file| file.path.clone()).collect();
        pull.missing = missing;
        if arguments.dry_run {
            pull.tell(false, console);
            return Ok(Exit::Done);
        }
        let written = write::write(&root, &name, &new)?;
        if let Err(error) = pull::record(&mut records, &name, &target, id, flow_spec, &pulled, true) {
            // The files without the record would be published as a second connection spec.
            let path = layout::published(&name);
            let source = io::Error::other(error.to_string());
            return Err(written.undo(scaffold::Error::File { action: "write the record", path, source }).into());
        }
        pull.tell(true, console);
        return Ok(Exit::Done);
    };
    if pull.differences.is_empty() && tree.is_some() {
        if !arguments.dry_run {
            pull::record(&mut records, &name, &target, id, flow_spec, &pulled, false)?;
        }
        pull.kept(&pulled, false, console);
        pull.tell(false, console);
        return Ok(Exit::Done);
    }
    pull.files.push(artifact.path.clone());
    pull.show(&pulled, console);
    if arguments.dry_run {
        pull.tell(false, console);
        return Ok(Exit::Done);
    }
    pull.allow("there is a source of that name with other content, which would be lost", console)?;
    artifact.replace(&root, &pulled, || {
        pull::record(&mut records, &name, &target, id, flow_spec, &pulled, false)?;
        Ok(())
    })?;
    pull.kept(&pulled, false, console);
    pull.tell(true, console);
    Ok(Exit::Done)
}

fn service(selected: &Selected, global: &Global, console: &Console) -> Result<FlowService, Error> {
    let settings = selected.settings(global)?;
    Ok(FlowService::new(selected::client(settings, console, Telling::of(console.verbose()), |_| {})))
}

fn lock(root: &Path, console: &mut Console) -> Lock {
    Lock::take(root, |holder| {
        let holder = holder.map(|holder| format!(" ({holder})")).unwrap_or_default();
        console.progress(&format!("waiting for another `sss` that writes in this repository{holder}"));
    })
}

/// The connection spec of a source as it lies there.
struct Artifact {
    /// Relative to the root.
    path: String,
    /// Absent where the file is.
    before: Option<Vec<u8>>,
    /// Where it can be read.
    tree: Option<Tree>,
}

impl Artifact {
    fn of(selected: &Selected, name: &str) -> Result<Self, Error> {
        match selected.workspace().source(name) {
            Some(source) => Self::load(selected.root(), source),
            None => Ok(Self { path: ArtifactKind::ConnectionSpec.path(name), before: None, tree: None }),
        }
    }

    fn load(root: &Path, source: &Source) -> Result<Self, Error> {
        let Some(entry) = source.artifact(ArtifactKind::ConnectionSpec) else {
            return Ok(Self { path: ArtifactKind::ConnectionSpec.path(&source.name), before: None, tree: None });
        };
        let loaded = source.load(root);
        let tree = loaded.document(ArtifactKind::ConnectionSpec).map(|document| Tree::read(Arc::clone(document)));
        // A link that leads out of the repository is not read, and must not be written to either.
        if tree.is_none() {
            return Err(Error::usage(format!("`{}` cannot be read", printable(&entry.path)), "`sss lint` tells why"));
        }
        let path = entry.path.to_string();
        let before = fs::read(root.join(&path)).map_err(|source| Error::file("read", &root.join(&path), source))?;
        Ok(Self { path, before: Some(before), tree: tree.filter(Tree::is_sound) })
    }

    /// Writes the new text, then does the rest; where the rest fails, the old text comes back.
    fn replace(&self, root: &Path, pulled: &Pulled, rest: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        let path = root.join(&self.path);
        // Through a link, to the file that it leads to.
        let path = path.canonicalize().unwrap_or(path);
        let write =
            |bytes: &[u8]| files::write_whole(&path, bytes).map_err(|source| Error::file("write", &path, source));
        write(pulled.text.as_bytes())?;
        rest().map_err(|error| {
            let back = match &self.before {
                Some(bytes) => write(bytes),
                None => files::remove(&path).map_err(|source| Error::file("remove", &path, source)),
            };
            // That the file could not be brought back is worse than why it had to be.
            back.err().unwrap_or(error)
        })
    }
}

impl Pull<'_> {
    fn show(&self, pulled: &Pulled, console: &mut Console) {
        if !self.differences.is_empty() {
            console.progress(&format!("what the platform holds, against the artifact of `{}`:", self.source));
            console.progress(pull::differences_text(&self.differences, pulled).trim_end());
        }
    }

    /// Overwriting needs `--force`, or a yes at the prompt.
    fn allow(&self, why: &str, console: &mut Console) -> Result<(), Error> {
        if self.arguments.force {
            return Ok(());
        }
        if !console.interactive() {
            return Err(Error::usage(
                format!("`{}` was not pulled: {why}", self.source),
                "`--force` overwrites it; `--dry-run` shows the difference; `sss publish` sends the artifact instead",
            ));
        }
        match Confirm::new(&format!("{}: {why}. Overwrite it?", self.source)).with_default(false).prompt() {
            Ok(true) => Ok(()),
            Ok(false) | Err(InquireError::OperationCanceled | InquireError::OperationInterrupted) => {
                console.message("nothing was changed");
                Err(Error::Interrupted)
            }
            Err(error) => Err(Error::usage(
                format!("the question could not be asked: {error}"),
                "`--force` overwrites without asking",
            )),
        }
    }

    fn kept(&self, pulled: &Pulled, proven: bool, console: &mut Console) {
        if pulled.kept_description && !proven {
            console.progress(
                "the platform does not tell the description it has: the artifact's was kept, and `sss publish` sends it",
            );
        }
    }

    fn tell(&self, written: bool, console: &mut Console) {
        if console.json() {
            let target = &self.target;
            return console.print_json(&json!({
                "version": 1,
                "target": {"platform": target.platform, "organization": target.organization, "sandbox": target.sandbox},
                "source": self.source,
                "connection_spec": self.id,
                "state": self.state.map(State::name),
                "written": written,
                "files": self.files,
                "missing": self.missing,
                "differences": pull::differences_json(&self.differences),
            }));
        }
        let verb = if written { "wrote" } else { "would write" };
        for file in &self.files {
            console.line(&format!("{verb} {}", printable(file)));
        }
        if self.files.is_empty() {
            let why = match self.state {
                Some(State::ChangedLocally) => "; the artifact was changed since, and stays as it is",
                _ => "",
            };
            console.line(&format!("nothing to pull: `{}` has what the platform holds{why}", self.source));
        }
        for missing in &self.missing {
            console.message(&format!("missing: {missing}"));
        }
    }
}

/// The name a pulled source is to have: the one given, or the connection spec's as a source may be named.
fn source_name(given: Option<&str>, remote: &Record) -> Result<String, Error> {
    if let Some(given) = given {
        return match layout::source_name_fault(given) {
            None => Ok(given.to_owned()),
            Some(fault) => Err(Error::usage(
                format!("`{}` is no name for a source: {fault}", printable(given)),
                "choose 3 to 63 lower-case letters and digits, in words joined by hyphens",
            )),
        };
    }
    let name = remote.value.get("name").and_then(Value::as_str).unwrap_or_default();
    let words: Vec<String> = name
        .split(|character: char| !character.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let slug = words.join("-");
    match layout::source_name_fault(&slug) {
        None => Ok(slug),
        Some(_) => Err(Error::usage(
            format!("the connection spec's name, `{}`, makes no name for a source", printable(name)),
            "name the source with `--source`",
        )),
    }
}

/// The artifacts of a new source, as far as a connection spec tells them, and what it does not tell.
fn artifacts(source: &str, pulled: &Pulled, remote: &Record) -> (Vec<File>, Vec<String>) {
    let ui = |name: &str, form: &str| {
        let text = remote.value.pointer(&format!("/sourceSpec/attributes/uiAttributes/{name}/{form}"));
        text.and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let top = |pointer: &str| remote.value.pointer(pointer).and_then(Value::as_str).map(str::trim).map(str::to_owned);
    let one_line = |text: &String| !text.is_empty() && !text.contains(['\n', '\r']);
    let category = ui("category", "key").or_else(|| {
        top("/attributes/category").and_then(|text| match category::read(&text) {
            category::Category::Key(key) => Some(key.to_owned()),
            _ => None,
        })
    });
    let description = ui("description", "text").or_else(|| top("/description")).filter(one_line);
    let label = ui("label", "text").filter(one_line);
    let mut files = vec![(ArtifactKind::ConnectionSpec, pulled.text.clone())];
    let mut missing = Vec::new();
    let because = |name: &str| match ui(name, "key") {
        Some(key) => format!("the connection spec has only its catalog key, `{}`", printable(&key)),
        None => "the connection spec does not tell it".to_owned(),
    };
    for (kind, name, text) in [
        (ArtifactKind::Category, "category", category),
        (ArtifactKind::Description, "description", description),
        (ArtifactKind::Label, "label", label),
        (ArtifactKind::Icon, "icon", None),
    ] {
        match text {
            Some(text) => files.push((kind, format!("{text}\n"))),
            None => missing.push(format!("{}: {}", kind.path(source), because(name))),
        }
    }
    let files = files.into_iter().map(|(kind, text)| File {
        path: kind.path(source),
        bytes: text.into_bytes(),
        if_there: IfThere::Refuse,
    });
    (files.collect(), missing)
}
