#![doc = include_str!("malformed_header_name.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth, header},
    text::{
        excerpt,
        json::{Node, edit},
    },
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
        judge(&name, node, false, sink);
    }
    for (name, node) in header::fixed(spec) {
        judge(&name, node, true, sink);
    }
}

fn judge(name: &str, node: Node<'_>, is_key: bool, sink: &mut Sink<'_>) {
    // What a customer fills in may make a name of it.
    if header::is_name(name) || name.contains('{') {
        return;
    }
    let message = format!("`{}` cannot be the name of a header", excerpt(name));
    let finding = if is_key { sink.key(node, message) } else { sink.value(node, message) };
    match header::meant(name) {
        Some(meant) => {
            let shown = excerpt(&meant);
            let fix = if is_key { edit::rename(node, &meant) } else { Some(edit::replace(node, &json!(meant))) };
            finding.help(format!("did you mean `{shown}`?")).fix_by(format!("write `{shown}`"), Safety::Unsafe, fix)
        }
        None => finding.help("a name has letters, digits and hyphens, as `X-Api-Key`"),
    };
}
