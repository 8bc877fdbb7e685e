#![doc = include_str!("body_with_get.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, url},
    text::json::Kind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "body-with-get",
    level: Level::Error,
    page: include_str!("body_with_get.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(body) = spec.source_attribute("bodyParams") else { return };
    let Some(method) = url::param(spec, "method") else { return };
    // An empty body stands for none in some samples.
    let is_empty = match body.kind() {
        Kind::String => body.as_str().is_none_or(|text| text.trim().is_empty()),
        Kind::Object => body.is_empty(),
        // The schema tells what may not be a body.
        _ => true,
    };
    if !is_empty && method.as_str().is_some_and(|method| method == "GET") {
        sink.key(body, "a request with the method `GET` has no body")
            .related(method.span(), "the method")
            .help("make the method `POST`, or move the parameters to `urlParams.queryParams`");
    }
}
