//! `/connectionSpecs`, and the columns of the record that a source of a spec has.

use axum::{
    Extension, Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::Value;

use super::{
    explore,
    resource::{self, InSandbox, PathId, Resource},
};
use crate::{
    emulator::{
        problem::{self, Problem},
        server::Emulation,
        store::{Body, Store},
        validate::{
            self, Field,
            Kind::{AnyText, Id, Object, Objects, Text},
            optional, required,
        },
    },
    spec::ids::{STREAMING_PROVIDER, STREAMING_TYPE},
};

const FIELDS: [Field; 14] = [
    required("name", Text),
    required("providerId", Id),
    optional("type", Text),
    optional("description", AnyText),
    optional("version", Text),
    optional("authSpec", Objects),
    optional("sourceSpec", Object),
    optional("targetSpec", Object),
    optional("exploreSpec", Object),
    optional("encryptionSpecs", Objects),
    optional("attributes", Object),
    optional("permissionsInfo", Object),
    optional("settings", Object),
    optional("entitlementInfo", Object),
];

pub(super) struct ConnectionSpecs;

/// The routes of the collection. Both of what is asked of a spec without a connection show its columns.
pub(super) fn router() -> Router<Emulation> {
    resource::router::<ConnectionSpecs>()
        .route("/connectionSpecs/{id}/explore", get(columns))
        .route("/connectionSpecs/{id}/configs", get(columns))
}

async fn columns(
    State(emulation): State<Emulation>,
    Extension(sandbox): InSandbox,
    id: PathId,
) -> Result<Response, Problem> {
    let id = resource::spec_id(id)?;
    let spec = emulation.store.get(ConnectionSpecs::NAME, sandbox.name, &id)?;
    let spec = spec.ok_or_else(|| Problem::flow(problem::NOT_FOUND, format!("there is no connection spec `{id}`")))?;
    Ok(Json(explore::configs(&spec.body)).into_response())
}

impl Resource for ConnectionSpecs {
    const NAME: &'static str = "connectionSpecs";

    fn check(_: &Store, body: &Body, _: Option<&Body>) -> Result<(), Problem> {
        validate::fields(body, &FIELDS)
    }

    fn answers_in_items(record: &Body) -> bool {
        let field = |name| record.get(name).and_then(Value::as_str);
        field("type") == Some(STREAMING_TYPE) || field("providerId") == Some(STREAMING_PROVIDER)
    }
}
