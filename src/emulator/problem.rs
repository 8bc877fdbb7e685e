//! Why a request is refused, and the body that says so.
//!
//! Handlers return a [`Problem`]; the front of the server renders it, because only it knows the request's id.

use axum::{
    body::Body,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

/// A code of the Flow Service's catalogue. Its last three digits are the status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Code {
    code: &'static str,
    title: &'static str,
}

impl Code {
    const fn new(code: &'static str, title: &'static str) -> Self {
        Self { code, title }
    }

    fn status(self) -> StatusCode {
        self.code
            .rsplit_once('-')
            .and_then(|(_, status)| StatusCode::from_bytes(status.as_bytes()).ok())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

pub(super) const NOT_FOUND: Code = Code::new("1101-404", "Resource not found");
pub(super) const INTERNAL: Code = Code::new("1102-500", "Internal Error");
pub(super) const LIMIT_WITH_COUNT: Code = Code::new("1401-400", "Invalid request");
pub(super) const IF_MATCH_MISSING: Code = Code::new("1403-400", "Header is missing");
pub(super) const VERSION: Code = Code::new("1404-412", "Version not matching");
pub(super) const EMPTY_BODY: Code = Code::new("1405-400", "Invalid request");
pub(super) const STATE_GIVEN: Code = Code::new("1410-400", "Invalid request");
pub(super) const MAPPING_VERSION: Code = Code::new("1412-400", "Invalid request");
pub(super) const SPEC_ID: Code = Code::new("1413-400", "Invalid request");
pub(super) const SPEC_FIXED: Code = Code::new("1414-400", "Invalid request");
pub(super) const AUTH_SPEC: Code = Code::new("1415-400", "Invalid request");
pub(super) const IN_USE: Code = Code::new("1418-400", "Invalid request");
pub(super) const MAPPING: Code = Code::new("1419-400", "Invalid request");
pub(super) const ACTION: Code = Code::new("1422-400", "Invalid request");
pub(super) const MAPPING_SCHEMA: Code = Code::new("1425-400", "Invalid request");
pub(super) const FLOW_UNKNOWN: Code = Code::new("1430-400", "Invalid request");
pub(super) const SORT_ORDER: Code = Code::new("1432-400", "Invalid request");
pub(super) const SORT_FIELD: Code = Code::new("1433-400", "Invalid request");
pub(super) const OPERATION: Code = Code::new("1434-400", "Invalid request");
pub(super) const OPERATOR_MISSING: Code = Code::new("1440-400", "Invalid request");
pub(super) const OPERATOR_MANY: Code = Code::new("1443-400", "Invalid request");
pub(super) const OPERATOR_FIELD: Code = Code::new("1448-400", "Invalid request");
pub(super) const FILTER_FIELD: Code = Code::new("1449-400", "Invalid request");
pub(super) const OPERATOR_UNKNOWN: Code = Code::new("1450-400", "Invalid request");
pub(super) const PARAMETER: Code = Code::new("1451-400", "Invalid request");
pub(super) const FILTER_VALUE: Code = Code::new("1452-400", "Invalid request");
pub(super) const FILTER: Code = Code::new("1453-400", "Invalid request");
pub(super) const PATCH: Code = Code::new("1455-400", "Invalid request");
pub(super) const SANDBOX_UNKNOWN: Code = Code::new("2100-404", "Sandbox not found");
pub(super) const SANDBOX_MISSING: Code = Code::new("2105-400", "Header is missing");
pub(super) const SANDBOX_ID: Code = Code::new("2110-400", "Headers not allowed");
pub(super) const SANDBOX_ANY: Code = Code::new("2111-403", "Headers with value restricted");

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    status: StatusCode,
    body: ProblemBody,
}

/// Each service says no in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ProblemBody {
    /// The Flow Service, in the shape that is ours.
    Flow { code: Option<&'static str>, title: String, detail: String },
    /// The gateway before every service.
    Gateway { code: &'static str, message: &'static str },
    /// The gateway, about `Content-Type`.
    ContentType,
    /// The token exchange.
    Ims { error: &'static str, description: String },
}

impl Problem {
    /// A refusal that the Flow Service's catalogue has a code for.
    pub(super) fn flow(code: Code, detail: impl Into<String>) -> Self {
        let body = ProblemBody::Flow { code: Some(code.code), title: code.title.into(), detail: detail.into() };
        Self { status: code.status(), body }
    }

    /// A refusal without a code; the title is the status' own.
    pub(super) fn status(status: StatusCode, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error").into();
        Self { status, body: ProblemBody::Flow { code: None, title, detail: detail.into() } }
    }

    /// What is the emulator's fault.
    pub(super) fn internal(detail: impl Into<String>) -> Self {
        Self::flow(INTERNAL, detail)
    }

    /// A body that is not as it must be, for which the catalogue has no code.
    pub(super) fn invalid(detail: impl Into<String>) -> Self {
        let body = ProblemBody::Flow { code: None, title: "Invalid request".into(), detail: detail.into() };
        Self { status: StatusCode::BAD_REQUEST, body }
    }

    /// A refusal by the gateway; the first three digits of its code are the status.
    pub(super) fn gateway(code: &'static str, message: &'static str) -> Self {
        let status = code.get(..3).and_then(|status| StatusCode::from_bytes(status.as_bytes()).ok());
        Self { status: status.unwrap_or(StatusCode::FORBIDDEN), body: ProblemBody::Gateway { code, message } }
    }

    /// A body without a fitting `Content-Type`.
    pub(super) fn content_type() -> Self {
        Self { status: StatusCode::BAD_REQUEST, body: ProblemBody::ContentType }
    }

    /// A refusal by the token exchange.
    pub(super) fn ims(status: StatusCode, error: &'static str, description: impl Into<String>) -> Self {
        Self { status, body: ProblemBody::Ims { error, description: description.into() } }
    }

    /// The answer's body.
    pub(super) fn render(&self, request_id: &str) -> Value {
        match &self.body {
            ProblemBody::Flow { code, title, detail } => {
                let mut body =
                    json!({"type": "about:blank", "title": title, "status": self.status.as_u16(), "detail": detail});
                if let Some(code) = code {
                    body["error_code"] = json!(code);
                }
                body["request_id"] = json!(request_id);
                body
            }
            ProblemBody::Gateway { code, message } => json!({"error_code": code, "message": message}),
            ProblemBody::ContentType => json!({
                "type": "/placeholder/type/uri",
                "status": 400,
                "title": "BadRequestError",
                "detail": "A valid content-type must be specified",
            }),
            ProblemBody::Ims { error, description } => json!({"error": error, "error_description": description}),
        }
    }
}

impl From<redb::Error> for Problem {
    fn from(error: redb::Error) -> Self {
        Self::flow(INTERNAL, format!("the emulator's store failed: {error}"))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.status;
        response.extensions_mut().insert(self);
        response
    }
}
