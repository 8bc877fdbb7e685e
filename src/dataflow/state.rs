//! What a dataflow is made of on the platform: `.sss/dataflow/<name>.toml`, one entry for each platform, organization and sandbox.
//!
//! The file is its developer's own and ignored by git: two people who try the same source have a dataflow each. It holds no
//! secret. It is also the journal of `up`: what is about to be made is noted before it is asked for, and its id is written
//! before anything else is asked for, so that at every instant the file and the platform together tell what there is.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Error,
    recipe::{DataType, Name, Way},
};
use crate::{
    files,
    publish::{self, Target},
};

const VERSION: u32 = 1;
const DIRECTORY: &str = "dataflow";
const HEADER: &str = "# Written by `sss dataflow up`: what this dataflow is made of on the platform. `sss dataflow down` takes it away again.\n";

/// What kind of dataflow it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Of a source of ours, on the Streaming SDK.
    Streaming,
    /// Of a source of ours, on the Batch SDK.
    Batch,
    /// Of the platform's own HTTP API.
    HttpApi,
}

/// In which form events come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// In an envelope that names schema and dataset.
    Xdm,
    /// As the sender has them; a mapping set says where each field goes.
    Raw,
}

/// What cannot be changed once a dataflow is begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shape {
    pub kind: Kind,
    pub form: Form,
    /// Whether the inlet asks senders for a token.
    pub authenticated: bool,
}

/// A dataflow as it is known here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// A few hexadecimal digits that stand in the description of everything that was made for it.
    pub run: String,
    pub shape: Shape,
    results: BTreeMap<Name, String>,
    given: BTreeSet<Name>,
    sent: BTreeMap<Name, Sent>,
    mapping_version: u64,
    begun: Option<Begun>,
}

/// Digests of what was last sent of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sent {
    /// Of its name and its description.
    pub(super) texts: String,
    /// Of what it is beside them.
    pub(super) content: String,
}

/// What was about to be made, and may have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Begun {
    pub(super) name: Name,
    pub(super) sent: Sent,
}

impl Shape {
    /// What a recipe makes.
    pub fn of(way: Way) -> Self {
        let (kind, form, authenticated) = match way {
            Way::Streaming => (Kind::Streaming, Form::Raw, false),
            Way::Batch => (Kind::Batch, Form::Raw, false),
            Way::HttpApi { data: DataType::Xdm, authenticated } => (Kind::HttpApi, Form::Xdm, authenticated),
            Way::HttpApi { data: DataType::Raw, authenticated } => (Kind::HttpApi, Form::Raw, authenticated),
        };
        Self { kind, form, authenticated }
    }

    /// Its kind, as the state and `--json` tell it.
    pub const fn kind(self) -> &'static str {
        match self.kind {
            Kind::Streaming => "streaming",
            Kind::Batch => "batch",
            Kind::HttpApi => "http-api",
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = if self.form == Form::Xdm { "XDM" } else { "raw" };
        match self.kind {
            Kind::Streaming => f.write_str("streaming source"),
            Kind::Batch => f.write_str("batch source"),
            Kind::HttpApi if self.authenticated => write!(f, "HTTP API, {form}, authenticated"),
            Kind::HttpApi => write!(f, "HTTP API, {form}, open"),
        }
    }
}

impl State {
    /// One of which nothing is made yet.
    pub fn new(shape: Shape) -> Self {
        // Version 4 ids are random; nobody has so many dataflows that 32 of their bits would meet.
        let run = format!("{:08x}", Uuid::new_v4().as_fields().0);
        let (results, given, sent, mapping_version, begun) = Default::default();
        Self { run, shape, results, given, sent, mapping_version, begun }
    }

    /// The dataflow `name` of the repository at `root`, as it is known in `target`; `None` where there is none.
    pub fn load(root: &Path, name: &str, target: &Target) -> Result<Option<Self>, Error> {
        let path = path(root, name)?;
        let file = read(&path)?;
        let entry = file.dataflow.into_iter().find(|entry| entry.is_of(target));
        entry.map(|entry| entry.state().map_err(|reason| Error::State { path, reason })).transpose()
    }

    /// Writes it; the entries of other targets stay.
    pub(super) fn save(&self, root: &Path, name: &str, target: &Target) -> Result<(), Error> {
        replace(root, name, target, Some(Entry::of(self, target)))
    }

    /// Takes its entry out of the file, and the file away where it was the last one.
    pub(super) fn forget(root: &Path, name: &str, target: &Target) -> Result<(), Error> {
        replace(root, name, target, None)
    }

    /// The names of the dataflows of the repository at `root`, whatever they are made in.
    pub fn names(root: &Path) -> Result<Vec<String>, Error> {
        let directory = root.join(".sss").join(DIRECTORY);
        let failed = |source| Error::File { action: "read", path: directory.clone(), source };
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            let name = name.to_str().and_then(|name| name.strip_suffix(".toml"));
            names.extend(name.filter(|name| !name.is_empty() && !name.starts_with('.')).map(str::to_owned));
        }
        names.sort();
        Ok(names)
    }

    /// A result, such as the id of the flow.
    pub fn get(&self, name: Name) -> Option<&str> {
        self.results.get(&name).map(String::as_str)
    }

    /// All that is known, in the order it came to be known.
    pub fn results(&self) -> impl Iterator<Item = (Name, &str)> {
        self.results.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Whether a person gave it, so that it is not this dataflow's to change or to delete.
    pub fn is_given(&self, name: Name) -> bool {
        self.given.contains(&name)
    }

    /// The record of this name that was made for this dataflow, and may be changed and deleted with it.
    pub fn own(&self, name: Name) -> Option<&str> {
        self.get(name).filter(|_| !self.is_given(name))
    }

    /// Where events are sent to.
    pub fn inlet_url(&self) -> Option<&str> {
        self.get(Name::InletUrl)
    }

    /// Whether the flow is there and nothing of it is still to be looked for.
    pub fn is_up(&self) -> bool {
        self.begun.is_none() && self.get(Name::FlowId).is_some()
    }

    pub(super) fn set(&mut self, name: Name, value: String) {
        self.results.insert(name, value);
    }

    pub(super) fn give(&mut self, name: Name, value: String) {
        self.given.insert(name);
        self.results.insert(name, value);
    }

    /// What was last sent of it.
    pub(super) fn sent(&self, name: Name) -> Option<&Sent> {
        self.sent.get(&name)
    }

    pub(super) fn set_sent(&mut self, name: Name, sent: Sent) {
        self.sent.insert(name, sent);
    }

    /// The version of the mapping set that the flow is to use.
    pub fn mapping_version(&self) -> u64 {
        self.mapping_version
    }

    pub(super) fn set_mapping_version(&mut self, version: u64) {
        self.mapping_version = version;
    }

    pub(super) fn begun(&self) -> Option<&Begun> {
        self.begun.as_ref()
    }

    pub(super) fn begin(&mut self, begun: Begun) {
        self.begun = Some(begun);
    }

    /// Nothing came of what was begun.
    pub(super) fn abandon(&mut self) {
        self.begun = None;
    }

    /// What was begun is made.
    pub(super) fn made(&mut self, name: Name, id: String) {
        if let Some(begun) = self.begun.take_if(|begun| begun.name == name) {
            self.sent.insert(name, begun.sent);
        }
        self.results.insert(name, id);
    }

    /// What was made is gone, and with it what was read from it.
    pub(super) fn vanish(&mut self, name: Name) {
        self.drop_result(name);
        match name {
            Name::FlowId | Name::BaseConnectionId => self.drop_result(Name::InletUrl),
            Name::MappingSetId => self.mapping_version = 0,
            _ => {}
        }
    }

    /// It is no longer this dataflow's.
    pub(super) fn drop_result(&mut self, name: Name) {
        self.results.remove(&name);
        self.given.remove(&name);
        self.sent.remove(&name);
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StateFile {
    version: u32,
    #[serde(default)]
    dataflow: Vec<Entry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    platform: String,
    organization: String,
    sandbox: String,
    run: String,
    kind: Kind,
    form: Form,
    authenticated: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    given: Vec<String>,
    #[serde(default, skip_serializing_if = "is_first")]
    mapping_version: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    begun: Option<BegunEntry>,
    #[serde(default)]
    results: BTreeMap<String, String>,
    /// What was last sent of each, so that a change made here is told from one made on the platform.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    sent: BTreeMap<String, Sent>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct BegunEntry {
    name: String,
    sent: Sent,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_first(version: &u64) -> bool {
    *version == 0
}

/// Names as they are written.
fn keys<T: Clone>(all: &BTreeMap<Name, T>) -> BTreeMap<String, T> {
    all.iter().map(|(name, value)| (name.key().to_owned(), value.clone())).collect()
}

/// Names from how they are written.
fn names<T>(all: BTreeMap<String, T>) -> Result<BTreeMap<Name, T>, String> {
    all.into_iter().map(|(key, value)| Ok((name_of(&key)?, value))).collect()
}

fn name_of(key: &str) -> Result<Name, String> {
    Name::of_key(key).ok_or_else(|| format!("`{key}` is nothing that a dataflow is made of"))
}

impl Entry {
    fn of(state: &State, target: &Target) -> Self {
        Self {
            platform: target.platform.clone(),
            organization: target.organization.clone(),
            sandbox: target.sandbox.clone(),
            run: state.run.clone(),
            kind: state.shape.kind,
            form: state.shape.form,
            authenticated: state.shape.authenticated,
            given: state.given.iter().map(|name| name.key().to_owned()).collect(),
            begun: state
                .begun
                .as_ref()
                .map(|begun| BegunEntry { name: begun.name.key().to_owned(), sent: begun.sent.clone() }),
            mapping_version: state.mapping_version,
            results: keys(&state.results),
            sent: keys(&state.sent),
        }
    }

    fn is_of(&self, target: &Target) -> bool {
        (&self.platform, &self.organization, &self.sandbox) == (&target.platform, &target.organization, &target.sandbox)
    }

    /// What it says; the reason where it says what cannot be.
    fn state(self) -> Result<State, String> {
        if self.run.is_empty() || !self.run.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err("its `run` is not of hexadecimal digits".to_owned());
        }
        if let Some((key, _)) = self.results.iter().find(|(_, value)| value.trim().is_empty()) {
            return Err(format!("its `{key}` is empty"));
        }
        let begun = self.begun.map(|begun| Ok::<_, String>(Begun { name: name_of(&begun.name)?, sent: begun.sent }));
        Ok(State {
            run: self.run,
            shape: Shape { kind: self.kind, form: self.form, authenticated: self.authenticated },
            results: names(self.results)?,
            given: self.given.iter().map(|key| name_of(key)).collect::<Result<_, _>>()?,
            sent: names(self.sent)?,
            mapping_version: self.mapping_version,
            begun: begun.transpose()?,
        })
    }
}

fn path(root: &Path, name: &str) -> Result<PathBuf, Error> {
    let plain = !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0']);
    if !plain {
        return Err(Error::BadName { name: name.to_owned() });
    }
    Ok(root.join(".sss").join(DIRECTORY).join(format!("{name}.toml")))
}

fn read(path: &Path) -> Result<StateFile, Error> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(StateFile::default()),
        Err(source) => return Err(Error::File { action: "read", path: path.to_owned(), source }),
    };
    let bad = |reason: String| Error::State { path: path.to_owned(), reason };
    let file: StateFile = publish::versioned(&text, VERSION).map_err(bad)?;
    for (at, entry) in file.dataflow.iter().enumerate() {
        let place = |entry: &Entry| [entry.platform.clone(), entry.organization.clone(), entry.sandbox.clone()];
        if file.dataflow[..at].iter().any(|other| place(other) == place(entry)) {
            return Err(bad(format!(
                "entry {} is for the same platform, organization and sandbox as one before",
                at + 1
            )));
        }
    }
    Ok(file)
}

fn replace(root: &Path, name: &str, target: &Target, entry: Option<Entry>) -> Result<(), Error> {
    let path = path(root, name)?;
    let mut file = read(&path)?;
    file.version = VERSION;
    file.dataflow.retain(|entry| !entry.is_of(target));
    file.dataflow.extend(entry);
    file.dataflow
        .sort_by(|a, b| (&a.platform, &a.organization, &a.sandbox).cmp(&(&b.platform, &b.organization, &b.sandbox)));
    if file.dataflow.is_empty() {
        // What a run that was killed left half written goes with it.
        let half = path.with_file_name(format!(".{name}.toml.new"));
        for path in [&path, &half, &path.with_file_name("..gitignore.new")] {
            files::remove(path).map_err(|source| Error::File { action: "remove", path: path.clone(), source })?;
        }
        return Ok(());
    }
    let text =
        toml::to_string(&file).map_err(|error| Error::State { path: path.clone(), reason: error.to_string() })?;
    let failed = |path: &Path, source| Error::File { action: "write", path: path.to_owned(), source };
    // A repository that the scaffold did not make has no word about it in its `.gitignore`.
    let ignore = path.with_file_name(".gitignore");
    if !ignore.exists() {
        files::write_whole(&ignore, b"*\n").map_err(|source| failed(&ignore, source))?;
    }
    files::write_whole(&path, format!("{HEADER}{text}").as_bytes()).map_err(|source| failed(&path, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHAPE: Shape = Shape { kind: Kind::Streaming, form: Form::Raw, authenticated: false };

    fn target(sandbox: &str) -> Target {
        Target { platform: "emulator".into(), organization: "A@AdobeOrg".into(), sandbox: sandbox.into() }
    }

    #[test]
    fn what_was_begun_given_and_made_is_read_again() {
        let root = tempfile::tempdir().unwrap();
        let (dev, prod) = (target("dev"), target("prod"));
        let sent = Sent { texts: "sha256:00".into(), content: "sha256:01".into() };
        let mut state = State::new(SHAPE);
        assert_eq!(state.run.len(), 8);
        state.run = "3f2a9c01".into();
        state.give(Name::SchemaId, "https://ns.adobe.com/acme/schemas/1".into());
        state.begin(Begun { name: Name::MappingSetId, sent: sent.clone() });
        state.save(root.path(), "acme", &prod).unwrap();
        assert_eq!(State::load(root.path(), "acme", &prod).unwrap().as_ref(), Some(&state));
        assert_eq!(State::load(root.path(), "acme", &dev).unwrap(), None);
        state.made(Name::MappingSetId, "b".into());
        state.save(root.path(), "acme", &prod).unwrap();
        State::new(SHAPE).save(root.path(), "acme", &dev).unwrap();
        let again = State::load(root.path(), "acme", &prod).unwrap().unwrap();
        assert_eq!((again.get(Name::MappingSetId), again.sent(Name::MappingSetId)), (Some("b"), Some(&sent)));
        assert!(again.begun().is_none() && again.is_given(Name::SchemaId) && !again.is_given(Name::MappingSetId));
        State::forget(root.path(), "acme", &dev).unwrap();
        let file = root.path().join(".sss/dataflow/acme.toml");
        insta::assert_snapshot!(fs::read_to_string(&file).unwrap(), @r#"
        # Written by `sss dataflow up`: what this dataflow is made of on the platform. `sss dataflow down` takes it away again.
        version = 1

        [[dataflow]]
        platform = "emulator"
        organization = "A@AdobeOrg"
        sandbox = "prod"
        run = "3f2a9c01"
        kind = "streaming"
        form = "raw"
        authenticated = false
        given = ["schemaId"]

        [dataflow.results]
        mappingSetId = "b"
        schemaId = "https://ns.adobe.com/acme/schemas/1"

        [dataflow.sent.mappingSetId]
        texts = "sha256:00"
        content = "sha256:01"
        "#);
        assert_eq!(fs::read_to_string(root.path().join(".sss/dataflow/.gitignore")).unwrap(), "*\n");
        assert_eq!(State::names(root.path()).unwrap(), ["acme"]);
        for half in [".acme.toml.new", "..gitignore.new"] {
            fs::write(file.with_file_name(half), "half").unwrap();
        }
        State::forget(root.path(), "acme", &prod).unwrap();
        assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "only `.gitignore` is left");
        assert!(!file.exists() && State::names(root.path()).unwrap().is_empty());
    }

    #[test]
    fn a_file_that_is_not_understood_is_told_and_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(".sss/dataflow/acme.toml");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let good = "[[dataflow]]\nplatform='emulator'\norganization='A@AdobeOrg'\nsandbox='prod'\nrun='1a'\nkind='streaming'\nform='raw'\nauthenticated=false\n";
        for bad in [
            "version = 2\n".to_owned(),
            "not toml".to_owned(),
            "[[dataflow]]\n".to_owned(),
            format!("version = 1\nextra = 1\n{good}"),
            format!("version = 1\n{good}{good}"),
            format!("version = 1\n{}", good.replace("'1a'", "'../x'")),
            format!("version = 1\n{good}[dataflow.results]\nelse = 'x'\n"),
            format!("version = 1\n{good}[dataflow.results]\nflowId = ''\n"),
        ] {
            fs::write(&path, &bad).unwrap();
            let error = State::load(root.path(), "acme", &target("prod")).unwrap_err();
            assert!(matches!(error, Error::State { .. }) && error.to_string().contains("acme.toml"), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), bad);
        }
        for name in ["../x", "a/b", "..", "", "/x", "a\\b", "c:x"] {
            assert!(matches!(State::load(root.path(), name, &target("prod")), Err(Error::BadName { .. })), "{name}");
        }
    }
}
