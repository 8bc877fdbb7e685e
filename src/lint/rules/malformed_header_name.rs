#![doc = include_str!("malformed_header_name.md")]

use crate::{
    lint::{
        Finding, Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, header},
    text::{excerpt, json::Node},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-header-name",
    level: Level::Error,
    page: include_str!("malformed_header_name.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let credentials = auth::entries(spec).flat_map(header::of_credentials).map(|(_, node)| node);
    for node in credentials.chain(header::of_token(spec)) {
        let name = node.as_str().unwrap_or_default();
        judge(&name, node, sink, |sink, node, message| sink.value(node, message));
    }
    for (name, node) in header::fixed(spec) {
        judge(&name, node, sink, |sink, node, message| sink.key(node, message));
    }
}

fn judge<'f>(
    name: &str,
    node: Node<'_>,
    sink: &'f mut Sink<'_>,
    report: impl FnOnce(&'f mut Sink<'_>, Node<'_>, String) -> &'f mut Finding,
) {
    // What a customer fills in may make a name of it.
    if header::is_name(name) || name.contains('{') {
        return;
    }
    let help = match header::meant(name) {
        Some(meant) => format!("did you mean `{}`?", excerpt(&meant)),
        None => "a name has letters, digits and hyphens, as `X-Api-Key`".to_owned(),
    };
    report(sink, node, format!("`{}` cannot be the name of a header", excerpt(name))).help(help);
}
