//! What was published where: `.sss/published/<source>.toml`, one file a source, committed by the partner.
//!
//! [`Records`] also keeps the journal and the backups; `Records::memory` keeps everything for the time of one run.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    Error, diff,
    journal::Journals,
    kept::{file_name, versioned, write_whole},
    written::{self, Written},
};
use crate::platform::Settings;

const VERSION: u32 = 1;
const HEADER: &str = "# Written by `sss publish`: which connection spec on the platform is this source's. Commit it.\n";

/// Where something is published: the same source has one connection spec in each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// The platform's origin, or `emulator` for a local one whatever its port.
    pub platform: String,
    pub organization: String,
    pub sandbox: String,
}

impl Target {
    /// The target of a client's settings.
    pub fn of(settings: &Settings) -> Self {
        Self {
            platform: settings.platform(),
            organization: settings.organization.clone(),
            sandbox: settings.sandbox.clone(),
        }
    }
}

/// What is recorded of a source in one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub connection_spec: String,
    /// Absent until the flow spec lists it.
    pub flow_spec: Option<String>,
    /// Of the connection spec as sent.
    pub digest: String,
    /// Of what the platform repeats of it in every answer; absent in records of earlier versions.
    pub echoed: Option<String>,
}

impl Entry {
    /// The entry of a connection spec of this id, sent as `body`.
    pub(super) fn new(id: &str, flow_spec: Option<String>, body: &Written) -> Self {
        Self {
            connection_spec: id.to_owned(),
            flow_spec,
            digest: body.root().map(written::digest).unwrap_or_default(),
            echoed: Some(diff::echoed(body)),
        }
    }

    /// The flow spec that lists it, where the record knows one.
    pub(super) fn listed_in(&self) -> Option<Uuid> {
        self.flow_spec.as_deref()?.parse().ok()
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordFile {
    version: u32,
    #[serde(default)]
    published: Vec<Published>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    platform: String,
    organization: String,
    sandbox: String,
    connection_spec: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    flow_spec: Option<String>,
    digest: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    echoed: Option<String>,
}

impl Published {
    fn is_of(&self, target: &Target) -> bool {
        (&self.platform, &self.organization, &self.sandbox) == (&target.platform, &target.organization, &target.sandbox)
    }

    fn split(self) -> (Target, Entry) {
        let Self { platform, organization, sandbox, connection_spec, flow_spec, digest, echoed } = self;
        (Target { platform, organization, sandbox }, Entry { connection_spec, flow_spec, digest, echoed })
    }
}

/// The records, the journal and the backups of a repository, or of one run.
#[derive(Debug)]
pub struct Records {
    place: Place,
    pub(super) journals: Journals,
}

#[derive(Debug)]
enum Place {
    Memory(Mutex<BTreeMap<String, RecordFile>>),
    /// The repository's root.
    Directory(PathBuf),
}

impl Records {
    /// Records that are forgotten at the end of the run.
    pub fn memory() -> Self {
        Self { place: Place::Memory(Mutex::default()), journals: Journals::memory() }
    }

    /// The records of the repository at `root`.
    pub fn directory(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { journals: Journals::directory(&root), place: Place::Directory(root) }
    }

    /// The sources that something is recorded of, in the order of their names.
    pub fn sources(&self) -> Result<Vec<String>, Error> {
        let root = match &self.place {
            Place::Memory(files) => {
                return Ok(files.lock().unwrap_or_else(PoisonError::into_inner).keys().cloned().collect());
            }
            Place::Directory(root) => root,
        };
        let directory = root.join(".sss").join("published");
        let failed = |error| Error::File { action: "read", path: directory.clone(), source: error };
        let entries = match fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut sources = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            let source = name.to_str().and_then(|name| name.strip_suffix(".toml"));
            sources.extend(source.filter(|source| !source.is_empty() && !source.starts_with('.')).map(str::to_owned));
        }
        sources.sort();
        Ok(sources)
    }

    /// All that is recorded of a source, in the order of the targets.
    pub fn of_source(&self, source: &str) -> Result<Vec<(Target, Entry)>, Error> {
        let mut recorded: Vec<(Target, Entry)> =
            self.read(source)?.published.into_iter().map(Published::split).collect();
        recorded.sort_by(|(one, _), (other, _)| one.cmp(other));
        Ok(recorded)
    }

    /// What is recorded of a source in a target.
    pub fn find(&self, source: &str, target: &Target) -> Result<Option<Entry>, Error> {
        let file = self.read(source)?;
        let published = file.published.into_iter().find(|one| one.is_of(target));
        Ok(published.map(|one| one.split().1))
    }

    /// Everything that is recorded of a source: where, and as which connection spec.
    pub fn all(&self, source: &str) -> Result<Vec<(Target, String)>, Error> {
        let target = |one: Published| {
            let target = Target { platform: one.platform, organization: one.organization, sandbox: one.sandbox };
            (target, one.connection_spec)
        };
        Ok(self.read(source)?.published.into_iter().map(target).collect())
    }

    /// Records a source in a target; other targets' entries stay.
    pub(super) fn write(&self, source: &str, target: &Target, entry: &Entry) -> Result<(), Error> {
        let mut file = self.read(source)?;
        file.version = VERSION;
        file.published.retain(|one| !one.is_of(target));
        file.published.push(Published {
            platform: target.platform.clone(),
            organization: target.organization.clone(),
            sandbox: target.sandbox.clone(),
            connection_spec: entry.connection_spec.clone(),
            flow_spec: entry.flow_spec.clone(),
            digest: entry.digest.clone(),
            echoed: entry.echoed.clone(),
        });
        file.published.sort_by(|a, b| {
            (&a.platform, &a.organization, &a.sandbox).cmp(&(&b.platform, &b.organization, &b.sandbox))
        });
        match &self.place {
            Place::Memory(files) => {
                files.lock().unwrap_or_else(PoisonError::into_inner).insert(source.to_owned(), file);
                Ok(())
            }
            Place::Directory(root) => {
                let path = path(root, source)?;
                let text = toml::to_string(&file)
                    .map_err(|error| Error::Record { path: path.clone(), reason: error.to_string() })?;
                write_whole(&path, format!("{HEADER}{text}").as_bytes())
            }
        }
    }

    fn read(&self, source: &str) -> Result<RecordFile, Error> {
        let root = match &self.place {
            Place::Memory(files) => {
                let files = files.lock().unwrap_or_else(PoisonError::into_inner);
                return Ok(files.get(source).cloned().unwrap_or_default());
            }
            Place::Directory(root) => root,
        };
        let path = path(root, source)?;
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(RecordFile::default()),
            Err(error) => return Err(Error::File { action: "read", path, source: error }),
        };
        let bad = |reason: String| Error::Record { path: path.clone(), reason };
        let file: RecordFile = versioned(&text, VERSION).map_err(bad)?;
        for (at, one) in file.published.iter().enumerate() {
            if !is_id(&one.connection_spec) || !one.flow_spec.as_deref().is_none_or(is_id) {
                return Err(bad(format!("entry {} holds an id that is none", at + 1)));
            }
            if file.published[..at].iter().any(|other| {
                (&other.platform, &other.organization, &other.sandbox)
                    == (&one.platform, &one.organization, &one.sandbox)
            }) {
                return Err(bad(format!(
                    "entry {} is for the same platform, organization and sandbox as one before",
                    at + 1
                )));
            }
        }
        Ok(file)
    }
}

fn is_id(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn path(root: &Path, source: &str) -> Result<PathBuf, Error> {
    Ok(root.join(".sss").join("published").join(format!("{}.toml", file_name(source)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target(sandbox: &str) -> Target {
        Target { platform: "emulator".into(), organization: "A@AdobeOrg".into(), sandbox: sandbox.into() }
    }

    fn entry(id: &str) -> Entry {
        Entry { connection_spec: id.into(), flow_spec: None, digest: "sha256:00".into(), echoed: None }
    }

    #[test]
    fn entries_of_several_targets_live_side_by_side() {
        let root = tempfile::tempdir().unwrap();
        for records in [Records::memory(), Records::directory(root.path())] {
            records.write("acme", &target("prod"), &entry("a-1")).unwrap();
            records.write("acme", &target("dev"), &entry("a-2")).unwrap();
            let attached = Entry { flow_spec: Some("f-1".into()), echoed: Some("sha256:01".into()), ..entry("a-1") };
            records.write("acme", &target("prod"), &attached).unwrap();
            assert_eq!(records.find("acme", &target("prod")).unwrap(), Some(attached));
            assert_eq!(records.find("acme", &target("dev")).unwrap(), Some(entry("a-2")));
            assert_eq!(records.find("other", &target("dev")).unwrap(), None);
            assert_eq!(records.sources().unwrap(), ["acme"]);
        }
        let text = fs::read_to_string(root.path().join(".sss/published/acme.toml")).unwrap();
        insta::assert_snapshot!(text, @r#"
        # Written by `sss publish`: which connection spec on the platform is this source's. Commit it.
        version = 1

        [[published]]
        platform = "emulator"
        organization = "A@AdobeOrg"
        sandbox = "dev"
        connection_spec = "a-2"
        digest = "sha256:00"

        [[published]]
        platform = "emulator"
        organization = "A@AdobeOrg"
        sandbox = "prod"
        connection_spec = "a-1"
        flow_spec = "f-1"
        digest = "sha256:00"
        echoed = "sha256:01"
        "#);
    }

    #[test]
    fn a_file_that_is_not_understood_is_told_and_left_alone() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join(".sss/published/acme.toml");
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let good = "platform='e'\norganization='o'\nsandbox='s'\nconnection_spec='a'\ndigest='d'\n";
        for bad in [
            "version = 2\n".to_owned(),
            "not toml".to_owned(),
            "version = 1\nextra = 1\n".to_owned(),
            "[[published]]\n".to_owned(),
            format!("version = 1\n[[published]]\n{}", good.replace("'a'", "'../a'")),
            format!("version = 1\n[[published]]\n{good}[[published]]\n{good}"),
        ] {
            fs::write(&path, &bad).unwrap();
            let records = Records::directory(root.path());
            let error = records.write("acme", &target("prod"), &entry("a-1")).unwrap_err();
            assert!(matches!(error, Error::Record { .. }) && error.to_string().contains("acme.toml"), "{error}");
            assert_eq!(fs::read_to_string(&path).unwrap(), bad);
        }
    }

    #[test]
    fn a_source_name_cannot_lead_out() {
        let records = Records::directory("/nowhere");
        for name in ["../x", "a/b", "..", "", "/x", "a\\b", "c:x"] {
            assert!(matches!(records.find(name, &target("prod")), Err(Error::SourceName { .. })), "{name}");
        }
    }
}
