#![doc = include_str!("bitmap_in_icon.md")]

use super::external_reference_in_icon::is_picture_elsewhere;
use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::svg,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "bitmap-in-icon",
    level: Level::Warning,
    page: include_str!("bitmap_in_icon.md"),
    check: Check::Icon(check),
};

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Some(root) = icon.root() else { return };
    let is_bitmap = |element| svg::is(element, "image");
    // What stands within one is part of it. One from elsewhere is told by `external-reference-in-icon`.
    let mut found = svg::elements(root, |element| !is_bitmap(element))
        .filter(|element| is_bitmap(*element) && !is_picture_elsewhere(*element));
    let Some(first) = found.next() else { return };
    let more = match found.count() {
        0 => String::new(),
        more => format!(" here, and {more} more after it"),
    };
    sink.text(icon.document, svg::tag(first), format!("the icon holds a picture made of dots{more}"))
        .help("draw it with shapes; a picture blurs when it is scaled");
}
