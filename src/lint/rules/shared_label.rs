#![doc = include_str!("shared_label.md")]

use std::collections::HashMap;

use crate::{
    lint::{
        Level, SourceSummary,
        rule::{Check, Rule, Sink},
    },
    spec::leftover,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "shared-label",
    level: Level::Warning,
    page: include_str!("shared_label.md"),
    check: Check::Repository(check),
};

fn check(sources: &[&SourceSummary], sink: &mut Sink<'_>) {
    let mut seen = HashMap::with_capacity(sources.len());
    // What nobody filled in yet is told as such.
    let labels = sources.iter().filter_map(|source| Some((source, source.label.as_ref()?)));
    for (source, label) in labels.filter(|(_, label)| leftover::find(&label.text).is_empty()) {
        let folded = label.text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        if let Some(first) = seen.get(&folded) {
            sink.said(label, format!("the source `{first}` has the same label"))
                .help("say in the label what sets the two apart, as what is brought or how it arrives");
        } else {
            seen.insert(folded, &source.source);
        }
    }
}
