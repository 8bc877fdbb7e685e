#![doc = include_str!("malformed_schema.md")]

use std::{collections::HashSet, sync::LazyLock};

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        form::{self, FieldType},
        pattern, response,
    },
    text::{
        excerpt,
        json::{Kind, Names, Node, edit},
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
    /// An object of schemas, under regular expressions.
    Patterns,
    /// An object of schemas and lists of names.
    Dependencies,
}

/// The keywords of draft 7. What else stands in a schema is a note of somebody, and allowed.
const KEYWORDS: [(&str, Want); 44] = [
    ("$id", Want::Text),
    ("$schema", Want::Text),
    ("$ref", Want::Text),
    ("$comment", Want::Text),
    ("title", Want::Text),
    ("description", Want::Text),
    ("format", Want::Text),
    ("readOnly", Want::Boolean),
    ("writeOnly", Want::Boolean),
    ("contentEncoding", Want::Text),
    ("contentMediaType", Want::Text),
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
    ("patternProperties", Want::Patterns),
    ("dependencies", Want::Dependencies),
    ("definitions", Want::Members),
    ("additionalProperties", Want::Schema),
    ("propertyNames", Want::Schema),
    ("enum", Want::Values),
    ("type", Want::Type),
    ("allOf", Want::Schemas),
    ("anyOf", Want::Schemas),
    ("oneOf", Want::Schemas),
    ("not", Want::Schema),
    ("if", Want::Schema),
    ("then", Want::Schema),
    ("else", Want::Schema),
];

/// The same, to be looked up by the key of a member.
static WANTED: LazyLock<Names<(&str, Want)>> =
    LazyLock::new(|| Names::of(KEYWORDS.map(|(key, want)| (key, (key, want)))));

/// Keywords of a whole form that the schema of the spec looks at, or that are looked at field by field.
const OF_FORMS: [&str; 5] = ["$schema", "type", "description", "properties", "required"];

/// Keywords of a field that other rules look at.
const OF_FIELDS: [&str; 4] = ["type", "title", "description", "format"];

/// What to do about what is no regular expression.
const PATTERN_HELP: &str = "double a backslash, and put one before a bracket that is meant as a character";

/// Pairs of a lower and an upper bound.
const BOUNDS: [(&str, &str); 4] =
    [("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"), ("minProperties", "maxProperties")];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for root in response::schemas(spec) {
        Checker { root, tells_slips: true, sink }.schema(root, &[]);
    }
    for form in form::all(spec) {
        // Keys of forms that are nearly keywords are told by `misspelled-key`.
        let mut checker = Checker { root: form.node(), tells_slips: false, sink };
        checker.schema(form.node(), &OF_FORMS);
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
    /// Whether keys that are nearly keywords are to be told of.
    tells_slips: bool,
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
            match WANTED.get(value) {
                Some((key, _)) if passed_over.contains(key) => {}
                Some((key, want)) => {
                    self.keyword(key, value, *want);
                    has_bounds |= matches!(want, Want::Number | Want::Count);
                }
                None if self.tells_slips => self.slip(value),
                None => {}
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

    /// Tells of a key that is no keyword and nearly one. Any other may be a note of somebody.
    fn slip(&mut self, member: Node<'a>) {
        let key = member.key().unwrap_or_default();
        if form::KEYWORDS.binary_search(&&*key).is_ok() || key.starts_with(form::EXTENSION) {
            return;
        }
        if let Some(meant) = nearest(&key, form::KEYWORDS) {
            self.sink
                .key(member, format!("`{}` is no keyword of JSON Schema", excerpt(&key)))
                .level(Level::Warning)
                .help(format!("did you mean `{meant}`?"))
                .fix_by(format!("write `{meant}`"), Safety::Unsafe, edit::rename(member, meant));
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
                value.children().for_each(|member| self.schema(member, &[]));
            }
            Want::Patterns => {
                self.must(key, value, kind == Kind::Object, "an object");
                for (pattern, member) in value.members() {
                    if !pattern::is_valid(&pattern) {
                        let message = format!("`{}` is no regular expression", excerpt(&pattern));
                        self.sink.key(member, message).level(Level::Warning).help(PATTERN_HELP);
                    }
                    self.schema(member, &[]);
                }
            }
            Want::Dependencies => {
                self.must(key, value, kind == Kind::Object, "an object");
                for (_, member) in value.members() {
                    match member.kind() {
                        Kind::Array => self.keyword(key, member, Want::Names),
                        _ => self.schema(member, &[]),
                    }
                }
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
                .help(PATTERN_HELP);
        }
    }

    fn types(&mut self, value: Node<'a>) {
        // As nearly all are.
        if value.as_str().as_deref().and_then(FieldType::of).is_some() {
            return;
        }
        if !matches!(value.kind(), Kind::String | Kind::Array) {
            return self.must("type", value, false, "a string or an array of strings");
        }
        let names = FieldType::ALL.map(FieldType::name);
        let is_one = value.kind() == Kind::String;
        if !is_one && value.is_empty() {
            return self.must("type", value, false, "a type or a list of some");
        }
        self.no_name_twice(value);
        for node in is_one.then_some(value).into_iter().chain(value.items()) {
            let name = node.as_str();
            if name.as_deref().and_then(FieldType::of).is_some() {
                continue;
            }
            let shown = match &name {
                None => node.kind().named().to_owned(),
                Some(name) if name.is_empty() => "an empty text".to_owned(),
                Some(name) => format!("`{}`", excerpt(name)),
            };
            let help = match nearest(&name.unwrap_or_default(), names) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => format!("a type is {}", any_of(&names)),
            };
            self.sink.value(node, format!("{shown} is no type of JSON Schema")).help(help);
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
        if list.len() < 2 {
            return;
        }
        let keyword = list.key().unwrap_or_default();
        let mut seen = HashSet::new();
        for item in list.items() {
            let Some(name) = item.as_str() else { continue };
            if !seen.insert(name.clone()) {
                self.sink
                    .value(item, format!("`{keyword}` names `{}` a second time", excerpt(&name)))
                    .help("remove it");
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
            (r#"{"type": []}"#, "["),
            (r#"{"type": ["string", "string"]}"#, "\"string\""),
            (r#"{"if": 1}"#, "1"),
            (r#"{"dependencies": {"a": 1}}"#, "1"),
            (r#"{"dependencies": {"a": [1]}}"#, "["),
            (r#"{"contentEncoding": 1}"#, "1"),
            (r#"{"definitions": []}"#, "["),
            (r#"{"patternProperties": {"a": 1}}"#, "1"),
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
        assert_eq!(told(r#"{"patternProperties": {"(": {}}}"#), [(Level::Warning, "\"(\"".to_owned())]);
        assert_eq!(told(r#"{"items": {"propertis": {}}}"#), [(Level::Warning, "\"propertis\"".to_owned())]);
        assert_eq!(told(r#"{"anyOf": [{"minLength": 3, "maxLength": 2}]}"#), [(Level::Warning, "2".to_owned())]);
    }

    #[test]
    fn the_outermost_level_of_a_form_is_a_schema_too() {
        let told =
            |members: &str| Sample::batch().patched(&format!(r#"{{"sourceSpec": {{"spec": {{{members}}}}}}}"#)).told();
        for (bad, at) in [
            (r#""additionalProperties": "x""#, "\"x\""),
            (r#""enum": []"#, "["),
            (r#""allOf": []"#, "["),
            (r#""title": 1"#, "1"),
            (r#""minProperties": -1"#, "-1"),
            (r#""definitions": []"#, "["),
            (r#""definitions": {"a": {"type": "strng"}}"#, "\"strng\""),
            (r#""not": 1"#, "1"),
            (
                r#""properties": {"a": {"type": "object", "title": "A", "properties": {"b": {"type": [], "title": "B"}}}}, "required": null"#,
                "[",
            ),
        ] {
            let found: Vec<_> = told(bad).into_iter().filter(|(level, _)| *level == Level::Error).collect();
            assert_eq!(found, [(Level::Error, at.to_owned())], "{bad}");
        }
        assert_eq!(told(r#""patternProperties": {"[": {}}"#), [(Level::Warning, "\"[\"".to_owned())]);
        assert_eq!(told(r#""additionalProperties": false, "dependencies": {"listId": []}"#), []);
    }
}
