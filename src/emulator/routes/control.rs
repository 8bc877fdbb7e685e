//! `/__emulator`: looking into the emulator and laying faults. Asks for no credentials.

use axum::{
    Json,
    body::{Body, Bytes},
    extract::{Path, RawQuery, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::emulator::{dump::Sent, events::Wanted, gateway, problem::Problem, server::Emulation, validate};

/// That it is there, and of which version.
pub(super) async fn health() -> Json<Value> {
    Json(json!({"status": "up", "version": env!("CARGO_PKG_VERSION")}))
}

/// The requests the platform's side received.
pub(super) async fn requests(State(emulation): State<Emulation>) -> Json<Value> {
    Json(json!({"items": emulation.requests.tell()}))
}

/// Back to the beginning, without tokens, faults, noted requests and events.
pub(super) async fn reset(State(emulation): State<Emulation>) -> Result<Json<Value>, Problem> {
    emulation.store.reset()?;
    emulation.faults.clear();
    emulation.requests.clear();
    emulation.senders.clear();
    emulation.senders.take_over(&emulation.seeded);
    emulation.pace.clear();
    emulation.events.clear().map_err(|error| failed(&error))?;
    Ok(Json(json!({"reset": true})))
}

/// The faults that are laid.
pub(super) async fn faults(State(emulation): State<Emulation>) -> Json<Value> {
    Json(json!({"items": emulation.faults.tell()}))
}

/// Lays a fault.
pub(super) async fn lay_fault(State(emulation): State<Emulation>, body: Bytes) -> Result<Response, Problem> {
    let fault = serde_json::from_slice(&body).map_err(|error| Problem::invalid(format!("a fault is JSON: {error}")))?;
    let laid = emulation.faults.lay(&fault).map_err(Problem::invalid)?;
    Ok((StatusCode::CREATED, Json(laid)).into_response())
}

/// Takes every fault away.
pub(super) async fn clear_faults(State(emulation): State<Emulation>) -> Json<Value> {
    Json(json!({"deleted": emulation.faults.clear()}))
}

/// Takes one fault away.
pub(super) async fn remove_fault(
    State(emulation): State<Emulation>,
    Path(id): Path<String>,
) -> Result<Json<Value>, Problem> {
    if id.parse().is_ok_and(|id| emulation.faults.remove(id)) {
        Ok(Json(json!({"deleted": 1})))
    } else {
        Err(Problem::status(StatusCode::NOT_FOUND, format!("there is no fault `{id}`")))
    }
}

/// Takes a record away, whatever sandbox it is in: specs have no `DELETE` of their own, and yet some vanish.
pub(super) async fn remove_record(
    State(emulation): State<Emulation>,
    Path((collection, id)): Path<(String, String)>,
) -> Result<Json<Value>, Problem> {
    for sandbox in &gateway::SANDBOXES {
        if emulation.store.remove(&collection, sandbox.name, &id, |_| Ok(()))?.is_some() {
            return Ok(Json(json!({"deleted": 1})));
        }
    }
    Err(Problem::status(StatusCode::NOT_FOUND, format!("`{collection}` has no record `{id}`")))
}

/// Makes every access token given out so far invalid.
pub(super) async fn expire_tokens(State(emulation): State<Emulation>) -> Result<Json<Value>, Problem> {
    Ok(Json(json!({"expired": emulation.store.expire_tokens()?})))
}

/// The events that were received, in pages; with `count=true` their number alone. Any member with a text or a number can be
/// asked for: `flowId`, `inletId`, `dataSetId`, `valid`, …
pub(super) async fn events(
    State(emulation): State<Emulation>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let mut wanted = Wanted { limit: 100, ..Wanted::default() };
    let mut counts = false;
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let number =
            || value.parse::<u64>().map_err(|_| Problem::invalid(format!("`{name}` is a number, not `{value}`")));
        match name.as_ref() {
            "after" => wanted.after = number()?,
            "limit" => wanted.limit = usize::try_from(number()?).unwrap_or(usize::MAX).clamp(1, 1_000),
            "count" => counts = value == "true",
            _ => wanted.equal.push((name.into_owned(), value.into_owned())),
        }
    }
    let told = tokio::task::block_in_place(|| match counts {
        true => emulation.events.count(&wanted).map(|count| json!({"count": count})),
        false => emulation.events.tell(&wanted),
    });
    told.map(Json).map_err(|error| failed(&error))
}

/// Everything but secrets and tokens, as `--seed` takes it.
pub(super) async fn state(State(emulation): State<Emulation>) -> Result<Response, Problem> {
    let dump = Body::new(Sent::begin(&emulation)?);
    Ok(([(header::CONTENT_TYPE, "application/json")], dump).into_response())
}

/// Sets how senders to an inlet show who they are.
pub(super) async fn set_senders(
    State(emulation): State<Emulation>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Json<Value>, Problem> {
    Ok(Json(emulation.senders.set(&id, &Value::Object(validate::object(&body)?))?))
}

fn failed(error: &std::io::Error) -> Problem {
    Problem::status(StatusCode::INTERNAL_SERVER_ERROR, format!("the log of events failed: {error}"))
}
