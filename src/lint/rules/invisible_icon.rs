#![doc = include_str!("invisible_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{picture::Seen, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "invisible-icon",
    level: Level::Error,
    page: include_str!("invisible_icon.md"),
    check: Check::Icon(check),
};

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    if let Some(root) = icon.root().filter(|_| icon.seen() == Seen::Nothing) {
        sink.text(icon.document, svg::tag(root), "the icon shows nothing: all of it is transparent")
            .help("give its shapes a colour, and a place within the `viewBox`");
    }
}
