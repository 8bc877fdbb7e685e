//! `/connections`: base connections, that is, how a customer signs in at a source.
//!
//! What an authentication spec calls a password is checked and then forgotten. For the HTTP API the connection is where events
//! come in: it gets an inlet.

use axum::{
    Extension, Json, Router,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};

use super::{
    entity::{self, Entity, World, text, texts},
    explore,
    resource::{InSandbox, PathId},
    source_connections::SourceConnections,
};
use crate::emulator::{
    inlets,
    problem::{self, Problem},
    server::Emulation,
    store::Body,
    validate::{
        self, Field,
        Kind::{AnyText, Object, Text},
        optional, required,
    },
};

const FIELDS: [Field; 4] = [
    optional("name", Text),
    optional("description", AnyText),
    required("connectionSpec", Object),
    optional("auth", Object),
];

/// Kept and not shown: the names of the passwords that were given.
const GIVEN: &str = "passwordsGiven";

/// Base connections.
pub(super) struct Connections;

/// The routes of the collection.
pub(super) fn router() -> Router<Emulation> {
    entity::router::<Connections>()
        .route("/connections/{id}/test", get(test))
        .route("/connections/{id}/explore", get(explore))
        .route("/connections/{id}/configs", get(configs))
}

impl Entity for Connections {
    const NAME: &'static str = "connections";

    fn check(world: &World<'_>, body: &Body, current: Option<&Body>) -> Result<(), Problem> {
        validate::fields(body, &FIELDS)?;
        entity::keep_connection_spec("connection", body, current)?;
        let spec = world.spec("connectionSpecs", body, "connectionSpec")?;
        let sent_before = current.is_some_and(|current| current.get("auth") == body.get("auth"));
        if sent_before { Ok(()) } else { check_auth(&spec, body) }
    }

    /// The names of the passwords stay, because a draft is checked later.
    fn forget(world: &World<'_>, record: &mut Body) -> Result<(), Problem> {
        let spec = world.spec("connectionSpecs", record, "connectionSpec")?;
        let passwords = auth_spec(&spec, record).map(passwords).unwrap_or_default();
        let mut given: Vec<Value> =
            record.remove(GIVEN).and_then(|given| Some(given.as_array()?.clone())).unwrap_or_default();
        if let Some(Value::Object(params)) = record.get_mut("auth").and_then(|auth| auth.get_mut("params")) {
            params.retain(|name, _| {
                let is_password = passwords.contains(name);
                if is_password && !given.contains(&json!(name)) {
                    given.push(json!(name));
                }
                !is_password
            });
        }
        if !given.is_empty() {
            record.insert(GIVEN.into(), Value::Array(given));
        }
        Ok(())
    }

    fn complete(world: &World<'_>, record: &mut Body) -> Result<(), Problem> {
        let spec = world.spec("connectionSpecs", record, "connectionSpec")?;
        if spec.get("id").and_then(Value::as_str) == Some(inlets::HTTP_API) {
            inlets::give_to_connection(record);
        }
        Ok(())
    }

    fn takes_drafts(world: &World<'_>, body: &Body) -> Result<bool, Problem> {
        world.takes_drafts("connectionSpecs", body, "connectionSpec")
    }

    fn check_removal(world: &World<'_>, record: &Body) -> Result<(), Problem> {
        let id = record.get("id").and_then(Value::as_str).unwrap_or_default();
        let on_it: Vec<String> = world
            .all(SourceConnections::NAME)?
            .iter()
            .filter(|source| source.get("baseConnectionId").and_then(Value::as_str) == Some(id))
            .filter_map(|source| source.get("id").and_then(Value::as_str).map(str::to_owned))
            .collect();
        let in_use = world
            .all("flows")?
            .iter()
            .any(|flow| texts(flow.get("sourceConnectionIds")).any(|source| on_it.iter().any(|id| id == source)));
        if in_use {
            let detail = format!("the base connection `{id}` is used by a flow; delete the flow first");
            return Err(Problem::flow(problem::IN_USE, detail));
        }
        Ok(())
    }

    fn show(world: &World<'_>, record: &mut Body) {
        record.shift_remove(GIVEN);
        inlets::show_in_connection(&world.origin, record);
    }
}

/// The entry of the spec's `authSpec` that a connection names.
fn auth_spec<'a>(spec: &'a Body, body: &Body) -> Option<&'a Value> {
    let name = text(body.get("auth"), "/specName")?;
    let entries = spec.get("authSpec")?.as_array()?;
    entries.iter().find(|entry| entry.get("name").and_then(Value::as_str) == Some(name))
}

/// The parameters that are secrets.
fn passwords(auth_spec: &Value) -> Vec<String> {
    let properties = auth_spec.pointer("/spec/properties").and_then(Value::as_object);
    let is_password = |property: &Value| property.get("format").and_then(Value::as_str) == Some("password");
    let secret = properties.into_iter().flatten().filter(|(_, property)| is_password(property));
    secret.map(|(name, _)| name.clone()).collect()
}

fn check_auth(spec: &Body, body: &Body) -> Result<(), Problem> {
    let offered: Vec<&str> = spec
        .get("authSpec")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.get("name")?.as_str())
        .collect();
    // The spec of the HTTP API lists none, and takes one all the same.
    if offered.is_empty() {
        return Ok(());
    }
    let Some(auth) = body.get("auth") else {
        return Err(Problem::invalid(format!(
            "`auth` is missing; `auth.specName` is one of `{}`",
            offered.join("`, `")
        )));
    };
    let name = text(Some(auth), "/specName").unwrap_or_default();
    let Some(auth_spec) = auth_spec(spec, body) else {
        let detail = format!("`auth.specName`: there is no auth spec `{name}`; there are `{}`", offered.join("`, `"));
        return Err(Problem::flow(problem::AUTH_SPEC, detail));
    };
    let Some(mut schema) = auth_spec.get("spec").cloned() else { return Ok(()) };
    // A draft has given its passwords already, and they are gone.
    if let (Some("draft"), Some(Value::Array(given))) = (body.get("state").and_then(Value::as_str), body.get(GIVEN))
        && let Some(Value::Array(required)) = schema.get_mut("required")
    {
        required.retain(|name| !given.contains(name));
    }
    let params = auth.get("params").cloned().unwrap_or_else(|| json!({}));
    validate::against(&schema, &params, "auth.params")
}

/// Whether the connection can sign in. Nobody is called: a parameter with the value `invalid` stands for one that cannot.
async fn test(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    id: PathId,
) -> Result<Response, Problem> {
    let world = World::new(&emulation, sandbox, &headers);
    let record = world.record::<Connections>(&entity::entity_id::<Connections>(id)?)?.body;
    let params = record.get("auth").and_then(|auth| auth.get("params")).and_then(Value::as_object);
    let fails = params.is_some_and(|params| params.values().any(|value| value.as_str() == Some("invalid")));
    Ok(Json(json!({"result": !fails})).into_response())
}

async fn explore(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    id: PathId,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let spec = spec_of(&World::new(&emulation, sandbox, &headers), id)?;
    Ok(Json(explore::answer(&spec, query.as_deref().unwrap_or_default())?).into_response())
}

async fn configs(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    id: PathId,
) -> Result<Response, Problem> {
    let spec = spec_of(&World::new(&emulation, sandbox, &headers), id)?;
    Ok(Json(explore::configs(&spec)).into_response())
}

fn spec_of(world: &World<'_>, id: PathId) -> Result<Body, Problem> {
    let record = world.record::<Connections>(&entity::entity_id::<Connections>(id)?)?.body;
    world.spec("connectionSpecs", &record, "connectionSpec")
}
