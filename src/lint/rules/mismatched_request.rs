#![doc = include_str!("mismatched_request.md")]

use serde_json::Value;

use crate::{
    documentation::{Facts, WrittenPage, request::Request},
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::{
        excerpt,
        markdown::Fence,
        nearest::{any_of, nearest},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "mismatched-request",
    level: Level::Error,
    page: include_str!("mismatched_request.md"),
    check: Check::Page(check),
};

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    let Some(facts) = &page.facts else { return };
    for (request, fence) in Request::all(&page.markdown) {
        let Some(body) = request.json().filter(|_| request.method == "POST") else { continue };
        let shown = Shown { page, request: &request, fence };
        match request.platform_path() {
            Some("/data/foundation/flowservice/connections") => shown.base_connection(&body, facts, sink),
            Some("/data/foundation/flowservice/sourceConnections") => shown.source_connection(&body, facts, sink),
            _ => {}
        }
    }
}

/// A request as it is shown.
struct Shown<'p> {
    page: &'p WrittenPage,
    request: &'p Request,
    fence: &'p Fence,
}

impl Shown<'_> {
    fn base_connection(&self, body: &Value, facts: &Facts, sink: &mut Sink<'_>) {
        let names: Vec<&str> = facts.recipe.auth_specs.iter().map(|auth| auth.name.as_str()).collect();
        let Some(name) = body.pointer("/auth/specName").and_then(Value::as_str) else { return };
        let Some(auth) = facts.recipe.auth_specs.iter().find(|auth| auth.name == name) else {
            let message = format!("the source has no way to sign in of the name `{}`", excerpt(name));
            sink.text(&self.page.document, self.request.in_body(self.fence, name), message).help(if names.is_empty() {
                "its connection spec has none: leave `auth` out".to_owned()
            } else {
                format!("`specName` is {}", any_of(&names))
            });
            return;
        };
        let known: Vec<&str> = auth.fields().map(|(name, _)| name).collect();
        let params = body.pointer("/auth/params").and_then(Value::as_object);
        self.members(params, &known, &format!("`{name}`"), "credential", sink);
        let is_missing =
            |name: &&&str| auth.requires(name) && !params.is_some_and(|params| params.contains_key(**name));
        for missing in known.iter().filter(is_missing) {
            self.missing("auth", missing, sink);
        }
    }

    fn source_connection(&self, body: &Value, facts: &Facts, sink: &mut Sink<'_>) {
        let known: Vec<&str> = facts.inputs().map(|(name, _)| name).collect();
        if known.is_empty() {
            return;
        }
        let params = body.get("params").and_then(Value::as_object);
        self.members(params, &known, "the source", "input", sink);
        let required = facts.recipe.inputs.as_ref().and_then(|form| form.get("required")).and_then(Value::as_array);
        for missing in required.into_iter().flatten().filter_map(Value::as_str) {
            if known.contains(&missing) && !params.is_some_and(|params| params.contains_key(missing)) {
                self.missing("params", missing, sink);
            }
        }
    }

    /// Holds the members of `params` to the names there are.
    fn members(
        &self,
        params: Option<&serde_json::Map<String, Value>>,
        known: &[&str],
        of: &str,
        what: &str,
        sink: &mut Sink<'_>,
    ) {
        for name in params.into_iter().flatten().map(|(name, _)| name).filter(|name| !known.contains(&name.as_str())) {
            let span = self.request.in_body(self.fence, name);
            let help = nearest(name, known.iter().copied()).map(|meant| format!("did you mean `{meant}`?"));
            sink.text(&self.page.document, span, format!("{of} has no {what} `{}`", excerpt(name)))
                .maybe_help(help.or_else(|| (!known.is_empty()).then(|| format!("known here: {}", any_of(known)))));
        }
    }

    fn missing(&self, near: &str, name: &str, sink: &mut Sink<'_>) {
        let span = self.request.in_body(self.fence, near);
        sink.text(&self.page.document, span, format!("the request lacks `{name}`, which the connection spec requires"))
            .help(format!("add `\"{name}\": …` to `params`"));
    }
}
