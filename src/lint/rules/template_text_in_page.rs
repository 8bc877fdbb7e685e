#![doc = include_str!("template_text_in_page.md")]

use crate::{
    documentation::WrittenPage,
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::leftover,
    text::{Span, excerpt},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "template-text-in-page",
    level: Level::Error,
    page: include_str!("template_text_in_page.md"),
    check: Check::Page(check),
};

/// Phrases of the templates of texts, which a page may well say.
const SAID: [&str; 2] = ["of your source", "for your source"];

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    let text = page.document.text();
    let mut found: Vec<Span> = Vec::new();
    for place in page.markdown.texts.iter().chain(page.markdown.metadata.as_ref().map(|metadata| &metadata.span)) {
        let start = place.start as usize;
        let of_place = leftover::words(page.document.slice(*place)).into_iter();
        found.extend(of_place.map(|word| Span::new(start + word.start as usize, start + word.end as usize)));
        // A link to be put in stands in no list of phrases: what is to be linked to follows.
        let insert = page.document.slice(*place).to_ascii_lowercase().find("insert link");
        found.extend(insert.map(|at| Span::new(start + at, start + at + "insert link".len())));
    }
    let codes = page.markdown.codes.iter().map(|(_, span)| *span);
    for span in codes.chain(page.markdown.fences.iter().map(|fence| fence.span)) {
        let of_template = leftover::template_text(page.document.slice(span));
        found.extend(
            of_template.map(|word| Span::new((span.start + word.start) as usize, (span.start + word.end) as usize)),
        );
    }
    for link in &page.markdown.links {
        if leftover::is_in_address(&link.target) && link.target.contains("YOURSOURCE") {
            found.push(link.span);
        }
    }
    found.sort_unstable();
    let mut end = 0;
    for span in found {
        let piece = text.get(span.range()).unwrap_or_default();
        let is_said = SAID.iter().any(|phrase| piece.to_ascii_lowercase().ends_with(phrase));
        if span.start < end || is_said || piece.eq_ignore_ascii_case("your source name") {
            continue;
        }
        end = span.end;
        let message = format!("`{}` is left over from the template of the page", excerpt(piece));
        sink.text(&page.document, span, message)
            .help("write what holds for your source, without the template's italics");
    }
}
