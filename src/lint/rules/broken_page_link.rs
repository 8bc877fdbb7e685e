#![doc = include_str!("broken_page_link.md")]

use crate::{
    documentation::WrittenPage,
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::{excerpt, nearest::nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "broken-page-link",
    level: Level::Error,
    page: include_str!("broken_page_link.md"),
    check: Check::Page(check),
};

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    let anchors = page.markdown.anchors(page.document.text());
    // Of a section that is not there, `missing-section` tells.
    let sections = page.sections().into_iter().filter(|section| page.heading(section).is_none());
    let missing: Vec<&str> = sections.map(|section| section.anchor()).collect();
    for (at, link) in page.markdown.links.iter().enumerate() {
        let what = if link.is_image { "image" } else { "link" };
        let (path, anchor) = link.parts();
        if link.target.is_empty() {
            sink.text(&page.document, link.span, format!("the {what} leads nowhere")).help("give it an address");
        } else if page.broken.contains(&at) {
            // Screenshots may be taken later; the page is read without them.
            let level = if link.is_image { Level::Warning } else { Level::Error };
            sink.text(&page.document, link.span, format!("there is no `{}`", excerpt(path)))
                .level(level)
                .help("paths count from the folder of the page");
        } else if let Some(anchor) = anchor.filter(|anchor| path.is_empty() && link.is_relative() && !anchor.is_empty())
            && !anchors.contains(anchor)
            && !missing.contains(&anchor)
        {
            let meant = nearest(anchor, anchors.iter().map(String::as_str));
            sink.text(&page.document, link.span, format!("the page has no place `#{}`", excerpt(anchor)))
                .maybe_help(meant.map(|meant| format!("did you mean `#{meant}`?")));
        }
    }
}
