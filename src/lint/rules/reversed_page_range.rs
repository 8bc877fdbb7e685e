#![doc = include_str!("reversed_page_range.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        pagination::{PaginationParams, whole_number},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "reversed-page-range",
    level: Level::Warning,
    page: include_str!("reversed_page_range.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(params) = PaginationParams::of(spec) else { return };
    let Some((end, last)) = params.get("endPageIndex").and_then(|node| Some((node, whole_number(node)?))) else {
        return;
    };
    let start = params.get("initialPageIndex");
    // Without one, the first page is page 0.
    let first = start.map_or(Some(0.0), whole_number);
    if let Some(first) = first.filter(|first| last >= 0.0 && last < *first) {
        let finding = sink.value(end, format!("the last page, {last}, comes before the first, {first}"));
        finding
            .help("`endPageIndex` is the number of the last page: write one that is not less than `initialPageIndex`");
        if let Some(start) = start {
            finding.related(start.span(), "the first page");
        }
    }
}
