//! The bodies that may be written: JSON, an object, with what must be there and every known field of its type.
//!
//! Fields the platform's description does not name are kept as they are. What a field means is the linter's business.

use serde_json::Value;
use uuid::Uuid;

use super::{
    problem::{self, Problem},
    store::Body,
};

/// What a known field must be.
#[derive(Debug, Clone, Copy)]
pub(super) enum Kind {
    /// Text, not empty.
    Text,
    /// Text, which may be empty.
    AnyText,
    /// An id.
    Id,
    Object,
    /// An array of objects.
    Objects,
    /// An array of ids.
    Ids,
}

/// A known field of a body.
pub(super) struct Field {
    name: &'static str,
    kind: Kind,
    required: bool,
}

/// A field that must be there.
pub(super) const fn required(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: true }
}

/// A field that may be there.
pub(super) const fn optional(name: &'static str, kind: Kind) -> Field {
    Field { name, kind, required: false }
}

/// The JSON object in a body.
pub(super) fn object(bytes: &[u8]) -> Result<Body, Problem> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(Problem::flow(problem::EMPTY_BODY, "the request has no body"));
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(body)) if body.is_empty() => {
            Err(Problem::flow(problem::EMPTY_BODY, "the body of the request is an empty object"))
        }
        Ok(Value::Object(body)) => Ok(body),
        Ok(Value::Null) => Err(Problem::flow(problem::EMPTY_BODY, "the body of the request is `null`")),
        Ok(_) => Err(Problem::invalid("the body of the request must be a JSON object")),
        Err(error) => Err(Problem::invalid(format!("the body of the request is not JSON: {error}"))),
    }
}

/// Checks the known fields, and tells of every wrong one at once.
pub(super) fn fields(body: &Body, known: &[Field]) -> Result<(), Problem> {
    let faults: Vec<String> = known
        .iter()
        .filter_map(|field| match body.get(field.name) {
            None | Some(Value::Null) if field.required => Some(format!("`{}` is missing", field.name)),
            None => None,
            Some(value) => field.kind.complaint(value).map(|complaint| format!("`{}` must be {complaint}", field.name)),
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults.join("; "))) }
}

/// An id as the platform writes them: hyphens and 36 characters. Lower case, whatever it came in.
pub(super) fn id(text: &str) -> Option<String> {
    (text.len() == 36).then(|| Uuid::try_parse(text).ok()).flatten().map(|id| id.to_string())
}

impl Kind {
    /// What the value must be, where it is not.
    fn complaint(self, value: &Value) -> Option<&'static str> {
        let is_id = |value: &Value| value.as_str().is_some_and(|text| id(text).is_some());
        let (fits, complaint) = match self {
            Self::Text => (value.as_str().is_some_and(|text| !text.trim().is_empty()), "a string that is not empty"),
            Self::AnyText => (value.is_string(), "a string"),
            Self::Id => (is_id(value), "a UUID"),
            Self::Object => (value.is_object(), "an object"),
            Self::Objects => {
                (value.as_array().is_some_and(|items| items.iter().all(Value::is_object)), "an array of objects")
            }
            Self::Ids => (value.as_array().is_some_and(|items| items.iter().all(is_id)), "an array of UUIDs"),
        };
        (!fits).then_some(complaint)
    }
}

/// Checks a value against a JSON Schema that a spec holds, and tells of every violation at once.
pub(super) fn against(schema: &Value, value: &Value, place: &str) -> Result<(), Problem> {
    let options = jsonschema::options().with_draft(jsonschema::Draft::Draft7);
    let validator = options.build(schema).map_err(|error| {
        Problem::invalid(format!("`{place}` cannot be checked, its spec is no JSON Schema: {error}"))
    })?;
    let faults: Vec<String> = validator
        .iter_errors(value)
        .map(|error| {
            let at = error.instance_path().to_string().replace('/', ".");
            // The value itself may be a secret, so it is not repeated.
            format!("`{place}{at}`: {}", error.masked())
        })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Problem::invalid(faults.join("; "))) }
}
