#![doc = include_str!("shared_name.md")]

use std::collections::HashMap;

use crate::lint::{
    Level, SourceSummary,
    rule::{Check, Rule, Sink},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "shared-name",
    level: Level::Error,
    page: include_str!("shared_name.md"),
    check: Check::Repository(check),
};

fn check(sources: &[&SourceSummary], sink: &mut Sink<'_>) {
    let mut seen = HashMap::with_capacity(sources.len());
    for source in sources {
        let (Some(kind), Some(name)) = (source.kind, &source.name) else { continue };
        if let Some(first) = seen.get(&(kind, name.text.as_str())) {
            // The name itself is not repeated: it is marked, and may hold what nobody should read.
            sink.said(name, format!("the {kind} source `{first}` has the same `name`"))
                .help("give each connection spec a name of its own, as that of its folder");
        } else {
            seen.insert((kind, name.text.as_str()), &source.source);
        }
    }
}
