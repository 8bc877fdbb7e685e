//! From an event as it was sent to the entity that is kept: each attribute to its place, and what is computed without one.

use std::borrow::Cow;

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::emulator::routes::data_prep::Mapping;

/// Where one attribute of an event goes, taken apart once for all events.
#[derive(Debug)]
pub(super) struct Way {
    /// The path as it was written: a name that holds a dot is taken as it is, where the event has it.
    source: String,
    from: Vec<Step>,
    to: Vec<Step>,
    /// What is computed instead.
    computed: Option<Computed>,
}

/// What the emulator computes.
#[derive(Debug, Clone, Copy)]
enum Computed {
    /// `now()`: when the event arrived.
    Now,
    /// `uuid()`: an id of its own.
    Uuid,
}

/// One step of a path: a name, or a place in an array.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    Name(String),
    Index(usize),
}

impl Way {
    pub(super) fn new(source: &str, destination: &str) -> Self {
        Self { source: source.to_owned(), from: steps(source), to: steps(destination), computed: None }
    }

    /// The way of a mapping; `None` for an expression that the emulator does not compute, which leaves its place empty.
    pub(super) fn of(mapping: &Mapping<'_>) -> Option<Self> {
        let computed = match mapping.source {
            _ if !mapping.is_expression => None,
            "now()" => Some(Computed::Now),
            "uuid()" => Some(Computed::Uuid),
            _ => return None,
        };
        Some(Self { computed, ..Self::new(mapping.source, mapping.destination) })
    }

    /// What comes to its place; `None` where the event has nothing for it.
    fn value<'a>(&self, event: &'a Value) -> Option<Cow<'a, Value>> {
        match self.computed {
            None => self.get(event).map(Cow::Borrowed),
            Some(Computed::Now) => Some(Cow::Owned(Value::String(Timestamp::now().to_string()))),
            Some(Computed::Uuid) => Some(Cow::Owned(Value::String(Uuid::new_v4().to_string()))),
        }
    }

    fn get<'a>(&self, event: &'a Value) -> Option<&'a Value> {
        if let Some(value) = event.get(&self.source) {
            return Some(value);
        }
        self.from.iter().try_fold(event, |at, step| match step {
            Step::Name(name) => at.get(name),
            Step::Index(index) => at.get(index),
        })
    }
}

/// The entity that the mapping makes of an event. Attributes that the event does not have are left out.
pub(super) fn mapped(event: &Value, mapping: &[Way]) -> Value {
    let mut entity = Value::Object(Map::new());
    for way in mapping {
        if let Some(value) = way.value(event) {
            set(&mut entity, &way.to, value.into_owned());
        }
    }
    entity
}

/// `a.b[0].c`; `[*]` is taken for the first.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    for segment in path.trim_start_matches("$.").split('.') {
        let mut parts = segment.split('[');
        steps.extend(parts.next().filter(|name| !name.is_empty()).map(|name| Step::Name(name.to_owned())));
        steps.extend(parts.map(|index| Step::Index(index.trim_end_matches(']').parse().unwrap_or(0))));
    }
    steps
}

fn set(at: &mut Value, steps: &[Step], value: Value) {
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
                set(members.entry(name).or_insert(Value::Null), rest, value);
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
        let mapping = pairs.map(|(source, destination)| Way::new(source, destination));
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
        let way = |source, destination| Way::of(&Mapping { source, destination, is_expression: true });
        assert!(way("concat(a, b)", "x").is_none());
        let mapping = [way("now()", "timestamp").unwrap(), way("uuid()", "_id").unwrap()];
        let entities = [(); 2].map(|()| mapped(&Value::Null, &mapping));
        assert!(entities[0]["timestamp"].as_str().unwrap().parse::<Timestamp>().is_ok());
        assert_ne!(entities[0]["_id"], entities[1]["_id"]);
    }
}
