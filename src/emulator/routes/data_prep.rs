//! `/data/foundation/conversion`: mapping sets, which say where each attribute of the source goes.
//!
//! Two bodies are documented: `outputSchema` with `mappings[]` of `source` and `destination`, and `xdmSchema` with `mappings[]`
//! of `sourceAttribute` and `destinationXdmPath`. A set that is read shows both, whichever was sent, as the platform's description
//! prints it. Tutorials print the path without `/conversion`; both are answered.

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json};
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    collection::Way,
    entity::text,
    managed::Managed,
    resource::{ACCOUNT, InSandbox},
    schema_registry,
};
use crate::emulator::{
    gateway::{self, Sandbox},
    problem::Problem,
    server::Emulation,
    store::Body,
    validate,
};

/// Where the API is.
pub(super) const PREFIX: &str = "/data/foundation/conversion";
/// Where tutorials print it.
pub(super) const SHORT_PREFIX: &str = "/data/foundation";
/// Name of the collection, in the path and in the store.
pub(super) const MAPPING_SETS: &str = "mappingSets";

/// Fields that the platform sets.
const MANAGED: Managed<6> = Managed(["id", "version", "createdDate", "modifiedDate", "createdBy", "modifiedBy"]);

/// The routes of the service.
pub(super) fn router() -> Router<Emulation> {
    Router::new()
        .route("/mappingSets", get(list).post(create))
        .route("/mappingSets/validate", post(validate_set))
        .route("/mappingSets/{id}", get(read).put(replace).delete(remove))
        .route("/mappingSets/{id}/mappings", get(mappings))
        .route("/mappingSets/{id}/mappings/{mapping}", get(mapping))
}

/// Where one attribute goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mapping<'a> {
    pub(super) source: &'a str,
    pub(super) destination: &'a str,
    /// An expression is computed; otherwise the source is the path of an attribute.
    pub(super) is_expression: bool,
}

/// The mappings of a set, in either form.
pub(super) fn mappings_of(set: &Body) -> impl Iterator<Item = Mapping<'_>> {
    set.get("mappings").and_then(Value::as_array).into_iter().flatten().filter_map(|mapping| {
        let member = |names: [&str; 2]| names.iter().find_map(|name| mapping.get(*name)?.as_str());
        Some(Mapping {
            source: member(["source", "sourceAttribute"])?,
            destination: member(["destination", "destinationXdmPath"])?,
            is_expression: mapping
                .get("sourceType")
                .and_then(Value::as_str)
                .is_some_and(|kind| !matches!(kind, "ATTRIBUTE" | "text/x.schema-path")),
        })
    })
}

/// The id of the schema that a set maps to.
pub(super) fn schema_of(set: &Body) -> Option<&str> {
    text(set.get("outputSchema"), "/schemaRef/id").or_else(|| set.get("xdmSchema").and_then(Value::as_str))
}

async fn list(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let number = |wanted: &str, default: usize| {
        let given = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == wanted);
        given.map_or(Ok(default), |(_, value)| {
            value.parse().map_err(|_| Problem::invalid(format!("`{wanted}` is a number, not `{value}`")))
        })
    };
    let (start, limit) = (number("start", 0)?, number("limit", 100)?);
    let records = emulation.store.list(MAPPING_SETS, sandbox.name)?;
    let count = records.len();
    let page: Vec<Body> = records.into_iter().skip(start).take(limit).map(|record| record.body).collect();
    Ok(Json(json!({"data": page, "_page": {"count": count, "limit": limit}, "_links": {}})).into_response())
}

async fn create(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    body: Bytes,
) -> Result<Response, Problem> {
    let content = validate::object(&body)?;
    check(&emulation, sandbox, &content)?;
    let now = gateway::now();
    let id = Uuid::new_v4().simple().to_string();
    let mut record = MANAGED.made([json!(id), json!(0), json!(now), json!(now), json!(ACCOUNT), json!(ACCOUNT)]);
    let answer = Value::Object(record.clone());
    record.extend(MANAGED.sent(completed(content)));
    emulation.store.insert(MAPPING_SETS, sandbox.name, record)?;
    Ok(Json(answer).into_response())
}

async fn read(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let record = emulation.store.get(MAPPING_SETS, sandbox.name, &id)?.ok_or_else(|| unknown(&id))?;
    Ok(Json(Value::Object(record.body)).into_response())
}

async fn mappings(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let record = emulation.store.get(MAPPING_SETS, sandbox.name, &id)?.ok_or_else(|| unknown(&id))?;
    Ok(Json(record.body.get("mappings").cloned().unwrap_or_else(|| json!([]))).into_response())
}

async fn mapping(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path((id, mapping_id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let record = emulation.store.get(MAPPING_SETS, sandbox.name, &id)?.ok_or_else(|| unknown(&id))?;
    let mappings = record.body.get("mappings").and_then(Value::as_array);
    let found = mappings.into_iter().flatten().find(|mapping| text(Some(mapping), "/id") == Some(&mapping_id));
    match found {
        Some(mapping) => Ok(Json(mapping.clone()).into_response()),
        None => {
            Err(Problem::status(StatusCode::NOT_FOUND, format!("the mapping set `{id}` has no mapping `{mapping_id}`")))
        }
    }
}

/// A set as it is kept: the members of both forms, and an id for each mapping.
fn completed(mut content: Body) -> Body {
    /// What a mapping has, by its two names.
    const NAMES: [(&str, &str); 2] = [("source", "sourceAttribute"), ("destination", "destinationXdmPath")];

    if let Some(schema_id) = schema_of(&content).map(str::to_owned) {
        content.entry("xdmSchema").or_insert_with(|| json!(schema_id));
        // The form a flow of the platform takes schemas in.
        let schema_ref = json!({"id": schema_id, "contentType": "application/vnd.adobe.xed-full+json;version=1"});
        content.entry("outputSchema").or_insert_with(|| json!({"schemaRef": schema_ref}));
    }
    for mapping in content.get_mut("mappings").and_then(Value::as_array_mut).into_iter().flatten() {
        let Value::Object(mapping) = mapping else { continue };
        for (one, other) in NAMES {
            for (from, to) in [(one, other), (other, one)] {
                if let (Some(value), false) = (mapping.get(from).cloned(), mapping.contains_key(to)) {
                    mapping.insert(to.to_owned(), value);
                }
            }
        }
        mapping.entry("sourceType").or_insert_with(|| json!("ATTRIBUTE"));
        mapping.entry("id").or_insert_with(|| json!(Uuid::new_v4().simple().to_string()));
        mapping.entry("version").or_insert_with(|| json!(0));
    }
    content
}

/// A set that is replaced gets the next version, which a flow must name.
async fn replace(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Problem> {
    let content = validate::object(&body)?;
    check(&emulation, sandbox, &content)?;
    let replaced = emulation.store.replace(MAPPING_SETS, sandbox.name, &id, |current| {
        let mut record = MANAGED.kept(&current.body);
        let version = current.body.get("version").and_then(Value::as_u64).unwrap_or_default() + 1;
        record.insert("version".into(), json!(version));
        record.insert("modifiedDate".into(), json!(gateway::now()));
        record.extend(MANAGED.sent(completed(content)));
        Ok(record)
    })?;
    Ok(Json(Value::Object(replaced.ok_or_else(|| unknown(&id))?.body)).into_response())
}

async fn remove(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    let removed = emulation.store.remove(MAPPING_SETS, sandbox.name, &id, |_| Ok(()))?;
    removed.map(|_| StatusCode::NO_CONTENT).ok_or_else(|| unknown(&id))
}

/// Each mapping by itself.
async fn validate_set(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    body: Bytes,
) -> Result<Response, Problem> {
    let content = validate::object(&body)?;
    let schema = resolved(&emulation, sandbox, &content)?;
    let outcomes: Vec<Value> = mappings_of(&content)
        .map(|mapping| match fault(&schema, &mapping) {
            None => json!({"status": "SUCCESS", "errors": null}),
            Some(fault) => json!({"status": "FAILED", "errors": [{
                "source": mapping.source,
                "destination": mapping.destination,
                "exception": fault,
            }]}),
        })
        .collect();
    Ok(Json(json!({"validationResponse": outcomes})).into_response())
}

fn check(emulation: &Emulation, sandbox: &Sandbox, content: &Body) -> Result<(), Problem> {
    let given = content.get("mappings").and_then(Value::as_array);
    let Some(given) = given.filter(|given| !given.is_empty()) else {
        return Err(Problem::invalid("`mappings` must be an array with one mapping at least"));
    };
    let mapped = mappings_of(content).count();
    if mapped != given.len() {
        return Err(Problem::invalid(
            "each of `mappings` has `source` and `destination`, or `sourceAttribute` and `destinationXdmPath`",
        ));
    }
    let schema = resolved(emulation, sandbox, content)?;
    let faults: Vec<String> = mappings_of(content).filter_map(|mapping| fault(&schema, &mapping)).collect();
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults.join("; "))) }
}

/// What is wrong with a mapping: it cannot be understood, or leads nowhere.
fn fault(schema: &Value, mapping: &Mapping<'_>) -> Option<String> {
    match Way::of(mapping) {
        Err(fault) => Some(fault),
        Ok(_) if !schema_registry::has_path(schema, mapping.destination) => Some(no_such_field(mapping.destination)),
        Ok(_) => None,
    }
}

fn resolved(emulation: &Emulation, sandbox: &Sandbox, content: &Body) -> Result<Value, Problem> {
    let Some(schema_id) = schema_of(content) else {
        return Err(Problem::invalid("`outputSchema.schemaRef.id` is missing, or `xdmSchema` in the older form"));
    };
    schema_registry::resolved(&emulation.store, sandbox, schema_id)?
        .ok_or_else(|| Problem::invalid(format!("there is no schema `{schema_id}`")))
}

fn no_such_field(path: &str) -> String {
    format!("`{path}` is no field of the target schema")
}

fn unknown(id: &str) -> Problem {
    Problem::status(StatusCode::NOT_FOUND, format!("there is no mapping set `{id}`"))
}
