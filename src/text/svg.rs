//! SVG read with places. Document type declarations are refused, so that no entity is ever expanded.

use super::{Document, Span, visible};

/// Why a document is not well-formed XML, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotWellFormed {
    pub message: String,
    pub span: Span,
    /// It holds a document type declaration, which is not read at all.
    pub has_dtd: bool,
}

/// The namespace of SVG.
pub const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// Whether a node is an element of SVG of this name.
pub fn is(node: roxmltree::Node<'_, '_>, name: &str) -> bool {
    node.has_tag_name((NAMESPACE, name))
}

/// The bracket and the name at the start of an element.
pub fn tag(element: roxmltree::Node<'_, '_>) -> Span {
    let range = element.range();
    let text = element.document().input_text().get(range.clone()).unwrap_or_default();
    let length = text.find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>')).unwrap_or(text.len());
    Span::new(range.start, range.start + length)
}

/// An element and all elements below it in the order of the text, except those below one that is not entered.
pub fn elements<'a, 'input>(
    root: roxmltree::Node<'a, 'input>,
    enter: impl Fn(roxmltree::Node<'a, 'input>) -> bool,
) -> impl Iterator<Item = roxmltree::Node<'a, 'input>> {
    let mut open = vec![root];
    std::iter::from_fn(move || {
        let element = open.pop()?;
        if enter(element) {
            open.extend(element.children().rev().filter(roxmltree::Node::is_element));
        }
        Some(element)
    })
}

/// The four numbers of a `viewBox`: left, top, width and height.
pub fn view_box(value: &str) -> Option<[f64; 4]> {
    let mut numbers = value.split([',', ' ', '\t', '\r', '\n']).filter(|part| !part.is_empty()).map(str::parse);
    let mut next = || numbers.next()?.ok();
    let found = [next()?, next()?, next()?, next()?];
    let is_area = found.iter().all(|number: &f64| number.is_finite()) && found[2] > 0.0 && found[3] > 0.0;
    (numbers.next().is_none() && is_area).then_some(found)
}

/// A length: its number and its unit, which may be empty. Percentages are of something else, and no length.
pub fn length(value: &str) -> Option<(f64, &str)> {
    let value = value.trim();
    let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let length = number.parse().ok().filter(|number: &f64| number.is_finite() && *number > 0.0)?;
    Some((length, &value[number.len()..]))
}

/// Whether anything is drawn below an element: a shape, a picture or a text that is not kept for use elsewhere.
pub fn is_drawn(root: roxmltree::Node<'_, '_>) -> bool {
    const DRAWN: [&str; 10] =
        ["path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "use", "image", "text"];
    const KEPT: [&str; 9] =
        ["defs", "symbol", "clipPath", "mask", "pattern", "marker", "filter", "metadata", "foreignObject"];
    let is_one_of = |element, names: &[&str]| names.iter().any(|name| is(element, name));
    elements(root, |element| !is_one_of(element, &KEPT)).any(|element| is_one_of(element, &DRAWN))
}

/// What a document is that is no XML at all, told from its first characters. Bytes that are no text stand in them as
/// U+FFFD.
pub fn foreign_format(text: &str) -> Option<&'static str> {
    const STARTS: [(&str, &str); 12] = [
        ("\u{fffd}PNG\r\n", "a PNG image"),
        ("\u{fffd}\u{fffd}\u{fffd}", "a JPEG image"),
        ("GIF8", "a GIF image"),
        ("RIFF", "a WebP image"),
        ("BM", "a bitmap image"),
        ("\0\0\u{1}\0", "a Windows icon"),
        ("%PDF-", "a PDF document"),
        ("%!PS", "a PostScript document"),
        ("\u{1f}\u{fffd}\u{8}", "a compressed file (SVGZ)"),
        ("PK\u{3}\u{4}", "a ZIP archive"),
        ("<!doctype html", "an HTML page"),
        ("version https://git-lfs", "a pointer of Git LFS"),
    ];
    let text = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    let starts_with = |start: &str| {
        text.char_indices().nth(start.chars().count()).map_or(text, |(end, _)| &text[..end]).eq_ignore_ascii_case(start)
    };
    // Two letters are too little to go by.
    let is_sure = |start: &str| start != "BM" || text.contains('\0');
    STARTS.into_iter().find(|(start, _)| starts_with(start) && is_sure(start)).map(|(_, format)| format)
}

/// Reads an SVG document.
pub fn read(document: &Document) -> Result<roxmltree::Document<'_>, NotWellFormed> {
    let options = roxmltree::ParsingOptions { allow_dtd: false, ..Default::default() };
    roxmltree::Document::parse_with_options(document.text(), options).map_err(|error| {
        let has_dtd = matches!(error, roxmltree::Error::DtdDetected);
        let at =
            if has_dtd { document.text().find("<!DOCTYPE").unwrap_or_default() } else { offset(document, error.pos()) };
        NotWellFormed { message: visible::printable(&error.to_string()), span: document.character(at), has_dtd }
    })
}

/// The byte offset of a position that counts rows and characters from 1.
fn offset(document: &Document, position: roxmltree::TextPos) -> usize {
    let line = document.line_span(position.row as usize);
    let text = document.slice(line);
    let column = (position.col as usize).saturating_sub(1);
    line.start as usize + text.char_indices().nth(column).map_or(text.len(), |(at, _)| at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_its_place() {
        let document = Document::new("i.svg", "<svg>\n  <g></h>\n</svg>".into());
        let fault = read(&document).unwrap_err();
        assert_eq!(document.position(fault.span.start as usize).line, 2);
        assert!(!fault.has_dtd);
    }

    #[test]
    fn a_fault_quotes_nothing_that_a_terminal_would_obey() {
        let document = Document::new("i.svg", b"<svg a='b'\x1b[31m/>".to_vec());
        let fault = read(&document).unwrap_err();
        assert!(!fault.message.contains(char::is_control), "{}", fault.message);
    }

    #[test]
    fn elements_come_in_the_order_of_the_text_and_know_their_tag() {
        let document = Document::new("i.svg", "<svg><a><b/></a>x<c\n d=''/></svg>".into());
        let svg = read(&document).unwrap();
        let tags = |skipped| {
            elements(svg.root_element(), |element| element.tag_name().name() != skipped)
                .map(|element| document.slice(tag(element)))
                .collect::<Vec<_>>()
        };
        assert_eq!(tags(""), ["<svg", "<a", "<b", "<c"]);
        assert_eq!(tags("a"), ["<svg", "<a", "<c"]);
    }

    #[test]
    fn sizes_are_read() {
        assert_eq!(view_box("0 0 64 32"), Some([0.0, 0.0, 64.0, 32.0]));
        assert_eq!(view_box(" -1,-1, 2.5\n2.5 "), Some([-1.0, -1.0, 2.5, 2.5]));
        for none in ["", "0 0 64", "0 0 64 64 64", "0 0 0 64", "0 0 a 64", "0 0 inf 64", "none"] {
            assert_eq!(view_box(none), None, "{none}");
        }
        assert_eq!(length("64"), Some((64.0, "")));
        assert_eq!(length(" 1.5em "), Some((1.5, "em")));
        for none in ["", "100%", "-1", "0", "auto", "inf", "NaN", "1 2"] {
            assert_eq!(length(none), None, "{none}");
        }
    }

    #[test]
    fn what_is_kept_for_use_elsewhere_is_not_drawn() {
        let is_drawn = |inner: &str| {
            let text = format!("<svg xmlns=\"{NAMESPACE}\">{inner}</svg>");
            is_drawn(read(&Document::new("i.svg", text.into())).unwrap().root_element())
        };
        assert!(is_drawn("<g><g><path d='M0 0h1'/></g></g>"));
        assert!(is_drawn("<defs><path id='a'/></defs><use href='#a'/>"));
        assert!(!is_drawn("<defs><path id='a'/></defs><title>a</title><g/>"));
        assert!(!is_drawn("<path xmlns='other'/>"));
        assert!(is_drawn(&("<g>".repeat(50_000) + "<path/>" + &"</g>".repeat(50_000))));
    }

    #[test]
    fn other_formats_are_recognised() {
        let format = |bytes: &[u8]| foreign_format(Document::new("i.svg", bytes.to_vec()).text());
        assert_eq!(format(b"\x89PNG\r\n\x1a\n\0\0"), Some("a PNG image"));
        assert_eq!(format(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some("a JPEG image"));
        assert_eq!(format(b"\x1f\x8b\x08\0"), Some("a compressed file (SVGZ)"));
        assert_eq!(format(b"\n<!DOCTYPE html><p>"), Some("an HTML page"));
        assert_eq!(format(b"BM6\0\0\0"), Some("a bitmap image"));
        assert_eq!(format(b"BMW"), None);
        assert_eq!(format(b"<svg/>"), None);
        assert_eq!(format(b""), None);
    }

    #[test]
    fn a_document_type_is_refused_unread() {
        let document = Document::new("i.svg", "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg>&a;</svg>".into());
        assert!(read(&document).unwrap_err().has_dtd);
    }
}
