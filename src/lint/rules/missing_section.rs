#![doc = include_str!("missing_section.md")]

use crate::{
    documentation::WrittenPage,
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-section",
    level: Level::Warning,
    page: include_str!("missing_section.md"),
    check: Check::Page(check),
};

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    // What stands in a block of code that is not closed cannot be told; `markup-slip` tells of that.
    if page.markdown.fences.iter().any(|fence| !fence.is_closed) {
        return;
    }
    let label = page.facts.as_ref().map_or("your source", |facts| facts.recipe.label.as_str());
    for section in page.sections().into_iter().filter(|section| section.required) {
        if page.heading(section).is_none() {
            let heading = format!("{} {}", "#".repeat(section.level.into()), section.heading(label));
            let place = if section.level == 1 { page.document.line_span(1) } else { page.top() };
            let anchor = if section.level == 1 { String::new() } else { format!(" {{#{}}}", section.anchor()) };
            sink.text(&page.document, place, format!("the page has no section `{}`", section.heading(label)))
                .help(format!("write it under `{heading}{anchor}`; any heading of this meaning or anchor counts"));
        }
    }
}
