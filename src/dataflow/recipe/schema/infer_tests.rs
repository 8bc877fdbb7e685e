use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::*;
use crate::text::attribute::Step;

fn of(sample: &[Value]) -> Inferred {
    infer(sample, true).unwrap()
}

/// The mappings as `source > destination`.
fn mapped(inferred: &Inferred) -> Vec<String> {
    inferred.mappings.iter().map(|one| format!("{} > {}", one.source, one.destination)).collect()
}

#[test]
fn a_sample_becomes_fields_and_mappings() {
    let inferred = of(&[
        json!({"event_id": "a", "occurredAt": "2026-01-31T08:00:00Z", "born": "1990-01-31", "amount": 10,
               "contact": {"first name": "Ada", "mail": null}, "tags": ["x"], "items": [{"sku": "1", "n": 1}]}),
        json!({"event_id": "b", "occurredAt": "2026-01-31T09:00:00+01:00", "born": "1991-01-31", "amount": 10.5,
               "contact": {"first name": "Bob", "mail": "b@example.com", "vip": true}, "tags": [], "items": []}),
    ]);
    insta::assert_snapshot!(format!("{:#}", inferred.properties), @r#"
    {
      "event_id": {
        "type": "string"
      },
      "occurredAt": {
        "type": "string",
        "format": "date-time"
      },
      "born": {
        "type": "string",
        "format": "date"
      },
      "amount": {
        "type": "number"
      },
      "contact": {
        "type": "object",
        "properties": {
          "first_name": {
            "type": "string"
          },
          "mail": {
            "type": "string"
          },
          "vip": {
            "type": "boolean"
          }
        }
      },
      "tags": {
        "type": "array",
        "items": {
          "type": "string"
        }
      },
      "items": {
        "type": "array",
        "items": {
          "type": "object",
          "properties": {
            "sku": {
              "type": "string"
            },
            "n": {
              "type": "integer",
              "minimum": -9007199254740991,
              "maximum": 9007199254740991
            }
          }
        }
      }
    }
    "#);
    insta::assert_snapshot!(mapped(&inferred).join("\n"), @r"
    event_id > _id
    occurredAt > timestamp
    event_id > _{tenantId}.event_id
    occurredAt > _{tenantId}.occurredAt
    born > _{tenantId}.born
    amount > _{tenantId}.amount
    contact.${first name} > _{tenantId}.contact.first_name
    contact.mail > _{tenantId}.contact.mail
    contact.vip > _{tenantId}.contact.vip
    tags > _{tenantId}.tags
    items > _{tenantId}.items
    ");
    insta::assert_snapshot!(inferred.notes.join("\n"), @r"
    `_id` is taken from `event_id`, which is different in every event of the sample
    `timestamp` is taken from `occurredAt`
    ");
}

#[test]
fn what_has_no_type_is_left_out_and_told() {
    let inferred = of(&[
        json!({"ok": 1, "mixed": 1, "never": null, "empty": [], "nested": [[1]], "hole": [1, null], "bare": {}}),
        json!({"ok": 2, "mixed": "1", "parts": [{"a": 1, "b": 1}, {"a": 2, "b": "x"}], "either": [1, "x"]}),
    ]);
    insta::assert_snapshot!(inferred.notes.join("\n"), @r"
    `mixed` is left out of the schema: it is a number in some events and in others a text
    `never` is left out of the schema: it is never filled
    `empty` is left out of the schema: its arrays are all empty
    `nested` is left out of the schema: XDM has no arrays of arrays
    `hole` is left out of the schema: there is a null among its items
    `bare` is left out of the schema: its objects are all empty
    `parts[*].b` is left out of the schema: it is a number in some events and in others a text
    `either[*]` is left out of the schema: it is a number in some places and in others a text
    `_id` is made up for each event with `uuid()`: no text field of the sample is an id
    `timestamp` is that of the arrival, `now()`: no field of the sample is clearly the time of the event
    ");
    insta::assert_snapshot!(mapped(&inferred).join("\n"), @r"
    uuid() > _id
    now() > timestamp
    ok > _{tenantId}.ok
    parts[*].a > _{tenantId}.parts[*].a
    ");
}

#[test]
fn the_id_is_different_in_each_and_the_moment_is_a_time_in_each() {
    let first = |sample: &[Value]| mapped(&of(sample))[..2].join(", ");
    let time = "2026-01-31T08:00:00Z";
    assert_eq!(first(&[json!({"id": "a"}), json!({"id": "a"})]), "uuid() > _id, now() > timestamp");
    assert_eq!(first(&[json!({"id": "a", "a": {"at": time}})]), "id > _id, a.at > timestamp");
    assert_eq!(first(&[json!({"id": 1, "x": time, "y": time})]), "uuid() > _id, now() > timestamp");
    assert_eq!(
        first(&[json!({"id": "a", "uuid": "b", "x": time, "Event Time": time})]),
        "uuid > _id, ${Event Time} > timestamp"
    );
    assert_eq!(first(&[json!({"x": time}), json!({"x": null})]), "uuid() > _id, now() > timestamp");
    assert_eq!(mapped(&infer(&[json!({"id": "a"})], false).unwrap()), ["id > _{tenantId}.id"]);
}

#[test]
fn samples_are_read_in_every_form() {
    for text in ["{\"a\":1}\n{\"a\":2}\n", "[{\"a\":1},{\"a\":2}]", "\u{feff}{\"a\":1}{\"a\":2}"] {
        assert_eq!(read_sample(text).unwrap(), [json!({"a": 1}), json!({"a": 2})]);
    }
    for (text, told) in [
        ("", "holds no event"),
        ("[]", "holds no event"),
        ("[1]", "event 1 of the sample is no object"),
        ("{\"a\":1}\n{", "line 2"),
        ("nope", "cannot be read"),
    ] {
        assert!(read_sample(text).unwrap_err().to_string().contains(told), "{text}");
    }
    let error = infer(&[json!({"a": null})], true).unwrap_err().to_string();
    assert_eq!(error, "no field of the sample has a type in XDM: `a` is left out of the schema: it is never filled");
}

/// What the mapping makes of an event, as the mapping language is documented: a null is no value, `[*]` means every item.
fn entity(event: &Value, mappings: &[Mapping]) -> Value {
    let mut entity = Value::Object(Map::new());
    for one in mappings {
        let place = attribute::read(&one.destination).unwrap();
        let value = match (one.source_type, one.source.as_str()) {
            (SourceType::Expression, "uuid()") => json!("3b2ff3a4-5a1e-4f13-9a5b-0c4c1f6b9d10"),
            (SourceType::Expression, "now()") => json!("2026-01-31T08:00:00Z"),
            (SourceType::Expression, other) => panic!("{other}"),
            (SourceType::Attribute, source) => {
                copy(event, &attribute::read(source).unwrap(), &mut entity, &place);
                continue;
            }
        };
        copy(&value, &[], &mut entity, &place);
    }
    entity
}

fn copy(from: &Value, source: &[Step], to: &mut Value, destination: &[Step]) {
    match source.split_first() {
        Some((Step::Items, rest)) => {
            let at = destination.iter().position(|step| *step == Step::Items).unwrap();
            for (number, item) in from.as_array().into_iter().flatten().enumerate() {
                let mut place = destination.to_vec();
                place[at] = Step::Item(number);
                copy(item, rest, to, &place);
            }
        }
        Some((Step::Item(_), _)) => panic!("no mapping of a sample takes one item"),
        Some((Step::Name(name), rest)) => {
            if let Some(value) = from.get(name) {
                copy(value, rest, to, destination);
            }
        }
        None if from.is_null() => {}
        None => {
            let mut at = to;
            for step in destination {
                at = match step {
                    Step::Item(index) => {
                        if !at.is_array() {
                            *at = json!([]);
                        }
                        let items = at.as_array_mut().unwrap();
                        while items.len() <= *index {
                            items.push(json!({}));
                        }
                        &mut items[*index]
                    }
                    Step::Name(name) => {
                        if !at.is_object() {
                            *at = json!({});
                        }
                        at.as_object_mut().unwrap().entry(name.as_str()).or_insert(Value::Null)
                    }
                    Step::Items => panic!("a place for every item, and no items"),
                };
            }
            *at = from.clone();
        }
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        3 => Just(Value::Null),
        3 => any::<bool>().prop_map(Value::from),
        6 => any::<i64>().prop_map(Value::from),
        2 => any::<u64>().prop_map(Value::from),
        3 => (-1e9..1e9).prop_map(Value::from),
        6 => "[a-z .]{0,3}".prop_map(Value::from),
        3 => (0u32..28, 0u32..24).prop_map(|(day, hour)| json!(format!("2026-01-{:02}T{hour:02}:00:00Z", day + 1))),
        1 => (0u32..28).prop_map(|day| json!(format!("2026-01-{:02}", day + 1))),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::Array),
            members(inner).prop_map(Value::Object),
        ]
    })
}

/// Few names, so that events have fields in common; some that XDM does not take.
fn members(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Map<String, Value>> {
    let name =
        prop::sample::select(vec!["a", "b", "a b", "a.b", "A_b", "_id", "id", "1st", "size", "$x", "{y}", "é", ""]);
    prop::collection::vec((name.prop_map(str::to_owned), value), 0..5).prop_map(Map::from_iter)
}

/// An event whose scalars are of one kind each, so that most fields are mapped and few left out.
fn alike() -> impl Strategy<Value = Value> {
    let part = (any::<i32>(), prop::option::of("[a-z]{0,3}"), prop::collection::vec("[a-z]{1,2}", 0..3))
        .prop_map(|(n, text, tags)| json!({"n": n, "a text": text, "tags": tags}));
    (any::<f64>(), prop::option::of("[a-z]{1,9}"), prop::collection::vec(part.clone(), 0..3), part).prop_map(
        |(number, id, parts, part)| json!({"number": if number.is_finite() { number } else { 0.0 }, "id": id, "parts": parts, "part": part}),
    )
}

fn fits(sample: &[Value]) -> Result<(), TestCaseError> {
    let Ok(inferred) = infer(sample, true) else { return Ok(()) };
    let schema = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "type": "object",
        "required": ["_id", "timestamp"],
        "properties": {
            "_id": {"type": "string"},
            "timestamp": {"type": "string", "format": "date-time"},
            format!("_{TENANT}"): {"type": "object", "properties": inferred.properties},
        },
    });
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    for event in sample {
        let entity = entity(event, &inferred.mappings);
        let faults: Vec<String> = validator.iter_errors(&entity).map(|fault| fault.to_string()).collect();
        prop_assert!(faults.is_empty(), "{:#}\n{event:#}\n{entity:#}\n{}", schema, faults.join("\n"));
    }
    // Every place that is mapped to is a field of the schema.
    for one in &inferred.mappings {
        if let Some(own) = one.destination.strip_prefix(&format!("_{TENANT}.")) {
            prop_assert!(inferred.has(own), "{own}");
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_event_of_a_sample_fits_its_schema(sample in prop::collection::vec(members(value()).prop_map(Value::Object), 1..5)) {
        fits(&sample)?;
    }

    #[test]
    fn any_text_is_a_sample_or_is_none(text in "(?s)[\\[{}\\]\":,a1\\n ]{0,40}|.{0,40}") {
        if let Ok(sample) = read_sample(&text) {
            fits(&sample)?;
        }
    }

    #[test]
    fn so_it_does_where_events_are_alike(sample in prop::collection::vec(alike(), 1..5)) {
        fits(&sample)?;
        // Nothing is lost: what was filled in an event is in its entity.
        let inferred = infer(&sample, true).unwrap();
        for event in &sample {
            let entity = entity(event, &inferred.mappings);
            prop_assert_eq!(&entity[format!("_{TENANT}")]["number"], &event["number"]);
            prop_assert_eq!(&entity[format!("_{TENANT}")]["part"]["n"], &event["part"]["n"]);
        }
    }
}
