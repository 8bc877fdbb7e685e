#![doc = include_str!("unreadable_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{picture::Seen, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unreadable-icon",
    level: Level::Warning,
    page: include_str!("unreadable_icon.md"),
    check: Check::Icon(check),
};

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    if let Some(root) = icon.root().filter(|_| icon.seen() == Seen::Faint) {
        sink.text(icon.document, svg::tag(root), "on white and 32 pixels wide, nothing of the icon stands out")
            .help("use stronger lines and colours, and fill the picture; a white drawing needs a ground of its own");
    }
}
