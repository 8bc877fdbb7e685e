#![doc = include_str!("malformed_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Span, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-icon",
    level: Level::Error,
    page: include_str!("malformed_icon.md"),
    check: Check::Icon(check),
};

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let fault = match &icon.svg {
        Ok(svg) => return check_texts(icon, svg, sink),
        Err(fault) => fault,
    };
    let text = icon.document.text();
    // Each of these has a rule of its own.
    let is_told = fault.has_dtd
        || icon.document.invalid_utf8().is_some()
        || icon.document.slice(icon.document.trimmed()).is_empty()
        || svg::foreign_format(text).is_some();
    if !is_told {
        sink.text(
            icon.document,
            fault.span,
            format!("the icon is not well-formed XML: {}", without_place(&fault.message)),
        )
        .help("correct it there, or export the icon anew as SVG");
    }
}

/// Finds a tag that lost its first bracket: for XML it is a text, and where it stands texts are not drawn.
fn check_texts(icon: &Icon<'_>, svg: &roxmltree::Document<'_>, sink: &mut Sink<'_>) {
    const WITHOUT_TEXT: [&str; 4] = ["svg", "g", "defs", "symbol"];
    let is_undrawn = |text: &roxmltree::Node<'_, '_>| {
        text.parent().is_some_and(|parent| WITHOUT_TEXT.iter().any(|name| svg::is(parent, name)))
    };
    let mut texts = svg.descendants().filter(|node| node.is_text() && is_undrawn(node));
    let Some(text) = texts.find(|text| text.text().is_some_and(|text| text.contains('>'))) else { return };
    let range = text.range();
    let written = icon.document.slice(Span::new(range.start, range.end));
    let start = range.start + written.len() - written.trim_start().len();
    let span = Span::new(start, range.start + written.trim_end().len());
    sink.text(icon.document, span, "a tag here lacks its `<`, and is not drawn")
        .level(Level::Warning)
        .help("put the bracket in front of it");
}

/// A message without the line and column it names: the finding has them. Quotation marks become backticks.
fn without_place(message: &str) -> String {
    let is_place = |word: &str| {
        word.split_once(':').is_some_and(|(row, column)| row.parse::<u32>().is_ok() && column.parse::<u32>().is_ok())
    };
    let mut words: Vec<&str> = message.split(' ').collect();
    if let Some(at) = words.windows(2).position(|pair| pair[0] == "at" && is_place(pair[1])) {
        words.drain(at..at + 2);
    }
    words.join(" ").replace('\'', "`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_not_said_twice() {
        assert_eq!(without_place("expected 'g' tag, not 'svg' at 3:1"), "expected `g` tag, not `svg`");
        assert_eq!(without_place("attribute 'a' at 1:5 is already defined"), "attribute `a` is already defined");
        assert_eq!(without_place("nodes limit reached"), "nodes limit reached");
    }
}
