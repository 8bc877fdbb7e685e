//! `/__emulator`: looking into the emulator and laying faults. Asks for no credentials.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::emulator::{gateway, problem::Problem, server::Emulation};

/// That it is there, and of which version.
pub(super) async fn health() -> Json<Value> {
    Json(json!({"status": "up", "version": env!("CARGO_PKG_VERSION")}))
}

/// The requests the platform's side received.
pub(super) async fn requests(State(emulation): State<Emulation>) -> Json<Value> {
    Json(json!({"items": emulation.requests.tell()}))
}

/// Back to the seed, without tokens, faults and noted requests.
pub(super) async fn reset(State(emulation): State<Emulation>) -> Result<Json<Value>, Problem> {
    emulation.store.reset()?;
    emulation.faults.clear();
    emulation.requests.clear();
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
