//! What of an entity does not fit its schema, told as the inlet tells it.

use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::{Value, json};

/// The validation stops after so many faults of one message.
const MOST: usize = 5;

/// The faults of an entity; none where it fits.
pub(super) fn of(validator: &Validator, entity: &Value) -> Vec<Value> {
    // Most fit, and that is told sooner than what does not.
    if validator.is_valid(entity) {
        return Vec::new();
    }
    validator.iter_errors(entity).flat_map(|error| told(&error)).take(MOST).collect()
}

/// The cause that is reported for the faults of one message.
pub(super) fn cause(faults: &[Value]) -> Value {
    let message = match faults.len() {
        1 => "1 schema violation found".to_owned(),
        count => format!("{count} schema violations found"),
    };
    json!({"_streamingValidation": [{
        "schemaLocation": "#",
        "pointerToViolation": "#",
        "causingExceptions": faults,
        "message": message,
    }]})
}

fn told(error: &ValidationError<'_>) -> Vec<Value> {
    let one = |keyword: &str, message: String| {
        json!({
            "schemaLocation": format!("#{}", trimmed(&error.schema_path().to_string())),
            "pointerToViolation": format!("#{}", error.instance_path()),
            "causingExceptions": [],
            "keyword": keyword,
            "message": message,
        })
    };
    match error.kind() {
        ValidationErrorKind::AdditionalProperties { unexpected } => unexpected
            .iter()
            .map(|name| one("additionalProperties", format!("extraneous key [{name}] is not permitted")))
            .collect(),
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            vec![one("required", format!("required key [{name}] not found"))]
        }
        ValidationErrorKind::Type { kind } => {
            vec![one("type", format!("expected type: {}, found: {}", expected(kind), found(error.instance())))]
        }
        _ => {
            let path = error.schema_path().to_string();
            let keyword = path.rsplit('/').next().unwrap_or_default().to_owned();
            vec![one(&keyword, error.masked().to_string())]
        }
    }
}

/// The schema a keyword stands in.
fn trimmed(path: &str) -> &str {
    path.rsplit_once('/').map_or(path, |(schema, _)| schema)
}

fn expected(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(kind) => java(&kind.to_string()).to_owned(),
        TypeKind::Multiple(kinds) => {
            let names: Vec<String> = kinds.iter().map(|kind| java(&kind.to_string()).to_owned()).collect();
            names.join(" or ")
        }
    }
}

/// The name the service has for a type of JSON Schema.
fn java(kind: &str) -> &str {
    match kind {
        "string" => "String",
        "integer" => "Integer",
        "number" => "Number",
        "boolean" => "Boolean",
        "object" => "JSONObject",
        "array" => "JSONArray",
        "null" => "Null",
        other => other,
    }
}

fn found(value: &Value) -> &'static str {
    match value {
        Value::Null => "Null",
        Value::Bool(_) => "Boolean",
        Value::Number(number) if number.is_f64() => "Double",
        Value::Number(_) => "Long",
        Value::String(_) => "String",
        Value::Array(_) => "JSONArray",
        Value::Object(_) => "JSONObject",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_in_the_service_s_words() {
        let schema = json!({
            "type": "object",
            "properties": {"_id": {"type": "string"}},
            "required": ["timestamp"],
            "additionalProperties": false,
        });
        let validator = jsonschema::validator_for(&schema).unwrap();
        let faults = of(&validator, &json!({"_id": 7, "workEmail": {}, "person": {}}));
        let messages: Vec<&str> = faults.iter().map(|fault| fault["message"].as_str().unwrap()).collect();
        assert!(messages.contains(&"extraneous key [workEmail] is not permitted"), "{messages:?}");
        assert!(messages.contains(&"expected type: String, found: Long"), "{messages:?}");
        assert!(messages.contains(&"required key [timestamp] not found"), "{messages:?}");
        let of_id = faults.iter().find(|fault| fault["keyword"] == "type").unwrap();
        assert_eq!(
            (&of_id["schemaLocation"], &of_id["pointerToViolation"]),
            (&json!("#/properties/_id"), &json!("#/_id"))
        );
        assert_eq!(cause(&faults)["_streamingValidation"][0]["message"], "4 schema violations found");
        let many: serde_json::Map<String, Value> = (0..20).map(|number| (number.to_string(), json!(1))).collect();
        assert_eq!(of(&validator, &Value::Object(many)).len(), MOST);
    }
}
