//! A plan in a file: what was looked at is what is carried out, or nothing is.
//!
//! A saved plan is carried out by making it again from what is there now. Where anything that it was made from has changed,
//! it is refused, and what has changed is told. So the file holds the plan to be shown, and digests to compare with; nothing
//! secret, and nothing that somebody could gain by editing it.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::{Error, Plan, kept::write_whole, written::digest_of};

const VERSION: u32 = 1;
/// Larger files are surely none of ours.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// How a plan came about, to be made again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Made {
    /// When, for a person.
    pub at: String,
    /// By which `sss`.
    pub by: String,
    /// The origin of the platform's address.
    pub origin: String,
    /// The profile that was named.
    pub profile: Option<String>,
    /// The sources that were planned.
    pub sources: Vec<String>,
    pub undo: bool,
    pub adopt: bool,
    pub recreate: bool,
    /// The flow spec that was named.
    pub flow_spec: Option<Uuid>,
    /// The digest of each artifact's bytes, by its path in the repository.
    pub artifacts: BTreeMap<String, String>,
}

/// A plan and how it came about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedPlan {
    pub made: Made,
    pub plan: Plan,
}

/// The file: the plan and the digest of its text, so that damage is noticed.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: u32,
    digest: String,
    saved: Box<RawValue>,
}

impl SavedPlan {
    /// Writes it whole or not at all.
    pub fn write(&self, path: &Path) -> Result<(), Error> {
        let bad = |error: serde_json::Error| Error::SavedPlan { path: path.to_owned(), reason: error.to_string() };
        let saved = serde_json::value::to_raw_value(self).map_err(bad)?;
        let file = File { version: VERSION, digest: digest_of(saved.get().as_bytes()), saved };
        let text = serde_json::to_string_pretty(&file).map_err(bad)?;
        write_whole(path, format!("{text}\n").as_bytes())
    }

    /// Reads a file that [`Self::write`] wrote.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let failed = |source| Error::File { action: "read", path: path.to_owned(), source };
        let bad = |reason: String| Error::SavedPlan { path: path.to_owned(), reason };
        let metadata = fs::metadata(path).map_err(failed)?;
        if !metadata.is_file() {
            return Err(bad("it is no file".to_owned()));
        }
        if metadata.len() > MAX_BYTES {
            return Err(bad("it is too large".to_owned()));
        }
        let text = String::from_utf8(fs::read(path).map_err(failed)?).map_err(|_| bad("it is not text".to_owned()))?;
        // The version first: a later one may look different in every other way.
        let version = serde_json::from_str::<serde_json::Value>(&text)
            .map_err(|error| bad(format!("it is damaged ({error})")))?
            .get("version")
            .and_then(serde_json::Value::as_u64);
        match version {
            Some(version) if version == u64::from(VERSION) => {}
            Some(version) => {
                return Err(bad(format!("its version is {version}, and this `sss` reads version {VERSION}")));
            }
            None => return Err(bad("it has no `version`".to_owned())),
        }
        let file: File = serde_json::from_str(&text).map_err(|error| bad(format!("it is damaged ({error})")))?;
        if digest_of(file.saved.get().as_bytes()) != file.digest {
            return Err(bad("it was changed after it was written".to_owned()));
        }
        serde_json::from_str(file.saved.get()).map_err(|error| bad(format!("another `sss` wrote it ({error})")))
    }

    /// What has changed since, for a person; nothing where `now` is the plan that was saved.
    pub fn changed(&self, now: &Plan, artifacts: &BTreeMap<String, String>) -> Vec<String> {
        let mut changed = self.changed_artifacts(artifacts);
        if self.plan.target != now.target {
            changed.push(format!("where it goes (it was made for {})", self.plan.target));
        }
        changed.extend(self.plan.made_from_other(now));
        if changed.is_empty() && self.plan.without_versions() != now.without_versions() {
            changed.push(format!("`sss` itself (it was made by {})", self.made.by));
        }
        changed
    }

    /// The artifacts that have changed since.
    pub fn changed_artifacts(&self, now: &BTreeMap<String, String>) -> Vec<String> {
        let all: std::collections::BTreeSet<&String> = self.made.artifacts.keys().chain(now.keys()).collect();
        let differs = |path: &&String| self.made.artifacts.get(*path) != now.get(*path);
        all.into_iter().filter(differs).map(|path| format!("`{path}`")).collect()
    }
}

impl Plan {
    /// Without the ETags: a record that was written and is the same again is the same.
    fn without_versions(&self) -> Self {
        let mut plan = self.clone();
        for change in &mut plan.changes {
            change.action.forget_etag();
        }
        plan
    }
}

/// The digest of a file's bytes; `None` where it is not there.
pub fn digest_of_file(path: &Path) -> Result<Option<String>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(digest_of(&bytes))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(Error::File { action: "read", path: PathBuf::from(path), source }),
    }
}
