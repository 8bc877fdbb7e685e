#![doc = include_str!("duplicate_key.md")]

use std::collections::HashMap;

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
        let mut first = HashMap::with_capacity(object.len());
        for (key, member) in object.members() {
            let Some(&earlier) = first.get(&key) else {
                first.insert(key, member);
                continue;
            };
            let is_same = earlier.to_value() == member.to_value();
            let finding = sink.key(member, format!("`{key}` stands here a second time"));
            if let Some(span) = earlier.key_span() {
                finding.related(span, "first here");
            }
            if is_same {
                finding.help("both say the same: remove one");
            } else {
                finding.help("only the last one would count: remove the wrong one");
            }
        }
    }
}
