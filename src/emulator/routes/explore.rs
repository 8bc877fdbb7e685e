//! What exploring a source shows: the structure of its data, and one record of it.
//!
//! Nobody is asked: structure and record are made from the schema the connection spec gives (`sourceSpec.schema`); where it
//! gives none, a record has an `id` alone.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::{
    emulator::{problem::Problem, store::Body, validate},
    spec::sample,
};

/// The answer to exploring a REST source.
pub(super) fn answer(spec: &Body, query: &str) -> Result<Value, Problem> {
    let mut source_params = None;
    let mut object_type = String::from("rest");
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "objectType" => object_type = value.to_ascii_lowercase(),
            "sourceParams" => source_params = Some(value.into_owned()),
            _ => {}
        }
    }
    if !matches!(object_type.as_str(), "rest" | "root") {
        return Err(Problem::invalid(format!("`objectType` is `rest` for this source, not `{object_type}`")));
    }
    let params = source_params.as_deref().map_or_else(|| Ok(json!({})), decode)?;
    check_inputs(spec, &params, "sourceParams")?;
    let schema = schema(spec);
    let record = sample::sample(&schema);
    Ok(json!({"format": "hierarchical", "schema": schema, "data": [record]}))
}

/// Checks what a customer filled in against what the spec asks for.
pub(super) fn check_inputs(spec: &Body, inputs: &Value, place: &str) -> Result<(), Problem> {
    let source = spec.get("sourceSpec");
    // Both places are documented.
    let asked = source.and_then(|source| source.pointer("/spec").or_else(|| source.pointer("/attributes/spec")));
    match asked.filter(|asked| asked.is_object()) {
        Some(asked) => validate::against(asked, inputs, place),
        None => Ok(()),
    }
}

/// The columns of the record.
pub(super) fn configs(spec: &Body) -> Value {
    let schema = schema(spec);
    let properties = schema.get("properties").and_then(Value::as_object);
    let columns: Vec<Value> = properties
        .into_iter()
        .flatten()
        .map(|(name, property)| json!({"columnName": name, "columnType": property.get("type").unwrap_or(&json!("string"))}))
        .collect();
    json!({"items": columns})
}

/// The one record that a source of this spec has.
pub(super) fn record(spec: &Body) -> Value {
    sample::sample(&schema(spec))
}

/// The parameters are JSON in Base64; the padding may be missing, as a page prints it.
fn decode(text: &str) -> Result<Value, Problem> {
    // A plus sign that was not encoded arrives as a space.
    let text = text.trim_end_matches('=').replace(' ', "+");
    let padded = format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4));
    let bytes =
        STANDARD.decode(padded).map_err(|error| Problem::invalid(format!("`sourceParams` is no Base64: {error}")))?;
    match serde_json::from_slice(&bytes) {
        Ok(params @ Value::Object(_)) => Ok(params),
        _ => Err(Problem::invalid("`sourceParams` must be a JSON object in Base64")),
    }
}

/// The schema of a record.
fn schema(spec: &Body) -> Value {
    let source = spec.get("sourceSpec").map(|source| json!({"sourceSpec": source})).unwrap_or_default();
    sample::custom_schema(&source).cloned().unwrap_or_else(sample::plain_schema)
}
