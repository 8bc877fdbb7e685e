#![doc = include_str!("not_an_svg.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Edit, Span, svg},
};

/// The rule.
pub static RULE: Rule =
    Rule { name: "not-an-svg", level: Level::Error, page: include_str!("not_an_svg.md"), check: Check::Icon(check) };

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    if let Some(format) = svg::foreign_format(icon.document.text()) {
        sink.text(icon.document, Span::empty(0), format!("the icon is {format}, not SVG"))
            .help("put the icon there as SVG; another name does not make it one");
        return;
    }
    let Ok(document) = &icon.svg else { return };
    let root = document.root_element();
    let name = root.tag_name().name();
    if svg::is(root, "svg") {
        return;
    }
    if name == "svg" {
        sink.text(icon.document, svg::tag(root), "the element `svg` is not in the namespace of SVG")
            .help(format!("write `<svg xmlns=\"{}\"`", svg::NAMESPACE))
            .fix(Safety::Safe, namespace(root));
    } else {
        sink.text(icon.document, svg::tag(root), format!("the icon is not SVG: its outermost element is `{name}`"))
            .help("put an SVG image there");
    }
}

/// The namespace, put behind the name of an element that has none.
fn namespace(root: roxmltree::Node<'_, '_>) -> Option<Edit> {
    let tag = svg::tag(root);
    let is_plain = root.tag_name().namespace().is_none() && tag.end - tag.start == "<svg".len() as u32;
    is_plain.then(|| Edit::insert(tag.end as usize, format!(" xmlns=\"{}\"", svg::NAMESPACE)))
}
