#![doc = include_str!("icon_with_doctype.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Edit, Span, svg},
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
        .help("remove `<!DOCTYPE …>`; SVG does not need it")
        .fix(Safety::Safe, declaration(icon.document.text(), start).map(Edit::remove));
    }
}

/// A declaration with its line end; nothing where it has declarations inside.
fn declaration(text: &str, start: usize) -> Option<Span> {
    let mut quote = None;
    let mut end = None;
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => return None,
            (None, b'>') => {
                end = Some(at + 1);
                break;
            }
            _ => {}
        }
    }
    let end = end?;
    let is_own_line = text[..start].is_empty() || text[..start].ends_with('\n');
    let line_end = ["\r\n", "\n"].into_iter().find(|line_end| is_own_line && text[end..].starts_with(line_end));
    Some(Span::new(start, end + line_end.map_or(0, str::len)))
}
