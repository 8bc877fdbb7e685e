//! One value said as another type: a number or a boolean with and without quotes.

use serde_json::{Number, Value};

use super::{Kind, Node};

/// A number or a boolean as a text, written as it is.
pub fn as_string(node: Node<'_>) -> Option<Value> {
    matches!(node.kind(), Kind::Number | Kind::Boolean).then(|| node.raw().into())
}

/// A text that is a number as JSON writes it.
pub fn as_number(node: Node<'_>) -> Option<Value> {
    let text = node.as_str()?;
    let number: Number = text.trim().parse().ok()?;
    // What would be written otherwise might not be the same.
    (number.to_string() == text.trim()).then_some(Value::Number(number))
}

/// A text that says true or false.
pub fn as_boolean(node: Node<'_>) -> Option<Value> {
    match node.as_str()?.trim().to_ascii_lowercase().as_str() {
        "true" => Some(Value::Bool(true)),
        "false" => Some(Value::Bool(false)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::text::{Document, json::Tree};

    #[test]
    fn only_what_says_the_same_is_said_so() {
        let tree = |text: &str| Tree::read(Arc::new(Document::new("x", text.as_bytes().to_vec())));
        let told = |text: &str| {
            let tree = tree(text);
            let node = tree.root().unwrap();
            [as_string(node), as_number(node), as_boolean(node)]
        };
        assert_eq!(told("1.50"), [Some(json!("1.50")), None, None]);
        assert_eq!(told("true"), [Some(json!("true")), None, None]);
        assert_eq!(told("\"100\""), [None, Some(json!(100)), None]);
        assert_eq!(told("\" True\""), [None, None, Some(json!(true))]);
        for text in [
            "\"many\"",
            "\"\"",
            "\"007\"",
            "\"1,000\"",
            "\"NaN\"",
            "\"12345678901234567890123\"",
            "\"yes\"",
            "null",
            "[]",
            "{}",
        ] {
            assert_eq!(told(text), [None, None, None], "{text}");
        }
    }
}
