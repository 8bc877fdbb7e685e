//! A schema error as a sentence at the right key or value, with the legal values where there are any.

use std::collections::HashSet;

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
    for error in schema.validator.iter_errors(Instance::Node(root)) {
        let index = error.instance().as_u64().and_then(|index| usize::try_from(index).ok());
        if let Some(node) = index.and_then(|index| root.tree().node(index)) {
            translate(&error, &schema.document, node, &mut violations);
        }
    }
    // A value of another type is none of the legal ones either.
    let is_wrong = |violation: &&Violation<'_>| violation.what == Violated::WrongType;
    let wrong: HashSet<usize> = violations.iter().filter(is_wrong).map(|violation| violation.node.index()).collect();
    violations.retain(|found| found.what != Violated::UnknownValue || !wrong.contains(&found.node.index()));
    violations
}

fn translate<'a>(error: &ValidationError<'_>, schema: &Value, node: Node<'a>, violations: &mut Vec<Violation<'a>>) {
    let subject = subject(node);
    let mut add = |what, node, place, message, help, remedy| {
        violations.push(Violation { what, node, place, message, help, remedy, missing: None });
    };
    match error.kind() {
        Error::Required { property } => {
            let key = property.as_str().unwrap_or_default();
            violations.push(Violation {
                what: Violated::MissingKey,
                node,
                place: Place::Key,
                message: format!("{subject} has no `{key}`"),
                help: None,
                remedy: fixed(node, key),
                missing: Some(key.to_owned()),
            });
        }
        Error::AdditionalProperties { unexpected } => {
            let known = known_keys(schema, error);
            let is_holder = HOLDERS.iter().any(|(path, _)| is_within(error, path));
            let holder = holder(node);
            // There may be very many of them, and one name may stand there twice.
            let unexpected: HashSet<&str> = unexpected.iter().map(String::as_str).collect();
            for (key, member) in node.members().filter(|(key, _)| unexpected.contains(key.as_ref())) {
                let message = format!("`{}` is no key of {holder}", excerpt(&key));
                let (help, remedy) = match owner(schema, &key).filter(|_| is_holder) {
                    Some(owner) => (Some(format!("it belongs into {owner}")), None),
                    None => instead(&key, &known),
                };
                add(Violated::UnknownKey, member, Place::Key, message, help, remedy);
            }
        }
        Error::Type { kind } => {
            let wanted = wanted(schema, error);
            let legal = texts(wanted.and_then(|wanted| wanted.get("enum")));
            let message = format!("{subject} must be {}, not {}", type_names(kind), node.kind().named());
            let value = retyped(node, kind).filter(|value| is_legal(value, wanted, &legal));
            add(Violated::WrongType, node, Place::Value, message, listed(&legal), value.map(Remedy::Retype));
        }
        Error::Enum { options } => {
            let legal = texts(Some(options));
            let shown = shown(node);
            let message =
                if shown.is_empty() { format!("{subject} is empty") } else { format!("{subject} cannot be `{shown}`") };
            let remedy = nearest(&shown, legal.iter().copied()).map(|meant| Remedy::Respell(meant.to_owned()));
            add(Violated::UnknownValue, node, Place::Value, message, suggest(&shown, &legal), remedy);
        }
        // Whatever it is, `unknown-provider` tells of it.
        Error::Pattern { pattern } if pattern.starts_with(UUID) => {}
        Error::Pattern { pattern } => {
            let message = match (shown(node), pattern.as_str()) {
                (shown, _) if shown.is_empty() => format!("{subject} is empty"),
                (_, NOT_BLANK) => format!("{subject} is blank"),
                (shown, "^[0-9]+$") => format!("{subject} must be a whole number, not `{shown}`"),
                (shown, _) => format!("{subject} must be of another form, not `{shown}`"),
            };
            add(Violated::MalformedValue, node, Place::Value, message, None, None);
        }
        Error::MinLength { .. } => {
            add(Violated::MalformedValue, node, Place::Value, format!("{subject} is empty"), None, None);
        }
        Error::MinItems { .. } => {
            add(Violated::MalformedValue, node, Place::Value, format!("{subject} holds nothing"), None, None);
        }
        Error::Minimum { limit } => {
            // That 0 brings nothing is told by `zero-limit`.
            let is_amount = ["limitValue", "maximumRequest"].iter().any(|key| node.is_named(key));
            let least = if is_amount { "1".to_owned() } else { limit.to_string() };
            let message = format!("{subject} must be at least {least}, not {}", node.raw());
            add(Violated::MalformedValue, node, Place::Value, message, None, None);
        }
        // The schemas use no other keyword; a new one is told in the validator's own words rather than not at all.
        _ => add(Violated::MalformedValue, node, Place::Value, format!("{subject}: {}", error.masked()), None, None),
    }
}

/// What a pattern of the schemas that asks for a UUID begins with.
const UUID: &str = "^[0-9a-fA-F]{8}-";

/// The pattern of texts in which something is written.
pub(super) const NOT_BLANK: &str = "\\S";

/// The part of the schema whose keyword is in error.
fn wanted<'s>(schema: &'s Value, error: &ValidationError<'_>) -> Option<&'s Value> {
    let path = error.schema_path().to_string();
    schema.pointer(path.rsplit_once('/')?.0)
}

/// Whether a text that was written in the place of a value of another type would be one of the legal ones.
fn is_legal(value: &Value, wanted: Option<&Value>, legal: &[&str]) -> bool {
    let Some(text) = value.as_str() else { return true };
    match wanted.and_then(|wanted| wanted.get("pattern")).and_then(Value::as_str) {
        None | Some(NOT_BLANK) => legal.is_empty() || legal.contains(&text),
        Some(_) => false,
    }
}

/// A member that is missing and the same in all specs of the kind, or in all forms.
fn fixed(node: Node<'_>, key: &str) -> Option<Remedy> {
    if node.parent().is_some() {
        return (key == "type" && node.is_named("spec")).then(|| Remedy::Insert("type", "object".into()));
    }
    let kind = Kind::of(node).filter(|kind| !kind.is_doubtful(node))?;
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

/// What a sentence about the keys of an object names it.
fn holder(node: Node<'_>) -> String {
    match (node.key(), node.parent()) {
        (Some(key), _) => format!("`{key}`"),
        (None, Some(parent)) => match parent.key() {
            Some(key) => format!("an entry of `{key}`"),
            None => "an entry".to_owned(),
        },
        (None, None) => "a connection spec".to_owned(),
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

/// Whether it is the keys of the object at this place of the schema that are in error.
fn is_within(error: &ValidationError<'_>, path: &str) -> bool {
    error.schema_path().as_str().strip_suffix("/additionalProperties") == Some(path)
}

/// The keys that the object would have allowed: the members of `properties` beside the `additionalProperties` in error.
fn known_keys<'s>(schema: &'s Value, error: &ValidationError<'_>) -> Vec<&'s str> {
    let path = error.schema_path().to_string();
    let parent = path.strip_suffix("/additionalProperties").unwrap_or(&path);
    let properties = schema.pointer(&format!("{parent}/properties")).and_then(Value::as_object);
    properties.map(|properties| properties.keys().map(String::as_str).collect()).unwrap_or_default()
}

/// Keys of the drafts of the beta, and what they are called now.
const FORMER: [(&str, &str); 2] = [("hostname", "host"), ("paginationType", "type")];

/// The objects of a spec that each have keys of their own: where the schema describes them, and how they are called.
const HOLDERS: [(&str, &str); 8] = [
    ("", "the top of the spec"),
    ("/properties/sourceSpec", "`sourceSpec`"),
    ("/properties/sourceSpec/properties/attributes", "`sourceSpec.attributes`"),
    ("/properties/sourceSpec/properties/attributes/properties/uiAttributes", "`uiAttributes`"),
    ("/properties/sourceSpec/properties/attributes/properties/urlParams", "`urlParams`"),
    ("/properties/sourceSpec/properties/attributes/properties/contentPath", "`contentPath`"),
    ("/properties/sourceSpec/properties/attributes/properties/paginationParams", "`paginationParams`"),
    ("/properties/sourceSpec/properties/attributes/properties/scheduleParams", "`scheduleParams`"),
];

/// What to do about an unknown key: what it is called now, what is probably meant, or what is legal.
fn instead(key: &str, known: &[&str]) -> (Option<String>, Option<Remedy>) {
    let former = FORMER.iter().find(|(former, now)| *former == key && known.contains(now)).map(|(_, now)| *now);
    let meant = former.or_else(|| nearest(key, known.iter().copied())).map(|meant| Remedy::Rename(meant.to_owned()));
    match former {
        Some(now) => (Some(format!("it was called so in the beta; write `{now}`")), meant),
        None => (suggest(key, known), meant),
    }
}

/// The one object that a key belongs to, where it has a place in a spec.
fn owner(schema: &Value, key: &str) -> Option<&'static str> {
    if ids::SERVER_MANAGED.contains(&key) {
        return None;
    }
    let knows = |path: &str| schema.pointer(&format!("{path}/properties")).is_some_and(|keys| keys.get(key).is_some());
    let mut owners = HOLDERS.iter().filter(|(path, _)| knows(path)).map(|(_, name)| *name);
    owners.next().filter(|_| owners.next().is_none())
}

/// The texts among the values of a list.
fn texts(list: Option<&Value>) -> Vec<&str> {
    list.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What to do about an unknown word: the one that is probably meant, or else all that are legal.
fn suggest(word: &str, legal: &[&str]) -> Option<String> {
    if let Some(meant) = nearest(word, legal.iter().copied()) {
        return Some(format!("did you mean `{meant}`?"));
    }
    listed(legal)
}

/// All that is legal, where that is not too much.
fn listed(legal: &[&str]) -> Option<String> {
    (!legal.is_empty() && legal.len() <= 12).then(|| format!("legal here: {}", any_of(legal)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::text::{Document, json::Tree};

    /// What is said of a batch spec, with the place in its text.
    fn told(text: &str) -> Vec<(usize, String, Option<String>, bool)> {
        let text = format!("{{\"type\": \"generic-rest\", {text}}}");
        let tree = Tree::read(Arc::new(Document::new("x", text.into_bytes())));
        let violations = crate::schema::check(tree.root().unwrap(), Some(Kind::Batch));
        let wanted = violations.iter().filter(|found| found.what != Violated::MissingKey);
        let place = |found: &Violation<'_>| match found.place {
            Place::Key => found.node.label_span().start as usize,
            Place::Value => found.node.span().start as usize,
        };
        let told =
            |found: &Violation<'_>| (place(found), found.message.clone(), found.help.clone(), found.remedy.is_some());
        wanted.map(told).collect()
    }

    fn attributes(text: &str) -> Vec<(String, Option<String>, bool)> {
        let told = told(&format!("\"sourceSpec\": {{\"attributes\": {{{text}}}}}"));
        told.into_iter().map(|(_, message, help, has_remedy)| (message, help, has_remedy)).collect()
    }

    #[test]
    fn each_of_two_members_of_one_name_is_told_at_its_own_place() {
        let places = |text: &str| told(text).into_iter().map(|(at, ..)| at).collect::<Vec<_>>();
        let before = "{\"type\": \"generic-rest\", ".len();
        let text = "\"version\": 1, \"version\": 2";
        assert_eq!(places(text), [before + 11, before + text.len() - 1]);
        assert_eq!(places("\"version\": \"1.0\", \"version\": 2").len(), 1);
        assert_eq!(places("\"version\": 1, \"version\": \"1.0\""), [before + 11]);
        let text = "\"foo\": 1, \"foo\": 2";
        assert_eq!(places(text), [before, before + 10]);
    }

    #[test]
    fn another_type_is_one_finding_with_the_legal_values() {
        let message = "`method` must be a string, not a number".to_owned();
        let found = attributes("\"urlParams\": {\"method\": 1, \"path\": \"/\"}");
        assert_eq!(found, [(message, Some("legal here: `GET` or `POST`".to_owned()), false)]);
        // What would be no legal text is not made one.
        assert!(!attributes("\"paginationParams\": {\"type\": 1}")[0].2);
        assert!(attributes("\"paginationParams\": {\"type\": \"PAGE\", \"pageParamName\": 1}")[0].2);
    }

    #[test]
    fn an_unknown_key_is_sent_to_where_it_belongs() {
        let help = |text: &str| attributes(text)[0].1.clone().unwrap_or_default();
        assert_eq!(help("\"queryParams\": {}"), "it belongs into `urlParams`");
        assert_eq!(help("\"urlParams\": {\"hostname\": \"x\"}"), "it was called so in the beta; write `host`");
        assert_eq!(
            help("\"paginationParams\": {\"paginationType\": \"PAGE\"}"),
            "it was called so in the beta; write `type`"
        );
        assert_eq!(attributes("\"urlParams\": {\"metod\": \"x\"}")[0].0, "`metod` is no key of `urlParams`");
        assert_eq!(help("\"urlParams\": {\"metod\": \"x\"}"), "did you mean `method`?");
    }

    #[test]
    fn amounts_are_at_least_one_and_texts_not_empty() {
        let message = |text: &str| attributes(&format!("\"paginationParams\": {{\"type\": {text}}}"))[0].0.clone();
        assert_eq!(message("\"PAGE\", \"limitValue\": -1"), "`limitValue` must be at least 1, not -1");
        assert_eq!(message("\"PAGE\", \"limitValue\": \"\""), "`limitValue` is empty");
        assert_eq!(message("\"PAGE\", \"delayRequestMillis\": -1"), "`delayRequestMillis` must be at least 0, not -1");
        assert_eq!(message("\"\""), "`type` is empty");
        assert_eq!(told("\"name\": \" \"")[0].1, "`name` is blank");
    }
}
