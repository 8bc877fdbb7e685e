#![doc = include_str!("duplicate_key.md")]

use std::collections::HashSet;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    text::{
        excerpt,
        json::{Kind, Tree, edit},
    },
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
        let duplicates: Vec<_> = object
            .duplicates()
            .into_iter()
            .map(|(first, again)| (first, again, first.to_value() == again.to_value()))
            .collect();
        if duplicates.is_empty() {
            continue;
        }
        // Where a third one differs, it matters which of them stays.
        let torn: HashSet<usize> =
            duplicates.iter().filter(|(_, _, is_same)| !is_same).map(|(first, ..)| first.index()).collect();
        for (first, again, is_same) in duplicates {
            let help = if is_same {
                "both say the same: remove one"
            } else {
                "only the last one would count: remove the wrong one"
            };
            let key = again.key().unwrap_or_default();
            let finding = sink.key(again, format!("`{}` stands here a second time", excerpt(&key)));
            if let Some(span) = first.key_span() {
                finding.related(span, "first here");
            }
            finding.help(help);
            if is_same {
                finding.level(Level::Warning);
            }
            if tree.is_sound() && !torn.contains(&first.index()) {
                finding.fix_by(format!("remove the second `{key}`"), Safety::Safe, edit::remove(again));
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
