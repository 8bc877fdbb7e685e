//! JSON as the templates must render it: one value, no key twice, two spaces, one newline at the end.

use std::sync::Arc;

use crate::text::{
    Document,
    json::{Kind, Tree},
};

/// Reads a text and writes it evenly, or says what is wrong with it and in which line.
pub(super) fn tidied(text: &str) -> Result<Vec<u8>, String> {
    let tree = Tree::read(Arc::new(Document::new("rendered", text.as_bytes().to_vec())));
    let document = tree.document();
    let line = |offset: u32| {
        let line = document.slice(document.line_span(document.position(offset as usize).line)).trim();
        if line.is_empty() { String::new() } else { format!(", in the rendered line `{line}`") }
    };
    if let Some(error) = tree.errors().first() {
        return Err(format!("{}{}", error.message, line(error.span.start)));
    }
    let twice = tree.nodes().filter(|node| node.kind() == Kind::Object).find_map(|node| node.duplicates().pop());
    if let Some((_, again)) = twice {
        let key = again.key().unwrap_or_default();
        return Err(format!("the key `{key}` twice in one object{}", line(again.span().start)));
    }
    let value = tree.root().map(crate::text::json::Node::to_value).unwrap_or_default();
    // A value read from text always prints.
    let mut bytes = serde_json::to_vec_pretty(&value).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
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
        assert!(why.contains("in the rendered line `\"a\": 1`"), "{why}");
        assert!(tidied("").is_err());
        assert!(tidied(&"[".repeat(100_000)).is_err());
    }
}
