#![doc = include_str!("unsized_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Span, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unsized-icon",
    level: Level::Warning,
    page: include_str!("unsized_icon.md"),
    check: Check::Icon(check),
};

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Some(root) = icon.root() else { return };
    if let Some(view_box) = root.attribute_node("viewBox") {
        if svg::view_box(view_box.value()).is_none() {
            let range = view_box.range_value();
            sink.text(icon.document, Span::new(range.start, range.end), "this is not a `viewBox`")
                .help("write four numbers: left, top, width and height, such as `0 0 64 64`");
        }
        return;
    }
    let is_length = |name| root.attribute(name).is_some_and(|value| svg::length(value).is_some());
    if !is_length("width") || !is_length("height") {
        sink.text(icon.document, svg::tag(root), "the icon has no size: neither a `viewBox` nor a width and height")
            .help("add the area that is drawn on, such as `viewBox=\"0 0 64 64\"`");
    }
}
