//! `/flowSpecs`.

use serde_json::Value;

use super::{connection_specs::ConnectionSpecs, resource::Resource};
use crate::emulator::{
    problem::{self, Problem},
    store::{Body, Store},
    validate::{
        self, Field,
        Kind::{Id, Ids, Object, Objects, Text},
        optional, required,
    },
};

/// The connection specs that a flow spec may take data from.
const SOURCES: &str = "sourceConnectionSpecIds";

const FIELDS: [Field; 12] = [
    required("name", Text),
    required("providerId", Id),
    optional("version", Text),
    optional(SOURCES, Ids),
    optional("targetConnectionSpecIds", Ids),
    optional("optionSpec", Object),
    optional("transformationSpecs", Objects),
    // Some of the platform's own pages send the singular.
    optional("transformationSpec", Objects),
    optional("scheduleSpec", Object),
    optional("runSpec", Object),
    optional("attributes", Object),
    optional("permissionsInfo", Object),
];

pub(super) struct FlowSpecs;

impl Resource for FlowSpecs {
    const NAME: &'static str = "flowSpecs";

    fn check(store: &Store, body: &Body, current: Option<&Body>) -> Result<(), Problem> {
        validate::fields(body, &FIELDS)?;
        let listed: Vec<&str> = current.map(sources).unwrap_or_default();
        for id in sources(body) {
            if !listed.contains(&id) && !store.has(ConnectionSpecs::NAME, &id.to_lowercase())? {
                let detail = format!("`{SOURCES}` lists `{id}`, and there is no such connection spec");
                return Err(Problem::flow(problem::SPEC_ID, detail));
            }
        }
        Ok(())
    }
}

fn sources(body: &Body) -> Vec<&str> {
    let ids = body.get(SOURCES).and_then(Value::as_array);
    ids.map(|ids| ids.iter().filter_map(Value::as_str).collect()).unwrap_or_default()
}
