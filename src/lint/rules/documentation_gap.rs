#![doc = include_str!("documentation_gap.md")]

use crate::{
    documentation::{WrittenPage, outline},
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "documentation-gap",
    level: Level::Warning,
    page: include_str!("documentation_gap.md"),
    check: Check::Page(check),
};

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    for gap in outline::gaps(page.document.text()) {
        let span = Span::new(gap.range.start, gap.range.end);
        let finding = sink.text(&page.document, span, format!("`{}` is still to be written", gap.id));
        if !gap.ask.is_empty() {
            finding.help(gap.ask.as_str());
        }
    }
}
