//! A form: the JSON Schema of what a customer fills in, for a way to sign in (`authSpec[].spec`) or for the request
//! (`sourceSpec.spec`).

use std::{borrow::Cow, collections::HashSet};

use serde_json::json;

use super::{Spec, auth};
use crate::text::{
    Edit,
    json::{Kind, Node, edit},
    nearest::nearest,
};

/// With more names than these nothing is compared in search of the one that was meant: no form has so many.
pub const MOST_NAMES: usize = 100;

/// The keywords of JSON Schema, draft 7, and what samples have beside them; sorted.
pub const KEYWORDS: [&str; 51] = [
    "$comment",
    "$id",
    "$ref",
    "$schema",
    "additionalItems",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "contains",
    "contentEncoding",
    "contentMediaType",
    "default",
    "definitions",
    "dependencies",
    "description",
    "else",
    "enum",
    "example",
    "examples",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "if",
    "items",
    "links",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "not",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "propertyNames",
    "readOnly",
    "required",
    "restAttributes",
    "then",
    "title",
    "type",
    "uiAttributes",
    "uniqueItems",
    "value",
    "writeOnly",
];

/// What keys begin with that somebody added on purpose.
pub const EXTENSION: &str = "x-";

/// A JSON Schema whose properties are the fields of a form.
#[derive(Debug, Clone, Copy)]
pub struct Form<'a> {
    node: Node<'a>,
}

impl<'a> Form<'a> {
    /// The form that an object describes; `None` for any other value.
    pub fn of(node: Node<'a>) -> Option<Self> {
        (node.kind() == Kind::Object).then_some(Self { node })
    }

    /// The object itself.
    pub fn node(self) -> Node<'a> {
        self.node
    }

    /// The object that holds the fields.
    pub fn properties(self) -> Option<Node<'a>> {
        self.node.get("properties").filter(|properties| properties.kind() == Kind::Object)
    }

    /// The fields, name and description.
    pub fn fields(self) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> {
        self.properties().into_iter().flat_map(Node::members)
    }

    /// The field of this name.
    pub fn field(self, name: &str) -> Option<Node<'a>> {
        self.properties()?.get(name)
    }

    /// The names of all fields.
    pub fn names(self) -> HashSet<Cow<'a, str>> {
        self.fields().map(|(name, _)| name).collect()
    }

    /// The name of the field nearest to one that is no field.
    pub fn nearest(self, name: &str) -> Option<Cow<'a, str>> {
        if self.properties().is_none_or(|properties| properties.len() > MOST_NAMES) {
            return None;
        }
        let names: Vec<_> = self.fields().map(|(name, _)| name).collect();
        let meant = nearest(name, names.iter().map(AsRef::as_ref))?;
        names.iter().find(|name| *name == meant).cloned()
    }

    /// The entries of `required` that are names.
    pub fn required(self) -> impl Iterator<Item = (Cow<'a, str>, Node<'a>)> {
        self.node.get("required").into_iter().flat_map(Node::items).filter_map(|node| Some((node.as_str()?, node)))
    }

    /// The edit that has a customer fill in the field of this name; nothing where `required` is no list.
    pub fn require(self, name: &str) -> Option<Edit> {
        match self.node.get("required") {
            None => Some(edit::insert(self.node, "required", &json!([name]))),
            Some(required) => (required.kind() == Kind::Array).then(|| edit::push(required, &json!(name))),
        }
    }

    /// Whether `required` means the field of this name, but for a slip.
    pub fn means_to_require(self, name: &str) -> bool {
        let mut unknown = self.required().filter(|(required, _)| self.field(required).is_none());
        unknown.any(|(required, _)| self.nearest(&required).is_some_and(|meant| meant == name))
    }

    /// Whether a customer must fill in the field of this name.
    pub fn requires(self, name: &str) -> bool {
        self.required().any(|(required, _)| required == name)
    }
}

/// What a customer fills in for the request (`sourceSpec.spec`).
pub fn of_inputs<'a>(spec: &Spec<'a>) -> Option<Form<'a>> {
    spec.at(&["sourceSpec", "spec"]).and_then(Form::of)
}

/// Everything a customer fills in: to sign in, and for the request.
pub fn all<'a>(spec: &Spec<'a>) -> impl Iterator<Item = Form<'a>> {
    auth::forms(spec).chain(of_inputs(spec))
}

/// The values that a field suggests or sets, under whichever key: `default`, `const`, `example`, `examples`, `enum`, `value`.
pub fn given_values(field: Node<'_>) -> impl Iterator<Item = Node<'_>> {
    ["default", "const", "value", "example", "examples", "enum"]
        .into_iter()
        .filter_map(move |key| field.get(key))
        .flat_map(|given| {
            let (one, many) = if given.kind() == Kind::Array { (None, Some(given)) } else { (Some(given), None) };
            one.into_iter().chain(many.into_iter().flat_map(Node::items))
        })
}

/// A type of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    String,
    Number,
    Integer,
    Boolean,
    Object,
    Array,
    Null,
}

impl FieldType {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::String, Self::Number, Self::Integer, Self::Boolean, Self::Object, Self::Array, Self::Null];

    /// The type of this name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.name() == name)
    }

    /// Its name, as `type` says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Number => "number",
            Self::Integer => "integer",
            Self::Boolean => "boolean",
            Self::Object => "object",
            Self::Array => "array",
            Self::Null => "null",
        }
    }

    /// Whether a value is of this type.
    pub fn fits(self, value: Node<'_>) -> bool {
        match self {
            Self::String => value.kind() == Kind::String,
            Self::Number => value.kind() == Kind::Number,
            Self::Integer => value.as_f64().is_some_and(|number| number.fract() == 0.0),
            Self::Boolean => value.kind() == Kind::Boolean,
            Self::Object => value.kind() == Kind::Object,
            Self::Array => value.kind() == Kind::Array,
            Self::Null => value.kind() == Kind::Null,
        }
    }
}

/// The types that a field accepts; `None` where one of them is none that JSON Schema knows, or none is said.
pub fn types(field: Node<'_>) -> Option<Vec<FieldType>> {
    let said = field.get("type")?;
    match said.kind() {
        Kind::String => Some(vec![FieldType::of(&said.as_str()?)?]),
        Kind::Array => said.items().map(|item| FieldType::of(&item.as_str()?)).collect(),
        _ => None,
    }
}

/// Whether a field says which values it takes, with a type or otherwise.
pub fn says_type(field: Node<'_>) -> bool {
    ["type", "enum", "const", "$ref", "anyOf", "oneOf", "allOf"].iter().any(|key| field.get(key).is_some())
}

/// Whether a field says to a customer what it is for. A text of another type is told by the schema.
pub fn is_described(field: Node<'_>) -> bool {
    let mut texts = ["description", "title"].into_iter().filter_map(|key| field.get(key));
    texts.any(|text| text.as_str().is_none_or(|text| !text.trim().is_empty()))
}

/// Whether a field is not shown to customers.
pub fn is_hidden(field: Node<'_>) -> bool {
    field.get("uiAttributes").and_then(|ui| ui.get("hidden")).and_then(Node::as_bool) == Some(true)
}

/// Whether a field holds a text, as far as its `type` says.
pub fn is_text(field: Node<'_>) -> bool {
    field.get("type").and_then(Node::as_str).is_some_and(|name| name == "string")
}

/// Whether a field is shown as dots and kept as a secret.
pub fn is_password(field: Node<'_>) -> bool {
    field.get("format").and_then(Node::as_str).is_some_and(|format| format == "password")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::{Document, json::Tree};

    #[test]
    fn anything_may_stand_where_a_form_should() {
        for text in ["[]", "1", "null", "{}", r#"{"properties":[1],"required":{"a":1}}"#, r#"{"required":[1,null]}"#] {
            let tree = Tree::read(Arc::new(Document::new("x", text.as_bytes().to_vec())));
            let Some(form) = Form::of(tree.root().unwrap()) else { continue };
            assert_eq!((form.fields().count(), form.required().count()), (0, 0), "{text}");
            assert!(form.field("a").is_none() && !form.requires("a"));
        }
    }

    #[test]
    fn given_values_are_found_one_by_one() {
        let text = r#"{"examples":["a","b"],"default":"c","enum":[]}"#;
        let tree = Tree::read(Arc::new(Document::new("x", text.as_bytes().to_vec())));
        let values: Vec<_> = given_values(tree.root().unwrap()).filter_map(Node::as_str).collect();
        assert_eq!(values, ["c", "a", "b"]);
    }
}
