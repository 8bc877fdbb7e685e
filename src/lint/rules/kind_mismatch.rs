#![doc = include_str!("kind_mismatch.md")]

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Kind, Spec, ids},
    text::{
        excerpt,
        json::{Node, edit},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "kind-mismatch",
    level: Level::Error,
    page: include_str!("kind_mismatch.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(kind) = spec.kind() else { return };
    let root = spec.root();
    if let (Some(other), Some(node)) = (Kind::by_provider(root).filter(|by| *by != kind), root.get("providerId")) {
        return check_provider(spec, node, kind, other, sink);
    }
    let Some(node) = root.get("type") else { return };
    let Some(name) = node.as_str().filter(|name| !name.is_empty()) else { return };
    let other = Kind::by_type(root);
    // Without a provider that is known, a type that is none is all the more to be told of by its rule.
    if other == Some(kind) || other.is_none() && Kind::by_provider(root).is_none() {
        return;
    }
    let shown = excerpt(&name);
    let wanted = kind.type_name();
    let finding = match other {
        Some(other) => {
            let against = if Kind::by_provider(root).is_some() { "`providerId`" } else { "the rest of the spec" };
            let message = format!("`type` says this is a {other} source, {against} that it is a {kind} source");
            sink.value(node, message).help(format!("write `{wanted}` here, or `{}` as `providerId`", other.provider()))
        }
        None if kind == Kind::Batch && name == ids::BETA_BATCH_TYPE => sink
            .value(node, format!("`{shown}` is what the beta called a {kind} source"))
            .level(Level::Warning)
            .help(format!("write `{wanted}`"))
            .fix(Safety::Unsafe, spec.surely(edit::replace(node, &json!(wanted)))),
        None => sink
            .value(node, format!("`{shown}` is no type of a {kind} source"))
            .level(Level::Warning)
            .help(format!("write `{wanted}`"))
            .fix(Safety::of_spelling(&name, wanted), spec.surely(edit::replace(node, &json!(wanted)))),
    };
    if let Some(span) = root.get("providerId").filter(|_| Kind::by_provider(root).is_some()).and_then(Node::key_span) {
        finding.related(span, format!("the id of the provider of {kind} sources"));
    }
}

/// The provider stands alone against what the rest says.
fn check_provider(spec: &Spec<'_>, node: Node<'_>, kind: Kind, other: Kind, sink: &mut Sink<'_>) {
    let wanted = kind.provider();
    let by_type = spec.root().get("type").filter(|_| Kind::by_type(spec.root()) == Some(kind));
    let against = if by_type.is_some() { "`type`" } else { "the rest of the spec" };
    let finding = sink
        .value(
            node,
            format!("`providerId` is that of {other} sources, and {against} says that this is a {kind} source"),
        )
        .help(format!("write `{wanted}`"))
        .fix(Safety::Unsafe, spec.surely(edit::replace(node, &json!(wanted))));
    if let Some(span) = by_type.and_then(Node::key_span) {
        finding.related(span, format!("the type of {kind} sources"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn a_provider_alone_against_all_else_is_one_finding() {
        for (sample, kind, other) in
            [(Sample::batch(), Kind::Batch, Kind::Streaming), (Sample::streaming(), Kind::Streaming, Kind::Batch)]
        {
            let findings = sample.patched(&format!(r#"{{"providerId": "{}"}}"#, other.provider())).findings();
            assert_eq!(findings.rules(), [RULE.name], "{:#?}", findings.findings);
            let fix = findings.findings[0].fix.as_ref().unwrap();
            assert_eq!((fix.safety, fix.edits.len()), (Safety::Unsafe, 1));
            assert!(fix.edits[0].text.contains(kind.provider()));
        }
    }

    #[test]
    fn nothing_is_changed_for_the_sake_of_a_kind_that_is_doubtful() {
        let patch = format!(
            r#"{{"providerId": "{}", "exploreSpec": {{"type": "StreamingConnection"}}}}"#,
            Kind::Streaming.provider()
        );
        for finding in Sample::batch().patched(&patch).findings().findings {
            assert!(finding.fix.is_none(), "{finding:#?}");
        }
    }
}
