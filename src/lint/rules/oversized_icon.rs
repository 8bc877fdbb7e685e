#![doc = include_str!("oversized_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Span, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "oversized-icon",
    level: Level::Warning,
    page: include_str!("oversized_icon.md"),
    check: Check::Icon(check),
};

/// The most bytes an icon should have.
const LIMIT: usize = 100 * 1024;

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let bytes = icon.document.text().len();
    if bytes <= LIMIT {
        return;
    }
    // What is no SVG is told otherwise, and of what is no text the bytes are not those of the text.
    if icon.document.invalid_utf8().is_some() || svg::foreign_format(icon.document).is_some() {
        return;
    }
    let size = bytes.div_ceil(1024);
    let is_read = bytes <= svg::LONGEST;
    let message = if is_read {
        format!("the icon has {size} kB")
    } else {
        format!("the icon has {size} kB, too many to read it")
    };
    let finding = sink.text(icon.document, Span::empty(0), message);
    finding.help("up to 100 kB is our advice: simplify its paths, remove what the drawing program keeps for itself");
    if !is_read {
        // Whatever else is wrong with it, nobody is told.
        finding.level(Level::Error);
    }
}
