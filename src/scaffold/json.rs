//! JSON as the templates must render it: one value, no key twice, two spaces, one newline at the end.

use std::{collections::BTreeSet, fmt};

use serde::de::{self, Deserialize, DeserializeSeed, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Reads a text and writes it evenly, or says what is wrong with it and at which line and column.
pub(super) fn tidied(text: &str) -> Result<Vec<u8>, String> {
    let Strict(value) = serde_json::from_str(text).map_err(|error| {
        let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default().trim();
        let told = error.to_string();
        let why = told.split(" at line ").next().unwrap_or(&told);
        if line.is_empty() { why.to_owned() } else { format!("{why}, in the rendered line `{line}`") }
    })?;
    // A value read from text always prints.
    let mut bytes = serde_json::to_vec_pretty(&value).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A JSON value whose objects hold no key twice.
#[derive(Debug)]
pub(super) struct Strict(pub(super) Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: de::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StrictVisitor).map(Strict)
    }
}

struct StrictVisitor;

impl<'de> DeserializeSeed<'de> for StrictVisitor {
    type Value = Value;

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("a number that JSON cannot hold"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut array = Vec::new();
        while let Some(item) = items.next_element_seed(StrictVisitor)? {
            array.push(item);
        }
        Ok(Value::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut object = Map::new();
        let mut seen = BTreeSet::new();
        while let Some(key) = members.next_key::<String>()? {
            if !seen.insert(key.clone()) {
                return Err(de::Error::custom(format!("the key `{key}` twice in one object")));
            }
            object.insert(key, members.next_value_seed(StrictVisitor)?);
        }
        Ok(Value::Object(object))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tidies_with_two_spaces_and_a_newline_in_the_order_written() {
        let bytes = tidied(r#"{"b":1,"a":[true,null,-2,0.5,"é"]}"#).unwrap();
        let expected = "{\n  \"b\": 1,\n  \"a\": [\n    true,\n    null,\n    -2,\n    0.5,\n    \"é\"\n  ]\n}\n";
        assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    }

    #[test]
    fn refuses_a_key_twice_in_one_object_only() {
        assert!(tidied(r#"{"a":{"x":1},"b":{"x":1}}"#).is_ok());
        let why = tidied("{\"a\":{\"x\":1,\n\"x\":2}}").unwrap_err();
        assert!(why.starts_with("the key `x` twice in one object"), "{why}");
    }

    #[test]
    fn shows_the_rendered_line_of_a_syntax_error() {
        let why = tidied("{\n  \"a\": 1\n  \"b\": 2\n}").unwrap_err();
        assert!(why.contains("in the rendered line `\"b\": 2`"), "{why}");
        assert!(tidied("").is_err());
        assert!(tidied(&"[".repeat(100_000)).is_err());
    }
}
