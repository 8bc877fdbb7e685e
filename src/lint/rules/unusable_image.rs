#![doc = include_str!("unusable_image.md")]

use crate::{
    documentation::WrittenPage,
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unusable-image",
    level: Level::Error,
    page: include_str!("unusable_image.md"),
    check: Check::Page(check),
};

/// What names of images end with.
const ENDS: [&str; 6] = [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"];

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    for link in page.markdown.links.iter().filter(|link| link.is_image) {
        if link.target.starts_with("data:") {
            embedded(page, link.span, sink);
        } else if link.is_relative() && link.target.contains("%20") {
            blank(page, link.span, sink);
        }
    }
    for html in &page.markdown.html {
        if page.document.slice(*html).contains("data:image/") {
            embedded(page, *html, sink);
        }
    }
    // With a blank in its name, an image is none to a parser.
    for text in &page.markdown.texts {
        if !page.document.text()[text.start as usize..].starts_with("](") {
            continue;
        }
        let line = page.document.line_span(page.document.position(text.start as usize).line);
        let said = page.document.slice(line);
        let at = text.start.saturating_sub(line.start) as usize;
        let Some(rest) = said.get(at..).filter(|rest| rest.starts_with("](")) else { continue };
        let Some(end) = rest.find(')') else { continue };
        let target = rest[2..end].trim();
        let is_image = said[..at].contains("![") && ENDS.iter().any(|end| target.to_lowercase().ends_with(end));
        if is_image && target.contains(' ') {
            blank(page, Span::new(text.start as usize + 2, text.start as usize + end), sink);
        }
    }
}

/// So much of an image that is part of the page is shown.
fn embedded(page: &WrittenPage, span: Span, sink: &mut Sink<'_>) {
    let start = span.start as usize;
    let end = page.document.boundary((start + 40).min(span.end as usize));
    sink.text(&page.document, Span::new(start, end), "the image is part of the page itself, and no file")
        .help("put it into a file beside the other screenshots, and refer to that");
}

fn blank(page: &WrittenPage, span: Span, sink: &mut Sink<'_>) {
    sink.text(&page.document, span, "the name of the image has a blank in it, so that it is not shown")
        .help("rename the file: `acme-catalog.png`");
}
