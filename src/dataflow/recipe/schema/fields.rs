//! What the values of one field have in common: of which kinds they are, over all events of a sample.

use std::collections::HashMap;

use jiff::{Timestamp, civil::Date};
use serde_json::Value;

/// Integers beyond these are no whole numbers any more where they are read as JavaScript reads them.
pub(super) const LARGEST: i64 = 9_007_199_254_740_991;

/// What was seen of one field.
#[derive(Debug, Default)]
pub(super) struct Shape {
    /// In how many objects it stands, with a value other than null.
    pub(super) filled: usize,
    pub(super) nulls: usize,
    pub(super) booleans: usize,
    /// Whole numbers that fit.
    pub(super) integers: usize,
    pub(super) numbers: usize,
    pub(super) strings: usize,
    /// How many of the strings are a time, and a date.
    pub(super) times: usize,
    pub(super) dates: usize,
    pub(super) objects: usize,
    pub(super) arrays: usize,
    pub(super) fields: Fields,
    /// What was seen of the items of the arrays.
    pub(super) items: Option<Box<Shape>>,
}

/// The fields of an object, in the order they were first seen.
#[derive(Debug, Default)]
pub(super) struct Fields {
    order: Vec<(String, Shape)>,
    // Only looked into; what is told is in the order above.
    places: HashMap<String, usize>,
}

impl Fields {
    /// The fields, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.order.iter().map(|(name, shape)| (name.as_str(), shape))
    }

    fn shape(&mut self, name: &str) -> &mut Shape {
        let place = match self.places.get(name) {
            Some(place) => *place,
            None => {
                self.places.insert(name.to_owned(), self.order.len());
                self.order.push((name.to_owned(), Shape::default()));
                self.order.len() - 1
            }
        };
        &mut self.order[place].1
    }
}

impl Shape {
    /// Takes one more value into account.
    pub(super) fn see(&mut self, value: &Value) {
        self.filled += usize::from(!value.is_null());
        match value {
            Value::Null => self.nulls += 1,
            Value::Bool(_) => self.booleans += 1,
            Value::Number(number) => match number.as_i64() {
                Some(whole) if (-LARGEST..=LARGEST).contains(&whole) => self.integers += 1,
                _ => self.numbers += 1,
            },
            Value::String(text) => {
                self.strings += 1;
                self.times += usize::from(is_time(text));
                self.dates += usize::from(is_date(text));
            }
            Value::Array(items) => {
                self.arrays += 1;
                let shape = self.items.get_or_insert_default();
                items.iter().for_each(|item| shape.see(item));
            }
            Value::Object(members) => {
                self.objects += 1;
                for (name, value) in members {
                    self.fields.shape(name).see(value);
                }
            }
        }
    }

    /// The kinds of its values, in a person's words.
    pub(super) fn kinds(&self) -> Vec<&'static str> {
        let numbers = self.integers + self.numbers;
        let all = [
            (self.booleans, "true or false"),
            (numbers, "a number"),
            (self.strings, "a text"),
            (self.arrays, "an array"),
            (self.objects, "an object"),
        ];
        all.into_iter().filter(|(count, _)| *count > 0).map(|(_, kind)| kind).collect()
    }
}

/// Whether a text is a time of RFC 3339, which is what XDM means by `date-time`.
pub(super) fn is_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_once(['T', 't']) else { return false };
    let time = rest.as_bytes();
    let two = |at: usize| time.get(at..at + 2).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
    // A leap second is no second of most clocks.
    let clock =
        two(0) && time.get(2) == Some(&b':') && two(3) && time.get(5) == Some(&b':') && two(6) && &rest[6..8] < "60";
    if !is_date(date) || !clock {
        return false;
    }
    let zone = match rest[8..].strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|digit: char| digit.is_ascii_digit());
            let digits = fraction.len() - zone.len();
            if !(1..=9).contains(&digits) {
                return false;
            }
            zone
        }
        None => &rest[8..],
    };
    let offset = zone.as_bytes();
    let is_offset = offset.len() == 6 && offset[3] == b':' && matches!(offset[0], b'+' | b'-');
    (matches!(zone, "Z" | "z") || is_offset) && text.parse::<Timestamp>().is_ok()
}

/// Whether a text is a date.
pub(super) fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-' && text.parse::<Date>().is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn times_and_dates_are_those_of_xdm() {
        for text in ["2026-01-31T08:00:00Z", "2026-01-31T08:00:00.123456+02:00", "2026-01-31t23:59:59z"] {
            assert!(is_time(text), "{text}");
        }
        for text in [
            "",
            "T",
            "2026-01-31",
            "2026-01-31T08:00:00",
            "2026-01-31 08:00:00Z",
            "2026-02-31T08:00:00Z",
            "2026-01-31T08:00Z",
            "2026-01-31T08:00:00.Z",
            "2026-01-31T08:00:60Z",
            "2026-01-31T08:00:00+0200",
            "2026-01-31Té:00:00Z",
            "2026-01-31T25:00:00Z",
        ] {
            assert!(!is_time(text), "{text}");
        }
        assert!(is_date("2026-01-31") && !is_date("2026-02-31") && !is_date("20260131") && !is_date("2026-1-31x"));
    }

    proptest::proptest! {
        #![proptest_config(proptest::test_runner::Config { failure_persistence: None, ..Default::default() })]

        #[test]
        fn any_text_is_a_time_or_is_none(text in "(?s).{0,30}|2026-01-31[Tt ].{0,24}|2026-01-31T08:00:0[0-9.Zz:é+-]{0,9}") {
            if is_time(&text) {
                let schema = json!({"type": "string", "format": "date-time"});
                let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
                proptest::prop_assert!(validator.is_valid(&json!(text)));
            }
        }
    }

    #[test]
    fn fields_are_told_as_they_were_first_seen() {
        let mut shape = Shape::default();
        for event in [json!({"b": 1, "a": null}), json!({"c": [1, "x"], "b": 1.5})] {
            shape.see(&event);
        }
        let names: Vec<&str> = shape.fields.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["b", "a", "c"]);
        let (_, b) = shape.fields.iter().next().unwrap();
        assert_eq!((b.filled, b.integers, b.numbers), (2, 1, 1));
        let (_, c) = shape.fields.iter().last().unwrap();
        assert_eq!(c.items.as_ref().unwrap().kinds(), ["a number", "a text"]);
    }
}
