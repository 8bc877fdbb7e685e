#![doc = include_str!("malformed_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{
        Span,
        svg::{self, FaultKind},
    },
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
    // Each of these has a rule of its own.
    let is_told = matches!(fault.kind, FaultKind::Doctype | FaultKind::TooLong)
        || icon.document.invalid_utf8().is_some()
        || icon.document.slice(icon.document.trimmed()).is_empty()
        || svg::foreign_format(icon.document).is_some();
    if is_told {
        return;
    }
    if fault.kind == FaultKind::Excess {
        sink.text(icon.document, fault.span, fault.message.clone())
            .help("export the icon anew as \"plain\" SVG; no icon needs so many");
    } else {
        let message = format!("the icon is not well-formed XML: {}", without_place(&fault.message));
        sink.text(icon.document, fault.span, message).help("correct it there, or export the icon anew as SVG");
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
    use std::time::{Duration, Instant};

    use super::*;
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    #[test]
    fn the_place_is_not_said_twice() {
        assert_eq!(without_place("expected 'g' tag, not 'svg' at 3:1"), "expected `g` tag, not `svg`");
        assert_eq!(without_place("attribute 'a' at 1:5 is already defined"), "attribute `a` is already defined");
        assert_eq!(without_place("nodes limit reached"), "nodes limit reached");
    }

    const OPEN: &str = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>";

    fn found(icon: &str) -> Vec<(&'static str, usize, String)> {
        let findings = Sample::batch().with(ArtifactKind::Icon, icon).findings().findings;
        findings.into_iter().map(|finding| (finding.rule, finding.span.start as usize, finding.message)).collect()
    }

    #[test]
    fn what_is_cut_off_is_marked_at_its_end() {
        for icon in [format!("{OPEN}\n<circle cx='3"), format!("{OPEN}\n<g>\n"), format!("{OPEN}<circle ")] {
            let found = found(&icon);
            assert_eq!((found[0].0, found[0].1, found.len()), (RULE.name, icon.trim_end().len(), 1), "{found:?}");
        }
    }

    #[test]
    fn dashes_in_a_comment_are_marked_themselves() {
        let icon = format!("{OPEN}\n<!-- é a -- b --><circle r='3'/></svg>");
        let found = found(&icon);
        assert_eq!((found[0].0, found[0].1), (RULE.name, icon.find("-- b").unwrap()), "{found:?}");
    }

    #[test]
    fn what_would_take_long_to_read_is_not_read() {
        let levels = 5_000;
        let nested: String = (0..levels).map(|level| format!("<g xmlns:a{level}='u{level}'>")).collect();
        let attributes: String = (0..70_000).map(|number| format!(" a{number}=''")).collect();
        for icon in [
            format!("{OPEN}{nested}{}</svg>", "</g>".repeat(levels)),
            format!("{OPEN}<path{}/></svg>", &attributes[..400_000].trim_end_matches(|c| c != '\'')),
        ] {
            let start = Instant::now();
            let found = found(&icon);
            assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
            assert!(
                found.iter().any(|(rule, _, message)| *rule == RULE.name && message.ends_with("not read")),
                "{found:?}"
            );
        }
        let icon = format!("{OPEN}<path{attributes}/></svg>");
        let found = found(&icon);
        assert!(matches!(found.as_slice(), [("oversized-icon", 0, _)]), "{found:?}");
    }
}
