//! SVG read with places. Document type declarations are refused, so that no entity is ever expanded.

use memchr::memmem;

use super::{Document, Span, visible};

mod limits;

/// Why a document cannot be read, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub message: String,
    pub span: Span,
    pub kind: FaultKind,
}

/// The sort of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FaultKind {
    /// It is not well-formed XML.
    NotWellFormed,
    /// It holds a document type declaration that may say more than a name. Nothing is read of it.
    Doctype,
    /// There is so much of something that reading it would take long. The message is a whole sentence.
    Excess,
    /// It is longer than [`LONGEST`].
    TooLong,
}

/// The longest document that is read, in bytes.
pub const LONGEST: usize = 512 * 1024;

/// The namespace of SVG.
pub const NAMESPACE: &str = "http://www.w3.org/2000/svg";

/// Whether a node is an element of SVG of this name.
pub fn is(node: roxmltree::Node<'_, '_>, name: &str) -> bool {
    node.has_tag_name((NAMESPACE, name))
}

/// The bracket and the name at the start of an element.
pub fn tag(element: roxmltree::Node<'_, '_>) -> Span {
    let start = element.range().start;
    Span::new(start, tag_end(element.document().input_text(), start))
}

/// The end of the name at the start of an element.
fn tag_end(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let is_end = |c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>');
    rest.char_indices().skip(1).find(|(_, c)| is_end(*c)).map_or(text.len(), |(length, _)| start + length)
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

/// Whether a length is nothing.
pub fn is_zero(value: &str) -> bool {
    let number = value.trim().trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%');
    number.parse() == Ok(0.0)
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

/// What a document is that is no XML at all, told from its first bytes.
pub fn foreign_format(document: &Document) -> Option<&'static str> {
    // What stands at a place among the first bytes.
    const MARKS: [(usize, &[u8], &str); 36] = [
        (0, b"\x89PNG", "a PNG image"),
        // What is left of it where a program took it for a text.
        (0, b"\xef\xbf\xbdPNG", "a PNG image"),
        (0, b"\xff\xd8\xff", "a JPEG image"),
        (0, b"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd", "a JPEG image"),
        (0, b"GIF8", "a GIF image"),
        (8, b"WEBP", "a WebP image"),
        (0, b"II*\0", "a TIFF image"),
        (0, b"MM\0*", "a TIFF image"),
        (4, b"ftypavif", "an AVIF image"),
        (4, b"ftypavis", "an AVIF image"),
        (4, b"ftyphe", "an HEIC image"),
        (4, b"ftypmif1", "an HEIC image"),
        (4, b"ftypmsf1", "an HEIC image"),
        (4, b"JXL ", "a JPEG XL image"),
        (0, b"\xff\x0a", "a JPEG XL image"),
        (4, b"jP  ", "a JPEG 2000 image"),
        (0, b"8BPS", "a Photoshop document"),
        (0, b"gimp xcf", "a GIMP image"),
        (0, b"\0\0\x01\0", "a Windows icon"),
        (0, b"\0\0\x02\0", "a Windows cursor"),
        (0, b"icns", "an icon of macOS"),
        (40, b" EMF", "a Windows metafile"),
        (0, b"\xd7\xcd\xc6\x9a", "a Windows metafile"),
        (0, b"%PDF-", "a PDF document"),
        (0, b"%!PS", "a PostScript document"),
        (0, b"\xc5\xd0\xd3\xc6", "a PostScript document"),
        (0, b"{\\rtf", "an RTF document"),
        (0, b"\x1f\x8b\x08", "a compressed file (SVGZ)"),
        (0, b"\x1f\xef\xbf\xbd\x08", "a compressed file (SVGZ)"),
        (0, b"PK\x03\x04", "a ZIP archive"),
        (0, b"Rar!\x1a", "a RAR archive"),
        (0, b"7z\xbc\xaf", "a 7z archive"),
        (0, b"\xd0\xcf\x11\xe0", "a document of Microsoft Office"),
        (0, b"wOFF", "a font"),
        (0, b"wOF2", "a font"),
        (0, b"version https://git-lfs", "a pointer of Git LFS"),
    ];
    let text = document.text();
    if text.starts_with("<svg") || document.is_utf_16() {
        return None;
    }
    let text = text.trim_start_matches(BLANKS);
    let bytes = document.first_bytes();
    let bytes = &bytes[bytes.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or_default()..];
    let is_there = |at: usize, mark: &[u8]| bytes.get(at..).is_some_and(|rest| rest.starts_with(mark));
    if let Some((_, _, format)) = MARKS.into_iter().find(|(at, mark, _)| is_there(*at, mark)) {
        return Some(format);
    }
    if text.starts_with('<') {
        return is_html(text).then_some("an HTML page");
    }
    // Two letters are too little to go by.
    if bytes.starts_with(b"BM") && bytes.contains(&0) {
        return Some("a bitmap image");
    }
    // An image with something before its first tag, or with a damaged one, is a malformed one.
    let is_image = || ["<svg", NAMESPACE].iter().any(|part| memmem::find(text.as_bytes(), part.as_bytes()).is_some());
    if text.is_empty() || is_image() {
        None
    } else if text.contains('\0') {
        Some("a binary file")
    } else {
        Some("plain text")
    }
}

/// What may stand before a document.
const BLANKS: [char; 5] = ['\u{feff}', ' ', '\t', '\r', '\n'];

/// Whether a document says that it is a page, by its declaration or its outermost element.
fn is_html(text: &str) -> bool {
    let start = behind_prolog(text);
    is_word_at(text, start, "<html") || doctype_at(text, start).is_some_and(|name| is_word_at(text, name, "html"))
}

/// Whether a word begins at a place and ends with a blank or a bracket.
fn is_word_at(text: &str, at: usize, word: &str) -> bool {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    let is_word = rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()));
    is_word && rest.get(word.len()).is_none_or(|next| next.is_ascii_whitespace() || matches!(next, b'>' | b'/' | b'['))
}

/// Where the comments and instructions at the beginning of a document end.
fn behind_prolog(text: &str) -> usize {
    let mut at = 0;
    loop {
        at = text.len() - text[at..].trim_start_matches(BLANKS).len();
        let rest = &text[at..];
        let close = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?") => "?>",
            _ => return at,
        };
        // The dashes that open a comment do not close it.
        let inner = at + if close == "-->" { "<!--".len() } else { "<?".len() };
        match memmem::find(&text.as_bytes()[inner..], close.as_bytes()) {
            Some(length) => at = inner + length + close.len(),
            None => return at,
        }
    }
}

/// Where the name in a document type declaration begins that begins at a place.
fn doctype_at(text: &str, start: usize) -> Option<usize> {
    const START: &str = "<!DOCTYPE";
    let end = start + START.len();
    text.get(start..end).filter(|found| found.eq_ignore_ascii_case(START))?;
    Some(text.len() - text[end..].trim_start().len())
}

/// A document type declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Doctype {
    pub start: usize,
    /// Where it ends; nothing where it has declarations inside, or no end.
    pub end: Option<usize>,
}

/// The document type declaration of an image.
pub fn doctype(text: &str) -> Option<Doctype> {
    let start = behind_prolog(text);
    let name = doctype_at(text, start)?;
    let mut quote = None;
    let last = text.bytes().enumerate().skip(name).find(|(_, byte)| match (quote, byte) {
        (Some(open), byte) => {
            quote = (open != *byte).then_some(open);
            false
        }
        (None, b'"' | b'\'') => {
            quote = Some(*byte);
            false
        }
        (None, byte) => matches!(byte, b'[' | b'<' | b'>'),
    });
    Some(Doctype { start, end: last.filter(|(_, byte)| *byte == b'>').map(|(at, _)| at + 1) })
}

impl Doctype {
    /// Its first word.
    pub fn span(self) -> Span {
        Span::new(self.start, self.start + "<!DOCTYPE".len())
    }

    /// Why nothing else is read of a document with it.
    pub fn fault(self) -> Fault {
        let message = "it has a document type declaration".to_owned();
        Fault { message, span: self.span(), kind: FaultKind::Doctype }
    }

    /// A text without its declaration, everything else where it was; nothing where that may say more than a name.
    pub fn blanked(self, text: &str) -> Option<String> {
        let end = self.end?;
        let declaration = text.get(self.start..end)?;
        let blanks: String =
            declaration.bytes().map(|byte| if matches!(byte, b'\r' | b'\n') { byte.into() } else { ' ' }).collect();
        Some([&text[..self.start], &blanks, &text[end..]].concat())
    }
}

/// Reads an SVG document.
pub fn read(text: &str) -> Result<roxmltree::Document<'_>, Fault> {
    if text.len() > LONGEST {
        return Err(Fault { message: String::new(), span: Span::empty(0), kind: FaultKind::TooLong });
    }
    if let Some(limits::Excess { message, span }) = limits::excess(text) {
        return Err(Fault { message, span, kind: FaultKind::Excess });
    }
    let options = roxmltree::ParsingOptions { allow_dtd: false, ..Default::default() };
    roxmltree::Document::parse_with_options(text, options).map_err(|error| {
        let is_doctype = matches!(error, roxmltree::Error::DtdDetected);
        let kind = if is_doctype { FaultKind::Doctype } else { FaultKind::NotWellFormed };
        Fault { message: visible::printable(&error.to_string()), span: place(text, &error), kind }
    })
}

/// Where an error is.
fn place(text: &str, error: &roxmltree::Error) -> Span {
    use roxmltree::Error;
    match error {
        Error::DtdDetected => Span::empty(behind_prolog(text)),
        // Where it is cut off.
        Error::UnexpectedEndOfStream | Error::UnclosedRootNode | Error::NoRootNode => {
            Span::empty(text.trim_end().len())
        }
        Error::InvalidComment(start) => {
            let inner = offset(text, *start) + "<!--".len();
            let dashes = text.get(inner..).and_then(|rest| rest.find("--")).unwrap_or_default();
            Span::new(inner + dashes, inner + dashes + 2)
        }
        other => {
            let at = offset(text, other.pos());
            Span::new(at, at + text[at..].chars().next().map_or(0, char::len_utf8))
        }
    }
}

/// The byte offset of a position that counts rows and characters from 1.
fn offset(text: &str, position: roxmltree::TextPos) -> usize {
    let before = (position.row as usize).checked_sub(2);
    let start = before.map_or(0, |nth| {
        memchr::memchr_iter(b'\n', text.as_bytes()).nth(nth).map_or(text.len(), |line_end| line_end + 1)
    });
    let rest = &text[start..];
    let column = (position.col as usize).saturating_sub(1);
    let line_end = memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
    start + rest.char_indices().nth(column).map_or(line_end, |(at, _)| at.min(line_end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_has_its_place() {
        let document = Document::new("i.svg", "<svg>\n  <g></h>\n</svg>".into());
        let fault = read(document.text()).unwrap_err();
        assert_eq!(document.position(fault.span.start as usize).line, 2);
        assert_eq!(fault.kind, FaultKind::NotWellFormed);
    }

    #[test]
    fn a_fault_quotes_nothing_that_a_terminal_would_obey() {
        let document = Document::new("i.svg", b"<svg a='b'\x1b[31m/>".to_vec());
        let fault = read(document.text()).unwrap_err();
        assert!(!fault.message.contains(char::is_control), "{}", fault.message);
    }

    #[test]
    fn elements_come_in_the_order_of_the_text_and_know_their_tag() {
        let document = Document::new("i.svg", "<svg><a><b/></a>x<c\n d=''/></svg>".into());
        let svg = read(document.text()).unwrap();
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
            is_drawn(read(&text).unwrap().root_element())
        };
        assert!(is_drawn("<g><g><path d='M0 0h1'/></g></g>"));
        assert!(is_drawn("<defs><path id='a'/></defs><use href='#a'/>"));
        assert!(!is_drawn("<defs><path id='a'/></defs><title>a</title><g/>"));
        assert!(!is_drawn("<path xmlns='other'/>"));
        assert!(is_drawn(&("<g>".repeat(50_000) + "<path/>" + &"</g>".repeat(50_000))));
    }

    #[test]
    fn other_formats_are_recognised() {
        let format = |bytes: &[u8]| foreign_format(&Document::new("i.svg", bytes.to_vec()));
        assert_eq!(format(b"\x89PNG\r\n\x1a\n\0\0"), Some("a PNG image"));
        assert_eq!(format(b"\xff\xd8\xff\xe0\0\x10JFIF"), Some("a JPEG image"));
        assert_eq!(format(b"\x1f\x8b\x08\0"), Some("a compressed file (SVGZ)"));
        assert_eq!(format(b"\n<!DOCTYPE html><p>"), Some("an HTML page"));
        assert_eq!(format(b"BM6\0\0\0"), Some("a bitmap image"));
        assert_eq!(format(b"BMW"), Some("plain text"));
        assert_eq!(format(b"RIFF\x10\0\0\0WEBPVP8 "), Some("a WebP image"));
        assert_eq!(format(b"\0\0\0\x20ftypavif\0\0\0\0"), Some("an AVIF image"));
        assert_eq!(format(b"\0\0\0\x18ftypheic\0\0\0\0"), Some("an HEIC image"));
        assert_eq!(format(b"<?xml version='1.0'?><!-- a --><HTML>"), Some("an HTML page"));
        assert_eq!(format(b"\x7fELF\x02\x01\0\0"), Some("a binary file"));
        assert_eq!(format(b"<!DOCTYPE svg><svg/>"), None);
        assert_eq!(format(b"x<svg/>"), None);
        assert_eq!(format(b"\xff\xfes\0v\0g\0"), None);
        assert_eq!(format(b"<svg/>"), None);
        assert_eq!(format(b""), None);
    }

    #[test]
    fn a_document_type_is_refused_unread() {
        let document = Document::new("i.svg", "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg>&a;</svg>".into());
        assert_eq!(read(document.text()).unwrap_err().kind, FaultKind::Doctype);
    }
}
