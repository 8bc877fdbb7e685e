//! SVG read with places. Document type declarations are refused, so that no entity is ever expanded.

use super::{Document, Span};

/// Why a document is not well-formed XML, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotWellFormed {
    pub message: String,
    pub span: Span,
    /// It holds a document type declaration, which is not read at all.
    pub has_dtd: bool,
}

/// Reads an SVG document.
pub fn read(document: &Document) -> Result<roxmltree::Document<'_>, NotWellFormed> {
    let options = roxmltree::ParsingOptions { allow_dtd: false, ..Default::default() };
    roxmltree::Document::parse_with_options(document.text(), options).map_err(|error| {
        let has_dtd = matches!(error, roxmltree::Error::DtdDetected);
        let at =
            if has_dtd { document.text().find("<!DOCTYPE").unwrap_or_default() } else { offset(document, error.pos()) };
        let end = document.text()[at..].chars().next().map_or(at, |first| at + first.len_utf8());
        NotWellFormed { message: error.to_string(), span: Span::new(at, end), has_dtd }
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
    fn a_document_type_is_refused_unread() {
        let document = Document::new("i.svg", "<!DOCTYPE svg [<!ENTITY a \"b\">]><svg>&a;</svg>".into());
        assert!(read(&document).unwrap_err().has_dtd);
    }
}
