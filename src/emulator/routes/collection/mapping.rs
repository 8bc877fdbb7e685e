//! From an event as it was sent to the entity that is kept: each attribute to its place, and what is computed.
//!
//! A null is no value: its place stays empty. Of `[*]` in a source each item goes to the place of its number in the `[*]` of the
//! destination; where the destination has none left, the items become one array.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::expression::Expression;
use crate::{
    emulator::routes::data_prep::Mapping,
    text::attribute::{self, Step},
};

/// Longest path, in steps: no event that is JSON is deeper.
const LONGEST: usize = 128;
/// Largest number of an item in a destination: a place far out would make an array that large.
const FARTHEST: usize = 999;

/// Where one attribute of an event goes, taken apart once for all events.
#[derive(Debug)]
pub(in crate::emulator::routes) struct Way {
    from: From,
    to: Vec<Step>,
    /// The destination as it was written, for warnings.
    destination: String,
}

/// Where a value comes from.
#[derive(Debug)]
enum From {
    Attribute(Vec<Step>),
    Expression(Expression),
}

impl Way {
    /// The way of a mapping; otherwise why there is none.
    pub(in crate::emulator::routes) fn of(mapping: &Mapping<'_>) -> Result<Self, String> {
        let path = |path: &str| {
            let steps =
                attribute::read(path).map_err(|error| format!("`{path}` is no path of an attribute: {error}"))?;
            match steps.len() > LONGEST {
                true => Err(format!("`{path}` has more than {LONGEST} steps")),
                false => Ok(steps),
            }
        };
        let from = match mapping.is_expression {
            true => From::Expression(
                Expression::read(mapping.source)
                    .map_err(|error| format!("`{}` cannot be computed: {error}", mapping.source))?,
            ),
            false => From::Attribute(path(mapping.source)?),
        };
        let to = path(mapping.destination)?;
        if to.iter().any(|step| matches!(step, Step::Item(index) if *index > FARTHEST)) {
            return Err(format!("`{}` has an item after number {FARTHEST}", mapping.destination));
        }
        Ok(Self { from, to, destination: mapping.destination.to_owned() })
    }

    fn found<'a>(&'a self, event: &'a Value, warnings: &mut Vec<String>) -> Found<'a> {
        match &self.from {
            From::Attribute(steps) => find(event, steps),
            From::Expression(expression) => match expression.value(event) {
                Ok(value) => Found::of(value),
                Err(unfit) => {
                    warnings.push(format!("`{}` was left out: {unfit}", self.destination));
                    Found::Nothing
                }
            },
        }
    }
}

/// What an event has for a place.
pub(super) enum Found<'a> {
    Nothing,
    One(Cow<'a, Value>),
    /// What each item of an array has.
    Each(Vec<Found<'a>>),
}

impl<'a> Found<'a> {
    fn of(value: Cow<'a, Value>) -> Self {
        if value.is_null() { Self::Nothing } else { Self::One(value) }
    }

    /// As one value: what several items have is an array.
    pub(super) fn into_value(self) -> Option<Cow<'a, Value>> {
        match self {
            Self::Nothing => None,
            Self::One(value) => Some(value),
            Self::Each(items) => {
                let mut values = Vec::with_capacity(items.len());
                items.into_iter().for_each(|item| item.flatten(&mut values));
                Some(Cow::Owned(Value::Array(values)))
            }
        }
    }

    fn flatten(self, values: &mut Vec<Value>) {
        match self {
            Self::Nothing => {}
            Self::One(value) => values.push(value.into_owned()),
            Self::Each(items) => items.into_iter().for_each(|item| item.flatten(values)),
        }
    }
}

/// What an event has at a path.
pub(super) fn find<'a>(event: &'a Value, steps: &[Step]) -> Found<'a> {
    let mut at = event;
    for (number, step) in steps.iter().enumerate() {
        let below = match step {
            Step::Name(name) => at.get(name),
            Step::Item(index) => at.get(index),
            Step::Items => {
                let Value::Array(items) = at else { return Found::Nothing };
                return Found::Each(items.iter().map(|item| find(item, &steps[number + 1..])).collect());
            }
        };
        let Some(below) = below else { return Found::Nothing };
        at = below;
    }
    Found::of(Cow::Borrowed(at))
}

/// The entity that the mapping makes of an event, and what could not be computed.
pub(super) fn mapped(event: &Value, mapping: &[Way]) -> (Value, Vec<String>) {
    let (mut entity, mut warnings) = (Value::Object(Map::new()), Vec::new());
    for way in mapping {
        put(&mut entity, &way.to, way.found(event, &mut warnings));
    }
    (entity, warnings)
}

fn put(at: &mut Value, steps: &[Step], found: Found<'_>) {
    if matches!(found, Found::Nothing) {
        return;
    }
    let Some((step, rest)) = steps.split_first() else {
        if let Some(value) = found.into_value() {
            *at = value.into_owned();
        }
        return;
    };
    match step {
        Step::Name(name) => {
            if !at.is_object() {
                *at = Value::Object(Map::new());
            }
            if let Value::Object(members) = at {
                put(members.entry(name).or_insert(Value::Null), rest, found);
            }
        }
        Step::Item(index) => {
            put(place(at, *index, || Value::Null), rest, found);
        }
        Step::Items => {
            let items = match found {
                Found::Each(items) => items,
                Found::One(Cow::Borrowed(Value::Array(items))) => {
                    items.iter().map(|item| Found::of(Cow::Borrowed(item))).collect()
                }
                Found::One(Cow::Owned(Value::Array(items))) => {
                    items.into_iter().map(|item| Found::of(Cow::Owned(item))).collect()
                }
                one => vec![one],
            };
            if !at.is_array() {
                *at = Value::Array(Vec::new());
            }
            // Items that are the values themselves close up where one is missing; those with fields keep their number.
            if rest.is_empty() {
                *at = Found::Each(items).into_value().map_or(Value::Null, Cow::into_owned);
                return;
            }
            let is_object = matches!(rest.first(), Some(Step::Name(_)));
            let empty = || if is_object { Value::Object(Map::new()) } else { Value::Array(Vec::new()) };
            for (index, item) in items.into_iter().enumerate() {
                put(place(at, index, empty), rest, item);
            }
        }
    }
}

/// The place of an item in what becomes an array; those before it that are not there yet are made.
fn place(at: &mut Value, index: usize, empty: impl Fn() -> Value) -> &mut Value {
    if !at.is_array() {
        *at = Value::Array(Vec::new());
    }
    if let Value::Array(items) = at
        && items.len() <= index
    {
        items.resize_with(index + 1, empty);
    }
    &mut at[index]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn way(source: &str, destination: &str) -> Way {
        Way::of(&Mapping { source, destination, is_expression: source.contains('(') }).unwrap()
    }

    fn entity(event: &Value, pairs: &[(&str, &str)]) -> Value {
        let mapping: Vec<Way> = pairs.iter().map(|(source, destination)| way(source, destination)).collect();
        let (entity, warnings) = mapped(event, &mapping);
        assert_eq!(warnings, <[String; 0]>::default());
        entity
    }

    #[test]
    fn attributes_go_to_their_places() {
        let event =
            json!({"first": "Ada", "mail": {"address": "a@example.com"}, "tags": ["x", "y"], "a.b": 1, "e f": 2});
        let pairs = [
            ("first", "person.name.firstName"),
            ("mail.address", "identityMap.email[0].id"),
            ("tags[1]", "organizations[0]"),
            ("a\\.b", "_id"),
            ("${a\\.b}", "also"),
            ("${e f}", "_tenant.e_f"),
            ("missing", "person.gender"),
            ("first.below", "person.below"),
        ];
        let wanted = json!({
            "person": {"name": {"firstName": "Ada"}},
            "identityMap": {"email": [{"id": "a@example.com"}]},
            "organizations": ["y"],
            "_id": 1,
            "also": 1,
            "_tenant": {"e_f": 2},
        });
        assert_eq!(entity(&event, &pairs), wanted);
    }

    #[test]
    fn a_null_is_no_value() {
        let event = json!({"a": null, "b": {"c": null}, "d": [null, 1, null, 2], "e": [{"f": null}, {"f": 1}]});
        let pairs = [("a", "a"), ("b.c", "b.c"), ("b.c.d", "c"), ("d[*]", "d"), ("d[0]", "e"), ("e[*].f", "f[*].g")];
        assert_eq!(entity(&event, &pairs), json!({"d": [1, 2], "f": [{}, {"g": 1}]}));
    }

    #[test]
    fn arrays_are_mapped_item_by_item() {
        let event = json!({
            "items": [
                {"sku": "1", "n": 1, "parts": [{"p": 1}, {"p": 2}]},
                {"n": 2, "parts": []},
                {"sku": "3", "parts": [{"p": 3}]},
            ],
            "tags": ["x", "y"],
            "none": [],
            "one": 5,
        });
        let mapped = |source, destination| entity(&event, &[(source, destination)]);
        assert_eq!(
            entity(&event, &[("items[*].sku", "P.items[*].id"), ("items[*].n", "P.items[*].count")]),
            json!({"P": {"items": [{"id": "1", "count": 1}, {"count": 2}, {"id": "3"}]}})
        );
        assert_eq!(
            mapped("items[*].parts[*].p", "a[*].b[*].c"),
            json!({"a": [{"b": [{"c": 1}, {"c": 2}]}, {"b": []}, {"b": [{"c": 3}]}]})
        );
        assert_eq!(mapped("items[*].parts[*].p", "a[*].b"), json!({"a": [{"b": [1, 2]}, {"b": []}, {"b": [3]}]}));
        assert_eq!(mapped("items[*].parts[*].p", "a"), json!({"a": [1, 2, 3]}));
        assert_eq!(mapped("items[*].sku", "a[*]"), json!({"a": ["1", "3"]}));
        assert_eq!(mapped("items[2].parts[*].p", "a[*].b"), json!({"a": [{"b": 3}]}));
        assert_eq!(mapped("tags[*]", "a[*].name"), json!({"a": [{"name": "x"}, {"name": "y"}]}));
        for source in ["tags", "tags[*]"] {
            assert_eq!(mapped(source, "a"), json!({"a": ["x", "y"]}));
            assert_eq!(mapped(source, "a[*]"), json!({"a": ["x", "y"]}));
        }
        assert_eq!(mapped("one", "a[*].b"), json!({"a": [{"b": 5}]}));
        assert_eq!(mapped("none[*].x", "a[*].b"), json!({"a": []}));
        for nothing in ["one[*]", "missing[*].x", "tags[7]"] {
            assert_eq!(mapped(nothing, "a[*].b"), json!({}));
        }
    }

    #[test]
    fn what_is_computed_goes_to_its_place_and_what_cannot_be_is_told() {
        let event = json!({"first": "Ada", "n": "x", "mails": ["A@B", "C@D"]});
        let pairs = [("concat(first, '!')", "person.name"), ("coalesce(mails[*])", "m[*].a"), ("nullify()", "no")];
        assert_eq!(entity(&event, &pairs), json!({"person": {"name": "Ada!"}, "m": [{"a": "A@B"}]}));
        let (entity, warnings) = mapped(&event, &[way("to_integer(n)", "a.b"), way("uuid()", "_id")]);
        assert_eq!(warnings, ["`a.b` was left out: `to_integer` cannot make a number of `x`"]);
        assert!(entity.get("a").is_none() && entity["_id"].is_string());
    }

    #[test]
    fn what_is_no_mapping_is_told() {
        let told =
            |source, destination, is_expression| Way::of(&Mapping { source, destination, is_expression }).unwrap_err();
        assert!(told("a[", "b", false).contains("`a[` is no path of an attribute"));
        assert!(told("a", "b]", false).contains("`b]` is no path"));
        assert!(told("uuid()", "b", false).contains("expressions"));
        assert!(told("unheard(a)", "b", true).contains("`unheard(a)` cannot be computed"));
        assert!(told("a", "b[1000]", false).contains("999"));
        assert!(told(&vec!["a"; 200].join("."), "b", false).contains("128 steps"));
    }
}
