//! `exploreSpec`: the fixed block of a batch source, the one word of a streaming source, and how a spec departs from them.

use std::sync::LazyLock;

use serde_json::Value;

use crate::text::json::{Kind, Node};

/// `type` of a batch source's block.
pub const BATCH_TYPE: &str = "Resource";
/// `type` of a streaming source's block.
pub const STREAMING_TYPE: &str = "StreamingConnection";

/// The block that every batch source takes over as it is.
pub static BATCH: LazyLock<Value> = LazyLock::new(|| {
    serde_json::json!({
        "name": "Resource",
        "type": "Resource",
        "requestSpec": {"$schema": super::ids::DRAFT_07, "type": "object"},
        "responseSpec": {
            "$schema": super::ids::DRAFT_07,
            "type": "object",
            "properties": {
                "format": {"type": "string"},
                "schema": {
                    "type": "object",
                    "properties": {
                        "columns": {
                            "type": "array",
                            "items": {
                                "type": "object",
                                "properties": {"name": {"type": "string"}, "type": {"type": "string"}}
                            }
                        }
                    }
                },
                "data": {"type": "array", "items": {"type": "object"}}
            }
        }
    })
});

/// One departure from the fixed block.
#[derive(Debug, Clone, PartialEq)]
pub enum Departure<'a> {
    /// An object lacks a member.
    Missing(Node<'a>, &'static str, &'static Value),
    /// A member that the block does not have.
    Extra(Node<'a>),
    /// Another value than the block's.
    Changed(Node<'a>, &'static Value),
}

/// The first departure from the block of batch sources, in the order of the text; a missing member comes after its object.
/// Addresses of schemas are looked at elsewhere.
pub fn departure(explore: Node<'_>) -> Option<Departure<'_>> {
    first(&BATCH, explore)
}

fn first<'a>(expected: &'static Value, node: Node<'a>) -> Option<Departure<'a>> {
    let Value::Object(expected_members) = expected else {
        return (node.as_str().as_deref() != expected.as_str()).then_some(Departure::Changed(node, expected));
    };
    if node.kind() != Kind::Object {
        return Some(Departure::Changed(node, expected));
    }
    let mut in_order = expected_members.iter();
    let mut is_in_order = true;
    for (key, member) in node.members() {
        // Nearly all have the members in the order of the block, and nothing need be looked up.
        let expected = in_order.next().filter(|(name, _)| **name == *key).map(|(_, expected)| expected);
        is_in_order &= expected.is_some();
        let expected = expected.or_else(|| expected_members.get(key.as_ref()));
        let found = match expected {
            None => Some(Departure::Extra(member)),
            Some(_) if key == "$schema" && member.kind() == Kind::String => None,
            Some(expected) => first(expected, member),
        };
        if found.is_some() {
            return found;
        }
    }
    if is_in_order && in_order.next().is_none() {
        return None;
    }
    let (key, member) = expected_members.iter().find(|(key, _)| node.get(key).is_none())?;
    Some(Departure::Missing(node, key, member))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::{Document, json::Tree};

    fn told(change: impl Fn(&mut Value)) -> Option<String> {
        let mut block = BATCH.clone();
        change(&mut block);
        let tree = Tree::read(Arc::new(Document::new("x", block.to_string().into_bytes())));
        departure(tree.root().unwrap()).map(|found| match found {
            Departure::Missing(node, key, _) => format!("{} lacks {key}", node.pointer()),
            Departure::Extra(node) => format!("{} is extra", node.pointer()),
            Departure::Changed(node, expected) => format!("{} is not {expected}", node.pointer()),
        })
    }

    #[test]
    fn the_block_itself_is_no_departure() {
        assert_eq!(told(|_| ()), None);
        assert_eq!(told(|block| block["responseSpec"]["$schema"] = "http: //json-schema.org".into()), None);
    }

    #[test]
    fn each_sort_of_departure_is_found_at_its_place() {
        assert_eq!(told(|block| block["name"] = 1.into()).unwrap(), "/name is not \"Resource\"");
        assert_eq!(told(|block| block["x"] = 1.into()).unwrap(), "/x is extra");
        assert_eq!(
            told(|block| block["responseSpec"]["properties"]["data"] = serde_json::json!({"type": "array"})).unwrap(),
            "/responseSpec/properties/data lacks items"
        );
        assert!(told(|block| block["requestSpec"] = 1.into()).unwrap().starts_with("/requestSpec is not {"));
        assert_eq!(told(|block| block["requestSpec"]["$schema"] = 7.into()).unwrap().matches("/$schema").count(), 1);
    }
}
