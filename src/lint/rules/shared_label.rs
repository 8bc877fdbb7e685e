#![doc = include_str!("shared_label.md")]

use crate::{
    lint::{
        Level, Said, SourceSummary,
        rule::{Check, Rule, Sink},
        summary::alike,
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
    let labels: Vec<&Said> = sources.iter().filter_map(|source| source.label.as_ref()).collect();
    // What nobody filled in yet is told as such.
    let is_filled_in = |label: &Said| leftover::find(&label.text).is_empty();
    for (first, label) in alike(&labels, |label| folded(&label.text), is_filled_in) {
        sink.said(label, format!("the source `{}` has the same label", first.source()))
            .help("say in the label what sets the two apart, as what is brought or how it arrives");
    }
}

/// A label with one blank between its words and in lower case, as people compare them.
fn folded(label: &str) -> String {
    let mut folded = String::with_capacity(label.len());
    for word in label.split_whitespace() {
        folded.extend([if folded.is_empty() { "" } else { " " }, word]);
    }
    if folded.is_ascii() {
        folded.make_ascii_lowercase();
        folded
    } else {
        folded.to_lowercase()
    }
}
