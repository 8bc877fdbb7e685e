#![doc = include_str!("icon_not_square.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Span, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "icon-not-square",
    level: Level::Warning,
    page: include_str!("icon_not_square.md"),
    check: Check::Icon(check),
};

/// How much of the longer side may be missing, to allow for rounding.
const TOLERANCE: f64 = 0.01;

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Some(root) = icon.root() else { return };
    let is_square = |width: f64, height: f64| (width - height).abs() <= width.max(height) * TOLERANCE;
    let help = "draw it on a square, such as `viewBox=\"0 0 64 64\"`";
    if let Some(attribute) = root.attribute_node("viewBox")
        && let Some([_, _, width, height]) = svg::view_box(attribute.value())
        && !is_square(width, height)
    {
        let range = attribute.range_value();
        sink.text(
            icon.document,
            Span::new(range.start, range.end),
            format!("the icon is not square: {width} × {height}"),
        )
        .help(help);
        return;
    }
    let length = |name| root.attribute(name).and_then(svg::length);
    if let (Some((width, unit)), Some((height, other))) = (length("width"), length("height"))
        && is_same(unit, other)
        && !is_square(width, height)
    {
        let message = format!("the icon is not square: {width}{unit} × {height}{other}");
        sink.text(icon.document, svg::tag(root), message).help(help);
    }
}

/// Whether two units of length are the same. Without one, pixels are meant.
fn is_same(unit: &str, other: &str) -> bool {
    let written = |unit: &str| if unit.is_empty() { "px".to_owned() } else { unit.to_ascii_lowercase() };
    unit == other || written(unit) == written(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_unit_is_that_of_pixels() {
        assert!(is_same("", "px") && is_same("PX", "") && is_same("em", "EM") && is_same("", ""));
        assert!(!is_same("", "em") && !is_same("pt", "px"));
    }
}
