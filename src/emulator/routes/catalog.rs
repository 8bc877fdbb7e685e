//! `/data/foundation/catalog`: datasets.
//!
//! Their ids are 24 hexadecimal digits. Writing answers with an array of references such as `@/dataSets/5ab5…`, reading with an
//! object whose one key is the id.

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Map, Value, json};
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    entity::text,
    managed::Managed,
    patch,
    resource::{ACCOUNT, InSandbox},
    schema_registry,
};
use crate::emulator::{
    CLIENT_ID, ORGANIZATION,
    gateway::{self, Sandbox},
    problem::Problem,
    server::Emulation,
    store::{Body, Record},
    validate::{
        self, Field,
        Kind::{AnyText, Object, Text},
        optional, required,
    },
};

/// Where the API is.
pub(super) const PREFIX: &str = "/data/foundation/catalog";
/// Name of the collection in the store.
pub(super) const DATASETS: &str = "dataSets";

const FIELDS: [Field; 4] =
    [required("name", Text), optional("description", AnyText), optional("schemaRef", Object), optional("tags", Object)];

/// Fields that the platform sets.
const MANAGED: Managed<8> =
    Managed(["id", "version", "imsOrg", "created", "updated", "createdClient", "createdUser", "updatedUser"]);

/// The routes of the service.
pub(super) fn router() -> Router<Emulation> {
    Router::new()
        .route("/dataSets", get(list).post(create))
        .route("/dataSets/{id}", get(read).put(replace).patch(change).delete(remove))
        .route("/v2/dataSets/{id}", get(read).patch(change))
}

async fn list(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let mut limit = 20;
    let mut start = 0;
    let mut filters: Vec<(String, String)> = Vec::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let number =
            || value.parse::<usize>().map_err(|_| Problem::invalid(format!("`{name}` is a number, not `{value}`")));
        match name.as_ref() {
            "limit" => limit = number()?.clamp(1, 100),
            "start" => start = number()?,
            "name" | "description" => filters.push((name.into_owned(), value.into_owned())),
            // What is to be shown of each, and in which order: all of it, in the order of creation.
            _ => {}
        }
    }
    let fits = |record: &Record| {
        filters.iter().all(|(name, value)| record.body.get(name).and_then(Value::as_str) == Some(value))
    };
    let records = emulation.store.list(DATASETS, sandbox.name)?;
    let page: Map<String, Value> =
        records.iter().filter(|record| fits(record)).skip(start).take(limit).map(shown).collect();
    Ok(Json(Value::Object(page)).into_response())
}

async fn create(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    body: Bytes,
) -> Result<Response, Problem> {
    let content = validate::object(&body)?;
    check(&emulation, sandbox, &content)?;
    let id = Uuid::new_v4().simple().to_string()[..24].to_owned();
    let now = gateway::now();
    let mut record = MANAGED.made([
        json!(id),
        json!("1.0.0"),
        json!(ORGANIZATION),
        json!(now),
        json!(now),
        json!(CLIENT_ID),
        json!(ACCOUNT),
        json!(ACCOUNT),
    ]);
    record.extend(MANAGED.sent(content));
    record.insert("files".into(), json!(format!("@/dataSetFiles?dataSetId={id}")));
    emulation.store.insert(DATASETS, sandbox.name, record)?;
    let mut response = (StatusCode::CREATED, Json(reference(&id))).into_response();
    if let Ok(location) = HeaderValue::from_str(&format!("{PREFIX}/dataSets/{id}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

async fn read(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let record = emulation.store.get(DATASETS, sandbox.name, &id)?.ok_or_else(|| unknown(&id))?;
    let (id, record) = shown(&record);
    Ok(Json(json!({id: record})).into_response())
}

async fn replace(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let content = validate::object(&body)?;
    check(&emulation, sandbox, &content)?;
    write(&emulation, sandbox, &id, |current| {
        let mut record = MANAGED.kept(current);
        record.extend(MANAGED.sent(content));
        record.insert("files".into(), json!(format!("@/dataSetFiles?dataSetId={id}")));
        Ok(record)
    })
}

/// Members of an object are merged in; an array is taken for JSON Patch.
async fn change(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let is_patch = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let instructions = if is_patch { Some(patch::read(&body)?) } else { None };
    let content = if is_patch { Body::new() } else { validate::object(&body)? };
    write(&emulation, sandbox, &id, |current| {
        let mut record = match &instructions {
            Some(instructions) => patch::apply(instructions, current)?,
            None => current.clone(),
        };
        record.extend(MANAGED.sent(content));
        validate::fields(&record, &FIELDS)?;
        Ok(record)
    })
}

fn write(
    emulation: &Emulation,
    sandbox: &Sandbox,
    id: &str,
    change: impl FnOnce(&Body) -> Result<Body, Problem>,
) -> Result<Response, Problem> {
    let written = emulation.store.replace(DATASETS, sandbox.name, id, |current| {
        let mut record = change(&current.body)?;
        record.insert("updated".into(), json!(gateway::now()));
        record.insert("updatedUser".into(), json!(ACCOUNT));
        Ok(record)
    })?;
    written.ok_or_else(|| unknown(id))?;
    Ok(Json(reference(id)).into_response())
}

async fn remove(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let removed = emulation.store.remove(DATASETS, sandbox.name, &id, |_| Ok(()))?;
    removed.ok_or_else(|| unknown(&id))?;
    Ok(Json(reference(&id)).into_response())
}

fn check(emulation: &Emulation, sandbox: &Sandbox, content: &Body) -> Result<(), Problem> {
    validate::fields(content, &FIELDS)?;
    if let Some(schema_id) = text(content.get("schemaRef"), "/id")
        && schema_registry::find(&emulation.store, sandbox, schema_id)?.is_none()
    {
        return Err(Problem::invalid(format!("`schemaRef.id`: there is no schema `{schema_id}`")));
    }
    Ok(())
}

fn reference(id: &str) -> Value {
    json!([format!("@/dataSets/{id}")])
}

fn shown(record: &Record) -> (String, Value) {
    let mut body = record.body.clone();
    let id = body.shift_remove("id").and_then(|id| id.as_str().map(str::to_owned)).unwrap_or_default();
    (id, Value::Object(body))
}

fn unknown(id: &str) -> Problem {
    Problem::status(StatusCode::NOT_FOUND, format!("there is no dataset `{id}`"))
}
