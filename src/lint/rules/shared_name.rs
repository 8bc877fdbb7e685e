#![doc = include_str!("shared_name.md")]

use crate::{
    lint::{
        Level, Said, SourceSummary,
        rule::{Check, Rule, Sink},
        summary::alike,
    },
    spec::Kind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "shared-name",
    level: Level::Error,
    page: include_str!("shared_name.md"),
    check: Check::Repository(check),
};

fn check(sources: &[&SourceSummary], sink: &mut Sink<'_>) {
    let names: Vec<(Kind, &Said)> =
        sources.iter().filter_map(|source| Some((source.kind?, source.name.as_ref()?))).collect();
    for ((_, first), (kind, name)) in alike(&names, |(kind, name)| (kind, &*name.text), |_| true) {
        // The name itself is not repeated: it is marked, and may hold what nobody should read.
        sink.said(name, format!("the {kind} source `{}` has the same `name`", first.source()))
            .help("give each connection spec a name of its own, as that of its folder");
    }
}
