//! Our spanned tree as the validator sees it, so that no second tree is built for it.

use std::{borrow::Cow, ptr};

use jsonschema::{
    JsonType,
    json::{Array, Json, JsonNumber, Node as JsonNode, NodeIdentity, Object, cmp},
};
use serde_json::{Number, Value};

use crate::text::json::{Children, Kind, Node};

/// The representation: nodes of a [`crate::text::json::Tree`], and bare names for `propertyNames`.
#[derive(Debug)]
pub(super) struct SpannedJson;

/// A node of the tree, or a name that is validated as if it were one.
#[derive(Debug, Clone)]
pub(super) enum Instance<'a> {
    Node(Node<'a>),
    Name(&'a str),
}

impl Json for SpannedJson {
    type Node<'a> = Instance<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, run: impl FnOnce(Instance<'_>) -> T) -> T {
        run(Instance::Name(string))
    }
}

impl<'a> Instance<'a> {
    fn of_kind(&self, kind: Kind) -> Option<Node<'a>> {
        match self {
            Self::Node(node) if node.kind() == kind => Some(*node),
            _ => None,
        }
    }
}

impl<'a> JsonNode<'a, SpannedJson> for Instance<'a> {
    type Object = Members<'a>;
    type Array = Items<'a>;
    type Number = WrittenNumber;

    fn as_object(&self) -> Option<Members<'a>> {
        self.of_kind(Kind::Object).map(Members)
    }

    fn as_array(&self) -> Option<Items<'a>> {
        self.of_kind(Kind::Array).map(Items)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self {
            Self::Node(node) => node.as_str(),
            Self::Name(name) => Some(Cow::Borrowed(name)),
        }
    }

    fn as_number(&self) -> Option<WrittenNumber> {
        // A number that JSON cannot write has made the tree unsound long before.
        self.of_kind(Kind::Number).and_then(|node| node.raw().parse().ok()).map(WrittenNumber)
    }

    fn as_boolean(&self) -> Option<bool> {
        self.of_kind(Kind::Boolean).and_then(Node::as_bool)
    }

    fn is_null(&self) -> bool {
        self.of_kind(Kind::Null).is_some()
    }

    fn json_type(&self) -> JsonType {
        match self {
            Self::Name(_) => JsonType::String,
            Self::Node(node) => match node.kind() {
                Kind::Null => JsonType::Null,
                Kind::Boolean => JsonType::Boolean,
                Kind::Number => JsonType::Number,
                Kind::String => JsonType::String,
                Kind::Array => JsonType::Array,
                Kind::Object => JsonType::Object,
            },
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match self {
            Self::Node(node) => cmp::equal(&node.to_value(), expected),
            Self::Name(name) => expected == name,
        }
    }

    /// What an error reports: not the value, but its place among the nodes. A pointer leads to the last of two members of
    /// one name.
    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match self {
            Self::Node(node) => Value::from(node.index()),
            Self::Name(name) => Value::String((*name).to_owned()),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            Self::Node(node) => {
                Some(NodeIdentity::tagged(ptr::from_ref(node.tree()) as usize, u32::try_from(node.index()).ok()?))
            }
            Self::Name(_) => None,
        }
    }
}

/// A number as it is written.
#[derive(Debug)]
pub(super) struct WrittenNumber(Number);

impl JsonNumber for WrittenNumber {
    fn as_u64(&self) -> Option<u64> {
        self.0.as_u64()
    }

    fn as_i64(&self) -> Option<i64> {
        self.0.as_i64()
    }

    fn as_f64(&self) -> Option<f64> {
        self.0.as_f64()
    }

    fn as_str(&self) -> Cow<'_, str> {
        Cow::Owned(self.0.to_string())
    }

    fn to_number(&self) -> Cow<'_, Number> {
        Cow::Borrowed(&self.0)
    }
}

/// The members of an object.
#[derive(Debug)]
pub(super) struct Members<'a>(Node<'a>);

impl<'a> Object<'a, SpannedJson> for Members<'a> {
    type Node = Instance<'a>;
    type MemberName = Cow<'a, str>;
    type MembersIter = MembersIter<'a>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn get(&self, key: &String) -> Option<Instance<'a>> {
        self.0.get(key).map(Instance::Node)
    }

    fn members(&self) -> MembersIter<'a> {
        MembersIter(self.0.children())
    }
}

/// The members of an object, one by one.
#[derive(Debug)]
pub(super) struct MembersIter<'a>(Children<'a>);

impl<'a> Iterator for MembersIter<'a> {
    type Item = (Cow<'a, str>, Instance<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|member| (member.key().unwrap_or_default(), Instance::Node(member)))
    }
}

/// The items of an array.
#[derive(Debug)]
pub(super) struct Items<'a>(Node<'a>);

impl<'a> Array<'a, SpannedJson> for Items<'a> {
    type Node = Instance<'a>;
    type ElementsIter = ItemsIter<'a>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn elements(&self) -> ItemsIter<'a> {
        ItemsIter(self.0.children())
    }
}

/// The items of an array, one by one.
#[derive(Debug)]
pub(super) struct ItemsIter<'a>(Children<'a>);

impl<'a> Iterator for ItemsIter<'a> {
    type Item = Instance<'a>;

    fn next(&mut self) -> Option<Instance<'a>> {
        self.0.next().map(Instance::Node)
    }
}
