//! A collection of records over HTTP: list, create, get and replace, the same for every kind.

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::{Value, json};
use uuid::Uuid;

use super::FLOW_SERVICE;
use crate::emulator::{
    CLIENT_ID, ORGANIZATION,
    gateway::{self, Sandbox},
    problem::{self, Problem},
    query::Query,
    server::Emulation,
    store::{Body, Record, Store},
    validate,
};

/// The account that writes through the API.
pub(super) const ACCOUNT: &str = "E3A1A70C0000000000000002@techacct.adobe.com";

/// Fields that the platform sets, in the order it prints them; in a body they are ignored.
const AUDIT: [&str; 10] = [
    "id",
    "createdAt",
    "updatedAt",
    "createdBy",
    "updatedBy",
    "createdClient",
    "updatedClient",
    "sandboxId",
    "sandboxName",
    "imsOrgId",
];

/// A kind of record that is kept in a collection.
pub(in crate::emulator) trait Resource: Send + Sync + 'static {
    /// Name of the collection, in the path and in the store.
    const NAME: &'static str;

    /// Checks a body that is to be stored; `current` is what it replaces.
    fn check(store: &Store, body: &Body, current: Option<&Body>) -> Result<(), Problem>;

    /// Whether writing this record is answered with `{"items":[…]}` instead of the plain record.
    fn answers_in_items(_record: &Body) -> bool {
        false
    }
}

/// The routes of a collection.
pub(super) fn router<R: Resource>() -> Router<Emulation> {
    Router::new()
        .route(&format!("/{}", R::NAME), get(list::<R>).post(create::<R>))
        .route(&format!("/{}/{{id}}", R::NAME), get(read::<R>).put(replace::<R>))
}

/// The sandbox a call works in, as the gateway found it.
pub(super) type InSandbox = Extension<&'static Sandbox>;

/// The last segment of the path, whatever it is.
pub(super) type PathId = Result<Path<String>, PathRejection>;

async fn list<R: Resource>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let query = Query::parse(query.as_deref().unwrap_or_default())?;
    let records = emulation.store.list(R::NAME, sandbox.name)?;
    Ok(Json(query.answer(R::NAME, records)).into_response())
}

async fn create<R: Resource>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    body: Bytes,
) -> Result<Response, Problem> {
    let body = content(&body)?;
    R::check(&emulation.store, &body, None)?;
    let now = gateway::now();
    let id = Uuid::new_v4().to_string();
    let values: [Value; AUDIT.len()] = [
        json!(id),
        json!(now),
        json!(now),
        json!(ACCOUNT),
        json!(ACCOUNT),
        json!(CLIENT_ID),
        json!(CLIENT_ID),
        json!(sandbox.id),
        json!(sandbox.name),
        json!(ORGANIZATION),
    ];
    let mut record: Body = AUDIT.map(str::to_owned).into_iter().zip(values).collect();
    record.extend(body);
    let stored = emulation.store.insert(R::NAME, sandbox.name, record)?;
    let mut response = written::<R>(StatusCode::CREATED, stored);
    if let Ok(location) = HeaderValue::from_str(&format!("{FLOW_SERVICE}/{}/{id}", R::NAME)) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

async fn read<R: Resource>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    id: PathId,
) -> Result<Response, Problem> {
    let id = spec_id(id)?;
    let record = emulation.store.get(R::NAME, sandbox.name, &id)?.ok_or_else(|| unknown::<R>(&id))?;
    Ok(tagged(StatusCode::OK, &record.etag, json!({"items": [record.body]})))
}

async fn replace<R: Resource>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    id: PathId,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let id = spec_id(id)?;
    let body = content(&body)?;
    let replaced = emulation.store.replace(R::NAME, sandbox.name, &id, |current| {
        if_match(&headers, current)?;
        R::check(&emulation.store, &body, Some(&current.body))?;
        let audit = AUDIT.iter().filter_map(|name| current.body.get_key_value(*name));
        let mut record: Body = audit.map(|(name, value)| (name.clone(), value.clone())).collect();
        record.insert("updatedAt".into(), json!(gateway::now()));
        record.insert("updatedBy".into(), json!(ACCOUNT));
        record.insert("updatedClient".into(), json!(CLIENT_ID));
        record.extend(body);
        Ok(record)
    })?;
    Ok(written::<R>(StatusCode::OK, replaced.ok_or_else(|| unknown::<R>(&id))?))
}

/// The body of a request without what the platform sets itself.
pub(super) fn content(bytes: &[u8]) -> Result<Body, Problem> {
    let mut body = validate::object(bytes)?;
    for name in AUDIT.into_iter().chain(["etag"]) {
        body.shift_remove(name);
    }
    Ok(body)
}

pub(super) fn spec_id(id: PathId) -> Result<String, Problem> {
    // What is refused here is not even text once decoded.
    let Ok(Path(text)) = id else { return Err(Problem::flow(problem::SPEC_ID, "the id in the path is not text")) };
    validate::id(&text).ok_or_else(|| Problem::flow(problem::SPEC_ID, format!("`{text}` is no id: ids are UUIDs")))
}

fn unknown<R: Resource>(id: &str) -> Problem {
    Problem::flow(problem::NOT_FOUND, format!("`{}` has no record with the id `{id}`", R::NAME))
}

/// Refuses a change to a record that has changed since. Tags are taken with their quotes, without, and with those that JSON
/// escapes; and as weak ones, which is what becomes of a tag whose answer was compressed on the way.
pub(super) fn if_match(headers: &HeaderMap, current: &Record) -> Result<(), Problem> {
    let Some(wanted) = headers.get(header::IF_MATCH) else { return Ok(()) };
    let wanted = wanted.to_str().unwrap_or_default();
    let bare = |tag: &str| {
        let tag = tag.trim();
        tag.strip_prefix("W/").unwrap_or(tag).trim_matches(['"', '\\']).to_owned()
    };
    let current = bare(&current.etag);
    if wanted.split(',').map(bare).any(|tag| tag == "*" || tag == current) {
        return Ok(());
    }
    let detail = format!("`If-Match` has the version `{wanted}`, the record has the version `{current}`");
    Err(Problem::flow(problem::VERSION, detail))
}

fn written<R: Resource>(status: StatusCode, record: Record) -> Response {
    let body = if R::answers_in_items(&record.body) { json!({"items": [record.body]}) } else { json!(record.body) };
    tagged(status, &record.etag, body)
}

pub(super) fn tagged(status: StatusCode, etag: &str, body: Value) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Ok(etag) = HeaderValue::from_str(etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}
