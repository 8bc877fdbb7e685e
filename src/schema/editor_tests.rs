//! The schemas as an editor shows them: every key is described, and every example is one.

use serde_json::{Value, json};

use super::source;
use crate::spec::Kind;

/// Every schema of a key below a schema, with the way to it.
fn properties<'s>(schema: &'s Value, at: &str, found: &mut Vec<(String, &'s Value)>) {
    for (key, property) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}/{key}");
        found.push((at.clone(), property));
        properties(property, &at, found);
    }
    for (keyword, token) in [("items", "0"), ("additionalProperties", "*")] {
        if schema[keyword].is_object() {
            properties(&schema[keyword], &format!("{at}/{token}"), found);
        }
    }
}

fn in_each_schema(mut look: impl FnMut(Kind, &str, &Value)) {
    for kind in [Kind::Batch, Kind::Streaming] {
        let schema: Value = serde_json::from_str(source(kind)).unwrap();
        let mut found = Vec::new();
        properties(&schema, "", &mut found);
        assert!(found.len() > 70, "{}", found.len());
        found.into_iter().for_each(|(at, property)| look(kind, &at, property));
    }
}

#[test]
fn every_key_is_described() {
    in_each_schema(|kind, at, property| {
        let described = property["description"].as_str().unwrap_or_default();
        assert!(described.ends_with('.') && described.len() > 8, "{kind} {at} has no description");
        assert!(!described.contains('\n'), "{kind} {at}: {described}");
    });
}

#[test]
fn every_example_is_one_and_texts_and_numbers_have_one() {
    let mut checked = 0;
    in_each_schema(|kind, at, property| {
        let kinds = [json!("string"), json!("integer")];
        let needs_one =
            (kinds.contains(&property["type"]) || property["type"].is_array()) && property["enum"].is_null();
        let examples = property["examples"].as_array().map_or(&[][..], Vec::as_slice);
        assert!(!examples.is_empty() || !needs_one, "{kind} {at} has no example");
        let validator = jsonschema::draft7::new(property).unwrap();
        for example in examples {
            assert!(validator.is_valid(example), "{kind} {at}: {example}");
            checked += 1;
        }
    });
    assert!(checked > 80, "{checked}");
}

/// `tests/cli/schema.rs` holds the example repository to what the verb prints.
#[test]
fn clean_specs_are_valid() {
    for (kind, spec) in [
        (Kind::Batch, include_str!("../lint/page/batch.json")),
        (Kind::Streaming, include_str!("../lint/page/streaming.json")),
    ] {
        let validator = jsonschema::draft7::new(&serde_json::from_str(source(kind)).unwrap()).unwrap();
        let mut spec: Value = serde_json::from_str(spec).unwrap();
        assert!(validator.is_valid(&spec), "{kind}: {:?}", validator.validate(&spec));
        spec["sourceSpec"]["attributes"]["uiAttributes"]["isSource"] = json!("True");
        assert!(!validator.is_valid(&spec), "{kind}: the schema lets everything pass");
    }
}

#[test]
fn a_schema_says_what_it_is() {
    for kind in [Kind::Batch, Kind::Streaming] {
        let schema: Value = serde_json::from_str(source(kind)).unwrap();
        assert!(schema["title"].as_str().unwrap().contains(&kind.to_string()));
        assert!(schema["$id"].as_str().unwrap().ends_with(&format!("/src/schema/{kind}.schema.json")));
        assert_eq!(schema["$schema"], crate::spec::ids::DRAFT_07);
    }
}
