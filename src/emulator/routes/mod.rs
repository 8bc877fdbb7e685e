//! What is answered where. One line a path, or a collection of records.

use axum::{
    Router,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
    routing::{delete, get, post, put},
};

use self::{entity::Entity as _, resource::Resource as _};
use super::{problem::Problem, server::Emulation};

mod catalog;
pub(super) mod collection;
mod connection_specs;
mod connections;
mod control;
mod data_prep;
mod entity;
mod explore;
mod flow_specs;
mod flows;
mod ims;
mod managed;
mod patch;
pub(super) mod resource;
mod runs;
mod sandboxes;
pub(super) mod schema_registry;
mod source_connections;
mod target_connections;

/// The collections of records, by their names in the store.
pub(super) const COLLECTIONS: [&str; 10] = [
    connection_specs::ConnectionSpecs::NAME,
    flow_specs::FlowSpecs::NAME,
    connections::Connections::NAME,
    source_connections::SourceConnections::NAME,
    target_connections::TargetConnections::NAME,
    flows::Flows::NAME,
    runs::Runs::NAME,
    schema_registry::XDM,
    catalog::DATASETS,
    data_prep::MAPPING_SETS,
];

const FLOW_SERVICE: &str = "/data/foundation/flowservice";
const SANDBOX_MANAGEMENT: &str = "/data/foundation/sandbox-management";

/// Every route of the emulator.
pub(super) fn router(emulation: Emulation) -> Router {
    let flow_service = Router::new()
        .merge(connection_specs::router())
        .merge(resource::router::<flow_specs::FlowSpecs>())
        .merge(connections::router())
        .merge(entity::router::<source_connections::SourceConnections>())
        .merge(entity::router::<target_connections::TargetConnections>())
        .merge(entity::router::<flows::Flows>())
        .merge(runs::router());
    let control = Router::new()
        .route("/health", get(control::health))
        .route("/requests", get(control::requests))
        .route("/reset", post(control::reset))
        .route("/faults", get(control::faults).post(control::lay_fault).delete(control::clear_faults))
        .route("/faults/{id}", delete(control::remove_fault))
        .route("/records/{collection}/{id}", delete(control::remove_record))
        .route("/tokens/expire", post(control::expire_tokens))
        .route("/events", get(control::events))
        .route("/state", get(control::state))
        .route("/inlets/{id}", put(control::set_senders));
    Router::new()
        .route("/ims/token/v3", post(ims::token))
        .route("/ims/token/v2", post(ims::token))
        .nest(FLOW_SERVICE, flow_service)
        .nest(schema_registry::PREFIX, schema_registry::router())
        .nest(catalog::PREFIX, catalog::router())
        .nest(data_prep::PREFIX, data_prep::router())
        .nest(data_prep::SHORT_PREFIX, data_prep::router())
        .merge(collection::router())
        .route(SANDBOX_MANAGEMENT, get(sandboxes::list))
        .nest("/__emulator", control)
        .fallback(unknown_path)
        .method_not_allowed_fallback(wrong_method)
        .with_state(emulation)
}

/// Whether a path belongs to the control plane, which is never noted, faulted or asked for credentials.
pub(super) fn is_control(path: &str) -> bool {
    path == "/__emulator" || path.starts_with("/__emulator/")
}

/// Whether a path belongs to the platform's services, which ask for credentials.
pub(super) fn is_platform(path: &str) -> bool {
    path.starts_with("/data/")
}

/// Whether a path is that of specs: the platform documents no versions of theirs, and may give none.
pub(super) fn is_spec(path: &str) -> bool {
    let collection = path.strip_prefix(FLOW_SERVICE).and_then(|rest| rest.strip_prefix('/')?.split('/').next());
    matches!(collection, Some("connectionSpecs" | "flowSpecs"))
}

async fn unknown_path(uri: Uri) -> Response {
    Problem::status(StatusCode::NOT_FOUND, format!("there is no `{}` here", uri.path())).into_response()
}

async fn wrong_method(method: Method, uri: Uri) -> Response {
    Problem::status(StatusCode::METHOD_NOT_ALLOWED, format!("`{}` does not take {method}", uri.path())).into_response()
}
