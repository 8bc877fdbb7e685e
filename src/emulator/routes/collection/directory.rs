//! What stands behind an inlet: its connection, its flows, and for each flow the mapping and the schema its events must fit.
//!
//! It is looked up once and kept until any record changes, because thousands of events a second ask for it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use jsonschema::Validator;
use serde_json::{Value, json};

use super::mapping::Way;
use crate::emulator::{
    gateway::{SANDBOXES, Sandbox},
    inlets,
    problem::Problem,
    routes::{
        catalog, data_prep,
        entity::{text, texts},
        schema_registry,
    },
    store::{Body, Store},
};

/// An inlet, with everything that an event is checked against.
#[derive(Debug)]
pub(super) struct Inlet {
    /// Whether senders must show a token.
    pub(super) authenticated: bool,
    /// Whether events come in the envelope of XDM; otherwise they are raw.
    pub(super) is_xdm: bool,
    /// Whether the inlet is that of one flow, which then need not be named.
    pub(super) is_of_flow: bool,
    pub(super) flows: Vec<Flow>,
    pub(super) sandbox: &'static Sandbox,
}

/// Where the events of a flow go.
#[derive(Debug)]
pub(super) struct Flow {
    pub(super) id: String,
    pub(super) enabled: bool,
    pub(super) target: Target,
    /// Where each attribute goes; `None` where the flow maps nothing.
    pub(super) mapping: Option<Vec<Way>>,
}

/// A dataset and its schema.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) dataset_id: String,
    pub(super) schema_id: String,
    pub(super) validator: Validator,
}

/// The inlets that were asked for since the last change.
#[derive(Debug, Default)]
pub(in crate::emulator) struct Directory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    revision: u64,
    inlets: HashMap<String, Arc<Inlet>>,
}

impl Directory {
    /// The inlet of this id; `None` where there is none.
    pub(super) fn find(&self, store: &Store, id: &str) -> Result<Option<Arc<Inlet>>, Problem> {
        let revision = store.revision();
        {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if known.revision != revision {
                *known = Known { revision, inlets: HashMap::new() };
            }
            if let Some(inlet) = known.inlets.get(id) {
                return Ok(Some(Arc::clone(inlet)));
            }
        }
        let Some(inlet) = look_up(store, id)?.map(Arc::new) else { return Ok(None) };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.revision == revision {
            known.inlets.insert(id.to_owned(), Arc::clone(&inlet));
        }
        Ok(Some(inlet))
    }
}

fn look_up(store: &Store, id: &str) -> Result<Option<Inlet>, Problem> {
    for sandbox in &SANDBOXES {
        let all = |collection: &str| store.list(collection, sandbox.name);
        let flows: Vec<Body> = all("flows")?.into_iter().map(|record| record.body).collect();
        if let Some(flow) = flows.iter().find(|flow| inlets::id(flow) == Some(id)) {
            let flow = self::flow(store, sandbox, flow)?;
            let flows = flow.into_iter().collect();
            return Ok(Some(Inlet { authenticated: false, is_xdm: false, is_of_flow: true, flows, sandbox }));
        }
        let connections = all("connections")?;
        let Some(connection) = connections.iter().find(|connection| inlets::id(&connection.body) == Some(id)) else {
            continue;
        };
        let connection = &connection.body;
        let connection_id = connection.get("id").and_then(Value::as_str);
        let of_connection: Vec<String> = all("sourceConnections")?
            .iter()
            .filter(|source| source.body.get("baseConnectionId").and_then(Value::as_str) == connection_id)
            .filter_map(|source| source.body.get("id")?.as_str().map(str::to_owned))
            .collect();
        let mut behind = Vec::new();
        for flow in &flows {
            if texts(flow.get("sourceConnectionIds")).any(|id| of_connection.iter().any(|source| source == id)) {
                behind.extend(self::flow(store, sandbox, flow)?);
            }
        }
        let auth = connection.get("auth");
        let authenticated = auth.and_then(|auth| auth.pointer("/params/authenticationRequired")) == Some(&json!(true));
        let is_xdm = text(auth, "/params/dataType").is_none_or(|kind| kind.eq_ignore_ascii_case("xdm"));
        return Ok(Some(Inlet { authenticated, is_xdm, is_of_flow: false, flows: behind, sandbox }));
    }
    Ok(None)
}

/// A flow and where it leads; `None` where it leads to no dataset.
pub(super) fn flow(store: &Store, sandbox: &'static Sandbox, flow: &Body) -> Result<Option<Flow>, Problem> {
    let find = |collection: &str, id: &str| store.get(collection, sandbox.name, id);
    let Some(target_id) = texts(flow.get("targetConnectionIds")).next() else { return Ok(None) };
    let Some(connection) = find("targetConnections", target_id)? else { return Ok(None) };
    let Some(dataset_id) = text(connection.body.get("params"), "/dataSetId") else { return Ok(None) };
    let Some(target) = target(store, sandbox, dataset_id)? else { return Ok(None) };
    let transformations = flow.get("transformations").and_then(Value::as_array);
    let mapping_id = transformations.into_iter().flatten().find_map(|one| text(Some(one), "/params/mappingId"));
    let mapping = match mapping_id {
        Some(id) => match find(data_prep::MAPPING_SETS, id)? {
            // A set that came from a seed was not looked at before.
            Some(set) => {
                Some(ways(&set.body).map_err(|error| Problem::invalid(format!("the mapping set `{id}`: {error}")))?)
            }
            None => None,
        },
        None => None,
    };
    let id = flow.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
    let enabled = flow.get("state").and_then(Value::as_str) == Some("enabled");
    Ok(Some(Flow { id, enabled, target, mapping }))
}

fn ways(set: &Body) -> Result<Vec<Way>, String> {
    data_prep::mappings_of(set).map(|mapping| Way::of(&mapping)).collect()
}

/// A dataset and its schema; `None` where one of them is not there.
pub(super) fn target(store: &Store, sandbox: &Sandbox, dataset_id: &str) -> Result<Option<Target>, Problem> {
    let Some(dataset) = store.get(catalog::DATASETS, sandbox.name, dataset_id)? else { return Ok(None) };
    let Some(schema_id) = text(dataset.body.get("schemaRef"), "/id") else { return Ok(None) };
    let Some(mut schema) = schema_registry::resolved(store, sandbox, schema_id)? else { return Ok(None) };
    close(&mut schema);
    // Only what an entity must be like: titles, ids and the registry's own members are no business of a validator.
    let members = ["type", "properties", "required", "additionalProperties"];
    let rules: Value =
        members.iter().filter_map(|name| Some(((*name).to_owned(), schema.get(*name)?.clone()))).collect();
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft7)
        .build(&rules)
        .map_err(|error| Problem::invalid(format!("the schema `{schema_id}` cannot be checked against: {error}")))?;
    Ok(Some(Target { dataset_id: dataset_id.to_owned(), schema_id: schema_id.to_owned(), validator }))
}

/// XDM is closed: an object takes no other fields than those it lists.
fn close(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    if let Some(Value::Object(properties)) = members.get_mut("properties") {
        properties.values_mut().for_each(close);
        members.entry("additionalProperties").or_insert(json!(false));
    }
    for inner in ["items", "additionalProperties"] {
        if let Some(inner) = members.get_mut(inner) {
            close(inner);
        }
    }
}
