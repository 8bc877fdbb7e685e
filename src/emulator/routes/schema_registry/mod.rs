//! `/data/foundation/schemaregistry`: behaviours, classes, field groups, data types and schemas of XDM.
//!
//! A resource is named by its `$id`, percent-encoded, or by its `meta:altId`. Reading asks for a form in `Accept`: `xed-id` and
//! `xed` for lists; with `; version=1`, `xed`, `xed-notext`, `xed-full`, `xed-full-notext` for one (`xdm` as an older spelling
//! of `xed`). Field groups are also found under their older name, mixins.

use std::collections::HashSet;

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    patch,
    resource::{ACCOUNT, InSandbox},
};
use crate::emulator::{
    CLIENT_ID, ORGANIZATION,
    gateway::{self, Sandbox},
    problem::Problem,
    server::Emulation,
    store::{Body, Record, Store},
    validate::{
        self, Field,
        Kind::{AnyText, Objects, Text},
        optional, required,
    },
};

mod form;
mod resolve;

pub(in crate::emulator) use resolve::{has_path, resolved};

/// Where the API is.
pub(super) const PREFIX: &str = "/data/foundation/schemaregistry";
/// Name of the collection in the store.
pub(in crate::emulator) const XDM: &str = "xdm";
/// The namespace of the organization's own fields.
const TENANT: &str = "emulator";

const FIELDS: [Field; 3] = [required("title", Text), optional("description", AnyText), optional("allOf", Objects)];

/// The collections, as the path has them, and what their records are called.
const KINDS: [(&str, &str); 6] = [
    ("behaviors", "behaviors"),
    ("classes", "classes"),
    ("fieldgroups", "mixins"),
    ("mixins", "mixins"),
    ("datatypes", "datatypes"),
    ("schemas", "schemas"),
];

/// The routes of the service.
pub(super) fn router() -> Router<Emulation> {
    Router::new()
        .route("/stats", get(stats))
        .route("/{container}/{kind}", get(list).post(create))
        .route("/{container}/{kind}/{id}", get(read).put(replace).patch(change).delete(remove))
}

/// The resource of an `$id` or a `meta:altId`.
pub(in crate::emulator) fn find(store: &Store, sandbox: &Sandbox, id: &str) -> Result<Option<Record>, redb::Error> {
    store.get(XDM, sandbox.name, &uri(id))
}

/// The `$id` that a `meta:altId` stands for.
fn uri(id: &str) -> String {
    match id.strip_prefix('_') {
        Some(path) => format!("https://ns.adobe.com/{}", path.replace('.', "/")),
        None => id.to_owned(),
    }
}

/// The `meta:altId` of an `$id`.
pub(in crate::emulator) fn alternative(uri: &str) -> String {
    let path = uri.strip_prefix("https://ns.adobe.com/").unwrap_or(uri);
    format!("_{}", path.replace('/', "."))
}

async fn stats(State(emulation): State<Emulation>, Extension(sandbox): InSandbox) -> Result<Response, Problem> {
    let records = emulation.store.list(XDM, sandbox.name)?;
    let count = |kind: &str| {
        let of_kind = records.iter().filter(|record| is_in(record, "tenant") && kind_of(record) == Some(kind));
        of_kind.count()
    };
    let counts = json!({
        "schemas": count("schemas"),
        "mixins": count("mixins"),
        "classes": count("classes"),
        "datatypes": count("datatypes"),
    });
    Ok(Json(json!({"imsOrg": ORGANIZATION, "tenantId": TENANT, "counts": counts})).into_response())
}

/// Which collection a path names, and what its records are called.
fn collection(container: &str, kind: &str) -> Result<&'static str, Problem> {
    let found = KINDS.iter().find(|(name, _)| *name == kind).map(|(_, resource)| *resource);
    match (container, found) {
        ("global" | "tenant", Some(found)) => Ok(found),
        _ => Err(Problem::status(StatusCode::NOT_FOUND, format!("there is no `{PREFIX}/{container}/{kind}` here"))),
    }
}

fn kind_of(record: &Record) -> Option<&str> {
    record.body.get("meta:resourceType").and_then(Value::as_str)
}

fn is_in(record: &Record, container: &str) -> bool {
    record.body.get("meta:containerId").and_then(Value::as_str) == Some(container)
}

async fn list(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path((container, kind)): Path<(String, String)>,
    headers: HeaderMap,
    uri: axum::http::Uri,
) -> Result<Response, Problem> {
    let resource = collection(&container, &kind)?;
    let form = form::of_list(accept(&headers))?;
    let page = form::Page::parse(uri.query().unwrap_or_default())?;
    let records: Vec<Record> = emulation
        .store
        .list(XDM, sandbox.name)?
        .into_iter()
        .filter(|record| is_in(record, &container) && kind_of(record) == Some(resource))
        .collect();
    Ok(Json(page.answer(&form, records, &kind)).into_response())
}

async fn read(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path((container, kind, id)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    collection(&container, &kind)?;
    let form = form::of_one(accept(&headers))?;
    let record = look_up(&emulation, sandbox, (&container, &kind, &id))?;
    let mut body = match form.is_full {
        true => resolve::whole(&emulation.store, sandbox, &record.body)?,
        false => Value::Object(record.body),
    };
    if !form.has_text {
        form::strip_text(&mut body);
    }
    Ok(Json(body).into_response())
}

async fn create(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path((container, kind)): Path<(String, String)>,
    body: Bytes,
) -> Result<Response, Problem> {
    let resource = collection(&container, &kind)?;
    writable(&container)?;
    let content = validate::object(&body)?;
    let id = format!("https://ns.adobe.com/{TENANT}/{resource}/{}", Uuid::new_v4().simple());
    let record = composed(&emulation, sandbox, (resource, &id), content, None)?;
    let stored = emulation.store.insert_under(XDM, sandbox.name, &id, record)?;
    Ok((StatusCode::CREATED, Json(Value::Object(stored.body))).into_response())
}

async fn replace(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path((container, kind, id)): Path<(String, String, String)>,
    body: Bytes,
) -> Result<Response, Problem> {
    writable(&container)?;
    let content = validate::object(&body)?;
    write(&emulation, sandbox, (&container, &kind, &id), |_| Ok(content))
}

async fn change(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path((container, kind, id)): Path<(String, String, String)>,
    body: Bytes,
) -> Result<Response, Problem> {
    writable(&container)?;
    let instructions = patch::read(&body)?;
    write(&emulation, sandbox, (&container, &kind, &id), |current| patch::apply(&instructions, current))
}

fn write(
    emulation: &Emulation,
    sandbox: &'static Sandbox,
    (container, kind, id): (&str, &str, &str),
    change: impl FnOnce(&Body) -> Result<Body, Problem>,
) -> Result<Response, Problem> {
    let resource = collection(container, kind)?;
    look_up(emulation, sandbox, (container, kind, id))?;
    let id = uri(id);
    let replaced = emulation.store.replace(XDM, sandbox.name, &id, |current| {
        composed(emulation, sandbox, (resource, &id), change(&current.body)?, Some(&current.body))
    })?;
    let record = replaced.ok_or_else(|| unknown(&id))?;
    Ok(Json(Value::Object(record.body)).into_response())
}

async fn remove(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    Path((container, kind, id)): Path<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    writable(&container)?;
    look_up(&emulation, sandbox, (&container, &kind, &id))?;
    let id = uri(&id);
    let users = emulation.store.list(super::catalog::DATASETS, sandbox.name)?;
    let user =
        users.iter().find(|dataset| super::entity::text(dataset.body.get("schemaRef"), "/id") == Some(id.as_str()));
    if let Some(name) = user.and_then(|dataset| dataset.body.get("name")?.as_str()) {
        return Err(Problem::invalid(format!("`{id}` is used by the dataset `{name}`; delete the dataset first")));
    }
    emulation.store.remove(XDM, sandbox.name, &id, |_| Ok(()))?;
    Ok(StatusCode::NO_CONTENT)
}

fn look_up(
    emulation: &Emulation,
    sandbox: &Sandbox,
    (container, kind, id): (&str, &str, &str),
) -> Result<Record, Problem> {
    let resource = collection(container, kind)?;
    find(&emulation.store, sandbox, id)?
        .filter(|record| is_in(record, container) && kind_of(record) == Some(resource))
        .ok_or_else(|| unknown(id))
}

fn writable(container: &str) -> Result<(), Problem> {
    match container {
        "tenant" => Ok(()),
        _ => Err(Problem::status(StatusCode::METHOD_NOT_ALLOWED, "the container `global` is the platform's own")),
    }
}

/// A record made of the content of a request: what it is composed of must be there, and a schema has one class.
fn composed(
    emulation: &Emulation,
    sandbox: &'static Sandbox,
    (resource, id): (&str, &str),
    mut content: Body,
    current: Option<&Body>,
) -> Result<Body, Problem> {
    content.retain(|name, _| !form::is_managed(name));
    validate::fields(&content, &FIELDS)?;
    let mut extends = Vec::new();
    let mut class = None;
    let parts = content.get("allOf").and_then(Value::as_array).cloned().unwrap_or_default();
    for reference in parts.iter().filter_map(|part| part.get("$ref")?.as_str()) {
        // A part may refer to a definition of its own.
        if reference.starts_with('#') {
            continue;
        }
        let Some(part) = find(&emulation.store, sandbox, reference)? else {
            return Err(Problem::invalid(format!("`allOf`: there is no resource `{reference}`")));
        };
        if kind_of(&part) == Some("classes") && class.replace(reference.to_owned()).is_some() {
            return Err(Problem::invalid("`allOf` refers to more than one class"));
        }
        extends.push(reference.to_owned());
        let inherited = part.body.get("meta:extends").and_then(Value::as_array).cloned().unwrap_or_default();
        extends.extend(inherited.iter().filter_map(Value::as_str).map(str::to_owned));
    }
    if resource == "schemas" && class.is_none() {
        return Err(Problem::invalid(
            "`allOf` must refer to a class, for example `https://ns.adobe.com/xdm/context/profile`",
        ));
    }
    let mut seen = HashSet::new();
    extends.retain(|reference| seen.insert(reference.clone()));
    let created = current.and_then(|current| current.get("meta:registryMetadata")?.get("repo:createdDate").cloned());
    let now = gateway::now();
    let digest = Sha256::digest(serde_json::to_vec(&content).unwrap_or_default());
    let tag: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let managed = json!({
        "$id": id,
        "meta:altId": alternative(id),
        "meta:resourceType": resource,
        "version": next_version(current),
        "imsOrg": ORGANIZATION,
        "meta:extensible": false,
        "meta:abstract": false,
        "meta:extends": extends,
        "meta:xdmType": "object",
        "meta:registryMetadata": {
            "repo:createdDate": created.unwrap_or_else(|| json!(now)),
            "repo:lastModifiedDate": now,
            "xdm:createdClientId": CLIENT_ID,
            "xdm:lastModifiedClientId": CLIENT_ID,
            "xdm:createdUserId": ACCOUNT,
            "xdm:lastModifiedUserId": ACCOUNT,
            "eTag": tag,
        },
        "meta:containerId": "tenant",
        "meta:sandboxId": sandbox.id,
        "meta:tenantNamespace": format!("_{TENANT}"),
    });
    let mut record = content;
    if let Value::Object(managed) = managed {
        record.extend(managed);
    }
    record.entry("type").or_insert_with(|| json!("object"));
    if let Some(class) = class.filter(|_| resource == "schemas") {
        record.insert("meta:class".into(), json!(class));
    }
    Ok(record)
}

/// Each change counts the minor version up.
fn next_version(current: Option<&Body>) -> String {
    let Some(version) = current.and_then(|current| current.get("version")?.as_str()) else { return "1.0".into() };
    match version.split_once('.').and_then(|(major, minor)| Some((major, minor.parse::<u64>().ok()?))) {
        Some((major, minor)) => format!("{major}.{}", minor + 1),
        None => "1.1".into(),
    }
}

/// The platform's own resources, for the store: each with its id.
pub(in crate::emulator) fn seeded(mut content: Body) -> (String, Body) {
    let id = content.get("$id").and_then(Value::as_str).unwrap_or_default().to_owned();
    content.insert("meta:altId".into(), json!(alternative(&id)));
    content.insert("meta:containerId".into(), json!("global"));
    content.entry("version").or_insert_with(|| json!("1.0.0"));
    content.entry("type").or_insert_with(|| json!("object"));
    (id, content)
}

fn accept(headers: &HeaderMap) -> &str {
    headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default()
}

fn unknown(id: &str) -> Problem {
    Problem::status(StatusCode::NOT_FOUND, format!("there is no resource `{id}` here"))
}
