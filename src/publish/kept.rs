//! What the files below `.sss` have in common: their names, their version, and that they are written whole.

use std::path::{Component, Path};

use serde::de::DeserializeOwned;

use super::Error;
use crate::files;

/// What a file of ours holds, where it is of the version that is read here; the reason otherwise.
pub(crate) fn versioned<T: DeserializeOwned>(text: &str, version: u32) -> Result<T, String> {
    let said = |error: toml::de::Error| error.message().to_owned();
    // The version first: a later one may look different in every other way.
    match text.parse::<toml::Table>().map_err(said)?.get("version").and_then(toml::Value::as_integer) {
        Some(own) if own == i64::from(version) => toml::from_str(text).map_err(said),
        Some(other) => Err(format!("its version is {other}, and this `sss` reads version {version}")),
        None => Err("it has no `version`".to_owned()),
    }
}

/// The source's name, where it can stand in a file name.
pub(super) fn file_name(source: &str) -> Result<&str, Error> {
    let mut components = Path::new(source).components();
    let plain = matches!((components.next(), components.next()), (Some(Component::Normal(_)), None));
    if plain && !source.contains(['/', '\\', ':', '\0']) {
        Ok(source)
    } else {
        Err(Error::SourceName { name: source.to_owned() })
    }
}

/// Writes a file whole or not at all.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    files::write_whole(path, bytes).map_err(|error| Error::File {
        action: "write",
        path: path.to_owned(),
        source: error,
    })
}
