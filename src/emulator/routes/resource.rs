//! A collection of records over HTTP: list, create, get and replace, the same for every kind.

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::Serialize;
use serde_json::{Value, json, value::RawValue};
use url::form_urlencoded;
use uuid::Uuid;

use super::FLOW_SERVICE;
use crate::{
    emulator::{
        CLIENT_ID, ORGANIZATION,
        gateway::{self, Sandbox},
        problem::{self, Problem},
        query::Query,
        server::Emulation,
        store::{Body, Record, Store, Written},
        validate,
    },
    spec::ids::SERVER_MANAGED,
    text::verbatim::Verbatim,
};

/// The account that writes through the API.
pub(super) const ACCOUNT: &str = "E3A1A70C0000000000000002@techacct.adobe.com";

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
        .route(&format!("/{}/search", R::NAME), post(search::<R>))
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

/// A list whose question is in the body.
async fn search<R: Resource>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Problem> {
    let query = question(&body, query.as_deref().unwrap_or_default())?;
    let records = emulation.store.list(R::NAME, sandbox.name)?;
    Ok(Json(query.answer(R::NAME, records)).into_response())
}

/// The question of a search: what a list asks for in its address stands in the body, `queryString` and the rest. The page
/// to go on with is named in the address (`continuationToken`), where a body may be empty.
pub(super) fn question(body: &[u8], address: &str) -> Result<Query, Problem> {
    let mut query = address.to_owned();
    let body = match serde_json::from_slice(body) {
        Ok(Value::Object(body)) if body.is_empty() => body,
        _ => validate::object(body)?,
    };
    if let Some(given) = body.get("queryString").and_then(Value::as_str) {
        query.push('&');
        query.push_str(given);
    }
    for name in ["limit", "orderby", "count"] {
        let value = match body.get(name) {
            None | Some(Value::Null) => continue,
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
        };
        query.push('&');
        query.push_str(&form_urlencoded::Serializer::new(String::new()).append_pair(name, &value).finish());
    }
    Query::parse(&query)
}

async fn create<R: Resource>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    body: Bytes,
) -> Result<Response, Problem> {
    let content = Content::read(&body)?;
    R::check(&emulation.store, &content.fields, None)?;
    let id = Uuid::new_v4().to_string();
    let record = content.behind(Verbatim::default(), &made(&id, sandbox))?;
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
    Ok(tagged(StatusCode::OK, &record.etag, Items { items: [&record.text] }))
}

async fn replace<R: Resource>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    id: PathId,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let id = spec_id(id)?;
    let content = Content::read(&body)?;
    let replaced = emulation.store.replace(R::NAME, sandbox.name, &id, |current| {
        if_match(&headers, current)?;
        R::check(&emulation.store, &content.fields, Some(&current.body))?;
        let mut audit = Verbatim::read(current.text.get()).unwrap_or_default();
        audit.retain(|name| SERVER_MANAGED.contains(&name));
        content.behind(audit, &touched())
    })?;
    Ok(written::<R>(StatusCode::OK, replaced.ok_or_else(|| unknown::<R>(&id))?))
}

/// The audit fields of a record, in the order the platform prints them.
pub(in crate::emulator) fn audit(
    id: Value,
    at: u64,
    (account, client): (&str, &str),
    sandbox: &Sandbox,
) -> [(&'static str, Value); 10] {
    [
        ("id", id),
        ("createdAt", json!(at)),
        ("updatedAt", json!(at)),
        ("createdBy", json!(account)),
        ("updatedBy", json!(account)),
        ("createdClient", json!(client)),
        ("updatedClient", json!(client)),
        ("sandboxId", json!(sandbox.id)),
        ("sandboxName", json!(sandbox.name)),
        ("imsOrgId", json!(ORGANIZATION)),
    ]
}

/// Those of a record that is made now.
pub(super) fn made(id: &str, sandbox: &Sandbox) -> [(&'static str, Value); 10] {
    audit(json!(id), gateway::now(), (ACCOUNT, CLIENT_ID), sandbox)
}

/// Those that are set anew when it is changed.
pub(super) fn touched() -> [(&'static str, Value); 3] {
    [("updatedAt", json!(gateway::now())), ("updatedBy", json!(ACCOUNT)), ("updatedClient", json!(CLIENT_ID))]
}

/// The body of a request without what the platform sets itself, which is ignored there.
pub(super) fn content(bytes: &[u8]) -> Result<Body, Problem> {
    let mut body = validate::object(bytes)?;
    body.retain(|name, _| !SERVER_MANAGED.contains(&name.as_str()));
    Ok(body)
}

/// What a request brings.
struct Content {
    fields: Body,
    /// The same, to the character.
    text: Verbatim,
}

impl Content {
    fn read(bytes: &[u8]) -> Result<Self, Problem> {
        let fields = content(bytes)?;
        let mut text: Verbatim = serde_json::from_slice(bytes)
            .map_err(|error| Problem::invalid(format!("the body of the request is not JSON: {error}")))?;
        text.retain(|name| !SERVER_MANAGED.contains(&name));
        Ok(Self { fields, text })
    }

    /// The record that is stored: the audit fields, some of them set anew, and behind them what was sent.
    fn behind(self, mut audit: Verbatim, changed: &[(&str, Value)]) -> Result<Written, Problem> {
        let failed = |error| Problem::flow(problem::INTERNAL, format!("a record could not be written: {error}"));
        for (name, value) in changed {
            audit.set(name, value).map_err(failed)?;
        }
        audit.extend(self.text);
        audit.to_text().map(Written).map_err(failed)
    }
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

#[derive(Serialize)]
struct Items<'a> {
    items: [&'a RawValue; 1],
}

fn written<R: Resource>(status: StatusCode, record: Record) -> Response {
    if R::answers_in_items(&record.body) {
        tagged(status, &record.etag, Items { items: [&record.text] })
    } else {
        tagged(status, &record.etag, &record.text)
    }
}

pub(super) fn tagged(status: StatusCode, etag: &str, body: impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    if let Ok(etag) = HeaderValue::from_str(etag) {
        response.headers_mut().insert(header::ETAG, etag);
    }
    response
}
