//! A document: its path, its text and the way from a byte offset to a line and a column.

use std::{
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

/// A half-open range of bytes in a document.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span of the given byte offsets.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start: offset(start), end: offset(end.max(start)) }
    }

    /// The empty span before the byte at `at`.
    pub fn empty(at: usize) -> Self {
        Self::new(at, at)
    }

    /// The span as a range of byte offsets.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Whether bytes begin with the byte-order mark of UTF-16, or a NUL stands beside each of the first letters.
fn looks_like_utf_16(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") {
        return true;
    }
    let start = &bytes[..bytes.len().min(16) & !1];
    start.len() >= 4 && [0, 1].into_iter().any(|at| start.chunks(2).all(|pair| pair[at] == 0 && pair[1 - at] != 0))
}

/// Offsets are kept in 32 bits; files are refused long before they are that large.
fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// A place in a document as a person counts: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
    /// Bytes from the start of the document.
    pub offset: usize,
}

/// A text and where it came from.
pub struct Document {
    path: Arc<str>,
    text: String,
    /// Where the bytes are not UTF-8: an offset in the text, and how far the text is ahead of the bytes from there on.
    shifts: Vec<(usize, isize)>,
    invalid_utf8: Option<usize>,
    is_utf_16: bool,
    /// The first bytes, where the text is a lossy reading of them.
    start: Vec<u8>,
    lines: OnceLock<Vec<u32>>,
    characters: OnceLock<Counts>,
    utf16_units: OnceLock<Counts>,
}

/// How many characters or the like stand before each block of a text.
type Counts = Vec<u32>;

/// The bytes of such a block: what is counted at most to tell a column, however long the line.
const BLOCK: usize = 1024;

/// How many of the first bytes are known of what is no text.
const START: usize = 64;

impl Document {
    /// A document of any bytes. Where they are not UTF-8, the text is a lossy reading that is true up to
    /// [`Document::invalid_utf8`].
    pub fn new(path: impl Into<Arc<str>>, bytes: Vec<u8>) -> Self {
        let is_utf_16 = looks_like_utf_16(&bytes);
        let (text, shifts, invalid_utf8, start) = match String::from_utf8(bytes) {
            // UTF-16 without a mark is UTF-8 with a NUL beside each letter, and is not meant so.
            Ok(text) => (text, Vec::new(), is_utf_16.then_some(0), Vec::new()),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let bytes = error.as_bytes();
                let (text, shifts) = lossy(bytes);
                (text, shifts, Some(valid), bytes[..bytes.len().min(START)].to_vec())
            }
        };
        let (lines, characters, utf16_units) = Default::default();
        Self { path: path.into(), text, shifts, invalid_utf8, is_utf_16, start, lines, characters, utf16_units }
    }

    /// The path it is known by: relative to the root, with `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The whole text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Offset of the first byte that is not UTF-8.
    pub fn invalid_utf8(&self) -> Option<usize> {
        self.invalid_utf8
    }

    /// Whether the bytes were those of a UTF-16 text, with its byte-order mark or without. What is read here then says
    /// nothing.
    pub fn is_utf_16(&self) -> bool {
        self.is_utf_16
    }

    /// The bytes it begins with: enough of them to tell what sort of file it is.
    pub fn first_bytes(&self) -> &[u8] {
        let bytes = if self.start.is_empty() { self.text.as_bytes() } else { &self.start };
        &bytes[..bytes.len().min(START)]
    }

    /// The text of a span; empty where the span lies outside of the document.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// The span of the whole text.
    pub fn span(&self) -> Span {
        Span::new(0, self.text.len())
    }

    /// What the text says: without a byte-order mark, and without the blanks around it.
    pub fn trimmed(&self) -> Span {
        let is_blank = |character: char| character.is_whitespace() || character == '\u{feff}';
        let start = self.text.len() - self.text.trim_start_matches(is_blank).len();
        Span::new(start, self.text.trim_end_matches(is_blank).len())
    }

    /// The place of a byte offset, as a person counts.
    pub fn position(&self, offset: usize) -> Position {
        let offset = self.boundary(offset);
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start as usize <= offset);
        let start = starts[line - 1] as usize;
        // Many findings may stand in one long line, and each has a column.
        let before = if offset - start <= BLOCK {
            count_characters(&self.text.as_bytes()[start..offset])
        } else {
            self.characters_before(offset) - self.characters_before(start)
        };
        Position { line, column: before + 1, offset: self.in_bytes(offset) }
    }

    fn characters_before(&self, offset: usize) -> usize {
        self.before(offset, &self.characters, count_characters)
    }

    /// How many UTF-16 code units the text before an offset has, which is moved to the start of its character.
    pub fn utf16_before(&self, offset: usize) -> usize {
        self.before(self.boundary(offset), &self.utf16_units, count_utf16_units)
    }

    fn before(&self, offset: usize, counts: &OnceLock<Counts>, count: fn(&[u8]) -> usize) -> usize {
        let blocks = counts.get_or_init(|| {
            let mut before = 0;
            let blocks = self.text.as_bytes().chunks(BLOCK).map(|block| {
                let here = before;
                before += count(block);
                self::offset(here)
            });
            blocks.collect()
        });
        let block = (offset / BLOCK).min(blocks.len().saturating_sub(1));
        let counted = blocks.get(block).map_or(0, |count| *count as usize);
        counted + count(&self.text.as_bytes()[block * BLOCK..offset])
    }

    /// The start of the character that an offset in the text lies in; the end of the text for one beyond it.
    pub fn boundary(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    /// The offset in the bytes of the file of an offset in the text.
    fn in_bytes(&self, offset: usize) -> usize {
        let before = self.shifts.partition_point(|(at, _)| *at <= offset);
        let ahead = before.checked_sub(1).map_or(0, |last| self.shifts[last].1);
        offset.saturating_add_signed(-ahead)
    }

    /// The character that starts at a byte; nothing where none starts there.
    pub fn character(&self, at: usize) -> Span {
        let character = self.text.get(at..).and_then(|rest| rest.chars().next());
        Span::new(at, at + character.map_or(0, char::len_utf8))
    }

    /// The bytes of a line, counted from 1, without its line end.
    pub fn line_span(&self, line: usize) -> Span {
        let starts = self.line_starts();
        let Some(&start) = starts.get(line.wrapping_sub(1)) else { return Span::empty(self.text.len()) };
        let end = starts.get(line).map_or(self.text.len(), |&next| next as usize);
        let text = self.text[start as usize..end].trim_end_matches(['\n', '\r']);
        Span::new(start as usize, start as usize + text.len())
    }

    /// How many lines there are; an empty document has one.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(breaks.map(|at| offset(at + 1))).collect()
        })
    }
}

/// How many characters begin in some bytes of a text.
fn count_characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte as i8) >= -0x40).count()
}

/// How many UTF-16 code units the characters have that begin in some bytes of a text: those of four bytes have two.
fn count_utf16_units(bytes: &[u8]) -> usize {
    count_characters(bytes) + bytes.iter().filter(|byte| **byte >= 0xf0).count()
}

/// A text for bytes that are none, and how far it is ahead of them behind each replacement.
fn lossy(bytes: &[u8]) -> (String, Vec<(usize, isize)>) {
    let mut text = String::with_capacity(bytes.len());
    let mut shifts = Vec::new();
    let mut ahead = 0_isize;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
            ahead += char::REPLACEMENT_CHARACTER.len_utf8().cast_signed() - chunk.invalid().len().cast_signed();
            shifts.push((text.len(), ahead));
        }
    }
    (text, shifts)
}

impl fmt::Debug for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Document({}, {} bytes)", self.path, self.text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_lines_from_one_and_columns_in_characters() {
        let document = Document::new("a", "né\r\nxy".into());
        assert_eq!(document.position(0), Position { line: 1, column: 1, offset: 0 });
        assert_eq!(document.position(3), Position { line: 1, column: 3, offset: 3 });
        assert_eq!(document.position(5), Position { line: 2, column: 1, offset: 5 });
        assert_eq!(document.position(99), Position { line: 2, column: 3, offset: 7 });
        assert_eq!(document.slice(document.line_span(1)), "né");
        assert_eq!(document.slice(document.line_span(2)), "xy");
    }

    #[test]
    fn columns_of_a_long_line_are_counted_in_characters_too() {
        let text = format!("x\n{}\ny", "aé€😀".repeat(2_000));
        let document = Document::new("a", text.clone().into());
        for (at, _) in text.char_indices().step_by(97) {
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            assert_eq!(document.position(at).column, text[start..at].chars().count() + 1, "{at}");
            assert_eq!(document.utf16_before(at), text[..at].encode_utf16().count(), "{at}");
        }
        assert_eq!(document.utf16_before(usize::MAX), text.encode_utf16().count());
        assert_eq!(document.position(text.len()).column, 2);
    }

    #[test]
    fn an_offset_inside_a_character_is_moved_to_its_start() {
        let document = Document::new("a", "é".into());
        assert_eq!(document.position(1).column, 1);
    }

    #[test]
    fn what_a_text_says_has_no_blanks_around_it() {
        let document = Document::new("a", "\u{feff} a b\r\n\n".into());
        assert_eq!(document.slice(document.trimmed()), "a b");
        let document = Document::new("a", " \n".into());
        assert_eq!(document.slice(document.trimmed()), "");
    }

    #[test]
    fn bytes_that_are_no_text_are_read_lossily_and_said() {
        let document = Document::new("a", b"ok\xff\xfe".to_vec());
        assert_eq!(document.invalid_utf8(), Some(2));
        assert!(document.text().starts_with("ok"));
    }

    #[test]
    fn utf_16_is_told_by_its_mark_or_by_the_nul_beside_each_letter() {
        let is_utf_16 = |bytes: &[u8]| Document::new("a", bytes.to_vec()).is_utf_16();
        for bytes in [&b"\xff\xfea\0"[..], b"\xfe\xff\0a", b"\xff\xfe\x2d\x4e", b"C\0a\0f\0\xe9\0", b"\0C\0a\0f\0\xe9"]
        {
            assert!(is_utf_16(bytes), "{bytes:?}");
        }
        for bytes in
            [&b"\xff\xd8\xff\xe0\0\x10JFIF\0"[..], b"\x89PNG\r\n\x1a\n\0\0", b"\0\0\x01\0\x01\0", b"ok\xff\xfe\0", b""]
        {
            assert!(!is_utf_16(bytes), "{bytes:?}");
        }
    }

    #[test]
    fn offsets_count_the_bytes_of_the_file_also_behind_bytes_that_are_no_text() {
        let bytes = b"a\xff\xfeb\n\xe6\x97c\xe6\x97\xa5d";
        let document = Document::new("a", bytes.to_vec());
        assert_eq!(document.text(), String::from_utf8_lossy(bytes));
        for (letter, place) in [('a', (1, 1)), ('b', (1, 4)), ('c', (2, 2)), ('d', (2, 4))] {
            let position = document.position(document.text().find(letter).unwrap());
            let offset = bytes.iter().position(|byte| *byte == letter as u8).unwrap();
            assert_eq!(position, Position { line: place.0, column: place.1, offset }, "{letter}");
        }
        assert_eq!(document.position(usize::MAX).offset, bytes.len());
    }
}
