//! A schema error as a sentence at the right key or value, with the legal values where there are any.

use std::{borrow::Cow, collections::HashMap};

use jsonschema::{
    JsonType,
    error::{TypeKind, ValidationError, ValidationErrorKind as Error},
};
use serde_json::Value;

use super::{Schema, instance::Instance};
use crate::{
    spec::{Kind, ids},
    text::{
        excerpt,
        json::{Node, scalar},
        nearest::{any_of, nearest},
        pointer,
    },
};

/// What is violated; each is reported by the rule of the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Violated {
    MissingKey,
    UnknownKey,
    WrongType,
    UnknownValue,
    MalformedValue,
}

/// Whether the key or the value is to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Key,
    Value,
}

/// One departure from a schema.
#[derive(Debug)]
pub struct Violation<'a> {
    pub what: Violated,
    pub node: Node<'a>,
    pub place: Place,
    pub message: String,
    pub help: Option<String>,
    pub remedy: Option<Remedy>,
    /// The key that an object lacks.
    pub missing: Option<String>,
}

/// How a violation is put right, where that is plain.
#[derive(Debug, Clone, PartialEq)]
pub enum Remedy {
    /// Another key, which is spelt alike.
    Rename(String),
    /// Another value, which is spelt alike.
    Respell(String),
    /// The same value as another type.
    Retype(Value),
    /// A member that is the same in all specs of the kind.
    Insert(&'static str, Value),
}

/// Every violation, in the order the validator meets them.
pub(super) fn collect<'a>(schema: &Schema, root: Node<'a>) -> Vec<Violation<'a>> {
    let mut violations = Vec::new();
    let mut places = Places { root, children: HashMap::new() };
    for error in schema.validator.iter_errors(Instance::Node(root)) {
        if let Some(node) = places.find(&error.instance_path().to_string()) {
            translate(&error, &schema.document, node, &mut violations);
        }
    }
    violations
}

/// Finds values by their JSON Pointers. Many errors may be in one array or object, which is gone through once for all.
struct Places<'a> {
    root: Node<'a>,
    /// The members and items of those that were gone through, by where they stand among the nodes.
    children: HashMap<usize, HashMap<String, Node<'a>>>,
}

impl<'a> Places<'a> {
    /// The value that a pointer leads to.
    fn find(&mut self, text: &str) -> Option<Node<'a>> {
        pointer::tokens(text)?.iter().try_fold(self.root, |node, token| {
            let children = self.children.entry(node.index()).or_insert_with(|| {
                // Of several members of one name the last one counts.
                let named = |(at, child): (usize, Node<'a>)| {
                    (child.key().map_or_else(|| at.to_string(), Cow::into_owned), child)
                };
                node.children().enumerate().map(named).collect()
            });
            children.get(token).copied()
        })
    }
}

fn translate<'a>(error: &ValidationError<'_>, schema: &Value, node: Node<'a>, violations: &mut Vec<Violation<'a>>) {
    let subject = subject(node);
    let mut add = |what, node, place, message, help, remedy| {
        violations.push(Violation { what, node, place, message, help, remedy, missing: None });
    };
    match error.kind() {
        Error::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            add(Violated::MissingKey, node, Place::Key, format!("{subject} has no `{key}`"), None, fixed(node, key));
            violations.iter_mut().last().into_iter().for_each(|last| last.missing = Some(key.to_owned()));
        }
        Error::AdditionalProperties { unexpected } => {
            let known = known_keys(schema, error);
            // There may be very many of them.
            let members: HashMap<_, _> = node.members().collect();
            for key in unexpected {
                let Some(&member) = members.get(key.as_str()) else { continue };
                add(
                    Violated::UnknownKey,
                    member,
                    Place::Key,
                    format!("{subject} knows no `{key}`"),
                    suggest(key, &known),
                    nearest(key, known.iter().copied()).map(|meant| Remedy::Rename(meant.to_owned())),
                );
            }
        }
        Error::Type { kind } => {
            let message = format!("{subject} must be {}, not {}", type_names(kind), node.kind().named());
            add(Violated::WrongType, node, Place::Value, message, None, retyped(node, kind).map(Remedy::Retype));
        }
        Error::Enum { options } => {
            let legal: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let message = format!("{subject} cannot be `{}`", shown(node));
            let meant = nearest(&shown(node), legal.iter().copied());
            let remedy = meant.map(|meant| Remedy::Respell(meant.to_owned()));
            add(Violated::UnknownValue, node, Place::Value, message, suggest(&shown(node), &legal), remedy);
        }
        Error::Pattern { pattern } => {
            let wanted = match pattern.as_str() {
                "^[0-9]+$" => "a whole number",
                pattern if pattern.starts_with("^[0-9a-fA-F]{8}-") => "a UUID",
                _ => "of another form",
            };
            let message = format!("{subject} must be {wanted}, not `{}`", shown(node));
            add(Violated::MalformedValue, node, Place::Value, message, None, None);
        }
        Error::MinLength { .. } => {
            add(Violated::MalformedValue, node, Place::Value, format!("{subject} is empty"), None, None);
        }
        Error::MinItems { .. } => {
            add(Violated::MalformedValue, node, Place::Value, format!("{subject} holds nothing"), None, None);
        }
        Error::Minimum { limit } => {
            let message = format!("{subject} must be at least {limit}, not {}", node.raw());
            add(Violated::MalformedValue, node, Place::Value, message, None, None);
        }
        // The schemas use no other keyword; a new one is told in the validator's own words rather than not at all.
        _ => add(Violated::MalformedValue, node, Place::Value, format!("{subject}: {}", error.masked()), None, None),
    }
}

/// A member that is missing and the same in all specs of the kind.
fn fixed(node: Node<'_>, key: &str) -> Option<Remedy> {
    if node.parent().is_some() {
        return None;
    }
    let kind = Kind::of(node)?;
    Some(match key {
        "version" => Remedy::Insert("version", ids::VERSION.into()),
        "type" => Remedy::Insert("type", kind.type_name().into()),
        "providerId" => Remedy::Insert("providerId", kind.provider().into()),
        _ => return None,
    })
}

/// The same value as another type, where one is wanted that can say it.
fn retyped(node: Node<'_>, wanted: &TypeKind) -> Option<Value> {
    let TypeKind::Single(wanted) = wanted else { return None };
    match wanted {
        JsonType::String => scalar::as_string(node),
        JsonType::Number => scalar::as_number(node),
        JsonType::Integer => scalar::as_number(node).filter(|number| number.is_i64() || number.is_u64()),
        JsonType::Boolean => scalar::as_boolean(node),
        JsonType::Array | JsonType::Null | JsonType::Object => None,
    }
}

/// What a sentence about a node starts with.
fn subject(node: Node<'_>) -> String {
    match (node.key(), node.parent()) {
        (Some(key), _) => format!("`{key}`"),
        (None, Some(parent)) => match parent.key() {
            Some(key) => format!("this entry of `{key}`"),
            None => "this entry".to_owned(),
        },
        (None, None) => "the connection spec".to_owned(),
    }
}

/// A value as it is shown in a sentence: short, in one line, without its quotes.
fn shown(node: Node<'_>) -> String {
    excerpt(&node.as_str().unwrap_or_else(|| node.raw().into())).into_owned()
}

fn type_names(kind: &TypeKind) -> String {
    let named = |kind: JsonType| match kind {
        JsonType::Array => "an array",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "a whole number",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a string",
    };
    match kind {
        TypeKind::Single(kind) => named(*kind).to_owned(),
        TypeKind::Multiple(kinds) => kinds.iter().map(named).collect::<Vec<_>>().join(" or "),
    }
}

/// The keys that the object would have allowed: the members of `properties` beside the `additionalProperties` in error.
fn known_keys<'s>(schema: &'s Value, error: &ValidationError<'_>) -> Vec<&'s str> {
    let path = error.schema_path().to_string();
    let parent = path.strip_suffix("/additionalProperties").unwrap_or(&path);
    let properties = schema.pointer(&format!("{parent}/properties")).and_then(Value::as_object);
    properties.map(|properties| properties.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// What to do about an unknown word: the one that is probably meant, or else all that are legal.
fn suggest(word: &str, legal: &[&str]) -> Option<String> {
    if let Some(meant) = nearest(word, legal.iter().copied()) {
        return Some(format!("did you mean `{meant}`?"));
    }
    (!legal.is_empty() && legal.len() <= 12).then(|| format!("legal here: {}", any_of(legal)))
}
