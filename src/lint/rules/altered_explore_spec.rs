#![doc = include_str!("altered_explore_spec.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Kind, Spec,
        explore::{self, Departure, STREAMING_TYPE},
    },
    text::json::{Kind as JsonKind, Node, edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "altered-explore-spec",
    level: Level::Warning,
    page: include_str!("altered_explore_spec.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(explore) = spec.at(&["exploreSpec"]).filter(|explore| explore.kind() == JsonKind::Object) else { return };
    match spec.kind() {
        Some(Kind::Batch) => check_batch(spec, explore, sink),
        Some(Kind::Streaming) => check_streaming(spec, explore, sink),
        None => {}
    }
}

fn check_batch(spec: &Spec<'_>, explore: Node<'_>, sink: &mut Sink<'_>) {
    let finding = match explore::departure(explore) {
        None => return,
        Some(Departure::Missing(node, key, member)) => sink
            .inside(node, format!("`exploreSpec` is a fixed block, and this part of it has lost `{key}`"))
            .fix_by(format!("put `{key}` back"), Safety::Unsafe, spec.surely(edit::insert(node, key, member))),
        Some(Departure::Extra(node)) => sink
            .key(node, "`exploreSpec` is a fixed block, and this is no part of it")
            .fix_by("remove it", Safety::Unsafe, spec.surely(edit::remove(node)).unwrap_or_default()),
        Some(Departure::Changed(node, expected)) => match expected.as_str() {
            Some(expected) => {
                sink.value(node, format!("`exploreSpec` is a fixed block, and this is not `{expected}` any more"))
            }
            None => sink.value(node, "`exploreSpec` is a fixed block, and this is not its object any more"),
        }
        .fix_by("put the value of the block back", Safety::Unsafe, spec.surely(edit::replace(node, expected))),
    };
    finding.help("put the block back; `sss new` writes it");
}

fn check_streaming(spec: &Spec<'_>, explore: Node<'_>, sink: &mut Sink<'_>) {
    let help = format!("write `\"type\": \"{STREAMING_TYPE}\"`");
    match explore.get("type") {
        None => {
            sink.inside(explore, "`exploreSpec` has no `type`")
                .level(Level::Error)
                .help(help)
                .fix(Safety::Safe, spec.surely(edit::insert(explore, "type", &json!(STREAMING_TYPE))));
        }
        Some(node) if node.as_str().as_deref() != Some(STREAMING_TYPE) => {
            sink.value(node, format!("the `exploreSpec` of a streaming source is not of the type `{STREAMING_TYPE}`"))
                .level(Level::Error)
                .help(help)
                .fix(Safety::Safe, spec.surely(edit::replace(node, &json!(STREAMING_TYPE))));
        }
        Some(_) => {}
    }
    for (key, member) in explore.members().filter(|(key, _)| key != "type") {
        sink.key(member, format!("the `exploreSpec` of a streaming source knows no `{key}`"))
            .help(format!("remove it: `{{\"type\": \"{STREAMING_TYPE}\"}}` is all there is"))
            .fix_by(format!("remove `{key}`"), Safety::Unsafe, spec.surely(edit::remove(member)).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn another_type_is_an_error() {
        let told = |members: &str| Sample::streaming().patched(&format!("{{{members}}}")).told();
        let explore = |block: &str| told(&format!("\"exploreSpec\": {block}"));
        assert_eq!(explore("{\"type\": \"Resource\"}"), [(Level::Error, "\"Resource\"".to_owned())]);
        assert_eq!(explore("{\"type\": null}"), [(Level::Error, "\"exploreSpec\"".to_owned())]);
        assert_eq!(explore("{\"x\": 1}"), [(Level::Warning, "\"x\"".to_owned())]);
    }
}
