#![doc = include_str!("misspelled_format.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        form::{self, Form},
    },
    text::{excerpt, nearest::nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "misspelled-format",
    level: Level::Warning,
    page: include_str!("misspelled_format.md"),
    check: Check::Spec(check),
};

/// The formats of JSON Schema, draft 7, and the one that hides a secret.
const FORMATS: [&str; 18] = [
    "password",
    "date",
    "date-time",
    "time",
    "email",
    "idn-email",
    "hostname",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "uri",
    "uri-reference",
    "iri",
    "iri-reference",
    "uri-template",
    "json-pointer",
    "relative-json-pointer",
    "regex",
];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for node in form::all(spec).flat_map(Form::fields).filter_map(|(_, field)| field.get("format")) {
        let Some(format) = node.as_str() else { continue };
        if let Some(meant) = meant(&format) {
            sink.value(node, format!("there is no format `{}`", excerpt(&format)))
                .help(format!("did you mean `{meant}`?"));
        }
    }
}

/// The format that is meant by one that there is not. One that is near to none may be the author's own.
pub(super) fn meant(format: &str) -> Option<&'static str> {
    if FORMATS.contains(&format) { None } else { nearest(format, FORMATS) }
}
