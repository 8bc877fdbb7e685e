//! A resource with everything it is composed of: `$ref` followed, `allOf` merged into one set of properties.

use serde_json::{Map, Value, json};

use super::find;
use crate::{
    emulator::{
        gateway::Sandbox,
        store::{Body, Store},
    },
    text::attribute::{self, Step},
};

/// References are followed this deep; deeper ones are taken for a circle.
const DEEPEST: usize = 32;

/// The schema of this id, whole; `None` where there is none.
pub(in crate::emulator) fn resolved(store: &Store, sandbox: &Sandbox, id: &str) -> Result<Option<Value>, redb::Error> {
    find(store, sandbox, id)?.map(|record| whole(store, sandbox, &record.body)).transpose()
}

/// A resource, whole.
pub(super) fn whole(store: &Store, sandbox: &Sandbox, body: &Body) -> Result<Value, redb::Error> {
    let mut shown = body.clone();
    let merged = merge(store, sandbox, &Value::Object(body.clone()), DEEPEST)?;
    shown.shift_remove("allOf");
    shown.shift_remove("definitions");
    if let Value::Object(merged) = merged {
        for name in ["type", "properties", "required", "additionalProperties"] {
            if let Some(value) = merged.get(name) {
                shown.insert(name.to_owned(), value.clone());
            }
        }
    }
    Ok(Value::Object(shown))
}

/// A part with its references followed and its `allOf` merged in.
fn merge(store: &Store, sandbox: &Sandbox, part: &Value, depth: usize) -> Result<Value, redb::Error> {
    merge_within(store, sandbox, part, part, depth)
}

/// `root` is the document that `#/…` refers into.
fn merge_within(
    store: &Store,
    sandbox: &Sandbox,
    part: &Value,
    root: &Value,
    depth: usize,
) -> Result<Value, redb::Error> {
    let Value::Object(members) = part else { return Ok(part.clone()) };
    if depth == 0 {
        return Ok(json!({}));
    }
    let mut merged = Map::new();
    if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
        let target = match reference.strip_prefix('#') {
            Some(pointer) => root.pointer(pointer).map(|part| merge_within(store, sandbox, part, root, depth - 1)),
            None => find(store, sandbox, reference)?
                .map(|record| merge(store, sandbox, &Value::Object(record.body), depth - 1)),
        };
        if let Some(target) = target {
            add(&mut merged, target?);
        }
    }
    for inner in members.get("allOf").and_then(Value::as_array).into_iter().flatten() {
        add(&mut merged, merge_within(store, sandbox, inner, root, depth - 1)?);
    }
    let mut own = Map::new();
    for (name, value) in members {
        let value = match name.as_str() {
            "$ref" | "allOf" | "definitions" | "$id" | "$schema" => continue,
            "properties" => {
                let mut properties = Map::new();
                for (name, property) in value.as_object().into_iter().flatten() {
                    properties.insert(name.clone(), merge_within(store, sandbox, property, root, depth - 1)?);
                }
                Value::Object(properties)
            }
            "items" | "additionalProperties" => merge_within(store, sandbox, value, root, depth - 1)?,
            _ => value.clone(),
        };
        own.insert(name.clone(), value);
    }
    add(&mut merged, Value::Object(own));
    Ok(Value::Object(merged))
}

/// Adds a part: properties are joined at every depth, required names collected, all else replaced.
fn add(whole: &mut Map<String, Value>, part: Value) {
    let Value::Object(part) = part else { return };
    for (name, value) in part {
        match (name.as_str(), whole.get_mut(&name), value) {
            ("properties", Some(Value::Object(properties)), Value::Object(more)) => {
                for (name, property) in more {
                    match properties.get_mut(&name) {
                        Some(Value::Object(known)) => add(known, property),
                        _ => {
                            properties.insert(name, property);
                        }
                    }
                }
            }
            ("required", Some(Value::Array(required)), Value::Array(more)) => {
                for name in more {
                    if !required.contains(&name) {
                        required.push(name);
                    }
                }
            }
            (_, _, value) => {
                whole.insert(name, value);
            }
        }
    }
}

/// Whether a resolved schema has a field at a path such as `person.name.firstName` or `identityMap.email[0].id`.
pub(in crate::emulator) fn has_path(schema: &Value, path: &str) -> bool {
    let Ok(steps) = attribute::read(path) else { return false };
    let mut at = Some(schema);
    for step in &steps {
        at = at.and_then(|at| match step {
            // A map has any key.
            Step::Name(name) => match at.get("properties").and_then(|properties| properties.get(name)) {
                Some(property) => Some(property),
                None => at.get("additionalProperties").filter(|any| any.is_object()),
            },
            Step::Item(_) | Step::Items => at.get("items"),
        });
    }
    at.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_joined_at_every_depth() {
        let mut whole = Map::new();
        add(
            &mut whole,
            json!({"required": ["_id"], "properties": {"person": {"properties": {"a": {"type": "string"}}}}}),
        );
        add(
            &mut whole,
            json!({"required": ["_id", "b"], "properties": {"person": {"properties": {"b": {"type": "integer"}}}}}),
        );
        let whole = Value::Object(whole);
        assert_eq!(whole["required"], json!(["_id", "b"]));
        assert!(has_path(&whole, "person.a") && has_path(&whole, "person.b"));
        assert!(!has_path(&whole, "person.c") && !has_path(&whole, "persons") && !has_path(&whole, ""));
    }

    #[test]
    fn maps_and_arrays_have_paths() {
        let schema = json!({"properties": {"identityMap": {"additionalProperties": {
            "type": "array", "items": {"properties": {"id": {"type": "string"}}}}}}});
        assert!(has_path(&schema, "identityMap.email[0].id"));
        assert!(!has_path(&schema, "identityMap.email[0].other"));
    }
}
