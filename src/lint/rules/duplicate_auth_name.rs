#![doc = include_str!("duplicate_auth_name.md")]

use std::collections::HashMap;

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Spec, auth},
    text::excerpt,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "duplicate-auth-name",
    level: Level::Error,
    page: include_str!("duplicate_auth_name.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let mut first = HashMap::new();
    for entry in auth::entries(spec) {
        let Some((name, node)) = entry.name().zip(entry.node().get("name")) else { continue };
        if let Some(earlier) = first.get(&name).copied() {
            sink.value(node, format!("two ways to sign in are called `{}`", excerpt(&name)))
                .related(earlier, "the other one")
                .help("give each a name of its own");
        } else {
            first.insert(name, node.span());
        }
    }
}
