#![doc = include_str!("malformed_schema.md")]

use std::{collections::HashSet, sync::LazyLock};

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        form::{self, FieldType},
        pattern, response,
    },
    text::{
        excerpt,
        json::{Kind, Names, Node},
        nearest::{any_of, nearest},
        pointer,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-schema",
    level: Level::Error,
    page: include_str!("malformed_schema.md"),
    check: Check::Spec(check),
};

/// What the value of a keyword must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Want {
    Text,
    Boolean,
    Number,
    /// Greater than 0.
    Factor,
    /// A whole number, 0 or more.
    Count,
    Pattern,
    Type,
    /// A list of different names.
    Names,
    /// A list with something in it.
    Values,
    Array,
    Schema,
    Schemas,
    SchemaOrSchemas,
    /// An object of schemas.
    Members,
}

/// The keywords of draft 7. What else stands in a schema is a note of somebody, and allowed.
const KEYWORDS: [(&str, Want); 37] = [
    ("$id", Want::Text),
    ("$schema", Want::Text),
    ("$ref", Want::Text),
    ("$comment", Want::Text),
    ("title", Want::Text),
    ("description", Want::Text),
    ("format", Want::Text),
    ("readOnly", Want::Boolean),
    ("examples", Want::Array),
    ("multipleOf", Want::Factor),
    ("maximum", Want::Number),
    ("exclusiveMaximum", Want::Number),
    ("minimum", Want::Number),
    ("exclusiveMinimum", Want::Number),
    ("maxLength", Want::Count),
    ("minLength", Want::Count),
    ("pattern", Want::Pattern),
    ("items", Want::SchemaOrSchemas),
    ("additionalItems", Want::Schema),
    ("maxItems", Want::Count),
    ("minItems", Want::Count),
    ("uniqueItems", Want::Boolean),
    ("contains", Want::Schema),
    ("maxProperties", Want::Count),
    ("minProperties", Want::Count),
    ("required", Want::Names),
    ("properties", Want::Members),
    ("patternProperties", Want::Members),
    ("definitions", Want::Members),
    ("additionalProperties", Want::Schema),
    ("propertyNames", Want::Schema),
    ("enum", Want::Values),
    ("type", Want::Type),
    ("allOf", Want::Schemas),
    ("anyOf", Want::Schemas),
    ("oneOf", Want::Schemas),
    ("not", Want::Schema),
];

/// The same, to be looked up by the key of a member.
static WANTED: LazyLock<Names<(&str, Want)>> =
    LazyLock::new(|| Names::of(KEYWORDS.map(|(key, want)| (key, (key, want)))));

/// Keywords of a field that other rules look at.
const OF_FIELDS: [&str; 4] = ["type", "title", "description", "format"];

/// Pairs of a lower and an upper bound.
const BOUNDS: [(&str, &str); 4] =
    [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for root in response::schemas(spec) {
        Checker { root, sink }.schema(root, &[]);
    }
    for form in form::all(spec) {
        let mut checker = Checker { root: form.node(), sink };
        if let Some(required) = form.node().get("required") {
            checker.no_name_twice(required);
        }
        for (_, field) in form.fields().filter(|(_, field)| field.kind() == Kind::Object) {
            checker.schema(field, &OF_FIELDS);
        }
    }
}

struct Checker<'a, 's, 'f> {
    /// What references start from.
    root: Node<'a>,
    sink: &'s mut Sink<'f>,
}

impl<'a> Checker<'a, '_, '_> {
    /// Checks a schema and those in it. Goes as deep as a document may be nested.
    fn schema(&mut self, schema: Node<'a>, passed_over: &[&str]) {
        match schema.kind() {
            Kind::Object => {}
            Kind::Boolean => return,
            kind => {
                let message = format!("a schema is an object or a boolean, not {}", kind.named());
                self.sink.value(schema, message);
                return;
            }
        }
        let mut has_bounds = false;
        for value in schema.children() {
            if let Some((key, want)) = WANTED.get(value).filter(|(key, _)| !passed_over.contains(key)) {
                self.keyword(key, value, *want);
                has_bounds |= matches!(want, Want::Number | Want::Count);
            }
        }
        for (least, most) in BOUNDS.into_iter().filter(|_| has_bounds) {
            let bounds = schema.get(least).and_then(|node| Some((node, node.as_f64()?))).zip(schema.get(most));
            let Some(((lower, from), upper)) = bounds else { continue };
            if upper.as_f64().is_some_and(|to| to < from) {
                self.sink
                    .value(upper, format!("`{most}` is less than `{least}`: nothing fits"))
                    .level(Level::Warning)
                    .related(lower.span(), "more than this");
            }
        }
    }

    fn keyword(&mut self, key: &str, value: Node<'a>, want: Want) {
        let kind = value.kind();
        match want {
            Want::Text if key == "$ref" && kind == Kind::String => self.reference(value),
            Want::Text => self.must(key, value, kind == Kind::String, "a string"),
            Want::Boolean => self.must(key, value, kind == Kind::Boolean, "a boolean"),
            Want::Number => self.must(key, value, kind == Kind::Number, "a number"),
            Want::Factor => {
                self.must(key, value, value.as_f64().is_some_and(|number| number > 0.0), "a number greater than 0");
            }
            Want::Count => {
                let is_count = value.as_f64().is_some_and(|number| number >= 0.0 && number.fract() == 0.0);
                self.must(key, value, is_count, "a whole number, 0 or more");
            }
            Want::Pattern => self.pattern(key, value),
            Want::Type => self.types(value),
            Want::Names => {
                let is_list = kind == Kind::Array && value.items().all(|item| item.kind() == Kind::String);
                self.must(key, value, is_list, "an array of strings");
                self.no_name_twice(value);
            }
            Want::Values => {
                self.must(key, value, kind == Kind::Array && !value.is_empty(), "an array that is not empty")
            }
            Want::Array => self.must(key, value, kind == Kind::Array, "an array"),
            Want::SchemaOrSchemas if kind == Kind::Array => value.items().for_each(|item| self.schema(item, &[])),
            Want::Schema | Want::SchemaOrSchemas => self.schema(value, &[]),
            Want::Schemas => {
                self.must(key, value, kind == Kind::Array && !value.is_empty(), "an array of schemas");
                value.items().for_each(|item| self.schema(item, &[]));
            }
            Want::Members => {
                self.must(key, value, kind == Kind::Object, "an object");
                value.members().for_each(|(_, member)| self.schema(member, &[]));
            }
        }
    }

    fn must(&mut self, key: &str, value: Node<'a>, is_so: bool, what: &str) {
        if !is_so {
            self.sink.value(value, format!("`{key}` of a schema must be {what}"));
        }
    }

    fn pattern(&mut self, key: &str, value: Node<'a>) {
        let Some(pattern) = value.as_str() else { return self.must(key, value, false, "a string") };
        if !pattern::is_valid(&pattern) {
            // Others may read regular expressions in another way.
            self.sink
                .value(value, format!("`{}` is no regular expression", excerpt(&pattern)))
                .level(Level::Warning)
                .help("double a backslash, and put one before a bracket that is meant as a character");
        }
    }

    fn types(&mut self, value: Node<'a>) {
        if !matches!(value.kind(), Kind::String | Kind::Array) {
            return self.must("type", value, false, "a string or an array of strings");
        }
        let names = FieldType::ALL.map(FieldType::name);
        let is_one = value.kind() == Kind::String;
        for node in is_one.then_some(value).into_iter().chain(value.items()) {
            let name = node.as_str();
            if name.as_deref().and_then(FieldType::of).is_some() {
                continue;
            }
            let name = name.unwrap_or_else(|| node.kind().named().into());
            let help = match nearest(&name, names) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("a type is {}", any_of(&names)),
            };
            self.sink.value(node, format!("`{}` is no type of JSON Schema", excerpt(&name))).help(help);
        }
    }

    /// A reference into the same document must lead to something in it.
    fn reference(&mut self, value: Node<'a>) {
        let Some(text) = value.as_str() else { return };
        let Some(path) = text.strip_prefix('#').filter(|path| path.is_empty() || path.starts_with('/')) else { return };
        let tokens = pointer::tokens(path);
        let found = tokens.and_then(|tokens| tokens.iter().try_fold(self.root, |node, token| node.child(token)));
        if found.is_none() {
            self.sink
                .value(value, format!("`{}` leads to nothing in this schema", excerpt(&text)))
                .help("a reference is `#/definitions/` and the name of a definition");
        }
    }

    fn no_name_twice(&mut self, list: Node<'a>) {
        let mut seen = HashSet::new();
        for item in list.items() {
            let Some(name) = item.as_str() else { continue };
            if !seen.insert(name.clone()) {
                self.sink.value(item, format!("`required` names `{}` a second time", excerpt(&name))).help("remove it");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    fn told(schema: &str) -> Vec<(Level, String)> {
        Sample::batch().patched(&format!(r#"{{"sourceSpec": {{"schema": {schema}}}}}"#)).told()
    }

    #[test]
    fn each_keyword_has_its_type() {
        for (bad, at) in [
            (r#"{"type": "objct"}"#, "\"objct\""),
            (r#"{"type": {}}"#, "{"),
            (r#"{"type": ["string", 3]}"#, "3"),
            (r#"{"required": "a"}"#, "\"a\""),
            (r#"{"required": ["a", "a"]}"#, "\"a\""),
            (r#"{"minimum": "3"}"#, "\"3\""),
            (r#"{"minLength": -1}"#, "-1"),
            (r#"{"multipleOf": 0}"#, "0"),
            (r#"{"enum": []}"#, "["),
            (r#"{"anyOf": []}"#, "["),
            (r#"{"items": 3}"#, "3"),
            (r#"{"items": [{"not": null}]}"#, "null"),
            (r#"{"allOf": [{"uniqueItems": "x"}]}"#, "\"x\""),
            (r##"{"anyOf": [{"$ref": "#/definitions/b"}], "definitions": {"a": {}}}"##, "\"#/definitions/b\""),
        ] {
            assert_eq!(told(bad), [(Level::Error, at.to_owned())], "{bad}");
        }
    }

    #[test]
    fn what_draft_7_allows_is_left_alone() {
        for good in [
            "{}",
            r##"{"$ref": "#/definitions/a~1b", "definitions": {"a/b": {"items": {"$ref": "#"}}}}"##,
            r#"{"if": {}, "additionalProperties": false, "x-note": 3, "dependencies": {"a": ["b"]}, "default": null}"#,
            r#"{"items": true, "pattern": "^\\d+(?=x)$", "minimum": -1.5, "maximum": 1}"#,
            r#"{"$ref": "other.json#/a"}"#,
        ] {
            let rules =
                Sample::batch().patched(&format!(r#"{{"sourceSpec": {{"schema": {good}}}}}"#)).findings().rules();
            assert!(!rules.contains(&RULE.name), "{good}: {rules:?}");
        }
        assert_eq!(told(r#"{"anyOf": [{"pattern": "("}]}"#), [(Level::Warning, "\"(\"".to_owned())]);
        assert_eq!(told(r#"{"anyOf": [{"minLength": 3, "maxLength": 2}]}"#), [(Level::Warning, "2".to_owned())]);
    }
}
