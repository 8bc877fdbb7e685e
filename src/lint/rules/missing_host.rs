#![doc = include_str!("missing_host.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth},
    text::{excerpt, json::Kind},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-host",
    level: Level::Warning,
    page: include_str!("missing_host.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    // Where there are no parameters at all, the schema misses them.
    let Some(params) = spec.source_attribute("urlParams").filter(|params| params.kind() == Kind::Object) else {
        return;
    };
    // A source that leaves the whole request to the customer asks for the host with it.
    let asks_for_all = spec.inputs().any(|input| input.key().is_some_and(|key| key == "urlParams" || key == "host"));
    // In early documents the host has another name, which is told as an unknown key.
    if spec.is_streaming() || asks_for_all || params.get("host").is_some() || params.get("hostname").is_some() {
        return;
    }
    let hostless = auth::entries(spec).find(|entry| {
        entry
            .form()
            .is_some_and(|form| form.properties().is_some() && form.field("host").is_none() && !form.requires("host"))
    });
    if let Some(entry) = hostless {
        let name = entry.name().unwrap_or_default();
        let finding = sink.inside(params, format!("no `host` here, and `{}` does not ask for one", excerpt(&name)));
        finding.help("add `host`, or a property `host` to every entry of `authSpec`").lacks(params, "host");
        if let Some(node) = entry.node().get("name") {
            finding.related(node.span(), "this way to sign in");
        }
    }
}
