//! What is made of specs (connections, source and target connections, flows, runs): list, search, create, read, patch, act on
//! and delete, the same for every kind.
//!
//! Writing answers with id and entity tag alone; reading shows the tag inside of the record as well, as `version` and `etag`.

use axum::{
    Extension, Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::{Value, json, value::to_raw_value};
use url::form_urlencoded;
use uuid::Uuid;

use super::{
    FLOW_SERVICE, patch,
    resource::{self, InSandbox, PathId, tagged},
};
use crate::{
    emulator::{
        gateway::Sandbox,
        problem::{self, Problem},
        query::Query,
        server::Emulation,
        store::{Body, Record, Store},
        validate,
    },
    spec::ids::SERVER_MANAGED,
};

/// A kind of record that is made of a spec.
pub(super) trait Entity: Send + Sync + 'static {
    /// Name of the collection, in the path and in the store.
    const NAME: &'static str;

    /// What `action?op=` takes, in lower case.
    const ACTIONS: &'static [&'static str] = &["publish"];

    /// Whether acting on it answers with the whole record.
    const ACTS_WHOLE: bool = false;

    /// Checks what is to be kept, whole; `current` is what it was before.
    fn check(world: &World<'_>, body: &Body, current: Option<&Body>) -> Result<(), Problem>;

    /// Fills in what the platform adds when it is made.
    fn complete(_world: &World<'_>, _record: &mut Body) -> Result<(), Problem> {
        Ok(())
    }

    /// Takes out what is looked at and not kept, whenever it is written.
    fn forget(_world: &World<'_>, _record: &mut Body) -> Result<(), Problem> {
        Ok(())
    }

    /// What follows once it is made.
    fn made(_world: &World<'_>, _record: &Body) -> Result<(), Problem> {
        Ok(())
    }

    /// Whether it may be made as a draft; its spec says so.
    fn takes_drafts(_world: &World<'_>, _body: &Body) -> Result<bool, Problem> {
        Ok(false)
    }

    /// Refuses to let it go while something else stands on it.
    fn check_removal(_world: &World<'_>, _record: &Body) -> Result<(), Problem> {
        Ok(())
    }

    /// Carries out an operation, one of [`Self::ACTIONS`], on a record. Says whether it is now as if it had just been made.
    fn act(world: &World<'_>, operation: &str, record: &mut Body) -> Result<bool, Problem> {
        let state = record.get("state").and_then(Value::as_str).unwrap_or_default();
        let next = match (operation, state) {
            ("publish", "draft") | ("enable", "disabled") => "enabled",
            ("disable", "enabled") => "disabled",
            (_, state) => return Err(misplaced(operation, &format!("in the state `{state}`"))),
        };
        let is_published = state == "draft";
        if is_published {
            Self::check(world, record, None)?;
        }
        record.insert("state".into(), json!(next));
        if let Some(Value::Object(last)) = record.get_mut("lastOperation") {
            last.insert("operation".into(), json!(operation));
        }
        Ok(is_published)
    }

    /// What follows once it is gone.
    fn removed(_world: &World<'_>, _id: &str) -> Result<(), Problem> {
        Ok(())
    }

    /// Adds what is shown and not kept.
    fn show(_world: &World<'_>, _record: &mut Body) {}
}

/// What a kind of record may look at: the other records of the sandbox, and the address the emulator was called by.
pub(super) struct World<'a> {
    pub(super) emulation: &'a Emulation,
    pub(super) store: &'a Store,
    pub(super) sandbox: &'static Sandbox,
    /// `http://127.0.0.1:8787`, without a slash at the end.
    pub(super) origin: String,
}

impl<'a> World<'a> {
    pub(super) fn new(emulation: &'a Emulation, sandbox: &'static Sandbox, headers: &HeaderMap) -> Self {
        let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        Self { emulation, store: &emulation.store, sandbox, origin: format!("http://{host}") }
    }

    /// A record that this one refers to.
    pub(super) fn find(&self, collection: &str, id: &str) -> Result<Option<Body>, Problem> {
        Ok(self.store.get(collection, self.sandbox.name, id)?.map(|record| record.body))
    }

    /// All records of a collection.
    pub(super) fn all(&self, collection: &str) -> Result<Vec<Body>, Problem> {
        Ok(self.store.list(collection, self.sandbox.name)?.into_iter().map(|record| record.body).collect())
    }

    /// A record of a kind; that there is none is a refusal.
    pub(super) fn record<E: Entity>(&self, id: &str) -> Result<Record, Problem> {
        self.store.get(E::NAME, self.sandbox.name, id)?.ok_or_else(|| unknown::<E>(id))
    }

    /// Whether what a member such as `connectionSpec` or `flowSpec` refers to says that drafts may be made of it.
    pub(super) fn takes_drafts(&self, collection: &str, body: &Body, member: &str) -> Result<bool, Problem> {
        let spec = self.spec(collection, body, member)?;
        Ok(spec.get("attributes").and_then(|attributes| attributes.get("isDraftModeSupported")) == Some(&json!(true)))
    }

    /// The spec that a member such as `connectionSpec` or `flowSpec` refers to.
    pub(super) fn spec(&self, collection: &str, body: &Body, member: &str) -> Result<Body, Problem> {
        let id = text(body.get(member), "/id").unwrap_or_default();
        validate::id(id)
            .and_then(|id| self.find(collection, &id).transpose())
            .transpose()?
            .ok_or_else(|| Problem::flow(problem::SPEC_ID, format!("`{member}.id`: there is no spec `{id}`")))
    }
}

/// Refuses to make something of another connection spec out of what was made of one.
pub(super) fn keep_connection_spec(what: &str, body: &Body, current: Option<&Body>) -> Result<(), Problem> {
    if current.is_some_and(|current| current.get("connectionSpec") != body.get("connectionSpec")) {
        let detail = format!("the `connectionSpec` of a {what} cannot be changed");
        return Err(Problem::flow(problem::SPEC_FIXED, detail));
    }
    Ok(())
}

/// The text at a JSON Pointer below a member that may not be there.
pub(super) fn text<'a>(value: Option<&'a Value>, pointer: &str) -> Option<&'a str> {
    value?.pointer(pointer)?.as_str()
}

/// The texts of an array.
pub(super) fn texts(value: Option<&Value>) -> impl Iterator<Item = &str> {
    value.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

/// The routes of a collection.
pub(super) fn router<E: Entity>() -> Router<Emulation> {
    let name = E::NAME;
    Router::new()
        .route(&format!("/{name}"), get(list::<E>).post(create::<E>))
        .route(&format!("/{name}/search"), post(search::<E>))
        .route(&format!("/{name}/{{id}}"), get(read::<E>).patch(change::<E>).delete(remove::<E>))
        .route(&format!("/{name}/{{id}}/action"), post(act::<E>))
}

async fn list<E: Entity>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let world = World::new(&emulation, sandbox, &headers);
    answer_list::<E>(&world, &Query::parse(query.as_deref().unwrap_or_default())?)
}

/// A list whose question is in the body.
async fn search<E: Entity>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Problem> {
    let world = World::new(&emulation, sandbox, &headers);
    answer_list::<E>(&world, &resource::question(&body, query.as_deref().unwrap_or_default())?)
}

fn answer_list<E: Entity>(world: &World<'_>, query: &Query) -> Result<Response, Problem> {
    let mut records = world.store.list(E::NAME, world.sandbox.name)?;
    for record in &mut records {
        record.body = shown::<E>(world, record);
        // A list prints the text of a record; filters and order look at its members.
        record.text = to_raw_value(&record.body)
            .map_err(|error| Problem::flow(problem::INTERNAL, format!("a record could not be shown: {error}")))?;
    }
    Ok(Json(query.answer(E::NAME, records)).into_response())
}

async fn create<E: Entity>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Result<Response, Problem> {
    let world = World::new(&emulation, sandbox, &headers);
    let content = resource::content(&body)?;
    let is_draft = is_draft(query.as_deref().unwrap_or_default())?;
    if is_draft && !E::takes_drafts(&world, &content)? {
        return Err(Problem::invalid("its spec does not support drafts (`attributes.isDraftModeSupported`)"));
    }
    // A draft may have gaps; they are looked for when it is published.
    if !is_draft {
        E::check(&world, &content, None)?;
    }
    let stored = insert::<E>(&world, content, if is_draft { "draft" } else { "enabled" })?;
    let id = stored.body.get("id").and_then(Value::as_str).unwrap_or_default();
    let location = HeaderValue::from_str(&format!("{FLOW_SERVICE}/{}/{id}", E::NAME));
    let mut response = written(StatusCode::CREATED, &stored);
    if let Ok(location) = location {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Makes a record of content that has been checked.
pub(super) fn insert<E: Entity>(world: &World<'_>, content: Body, state: &str) -> Result<Record, Problem> {
    let mut record: Body = named(resource::made(&Uuid::new_v4().to_string(), world.sandbox)).collect();
    record.extend(content);
    record.insert("state".into(), json!(state));
    E::forget(world, &mut record)?;
    E::complete(world, &mut record)?;
    let stored = world.store.insert(E::NAME, world.sandbox.name, record)?;
    if state != "draft" {
        E::made(world, &stored.body)?;
    }
    Ok(stored)
}

async fn read<E: Entity>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    id: PathId,
) -> Result<Response, Problem> {
    let world = World::new(&emulation, sandbox, &headers);
    let record = world.record::<E>(&entity_id::<E>(id)?)?;
    let items = json!({"items": [shown::<E>(&world, &record)]});
    Ok(tagged(StatusCode::OK, &record.etag, items))
}

async fn change<E: Entity>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    id: PathId,
    body: Bytes,
) -> Result<Response, Problem> {
    let id = entity_id::<E>(id)?;
    let world = World::new(&emulation, sandbox, &headers);
    if !headers.contains_key(header::IF_MATCH) {
        return Err(Problem::flow(problem::IF_MATCH_MISSING, "the header `If-Match` is missing"));
    }
    let instructions = patch::read(&body)?;
    let before = world.record::<E>(&id)?;
    let mut after = patch::apply(&instructions, &before.body)?;
    let is_changed = |name: &&str| before.body.contains_key(*name) && after.get(*name) != before.body.get(*name);
    if let Some(name) = SERVER_MANAGED.iter().find(|name| is_changed(name)) {
        return Err(Problem::flow(problem::PATCH, format!("`/{name}` is set by the platform")));
    }
    if before.body.get("state").and_then(Value::as_str) != Some("draft") {
        E::check(&world, &after, Some(&before.body))?;
    }
    E::forget(&world, &mut after)?;
    touch(&mut after);
    let replaced = emulation.store.replace(E::NAME, sandbox.name, &id, |current| {
        resource::if_match(&headers, current)?;
        // Tags differ where another has written since.
        if current.etag != before.etag {
            return Err(Problem::flow(problem::VERSION, "the record has changed since"));
        }
        Ok(after)
    })?;
    Ok(written(StatusCode::OK, &replaced.ok_or_else(|| unknown::<E>(&id))?))
}

async fn act<E: Entity>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    id: PathId,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let id = entity_id::<E>(id)?;
    let world = World::new(&emulation, sandbox, &headers);
    let query = query.unwrap_or_default();
    let operation = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "op");
    let operation = operation.map(|(_, value)| value.to_ascii_lowercase()).unwrap_or_default();
    if !E::ACTIONS.contains(&operation.as_str()) {
        let known = E::ACTIONS.join("`, `");
        return Err(Problem::flow(problem::OPERATION, format!("`op` is one of `{known}`, not `{operation}`")));
    }
    let mut is_as_new = false;
    let replaced = emulation.store.replace(E::NAME, sandbox.name, &id, |current| {
        resource::if_match(&headers, current)?;
        let mut record = current.body.clone();
        is_as_new = E::act(&world, &operation, &mut record)?;
        touch(&mut record);
        Ok(record)
    })?;
    let record = replaced.ok_or_else(|| unknown::<E>(&id))?;
    if is_as_new {
        E::made(&world, &record.body)?;
    }
    Ok(match E::ACTS_WHOLE {
        true => tagged(StatusCode::OK, &record.etag, shown::<E>(&world, &record)),
        false => written(StatusCode::OK, &record),
    })
}

/// An operation that does not fit what the record is like.
pub(super) fn misplaced(operation: &str, when: &str) -> Problem {
    Problem::flow(problem::ACTION, format!("`{operation}` cannot be applied {when}"))
}

async fn remove<E: Entity>(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    headers: HeaderMap,
    id: PathId,
) -> Result<StatusCode, Problem> {
    let id = entity_id::<E>(id)?;
    let world = World::new(&emulation, sandbox, &headers);
    E::check_removal(&world, &world.record::<E>(&id)?.body)?;
    let removed =
        emulation.store.remove(E::NAME, sandbox.name, &id, |current| resource::if_match(&headers, current))?;
    removed.ok_or_else(|| unknown::<E>(&id))?;
    E::removed(&world, &id)?;
    Ok(StatusCode::NO_CONTENT)
}

/// `?mode=draft`.
fn is_draft(query: &str) -> Result<bool, Problem> {
    match form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "mode") {
        None => Ok(false),
        Some((_, mode)) if mode.eq_ignore_ascii_case("draft") => Ok(true),
        Some((_, mode)) => Err(Problem::flow(problem::PARAMETER, format!("`mode` is `draft`, not `{mode}`"))),
    }
}

/// Sets what a change sets.
pub(super) fn touch(record: &mut Body) {
    record.extend(named(resource::touched()));
}

fn named<const N: usize>(fields: [(&'static str, Value); N]) -> impl Iterator<Item = (String, Value)> {
    fields.into_iter().map(|(name, value)| (name.to_owned(), value))
}

fn shown<E: Entity>(world: &World<'_>, record: &Record) -> Body {
    let mut body = record.body.clone();
    body.insert("version".into(), json!(record.etag));
    body.insert("etag".into(), json!(record.etag));
    E::show(world, &mut body);
    body
}

fn written(status: StatusCode, record: &Record) -> Response {
    let body = json!({"id": record.body.get("id"), "etag": record.etag});
    tagged(status, &record.etag, body)
}

pub(super) fn entity_id<E: Entity>(id: Result<Path<String>, PathRejection>) -> Result<String, Problem> {
    let Ok(Path(text)) = id else { return Err(Problem::invalid("the id in the path is not text")) };
    validate::id(&text).ok_or_else(|| unknown::<E>(&text))
}

pub(super) fn unknown<E: Entity>(id: &str) -> Problem {
    Problem::flow(problem::NOT_FOUND, format!("`{}` has no record with the id `{id}`", E::NAME))
}
