//! A JSON object whose members keep the text of their values, so that what is put back is, to the character, what was read.
//!
//! Reading JSON into numbers loses digits of long ones and the spelling of others; a record that is shared with others goes
//! back with neither.

use std::fmt;

use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
};
use serde_json::value::RawValue;

/// The members of an object, in their order.
#[derive(Debug, Clone, Default)]
pub struct Verbatim(Vec<(String, Box<RawValue>)>);

impl Verbatim {
    /// Reads an object; `None` where the text is none.
    pub fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// Leaves out the members that `keep` does not want.
    pub fn retain(&mut self, keep: impl Fn(&str) -> bool) {
        self.0.retain(|(name, _)| keep(name));
    }

    /// Gives a member another value, in its place; at the end where there was none.
    pub fn set(&mut self, name: &str, value: &impl Serialize) -> Result<(), serde_json::Error> {
        self.put(name.to_owned(), serde_json::value::to_raw_value(value)?);
        Ok(())
    }

    /// Gives it the members of another, in their order; where both have one of a name, the other's.
    pub fn extend(&mut self, other: Self) {
        for (name, value) in other.0 {
            self.put(name, value);
        }
    }

    fn put(&mut self, name: String, value: Box<RawValue>) {
        match self.0.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => self.0.push((name, value)),
        }
    }

    /// The object as text.
    pub fn to_text(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

impl Serialize for Verbatim {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

impl<'de> Deserialize<'de> for Verbatim {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Verbatim;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Verbatim, A::Error> {
                let mut members = Verbatim::default();
                while let Some((name, value)) = map.next_entry()? {
                    // Of two members of one name the last one counts, as everywhere else.
                    members.put(name, value);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Members)
    }
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Box<RawValue>>,
}

/// The text of each item of a listing.
pub fn item_texts(answer: &str) -> Vec<String> {
    let items = serde_json::from_str::<Items>(answer).map(|answer| answer.items).unwrap_or_default();
    items.into_iter().map(|item| item.get().to_owned()).collect()
}

/// The text of the record in an answer: itself, or the one item of its `items`.
pub fn record_text(answer: &str) -> Option<String> {
    match serde_json::from_str::<Items>(answer) {
        Ok(answer) => answer.items.first().map(|item| item.get().to_owned()),
        Err(_) => Some(answer.trim().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_a_value_is_kept() {
        let text = r#"{"id":"f","gone":1,"n":{ "big" : 123456789012345678901234567890, "e": 1e3, "f": 1.10, "u": "\u00e9\/" },"ids":["a"]}"#;
        let mut members = Verbatim::read(text).unwrap();
        members.retain(|name| name != "gone");
        members.set("ids", &["a", "b"]).unwrap();
        members.set("new", &1).unwrap();
        assert_eq!(
            members.to_text().unwrap(),
            r#"{"id":"f","n":{ "big" : 123456789012345678901234567890, "e": 1e3, "f": 1.10, "u": "\u00e9\/" },"ids":["a","b"],"new":1}"#
        );
    }

    #[test]
    fn one_object_may_be_put_behind_another() {
        let mut members = Verbatim::read(r#"{"id":1,"name":"a"}"#).unwrap();
        members.extend(Verbatim::read(r#"{"big":12345678901234567890123,"name":"b"}"#).unwrap());
        assert_eq!(members.to_text().unwrap(), r#"{"id":1,"name":"b","big":12345678901234567890123}"#);
    }

    #[test]
    fn the_last_of_two_members_counts_and_no_object_is_none() {
        assert_eq!(Verbatim::read(r#"{"a":1,"b":2,"a":3}"#).unwrap().to_text().unwrap(), r#"{"a":3,"b":2}"#);
        assert!(["[]", "1", "{", ""].into_iter().all(|text| Verbatim::read(text).is_none()));
    }

    #[test]
    fn a_record_is_found_in_both_shapes() {
        assert_eq!(record_text(r#"{"items":[ {"a": 1e3} ]}"#).unwrap(), r#"{"a": 1e3}"#);
        assert_eq!(record_text(" {\"a\": 1e3}\n").unwrap(), r#"{"a": 1e3}"#);
        assert_eq!(record_text(r#"{"items":[]}"#), None);
        assert_eq!(item_texts(r#"{"items":[ {"a": 1e3}, 2.0 ], "x": 1}"#), [r#"{"a": 1e3}"#, "2.0"]);
    }
}
