//! A record of a dataflow beside what was sent to make it, for whoever wants to know whether they are the same.

use serde_json::Value;

use super::{
    Error, State,
    place::Place,
    recipe::{Name, Piece, Step},
    resource::Resource,
};

/// A record as the platform has it now, beside what was sent.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadBack {
    pub name: Name,
    pub id: String,
    /// What was sent, with the names of secrets in their place.
    pub sent: Value,
    /// Absent where it is gone.
    pub found: Option<Value>,
}

/// Reads the record back that a step made; `None` for a step that makes none, or has not made it.
pub fn read_back(place: &Place<'_>, state: &State, step: &Step) -> Result<Option<ReadBack>, Error> {
    let Some((name, resource)) = step.makes().and_then(|name| Some((name, Resource::of(name)?))) else {
        return Ok(None);
    };
    let Some(id) = state.own(name).map(str::to_owned) else { return Ok(None) };
    let value = |piece: &Piece| match piece {
        Piece::Text(text) => Some(text.clone()),
        Piece::Result(name) => state.get(*name).map(str::to_owned),
        Piece::Secret(name) => Some(format!("{{{name}}}")),
    };
    let request = step.filled(value).map_err(|piece| match piece {
        Piece::Result(result) => Error::NoResult { result, title: step.title.clone() },
        Piece::Secret(secret) => Error::NoSecret { secret },
        Piece::Text(reason) => Error::BadBody { title: step.title.clone(), reason },
    })?;
    let bad = |error: serde_json::Error| Error::BadBody { title: step.title.clone(), reason: error.to_string() };
    let sent = serde_json::from_str(&request.body.unwrap_or_default()).map_err(bad)?;
    let found = resource.read(place.client, &id)?.map(|found| found.value);
    Ok(Some(ReadBack { name, id, sent, found }))
}

/// Whether a record of a dataflow is there.
pub fn is_there(place: &Place<'_>, name: Name, id: &str) -> Result<bool, Error> {
    match Resource::of(name) {
        Some(resource) => Ok(resource.read(place.client, id)?.is_some()),
        None => Ok(false),
    }
}
