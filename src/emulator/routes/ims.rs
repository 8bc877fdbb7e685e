//! `/ims/token`: client credentials in, an access token out.

use std::collections::BTreeMap;

use axum::{
    Json,
    body::Bytes,
    extract::{RawQuery, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;
use url::form_urlencoded;
use uuid::Uuid;

use crate::emulator::{CLIENT_ID, CLIENT_SECRET, gateway, problem::Problem, requests, server::Emulation};

/// Parameters come in the body as a form, or in the query; where in both, the body's count.
pub(super) async fn token(
    State(emulation): State<Emulation>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let mut parameters: BTreeMap<_, _> = form_urlencoded::parse(query.as_bytes()).collect();
    if requests::is(&headers, "application/x-www-form-urlencoded") {
        parameters.extend(form_urlencoded::parse(&body));
    }
    let parameter = |name: &str| match parameters.get(name).map(AsRef::as_ref).unwrap_or_default() {
        "" => Err(Problem::ims(StatusCode::BAD_REQUEST, "invalid_request", format!("`{name}` is missing"))),
        value => Ok(value),
    };
    let grant_type = parameter("grant_type")?;
    if grant_type != "client_credentials" {
        let description = format!("`grant_type` is `client_credentials`, not `{grant_type}`");
        return Err(Problem::ims(StatusCode::BAD_REQUEST, "unsupported_grant_type", description));
    }
    let client_id = parameter("client_id")?;
    let client_secret = parameter("client_secret")?;
    let scope = parameter("scope")?;
    if client_id != CLIENT_ID {
        let description = format!("there is no client `{client_id}` here");
        return Err(Problem::ims(StatusCode::BAD_REQUEST, "invalid_client", description));
    }
    if client_secret != CLIENT_SECRET {
        return Err(Problem::ims(StatusCode::UNAUTHORIZED, "invalid_client", "`client_secret` is not the client's"));
    }
    if scope.split([',', ' ']).all(str::is_empty) {
        return Err(Problem::ims(StatusCode::BAD_REQUEST, "invalid_scope", "`scope` names no scope"));
    }
    let token = format!("emulator-{}", Uuid::new_v4().simple());
    let lifetime = emulation.token_lifetime;
    let milliseconds = u64::try_from(lifetime.as_millis()).unwrap_or(u64::MAX);
    emulation.store.keep_token(&token, gateway::now().saturating_add(milliseconds))?;
    Ok(Json(json!({"access_token": token, "token_type": "bearer", "expires_in": lifetime.as_secs()})).into_response())
}
