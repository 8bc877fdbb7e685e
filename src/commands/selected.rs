//! The sources a verb works on, and the platform it works with.

use std::{
    fs,
    path::{Path, PathBuf},
};

use crate::{
    cli::{Global, Selection},
    console::Console,
    error::Error,
    platform::{Settings, settings},
    publish::{Desired, Kind},
};

/// The repository's root.
pub(super) fn root(global: &Global) -> PathBuf {
    global.directory.clone().unwrap_or_else(|| PathBuf::from("."))
}

/// The platform's settings, from the profile and the environment.
pub(super) fn settings(global: &Global) -> Result<Settings, Error> {
    Ok(settings::resolve(global.profile.as_deref(), None, &|name| std::env::var(name).ok())?)
}

/// What the selected sources want on the platform.
// Reads the artifacts plainly; the linted workspace takes its place.
pub(super) fn desired(global: &Global, selection: &Selection, _console: &mut Console) -> Result<Vec<Desired>, Error> {
    let sources = root(global).join("Sources");
    let entries = fs::read_dir(&sources).map_err(|error| Error::file("read", &sources, error))?;
    let mut desired = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| Error::file("read", &sources, error))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = entry.path().join("Artifacts").join(format!("{name}-connectionSpec.json"));
        if (selection.sources.is_empty() || selection.sources.contains(&name)) && path.exists() {
            desired.push(read(&name, &path, selection)?);
        }
    }
    if desired.is_empty() {
        return Err(Error::nothing("there is no source to publish", "`sss new <source>` makes one"));
    }
    Ok(desired)
}

fn read(name: &str, path: &Path, selection: &Selection) -> Result<Desired, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::file("read", path, error))?;
    let spec: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| Error::usage(format!("`{}` is not JSON: {error}", path.display()), "run `sss lint`"))?;
    let kind = if spec.get("type").and_then(|kind| kind.as_str()) == Some("generic-streaming") {
        Kind::Streaming
    } else {
        Kind::Batch
    };
    Ok(Desired::new(name, kind, spec, selection.flow_spec))
}
