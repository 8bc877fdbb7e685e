//! What was begun: a line before and after each write, synced, so that a run that was cut short can be understood.
//!
//! `.sss/journal/` and `.sss/backup/` are local and ignore themselves in git.

use std::{
    collections::BTreeMap,
    fs, io,
    io::{Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{
    Error, Target,
    kept::{file_name, write_whole},
    written::{Written, digest_of},
};
use crate::files::{remove, sync_directory};

/// One line of a journal.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Event {
    /// A connection spec is about to be created or replaced.
    Intent(Box<Intent>),
    /// The platform has it.
    Written { connection_spec: String },
    /// A flow spec is about to be written.
    Listing(Listing),
}

/// How a flow spec is about to be changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Listing {
    pub(super) version: u32,
    pub(super) at: String,
    pub(super) target: Target,
    pub(super) add: Vec<String>,
    pub(super) remove: Vec<String>,
    /// The ids that were listed before.
    pub(super) seen: Vec<String>,
    /// What it was before.
    pub(super) backup: Option<PathBuf>,
}

/// What is about to be sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Intent {
    pub(super) version: u32,
    pub(super) at: String,
    pub(super) target: Target,
    /// Absent where it is about to be created.
    pub(super) connection_spec: Option<String>,
    pub(super) flow_spec: String,
    /// The connection spec as sent: a text of JSON, so that no digit is lost.
    pub(super) sent: Value,
    /// The ids of the connection specs of that name that were there before: none of them can be ours.
    pub(super) seen: Vec<String>,
    /// The id that is to be taken out of flow specs for it, because what it stood for is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) replaces: Option<String>,
}

/// What a journal proves about a run that was cut short.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Pending {
    pub(super) sent: Written,
    /// Whether it was a creation.
    pub(super) created: bool,
    pub(super) seen: Vec<String>,
    /// The id that a flow spec may still list in the place of this one.
    pub(super) replaces: Option<String>,
    /// The id, where the answer arrived.
    pub(super) written: Option<String>,
}

/// The journals and backups of a repository, or of one run.
#[derive(Debug)]
pub(super) struct Journals {
    place: Place,
}

#[derive(Debug)]
enum Place {
    Memory(Mutex<BTreeMap<String, Vec<Event>>>),
    /// `.sss`.
    Directory(PathBuf),
}

impl Journals {
    pub(super) fn memory() -> Self {
        Self { place: Place::Memory(Mutex::default()) }
    }

    pub(super) fn directory(root: &Path) -> Self {
        Self { place: Place::Directory(root.join(".sss")) }
    }

    /// Makes the directories, so that several threads may write into them.
    pub(super) fn prepare(&self) -> Result<(), Error> {
        if let Place::Directory(root) = &self.place {
            ignored(root, "journal")?;
            ignored(root, "backup")?;
        }
        Ok(())
    }

    /// Begins a journal, replacing what an earlier run left.
    pub(super) fn begin(&self, source: &str, target: &Target, intent: &Event) -> Result<(), Error> {
        self.open(name(source, target)?, intent.clone())
    }

    /// Begins the journal of this name with an event.
    fn open(&self, name: String, event: Event) -> Result<(), Error> {
        match &self.place {
            Place::Memory(journals) => {
                journals.lock().unwrap_or_else(PoisonError::into_inner).insert(name, vec![event]);
                Ok(())
            }
            Place::Directory(root) => write_whole(&ignored(root, "journal")?.join(name), line(&event).as_bytes()),
        }
    }

    /// Adds to a journal; there is nothing to add to where none was begun.
    pub(super) fn add(&self, source: &str, target: &Target, event: &Event) -> Result<(), Error> {
        let name = name(source, target)?;
        match &self.place {
            Place::Memory(journals) => {
                if let Some(events) = journals.lock().unwrap_or_else(PoisonError::into_inner).get_mut(&name) {
                    events.push(event.clone());
                }
                Ok(())
            }
            Place::Directory(root) => {
                let path = root.join("journal").join(name);
                let appended = fs::OpenOptions::new().read(true).write(true).open(&path).and_then(|mut file| {
                    // What a cut-off run left half written is written over.
                    let mut text = Vec::new();
                    file.read_to_end(&mut text)?;
                    let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1) as u64;
                    file.set_len(whole)?;
                    file.seek(io::SeekFrom::Start(whole))?;
                    file.write_all(line(event).as_bytes())?;
                    file.sync_all()
                });
                match appended {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => {
                        Err(Error::File { action: "write", path, source: error })
                    }
                    _ => Ok(()),
                }
            }
        }
    }

    /// Ends a journal: everything in it is done.
    pub(super) fn end(&self, source: &str, target: &Target) -> Result<(), Error> {
        self.close(&name(source, target)?)
    }

    /// Takes the journal of this name away.
    fn close(&self, name: &str) -> Result<(), Error> {
        match &self.place {
            Place::Memory(journals) => {
                journals.lock().unwrap_or_else(PoisonError::into_inner).remove(name);
                Ok(())
            }
            Place::Directory(root) => {
                let path = root.join("journal").join(name);
                remove(&path).map_err(|error| Error::File { action: "remove", path, source: error })?;
                sync_directory(&root.join("journal"));
                Ok(())
            }
        }
    }

    /// What the journal of this name says, and where it is.
    fn events(&self, name: &str) -> Result<(PathBuf, Vec<Event>), Error> {
        match &self.place {
            Place::Memory(journals) => {
                let journals = journals.lock().unwrap_or_else(PoisonError::into_inner);
                Ok((PathBuf::from(name), journals.get(name).cloned().unwrap_or_default()))
            }
            Place::Directory(root) => {
                let path = root.join("journal").join(name);
                let events = read(&path)?;
                Ok((path, events))
            }
        }
    }

    /// What an earlier run left.
    pub(super) fn pending(&self, source: &str, target: &Target) -> Result<Option<Pending>, Error> {
        let name = name(source, target)?;
        let (path, events) = self.events(&name)?;
        let mut pending = None;
        for event in events {
            match (event, &mut pending) {
                (Event::Intent(intent), _) => {
                    if intent.version != 1 || intent.target != *target {
                        let reason = "it was written by another version of `sss`, or for another target".to_owned();
                        return Err(Error::Journal { path, reason });
                    }
                    let Intent { sent, seen, connection_spec, replaces, .. } = *intent;
                    let sent = match sent {
                        Value::String(text) => Written::of(&text),
                        value => Written::of(&value.to_string()),
                    };
                    let created = connection_spec.is_none();
                    pending = Some(Pending { sent, created, seen, replaces, written: connection_spec });
                }
                (Event::Written { connection_spec }, Some(pending)) => pending.written = Some(connection_spec),
                _ => {}
            }
        }
        Ok(pending)
    }

    /// Says that a flow spec is about to be written; the end of it is [`Self::listed`].
    pub(super) fn listing(&self, flow_spec: Uuid, listing: Listing) -> Result<(), Error> {
        self.open(listing_name(flow_spec, &listing.target), Event::Listing(listing))
    }

    /// The flow spec is as it should be.
    pub(super) fn listed(&self, flow_spec: Uuid, target: &Target) -> Result<(), Error> {
        self.close(&listing_name(flow_spec, target))
    }

    /// The change of a flow spec that an earlier run did not see to its end.
    pub(super) fn unfinished(&self, flow_spec: Uuid, target: &Target) -> Result<Option<Listing>, Error> {
        let name = listing_name(flow_spec, target);
        let (_, events) = self.events(&name)?;
        Ok(events.into_iter().find_map(|event| match event {
            Event::Listing(listing) if listing.version == 1 && listing.target == *target => Some(listing),
            _ => None,
        }))
    }

    /// Keeps a flow spec as it was before a change, to the character; the path, where there is one.
    pub(super) fn backup(&self, flow_spec: Uuid, text: &str) -> Result<Option<PathBuf>, Error> {
        let Place::Directory(root) = &self.place else { return Ok(None) };
        let directory = ignored(root, "backup")?;
        let at = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%S").to_string();
        let mut path = directory.join(format!("{flow_spec}-{at}Z.json"));
        let mut number = 2;
        while path.exists() {
            path = directory.join(format!("{flow_spec}-{at}Z-{number}.json"));
            number += 1;
        }
        write_whole(&path, format!("{text}\n").as_bytes())?;
        Ok(Some(path))
    }
}

fn read(path: &Path) -> Result<Vec<Event>, Error> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Error::File { action: "read", path: path.to_owned(), source: error }),
    };
    let mut events = Vec::new();
    // A line without its end was being written when the run was cut short: what it announces did not happen.
    for whole in text.split_inclusive('\n').filter(|line| line.ends_with('\n')) {
        let event = serde_json::from_str(whole)
            .map_err(|error| Error::Journal { path: path.to_owned(), reason: error.to_string() })?;
        events.push(event);
    }
    Ok(events)
}

fn line(event: &Event) -> String {
    // Plain data with string keys always serialises.
    let mut line = serde_json::to_string(event).unwrap_or_default();
    line.push('\n');
    line
}

/// One journal a source and target: two targets may be under way at once.
fn name(source: &str, target: &Target) -> Result<String, Error> {
    Ok(format!("{}-{}.jsonl", file_name(source)?, short(target)))
}

/// A target in a few characters.
fn short(target: &Target) -> String {
    let whole = serde_json::json!([target.platform, target.organization, target.sandbox]).to_string();
    digest_of(whole.as_bytes()).trim_start_matches("sha256:").chars().take(12).collect()
}

/// No source can be named so: the name of a source has no dot.
fn listing_name(flow_spec: Uuid, target: &Target) -> String {
    format!("flow-spec.{flow_spec}-{}.jsonl", short(target))
}

/// A directory below `.sss` that git does not see, also in a repository that was not scaffolded.
pub(super) fn ignored(root: &Path, name: &str) -> Result<PathBuf, Error> {
    let directory = root.join(name);
    let ignore = directory.join(".gitignore");
    if !ignore.exists() {
        write_whole(&ignore, b"*\n")?;
    }
    Ok(directory)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> Target {
        Target { platform: "emulator".into(), organization: "A@AdobeOrg".into(), sandbox: "prod".into() }
    }

    fn intent() -> Event {
        Event::Intent(Box::new(Intent {
            version: 1,
            at: "2026-01-01T00:00:00Z".into(),
            target: target(),
            connection_spec: None,
            flow_spec: "f".into(),
            sent: r#"{"name":"acme","n":1e3}"#.into(),
            seen: vec!["old".into()],
            replaces: None,
        }))
    }

    #[test]
    fn a_journal_tells_how_far_a_run_came() {
        let root = tempfile::tempdir().unwrap();
        for journals in [Journals::memory(), Journals::directory(root.path())] {
            assert_eq!(journals.pending("acme", &target()).unwrap(), None);
            journals.begin("acme", &target(), &intent()).unwrap();
            let pending = journals.pending("acme", &target()).unwrap().unwrap();
            assert_eq!((pending.written, pending.seen, pending.created), (None, vec!["old".to_owned()], true));
            assert_eq!(format!("{:?}", pending.sent), r#"{"name":"acme","n":1e3}"#);
            journals.add("acme", &target(), &Event::Written { connection_spec: "new".into() }).unwrap();
            assert_eq!(journals.pending("acme", &target()).unwrap().unwrap().written.as_deref(), Some("new"));
            let other = Target { sandbox: "dev".into(), ..target() };
            assert_eq!(journals.pending("acme", &other).unwrap(), None);
            journals.end("acme", &target()).unwrap();
            journals.end("acme", &target()).unwrap();
            assert_eq!(journals.pending("acme", &target()).unwrap(), None);
        }
        assert_eq!(fs::read_to_string(root.path().join(".sss/journal/.gitignore")).unwrap(), "*\n");
    }

    #[test]
    fn a_torn_line_did_not_happen_and_a_foreign_one_is_told() {
        let root = tempfile::tempdir().unwrap();
        let journals = Journals::directory(root.path());
        journals.begin("acme", &target(), &intent()).unwrap();
        let path = root.path().join(".sss/journal").join(name("acme", &target()).unwrap());
        let append = |text: &str| {
            fs::OpenOptions::new().append(true).open(&path).unwrap().write_all(text.as_bytes()).unwrap();
        };
        append("{\"event\":\"written\",\"connection_");
        assert_eq!(journals.pending("acme", &target()).unwrap().unwrap().written, None);
        journals.add("acme", &target(), &Event::Written { connection_spec: "new".into() }).unwrap();
        assert_eq!(journals.pending("acme", &target()).unwrap().unwrap().written.as_deref(), Some("new"));
        append("{\"event\":\"unheard-of\"}\n");
        assert!(matches!(journals.pending("acme", &target()), Err(Error::Journal { .. })));
    }

    #[test]
    fn a_flow_spec_that_was_being_written_is_remembered_until_it_is_done() {
        let root = tempfile::tempdir().unwrap();
        for journals in [Journals::memory(), Journals::directory(root.path())] {
            let listing = Listing {
                version: 1,
                at: "2026-01-01T00:00:00Z".into(),
                target: target(),
                add: vec!["new".into()],
                remove: Vec::new(),
                seen: vec!["old".into()],
                backup: None,
            };
            journals.listing(Uuid::nil(), listing.clone()).unwrap();
            assert_eq!(journals.unfinished(Uuid::nil(), &target()).unwrap(), Some(listing));
            let other = Target { sandbox: "dev".into(), ..target() };
            assert_eq!(journals.unfinished(Uuid::nil(), &other).unwrap(), None);
            journals.listed(Uuid::nil(), &target()).unwrap();
            assert_eq!(journals.unfinished(Uuid::nil(), &target()).unwrap(), None);
        }
    }

    #[test]
    fn backups_of_one_second_do_not_overwrite_each_other() {
        let root = tempfile::tempdir().unwrap();
        let journals = Journals::directory(root.path());
        let paths: std::collections::BTreeSet<_> =
            (0..3).map(|_| journals.backup(Uuid::nil(), r#"{"a": 1.0}"#).unwrap().unwrap()).collect();
        assert_eq!(paths.len(), 3);
        assert!(paths.iter().all(|path| fs::read_to_string(path).unwrap() == "{\"a\": 1.0}\n"));
    }
}
