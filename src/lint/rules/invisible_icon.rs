#![doc = include_str!("invisible_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Span, picture::Seen, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "invisible-icon",
    level: Level::Error,
    page: include_str!("invisible_icon.md"),
    check: Check::Icon(check),
};

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Some(root) = icon.root() else { return };
    if let Some(side) = empty_side(root) {
        let range = side.range_value();
        let message = format!("the icon shows nothing: its `{}` is 0", side.name());
        sink.text(icon.document, Span::new(range.start, range.end), message)
            .help("write its size in pixels, or leave `width` and `height` out: the `viewBox` is enough");
    } else if icon.seen() == Seen::Nothing {
        sink.text(icon.document, svg::tag(root), "the icon shows nothing: all of it is transparent")
            .help("give its shapes a colour, and a place within the `viewBox`");
    }
}

/// The width or height of an icon, where it leaves no room for the picture.
fn empty_side<'a, 'input>(root: roxmltree::Node<'a, 'input>) -> Option<roxmltree::Attribute<'a, 'input>> {
    let mut sides = root.attributes().filter(|side| matches!(side.name(), "width" | "height"));
    let side = sides.find(|side| svg::is_zero(side.value()))?;
    // Without a `viewBox` there is no size at all, which `unsized-icon` tells.
    (root.attribute("viewBox").is_some() && svg::is_drawn(root)).then_some(side)
}
