#![doc = include_str!("oversized_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::Span,
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
    // What is no text is told otherwise, and its bytes are not those of the text.
    if bytes > LIMIT && icon.document.invalid_utf8().is_none() {
        sink.text(icon.document, Span::empty(0), format!("the icon has {} kB", bytes.div_ceil(1024)))
            .help("up to 100 kB is our advice: simplify its paths, remove what the drawing program keeps for itself");
    }
}
