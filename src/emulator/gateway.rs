//! What stands before every service of the platform: the checks of token, API key, organization, sandbox and `Content-Type`.

use axum::http::{HeaderMap, Method};
use jiff::Timestamp;

use super::{
    ACCESS_TOKEN, CLIENT_ID, ORGANIZATION,
    problem::{self, Problem},
    requests,
    store::Store,
};

/// A sandbox of the organization.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sandbox {
    pub(super) name: &'static str,
    pub(super) id: &'static str,
}

/// The sandboxes there are; the first is where the platform's own records were made.
pub(super) const SANDBOXES: [Sandbox; 2] = [
    Sandbox { name: super::SANDBOX, id: "0e30c1a4-5d1b-4f0e-9c55-7d1f3a2b6c01" },
    Sandbox { name: "dev", id: "0e30c1a4-5d1b-4f0e-9c55-7d1f3a2b6c02" },
];

/// Checks the headers every call carries, and says which sandbox it works in.
pub(super) fn check(
    store: &Store,
    method: &Method,
    headers: &HeaderMap,
    has_body: bool,
) -> Result<&'static Sandbox, Problem> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim).unwrap_or_default();

    let authorization = header("authorization");
    if authorization.is_empty() {
        return Err(Problem::gateway("403010", "Oauth token is missing."));
    }
    if !good_token(store, authorization)? {
        return Err(Problem::gateway("401013", "Oauth token is not valid"));
    }
    match header("x-api-key") {
        "" => return Err(Problem::gateway("403000", "Api Key is required")),
        CLIENT_ID => {}
        _ => return Err(Problem::gateway("403003", "Api Key is invalid")),
    }
    match header("x-gw-ims-org-id") {
        "" => return Err(Problem::gateway("400003", "Missing header")),
        ORGANIZATION => {}
        _ => return Err(Problem::gateway("403025", "Profile is not valid")),
    }
    if headers.contains_key("x-sandbox-id") {
        return Err(Problem::flow(problem::SANDBOX_ID, "the header `x-sandbox-id` is not allowed with this token"));
    }
    let sandbox = match header("x-sandbox-name") {
        "" => return Err(Problem::flow(problem::SANDBOX_MISSING, "the header `x-sandbox-name` is missing")),
        "*" => {
            return Err(Problem::flow(
                problem::SANDBOX_ANY,
                "the header `x-sandbox-name` must name one sandbox, not `*`",
            ));
        }
        name => SANDBOXES.iter().find(|sandbox| sandbox.name == name).ok_or_else(|| {
            let known = SANDBOXES.map(|sandbox| sandbox.name).join("`, `");
            Problem::flow(problem::SANDBOX_UNKNOWN, format!("there is no sandbox `{name}`; there are `{known}`"))
        })?,
    };
    let writes = matches!(*method, Method::POST | Method::PUT | Method::PATCH);
    if writes && has_body && !requests::is(headers, "application/json") {
        return Err(Problem::content_type());
    }
    Ok(sandbox)
}

/// Whether an `Authorization` shows a token that is good now.
pub(super) fn good_token(store: &Store, authorization: &str) -> Result<bool, Problem> {
    let Some((scheme, token)) = authorization.split_once(' ') else { return Ok(false) };
    let token = token.trim();
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(false);
    }
    Ok(token == ACCESS_TOKEN || store.token_expiry(token)?.is_some_and(|expiry| now() < expiry))
}

/// The time in milliseconds.
pub(super) fn now() -> u64 {
    u64::try_from(Timestamp::now().as_millisecond()).unwrap_or_default()
}
