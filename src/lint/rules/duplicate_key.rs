#![doc = include_str!("duplicate_key.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::json::{Kind, Tree},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "duplicate-key",
    level: Level::Error,
    page: include_str!("duplicate_key.md"),
    check: Check::Json(check),
};

fn check(tree: &Tree, sink: &mut Sink<'_>) {
    for object in tree.nodes().filter(|node| node.kind() == Kind::Object) {
        for (first, again) in object.duplicates() {
            let is_same = first.to_value() == again.to_value();
            let help = if is_same {
                "both say the same: remove one"
            } else {
                "only the last one would count: remove the wrong one"
            };
            let key = again.key().unwrap_or_default();
            let finding = sink.key(again, format!("`{key}` stands here a second time"));
            if let Some(span) = first.key_span() {
                finding.related(span, "first here");
            }
            finding.help(help);
            if is_same {
                finding.level(Level::Warning);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    #[test]
    fn what_is_said_twice_alike_is_a_warning() {
        let levels = |text: &str| {
            let findings = Sample::batch().with(ArtifactKind::ConnectionSpec, text).findings().findings;
            findings.iter().filter(|found| found.rule == RULE.name).map(|found| found.level).collect::<Vec<_>>()
        };
        assert_eq!(levels(r#"{"a": {"x": 1, "y": 2}, "a": {"y": 2, "x": 1}}"#), [Level::Warning]);
        assert_eq!(levels(r#"{"a": 1, "a": 1, "a": 2}"#), [Level::Warning, Level::Error]);
    }
}
