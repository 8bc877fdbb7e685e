//! From an event as it was sent to the entity that is kept: each attribute to its place, and what is computed without one.

use jiff::Timestamp;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::emulator::routes::data_prep::Mapping;

/// What comes to a place.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Source {
    Attribute(String),
    /// `now()`: when it arrived.
    Now,
    /// `uuid()`: an id of its own.
    Uuid,
}

impl Source {
    /// What a mapping takes; `None` for an expression that the emulator does not compute, which leaves its place empty.
    pub(super) fn of(mapping: &Mapping<'_>) -> Option<Self> {
        match mapping.source {
            source if !mapping.is_expression => Some(Self::Attribute(source.to_owned())),
            "now()" => Some(Self::Now),
            "uuid()" => Some(Self::Uuid),
            _ => None,
        }
    }

    fn value(&self, event: &Value) -> Option<Value> {
        match self {
            Self::Attribute(path) => get(event, path).cloned(),
            Self::Now => Some(json!(Timestamp::now().to_string())),
            Self::Uuid => Some(json!(Uuid::new_v4().to_string())),
        }
    }
}

/// One step of a path: a name, or a place in an array.
#[derive(Debug, PartialEq, Eq)]
enum Step<'a> {
    Name(&'a str),
    Index(usize),
}

/// The entity that the mapping makes of an event. Attributes that the event does not have are left out.
pub(super) fn mapped(event: &Value, mapping: &[(Source, String)]) -> Value {
    let mut entity = Value::Object(Map::new());
    for (source, destination) in mapping {
        if let Some(value) = source.value(event) {
            set(&mut entity, &steps(destination), value);
        }
    }
    entity
}

fn get<'a>(event: &'a Value, path: &str) -> Option<&'a Value> {
    // A name that holds a dot is taken as it is, where the event has it.
    if let Some(value) = event.get(path) {
        return Some(value);
    }
    steps(path).iter().try_fold(event, |at, step| match step {
        Step::Name(name) => at.get(name),
        Step::Index(index) => at.get(index),
    })
}

/// `a.b[0].c`; `[*]` is taken for the first.
fn steps(path: &str) -> Vec<Step<'_>> {
    let mut steps = Vec::new();
    for segment in path.trim_start_matches("$.").split('.') {
        let mut parts = segment.split('[');
        steps.extend(parts.next().filter(|name| !name.is_empty()).map(Step::Name));
        steps.extend(parts.map(|index| Step::Index(index.trim_end_matches(']').parse().unwrap_or(0))));
    }
    steps
}

fn set(at: &mut Value, steps: &[Step<'_>], value: Value) {
    let Some((step, rest)) = steps.split_first() else {
        *at = value;
        return;
    };
    match step {
        Step::Name(name) => {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            if let Value::Object(members) = at {
                set(members.entry(*name).or_insert(Value::Null), rest, value);
            }
        }
        Step::Index(index) => {
            if !at.is_array() {
                *at = Value::Array(Vec::new());
            }
            // A place far out would make an array that large.
            if let Value::Array(items) = at
                && *index < 1_000
            {
                while items.len() <= *index {
                    items.push(Value::Null);
                }
                set(&mut items[*index], rest, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn attributes_go_to_their_places() {
        let event = json!({"first": "Ada", "mail": {"address": "a@example.com"}, "tags": ["x", "y"], "a.b": 1});
        let pairs = [
            ("first", "person.name.firstName"),
            ("mail.address", "identityMap.email[0].id"),
            ("tags[1]", "organizations[0]"),
            ("a.b", "_id"),
            ("missing", "person.gender"),
        ];
        let mapping =
            pairs.map(|(source, destination)| (Source::Attribute(source.to_owned()), destination.to_owned()));
        assert_eq!(
            mapped(&event, &mapping),
            json!({
                "person": {"name": {"firstName": "Ada"}},
                "identityMap": {"email": [{"id": "a@example.com"}]},
                "organizations": ["y"],
                "_id": 1,
            })
        );
    }

    #[test]
    fn the_moment_and_an_id_are_computed_and_other_expressions_are_not() {
        let expression = |source| Source::of(&Mapping { source, destination: "x", is_expression: true });
        assert_eq!(expression("concat(a, b)"), None);
        let mapping = [(expression("now()").unwrap(), "timestamp"), (expression("uuid()").unwrap(), "_id")];
        let mapping = mapping.map(|(source, destination)| (source, destination.to_owned()));
        let entities = [mapped(&json!({}), &mapping), mapped(&json!({}), &mapping)];
        assert!(entities[0]["timestamp"].as_str().unwrap().parse::<Timestamp>().is_ok());
        assert_ne!(entities[0]["_id"], entities[1]["_id"]);
    }
}
