#![doc = include_str!("unused_input.md")]

use std::collections::BTreeSet;

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{Kind, Spec, placeholder},
    text::excerpt,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unused-input",
    level: Level::Warning,
    page: include_str!("unused_input.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let has_request = spec.at(&["sourceSpec", "attributes"]).is_some();
    if spec.kind() != Some(Kind::Batch) || !has_request {
        return;
    }
    let referred = spec.referred();
    let mut meant: Option<BTreeSet<&str>> = None;
    for input in spec.inputs() {
        let name = input.key().unwrap_or_default();
        if !referred.contains(name.as_ref()) && !REQUEST_PARTS.contains(&name.as_ref()) {
            // A placeholder that is meant for it, but for a slip, is told where it stands.
            if meant.get_or_insert_with(|| placeholder::meant(spec)).contains(name.as_ref()) {
                continue;
            }
            let shown = excerpt(&name);
            sink.key(input, format!("nothing uses `{shown}`"))
                .help(format!("use it as `${{{shown}}}` in the request, or do not ask for it"));
        }
    }
}

/// Inputs that stand for a part of the request as a whole, as in the official template.
const REQUEST_PARTS: [&str; 7] = [
    "urlParams",
    "headerParams",
    "bodyParams",
    "contentPath",
    "explodeEntityPath",
    "paginationParams",
    "scheduleParams",
];

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn a_slip_in_a_placeholder_is_told_there_alone() {
        for (path, rule) in [
            ("/v1/${listID}", "undefined-placeholder"),
            ("/v1/{listid}", "placeholder-style"),
            ("/v1/listId}", "placeholder-style"),
            ("/v1/lists", super::RULE.name),
        ] {
            let sample = Sample::batch().with_attributes(&format!("\"urlParams\": {{\"path\": \"{path}\"}}"));
            assert_eq!(sample.findings().rules(), [rule], "{path}");
        }
    }
}
