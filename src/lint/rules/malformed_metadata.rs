#![doc = include_str!("malformed_metadata.md")]

use crate::{
    documentation::WrittenPage,
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-metadata",
    level: Level::Warning,
    page: include_str!("malformed_metadata.md"),
    check: Check::Page(check),
};

/// What a value may be at most, by what search engines show.
const LONGEST: usize = 300;

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    let Some(metadata) = &page.markdown.metadata else {
        sink.text(&page.document, page.document.line_span(1), "the page has no metadata")
            .help("begin it with `title: …` and `description: …` between two lines of `---`");
        return;
    };
    let top = page.document.line_span(page.document.position(metadata.span.start as usize).line);
    for key in ["title", "description"] {
        match metadata.get(key) {
            None => {
                sink.text(&page.document, top, format!("the metadata have no `{key}`"))
                    .help(format!("add a line `{key}: …`"));
            }
            Some(entry) if entry.value.is_empty() => {
                sink.text(&page.document, entry.key_span, format!("the `{key}` is empty"));
            }
            Some(entry) if entry.value.chars().count() > LONGEST => {
                sink.text(&page.document, entry.key_span, format!("the `{key}` has more than {LONGEST} characters"))
                    .help("search results show the beginning only: say it in one or two sentences");
            }
            Some(_) => {}
        }
    }
    if let Some(entry) = metadata.get("exl-id") {
        sink.text(&page.document, entry.key_span, "the metadata have an `exl-id`, which is the ID of another page")
            .help("take the line out: Adobe gives the page an ID of its own");
    }
}
