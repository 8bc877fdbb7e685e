#![doc = include_str!("text_in_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::svg,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "text-in-icon",
    level: Level::Warning,
    page: include_str!("text_in_icon.md"),
    check: Check::Icon(check),
};

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Some(root) = icon.root() else { return };
    let is_text = |element| ["text", "tspan", "textPath"].iter().any(|name| svg::is(element, name));
    // What stands within one is part of it.
    let mut found = svg::elements(root, |element| !is_text(element)).filter(|element| is_text(*element));
    let Some(first) = found.next() else { return };
    let more = match found.count() {
        0 => String::new(),
        more => format!(" here, and {more} more after it"),
    };
    sink.text(icon.document, svg::tag(first), format!("the icon holds text, which needs a font{more}"))
        .help("turn the letters into paths");
}
