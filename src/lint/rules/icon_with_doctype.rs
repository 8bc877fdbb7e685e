#![doc = include_str!("icon_with_doctype.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Span, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "icon-with-doctype",
    level: Level::Error,
    page: include_str!("icon_with_doctype.md"),
    check: Check::Icon(check),
};

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Err(fault) = &icon.svg else { return };
    // An HTML page is told by `not-an-svg`.
    if fault.has_dtd && svg::foreign_format(icon.document.text()).is_none() {
        let start = fault.span.start as usize;
        sink.text(
            icon.document,
            Span::new(start, start + "<!DOCTYPE".len()),
            "the icon has a document type declaration",
        )
        .help("remove `<!DOCTYPE …>`; SVG does not need it");
    }
}
