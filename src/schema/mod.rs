//! The JSON Schemas of connection specs, and how an error of a schema becomes a sentence at a place.

#[cfg(test)]
mod editor_tests;
mod instance;
mod shape;
mod violation;

use std::sync::LazyLock;

use serde_json::Value;

use crate::{spec::Kind, text::json::Node};
use instance::SpannedJson;
use shape::Shape;
pub use violation::{Place, Remedy, Violated, Violation};

/// A schema as it stands in the binary.
const BATCH: &str = include_str!("batch.schema.json");
const STREAMING: &str = include_str!("streaming.schema.json");

/// A schema, read and compiled.
struct Schema {
    document: Value,
    validator: jsonschema::Validator<SpannedJson>,
}

static BATCH_SCHEMA: LazyLock<Schema> = LazyLock::new(|| compile(BATCH));
static STREAMING_SCHEMA: LazyLock<Schema> = LazyLock::new(|| compile(STREAMING));

static BATCH_SHAPE: LazyLock<Option<Shape>> = LazyLock::new(|| Shape::read(BATCH));
static STREAMING_SHAPE: LazyLock<Option<Shape>> = LazyLock::new(|| Shape::read(STREAMING));

/// The schema of a kind, as text.
pub fn source(kind: Kind) -> &'static str {
    match kind {
        Kind::Batch => BATCH,
        Kind::Streaming => STREAMING,
    }
}

/// Where a spec departs from the schema of its kind. A spec of no known kind is held to nothing: which keys it should
/// have cannot be told, and that its kind is unknown is a finding of its own.
pub fn check(root: Node<'_>, kind: Option<Kind>) -> Vec<Violation<'_>> {
    let (shape, schema) = match kind {
        Some(Kind::Batch) => (&BATCH_SHAPE, &BATCH_SCHEMA),
        Some(Kind::Streaming) => (&STREAMING_SHAPE, &STREAMING_SCHEMA),
        None => return Vec::new(),
    };
    // Most specs have nothing wrong, and for them no schema need be compiled.
    if shape.as_ref().is_some_and(|shape| shape.fits(root)) { Vec::new() } else { violation::collect(schema, root) }
}

#[expect(clippy::expect_used, reason = "the schemas are part of the program, and a test compiles them")]
fn compile(text: &str) -> Schema {
    let mut document: Value = serde_json::from_str(text).expect("an embedded schema is JSON");
    take_out_annotations(&mut document);
    let validator = jsonschema::options_for::<SpannedJson>()
        .with_draft(jsonschema::Draft::Draft7)
        .build(&document)
        .expect("an embedded schema is a schema");
    Schema { document, validator }
}

/// Takes out what is said to editors only. It is a third of a schema, and the validator would walk through all of it.
fn take_out_annotations(schema: &mut Value) {
    let Value::Object(members) = schema else { return };
    // A key of a connection spec that is called `description` has a schema; an annotation has a text.
    members.retain(|keyword, value| match keyword.as_str() {
        "$id" | "title" | "description" => !value.is_string(),
        "examples" => !value.is_array(),
        "readOnly" => !value.is_boolean(),
        _ => true,
    });
    members.values_mut().for_each(take_out_annotations);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn annotations_are_taken_out_and_nothing_else() {
        let mut schema = serde_json::json!({
            "$id": "a", "title": "b", "examples": [1], "minLength": 1, "properties": {
                "description": {"description": "c", "type": "string", "readOnly": true},
                "examples": {"enum": ["title"]},
            },
        });
        take_out_annotations(&mut schema);
        let properties = serde_json::json!({"description": {"type": "string"}, "examples": {"enum": ["title"]}});
        assert_eq!(schema, serde_json::json!({"minLength": 1, "properties": properties}));
    }

    #[test]
    fn both_schemas_are_draft_07_and_compile() {
        for kind in [Kind::Batch, Kind::Streaming] {
            let schema: Value = serde_json::from_str(source(kind)).unwrap();
            assert_eq!(schema["$schema"], crate::spec::ids::DRAFT_07);
            assert!(jsonschema::draft7::meta::is_valid(&schema));
        }
        LazyLock::force(&BATCH_SCHEMA);
        LazyLock::force(&STREAMING_SCHEMA);
    }
}
