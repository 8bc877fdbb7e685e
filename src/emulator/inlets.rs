//! Inlets: the addresses that events are sent to. One belongs to a base connection of the HTTP API, or to a flow of a source
//! made with the Streaming SDK, which has no base connection.
//!
//! A record keeps the id of its inlet; the address is shown with the host the emulator was called by.

use serde_json::{Value, json};
use uuid::Uuid;

use super::store::Body;

/// The connection spec of the HTTP API.
pub(super) const HTTP_API: &str = "bc7b00d6-623a-4dfc-9fdb-f1240aeadaeb";
/// Provider of the streaming sources.
const STREAMING_PROVIDER: &str = "521eee4d-8cbe-4906-bb48-fb6bd4450033";
/// The flow specs of the HTTP API, whose inlet is that of the base connection.
const OF_THE_CONNECTION: [&str; 3] = [
    "d8a6f005-7eaf-4153-983e-e8574508b877",
    "c1a19761-d2c7-4702-b9fa-fe91f0613e81",
    "d69717ba-71b4-4313-b654-49f9cf126d7a",
];

/// Whether flows of this spec have an inlet of their own.
pub(super) fn is_for_flow(spec: &Body) -> bool {
    let text = |name| spec.get(name).and_then(Value::as_str).unwrap_or_default();
    let frequency = spec.get("attributes").and_then(|attributes| attributes.get("frequency")).and_then(Value::as_str);
    let streams = text("providerId") == STREAMING_PROVIDER || frequency == Some("streaming");
    streams && !OF_THE_CONNECTION.contains(&text("id"))
}

/// A new id, of the length and look of the platform's.
fn new_id() -> String {
    format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple())
}

/// Gives a base connection its inlet.
pub(super) fn give_to_connection(record: &mut Body) {
    let auth = record.entry("auth").or_insert_with(|| json!({}));
    if auth.get("params").is_none() {
        auth["params"] = json!({});
    }
    let params = &mut auth["params"];
    if params.get("authenticationRequired").is_none() {
        params["authenticationRequired"] = json!(false);
    }
    params["inletId"] = json!(new_id());
}

/// Gives a flow its inlet.
pub(super) fn give_to_flow(record: &mut Body) {
    record.entry("options").or_insert_with(|| json!({}))["inletId"] = json!(new_id());
}

/// The id of the inlet a record has, wherever it keeps it.
pub(super) fn id(record: &Body) -> Option<&str> {
    let of_connection = || record.get("auth")?.get("params")?.get("inletId")?.as_str();
    let of_flow = || record.get("options")?.get("inletId")?.as_str();
    of_connection().or_else(of_flow)
}

/// The address of an inlet.
fn address(origin: &str, id: &str) -> Value {
    json!(format!("{origin}/collection/{id}"))
}

/// Shows the address in a base connection.
pub(super) fn show_in_connection(origin: &str, record: &mut Body) {
    if let Some(params) = record.get_mut("auth").and_then(|auth| auth.get_mut("params"))
        && let Some(id) = params.get("inletId").and_then(Value::as_str).map(str::to_owned)
    {
        params["inletUrl"] = address(origin, &id);
    }
}

/// Shows the address in a flow, in the place of the id.
pub(super) fn show_in_flow(origin: &str, record: &mut Body) {
    if let Some(Value::Object(options)) = record.get_mut("options")
        && let Some(id) = options.shift_remove("inletId")
    {
        options.insert("inletUrl".into(), address(origin, id.as_str().unwrap_or_default()));
    }
}
