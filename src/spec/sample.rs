//! A value that fits a schema, made up: what a source of a custom schema may send, or what somebody may fill in.

use serde_json::{Map, Value, json};

/// Texts that patterns are tried with, the plainest first.
const TEXTS: [&str; 12] = [
    "text",
    "sample",
    "1",
    "12345678",
    "A1",
    "ABC-123",
    "a@example.com",
    "https://example.com",
    "example.com",
    "2026-01-31",
    "2026-01-31T12:00:00Z",
    "00000000-0000-4000-8000-000000000000",
];

/// The schema of a record, where a connection spec has one: `sourceSpec.schema`.
pub fn custom_schema(spec: &Value) -> Option<&Value> {
    let source = spec.get("sourceSpec")?;
    // Both places are documented.
    let given = source.get("schema").or_else(|| source.pointer("/attributes/schema"));
    given.filter(|schema| schema.get("properties").is_some_and(Value::is_object))
}

/// The schema of a record that has an id alone, where a connection spec describes none.
pub fn plain_schema() -> Value {
    json!({"type": "object", "properties": {"id": {"type": "string"}}})
}

/// A value that fits a schema, as far as one can be made up.
pub fn sample(schema: &Value) -> Value {
    let said = ["/const", "/enum/0", "/default", "/examples/0"];
    if let Some(said) = said.iter().find_map(|pointer| schema.pointer(pointer)) {
        return said.clone();
    }
    let properties = schema.get("properties").and_then(Value::as_object);
    match kind(schema).or(properties.map(|_| "object")) {
        Some("integer") => number(schema, json!(1)),
        Some("number") => number(schema, json!(1.5)),
        Some("boolean") => json!(true),
        Some("array") => json!([sample(schema.get("items").unwrap_or(&json!({"type": "string"})))]),
        Some("object") => {
            let members = properties.into_iter().flatten().map(|(name, property)| (name.clone(), sample(property)));
            Value::Object(members.collect::<Map<_, _>>())
        }
        _ => text(schema),
    }
}

/// The type; the first that is not null where there are several.
fn kind(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null"),
        kind => kind.as_str(),
    }
}

fn number(schema: &Value, usual: Value) -> Value {
    let too_small = |least: &&Value| least.as_f64() > usual.as_f64();
    schema.get("minimum").filter(too_small).cloned().unwrap_or(usual)
}

fn text(schema: &Value) -> Value {
    match schema.get("format").and_then(Value::as_str) {
        Some("date-time") => return json!("2026-01-31T12:00:00Z"),
        Some("date") => return json!("2026-01-31"),
        Some("email") => return json!("a@example.com"),
        Some("uri" | "url") => return json!("https://example.com"),
        _ => {}
    }
    let Ok(validator) = jsonschema::validator_for(schema) else { return json!(TEXTS[0]) };
    let fits = TEXTS.iter().map(|text| json!(text)).find(|text| validator.is_valid(text));
    fits.unwrap_or_else(|| {
        let least = schema.get("minLength").and_then(Value::as_u64).unwrap_or_default();
        let most = schema.get("maxLength").and_then(Value::as_u64).unwrap_or(u64::MAX);
        let length = usize::try_from(least.clamp(1, 1_000).min(most)).unwrap_or(1);
        json!("x".repeat(length))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_made_up_fits_its_schema() {
        for schema in [
            plain_schema(),
            json!({"type": "object", "properties": {"a": {"type": "integer", "minimum": 5}, "b": {"type": "number"},
                "c": {"type": "boolean"}, "d": {"type": "array", "items": {"type": "object", "properties": {"e": {}}}}}}),
            json!({"type": ["null", "integer"]}),
            json!({"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$"}),
            json!({"type": "string", "pattern": "^[0-9]+$"}),
            json!({"type": "string", "minLength": 40}),
            json!({"type": "string", "maxLength": 2}),
            json!({"type": "string", "enum": ["eu", "us"]}),
            json!({"type": "string", "format": "date-time"}),
            json!({"const": 7}),
            json!({"properties": {"a": {"type": "string"}}}),
        ] {
            let made = sample(&schema);
            assert!(jsonschema::validator_for(&schema).unwrap().is_valid(&made), "{schema}: {made}");
        }
        assert_eq!(sample(&json!({"type": "string", "default": "d"})), "d");
        // Nobody can make this up: the text is as good as any.
        assert!(sample(&json!({"type": "string", "pattern": "^[^\\x00-\\x7f]{9}$"})).is_string());
    }

    #[test]
    fn the_custom_schema_stands_in_either_place() {
        let schema = json!({"type": "object", "properties": {}});
        assert_eq!(custom_schema(&json!({"sourceSpec": {"schema": schema}})), Some(&schema));
        assert_eq!(custom_schema(&json!({"sourceSpec": {"attributes": {"schema": schema}}})), Some(&schema));
        assert_eq!(custom_schema(&json!({"sourceSpec": {"schema": {}}})), None);
        assert_eq!(custom_schema(&json!({})), None);
    }
}
