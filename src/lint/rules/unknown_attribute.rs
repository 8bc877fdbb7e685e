#![doc = include_str!("unknown_attribute.md")]

use std::borrow::Cow;

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

/// The lists of names.
const LISTS: [&str; 2] = ["skipAttributes", "keepAttributes"];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let holders = ["contentPath", "explodeEntityPath"].into_iter().filter_map(|key| spec.source_attribute(key));
    if !holders.flat_map(|holder| LISTS.map(|key| holder.get(key))).any(|list| list.is_some()) {
        return;
    }
    for response in response::responses(spec) {
        let outer = attributes(&response::content(spec, response));
        let inner = attributes(&response::exploded(spec, response));
        let beside = response.shape.members().unwrap_or_default();
        let explodes = spec.source_attribute("explodeEntityPath");
        // What stands beside the records is brought along with each of them, and samples skip that too. Records that are
        // taken apart have the attributes of their parts in the end.
        let lists = [
            (spec.source_attribute("contentPath"), outer.filter(|_| explodes.is_none() || inner.is_some())),
            (explodes, inner.clone()),
        ];
        for (member, known) in lists {
            let (Some(member), Some(mut known)) = (member, known) else { continue };
            known.extend(beside.iter().chain(inner.iter().flatten()).cloned());
            known.sort_unstable();
            for list in LISTS.into_iter().filter_map(|key| member.get(key)) {
                check_list(list, &known, response.told_by, sink);
            }
        }
    }
}

/// The attributes of the records of an array, each once; nothing where they cannot be told.
fn attributes<'a>(array: &Found<Shape<'a>>) -> Option<Vec<Cow<'a, str>>> {
    let Found::There(array) = array else { return None };
    let mut known = Vec::new();
    for record in array.records() {
        known.extend(record.members()?);
    }
    known.sort_unstable();
    known.dedup();
    (!known.is_empty()).then_some(known)
}

fn check_list(list: Node<'_>, known: &[Cow<'_, str>], told_by: &str, sink: &mut Sink<'_>) {
    for item in list.items() {
        let Some(name) = item.as_str() else { continue };
        // Whether a path may stand here is not documented.
        let is_name = !name.is_empty() && !name.contains(['.', '$', '[', '*', '/', '{']);
        if is_name && known.binary_search(&name).is_err() {
            let finding = sink.value(item, format!("no record of {told_by} has `{}`", excerpt(&name)));
            finding.maybe_help(
                nearest(&name, known.iter().map(AsRef::as_ref)).map(|meant| format!("did you mean `{meant}`?")),
            );
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn records_have_the_attributes_of_what_they_are_taken_apart_into() {
        let told = |explode: &str| {
            let paths = format!(
                "\"contentPath\": {{\"path\": \"$.contacts\", \"keepAttributes\": [\"at\", \"id\", \"name\"]}},
                 \"explodeEntityPath\": {{\"path\": \"{explode}\", \"skipAttributes\": [\"page\", \"zone\"]}}"
            );
            let response = r#"{"contacts": [{"id": 1, "visits": [{"at": 1}]}], "page": 3}"#;
            let findings = Sample::batch().with_attributes(&paths).answering(response).told();
            findings.into_iter().map(|(_, about)| about).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(told("$.contacts.visits"), "\"name\" \"zone\"");
        // Where it is not known what they are taken apart into, nothing is said of them.
        assert_eq!(told("$.contacts.visit"), "\"$.contacts.visit\"");
    }
}
