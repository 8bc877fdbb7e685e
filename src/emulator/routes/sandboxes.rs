//! `/data/foundation/sandbox-management`: the sandboxes open to the caller.

use axum::{
    Json,
    extract::{RawQuery, State},
};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::emulator::{gateway::SANDBOXES, problem::Problem, server::Emulation};

/// How many come on a page where nothing else is asked for.
const PAGE: usize = 50;

/// The list, page by page with `limit` and `offset`.
pub(super) async fn list(
    State(emulation): State<Emulation>,
    RawQuery(query): RawQuery,
) -> Result<Json<Value>, Problem> {
    let (mut limit, mut offset) = (PAGE, 0);
    for (name, value) in form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let number = || value.parse().map_err(|_| Problem::invalid(format!("`{name}` is a number, not `{value}`")));
        match name.as_ref() {
            "limit" => limit = number()?,
            "offset" => offset = number()?,
            _ => {}
        }
    }
    let all = SANDBOXES.iter().enumerate().map(|(at, sandbox)| {
        // The first is the organization's own; what is more is for trying.
        let is_production = at == 0 && emulation.production;
        json!({
            "name": sandbox.name,
            "title": sandbox.name,
            "state": "active",
            "type": if is_production { "production" } else { "development" },
            "region": "VA7",
            "isDefault": at == 0,
        })
    });
    let page: Vec<Value> = all.skip(offset).take(limit).collect();
    Ok(Json(json!({"_page": {"limit": limit, "count": page.len()}, "sandboxes": page})))
}
