#![doc = include_str!("unknown_attribute.md")]

use std::collections::BTreeSet;

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        response::{self, Found, Shape},
    },
    text::{excerpt, json::Node, nearest::nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-attribute",
    level: Level::Warning,
    page: include_str!("unknown_attribute.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for response in response::responses(spec) {
        for (key, found) in [
            ("contentPath", response::content(spec, response)),
            ("explodeEntityPath", response::exploded(spec, response)),
        ] {
            let (Some(member), Found::There(array)) = (spec.source_attribute(key), found) else { continue };
            let Some(mut known) = attributes(array) else { continue };
            // What stands beside the records is brought along with each of them, and samples skip that too.
            known.extend(response.shape.members().unwrap_or_default());
            for list in ["skipAttributes", "keepAttributes"].into_iter().filter_map(|key| member.get(key)) {
                check_list(list, &known, response.told_by, sink);
            }
        }
    }
}

/// The attributes of the records of an array; nothing where they cannot be told.
fn attributes(array: Shape<'_>) -> Option<BTreeSet<String>> {
    let mut known = BTreeSet::new();
    for record in array.records() {
        known.extend(record.members()?);
    }
    (!known.is_empty()).then_some(known)
}

fn check_list(list: Node<'_>, known: &BTreeSet<String>, told_by: &str, sink: &mut Sink<'_>) {
    for item in list.items() {
        let Some(name) = item.as_str() else { continue };
        // Whether a path may stand here is not documented.
        let is_name = !name.is_empty() && !name.contains(['.', '$', '[', '*', '/', '{']);
        if is_name && !known.contains(name.as_ref()) {
            let finding = sink.value(item, format!("no record of {told_by} has `{}`", excerpt(&name)));
            finding.maybe_help(
                nearest(&name, known.iter().map(String::as_str)).map(|meant| format!("did you mean `{meant}`?")),
            );
        }
    }
}
