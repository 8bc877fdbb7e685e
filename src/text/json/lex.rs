//! JSON's tokens, and what is wrong inside a single one of them: numbers, words, comments. Strings are in `string`.

use super::{Fault, MAX_ERRORS, MAX_FAULTS, SyntaxError, outline::Outline};
use crate::text::{Edit, Span, visible};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token {
    OpenObject,
    CloseObject,
    OpenArray,
    CloseArray,
    Colon,
    Comma,
    String {
        escaped: bool,
    },
    /// A string that is not closed in its line, up to where that ends.
    OpenString {
        escaped: bool,
    },
    Number,
    True,
    False,
    Null,
    /// Letters that are no literal; may be meant as a key.
    Word,
    /// Characters that no token starts with.
    Junk,
    End,
}

impl Token {
    /// Whether a value may start here.
    pub(super) fn starts_value(self) -> bool {
        matches!(
            self,
            Self::OpenObject
                | Self::OpenArray
                | Self::String { .. }
                | Self::OpenString { .. }
                | Self::Number
                | Self::True
                | Self::False
                | Self::Null
                | Self::Word
        )
    }
}

/// Cuts a text into tokens and notes what is wrong with them.
pub(super) struct Lexer<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) errors: Vec<SyntaxError>,
    /// How many of them nothing is known to put right.
    unmended: usize,
    /// Whether a merge conflict of git was told whose other side is still to come.
    in_conflict: bool,
    /// Set while a too deep part is skipped: its errors are of no interest.
    pub(super) muted: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // A byte order mark is reported by its own rule; it does not keep the rest from being read.
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, errors: Vec::new(), unmended: 0, in_conflict: false, muted: false }
    }

    pub(super) fn report(&mut self, fault: Fault, span: Span, message: impl Into<String>, help: Option<&str>) {
        self.report_with(fault, span, message, help, None);
    }

    pub(super) fn report_with(
        &mut self,
        fault: Fault,
        span: Span,
        message: impl Into<String>,
        help: Option<&str>,
        remedy: Option<Edit>,
    ) {
        if !self.muted && !self.gave_up() {
            self.unmended += usize::from(!fault.is_harmless() && remedy.is_none());
            // What is quoted may hold anything, and a terminal would obey it.
            let (message, help) = (visible::printable(&message.into()), help.map(visible::printable));
            self.errors.push(SyntaxError { fault, message, span, help, remedy });
        }
    }

    /// Whether so much is wrong that reading on helps nobody.
    pub(super) fn gave_up(&self) -> bool {
        self.unmended >= MAX_ERRORS || self.errors.len() >= MAX_FAULTS
    }

    /// Says that the rest is not read.
    pub(super) fn give_up(&mut self, span: Span) {
        let message = "too much is wrong to read on: what follows is not looked at".to_owned();
        self.errors.push(SyntaxError { fault: Fault::Structure, message, span, help: None, remedy: None });
    }

    /// Whether a letter or a brace comes next: never, behind a brace or a word of JSON.
    #[inline]
    pub(super) fn is_at_name(&self) -> bool {
        matches!(self.peek(), Some(b'a'..=b'z' | b'A'..=b'Z' | b'{'))
    }

    /// How long the placeholder is that starts at a place, if one does: a name between one or two braces, perhaps behind `$`.
    pub(super) fn placeholder(&self, at: usize) -> Option<usize> {
        let rest = &self.text.as_bytes()[at..];
        let dollar = usize::from(rest.starts_with(b"$"));
        let opening = rest[dollar..].iter().take_while(|byte| **byte == b'{').count();
        let name = &rest[dollar + opening..];
        // In an object, a quote or a blank comes next.
        if !name.first().is_some_and(u8::is_ascii_alphabetic) || !(1..=2).contains(&opening) {
            return None;
        }
        let is_inner = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'-' | b'.');
        let length = name.iter().take_while(is_inner).count();
        let closing = name[length..].iter().take_while(|byte| **byte == b'}').count();
        (closing >= opening).then_some(dollar + opening + length + opening)
    }

    /// Has reading go on at another place.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.text.get(span.range()).unwrap_or_default()
    }

    /// What a key looks like.
    pub(super) fn outline(&self, span: Span, escaped: bool) -> Outline {
        match self.text.as_bytes().get(span.range()) {
            Some([b'"', inner @ .., b'"']) if !escaped => Outline::of_bytes(inner),
            _ => Outline::of(&super::said(self.text, span, escaped)),
        }
    }

    /// How far the line of a byte is indented, and whether the byte is the first on it that is no blank. Looks back
    /// only so far: on the one long line of a minified document, indentation tells nothing.
    pub(super) fn indentation(&self, at: usize) -> (usize, bool) {
        let bytes = &self.text.as_bytes()[..at.min(self.text.len())];
        let Some(line) = line_start(bytes) else { return (0, false) };
        let blanks = bytes[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        (blanks, line + blanks == bytes.len())
    }

    /// Where the line of a byte begins; the start of the text where that is too far back.
    pub(super) fn line_start(&self, at: usize) -> usize {
        line_start(&self.text.as_bytes()[..at]).unwrap_or(0)
    }

    /// The span of what is left of the text, without white space at its end.
    pub(super) fn rest(&self, from: usize) -> Span {
        Span::new(from, from + self.text[from..].trim_end().len())
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn take_while(&mut self, mut wanted: impl FnMut(u8) -> bool) {
        while self.peek().is_some_and(&mut wanted) {
            self.at += 1;
        }
    }

    /// Takes a byte where it comes next, and tells where it ends.
    pub(super) fn take(&mut self, byte: u8) -> Option<usize> {
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next.then_some(self.at)
    }

    /// The next token and its place.
    pub(super) fn token(&mut self) -> (Token, Span) {
        loop {
            self.skip_blanks();
            let start = self.at;
            if let Some(token) = self.next() {
                return (token, Span::new(start, self.at));
            }
        }
    }

    /// What comes next; nothing where that was passed over.
    fn next(&mut self) -> Option<Token> {
        let start = self.at;
        let Some(first) = self.peek() else { return Some(Token::End) };
        Some(match first {
            b'{' => self.single(Token::OpenObject),
            b'}' => self.single(Token::CloseObject),
            b'[' => self.single(Token::OpenArray),
            b']' => self.single(Token::CloseArray),
            b':' => self.single(Token::Colon),
            b',' => self.single(Token::Comma),
            b'"' => self.string(b'"'),
            b'\'' => self.single_quoted(),
            b'-' | b'+' | b'0'..=b'9' => self.number(),
            b'.' if self.text.as_bytes().get(start + 1).is_some_and(u8::is_ascii_digit) => self.number(),
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$' => self.word(),
            b'#' | b'<' | b'=' | b'>' | b'|' if self.pass_over() => return None,
            _ => self.typographic().unwrap_or_else(|| self.junk()),
        })
    }

    /// Passes over comments of other languages, and over what git puts around the sides of a merge conflict.
    fn pass_over(&mut self) -> bool {
        let start = self.at;
        let rest = &self.text[start..];
        let line = rest.lines().next().unwrap_or_default();
        let span = Span::new(start, start + line.trim_end().len());
        let begins_line = self.indentation(start).1;
        let is_marker = |marker: &str| {
            self.text[..start].ends_with('\n')
                && line.strip_prefix(marker).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\r']))
        };
        if rest.starts_with("<!--") {
            self.block_comment("-->");
        } else if line.starts_with('#') && (begins_line || line.starts_with("# ")) {
            self.at += line.len();
            self.comment(span);
        } else if is_marker("<<<<<<<") {
            self.at += line.len();
            self.in_conflict = true;
            self.conflict(span);
        } else if is_marker("=======") || is_marker("|||||||") {
            // One side is read; of both, each member would stand twice.
            let end = rest
                .find("\n>>>>>>>")
                .map_or(line.len(), |end| end + 1 + rest[end + 1..].lines().next().unwrap_or_default().len());
            self.at += end;
            if !std::mem::take(&mut self.in_conflict) {
                self.conflict(span);
            }
        } else if is_marker(">>>>>>>") {
            self.at += line.len();
            self.conflict(span);
        } else {
            return false;
        }
        true
    }

    fn conflict(&mut self, span: Span) {
        let help = "keep what is right of both sides, and take out the lines that git put around them";
        self.report(Fault::Structure, span, "git left a merge conflict here", Some(help));
    }

    fn single(&mut self, token: Token) -> Token {
        self.at += 1;
        token
    }

    fn skip_blanks(&mut self) {
        loop {
            self.skip_white_space();
            let start = self.at;
            // Hardly any document has comments, and this is asked before every token.
            if self.peek() != Some(b'/') {
                return;
            }
            let rest = &self.text[start..];
            if rest.starts_with("//") {
                let line = rest.lines().next().unwrap_or_default();
                self.at += line.len();
                self.comment(Span::new(start, start + line.trim_end().len()));
            } else if rest.starts_with("/*") {
                self.block_comment("*/");
            } else {
                return;
            }
        }
    }

    /// Takes a comment up to what closes it.
    fn block_comment(&mut self, closing: &str) {
        let start = self.at;
        let rest = &self.text[start..];
        let closed = rest.find(closing).map(|end| end + closing.len());
        let length = closed.unwrap_or(rest.len());
        self.at += length;
        let shown = rest[..length].lines().next().unwrap_or_default().trim_end();
        let span = Span::new(start, start + shown.len());
        if closed.is_some() {
            return self.comment(span);
        }
        let help = Some("JSON has no comments: remove it");
        self.report(Fault::Structure, span, "this comment is never closed", help);
        // All that would be told after it follows from it.
        self.muted = true;
    }

    fn comment(&mut self, span: Span) {
        self.report(Fault::Comment, span, "JSON has no comments", Some("remove the comment"));
    }

    fn skip_white_space(&mut self) {
        while let Some(byte @ (b' ' | b'\t' | b'\n' | b'\r')) = self.peek() {
            self.at += 1;
            if byte == b'\n' {
                self.skip_indentation();
            }
        }
    }

    /// Passes over the blanks at the start of a line: in a document that is laid out for people a good part of all bytes.
    fn skip_indentation(&mut self) {
        const BLANKS: u64 = u64::from_ne_bytes([b' '; 8]);
        let bytes = self.text.as_bytes();
        while let Some(chunk) = bytes.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
            // Eight at a time; the first byte that is no blank has the first bits that differ.
            let others = u64::from_le_bytes(*chunk) ^ BLANKS;
            if others != 0 {
                self.at += others.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
        }
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        self.at += 1;
        self.take_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
        if self.peek().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_') {
            self.take_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        }
        let span = Span::new(start, self.at);
        let written = self.slice(span);
        if let Some(message) = number_fault(written) {
            let meant = written.strip_prefix('+').unwrap_or(written);
            let meant = if meant.starts_with('.') { format!("0{meant}") } else { meant.to_owned() };
            let is_sound = meant != written && number_fault(&meant).is_none();
            let remedy = is_sound.then(|| Edit::replace(span, meant));
            self.report_with(Fault::Number, span, message, None, remedy);
        }
        Token::Number
    }

    fn word(&mut self) -> Token {
        let start = self.at;
        self.take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-'));
        match &self.text[start..self.at] {
            "true" => Token::True,
            "false" => Token::False,
            "null" => Token::Null,
            _ => Token::Word,
        }
    }

    fn junk(&mut self) -> Token {
        let rest = &self.text[self.at..];
        let is_junk = |character: char| {
            !character.is_ascii_alphanumeric()
                && !matches!(character, '{' | '}' | '[' | ']' | ':' | ',' | '"' | '\'' | ' ' | '\t' | '\n' | '\r')
        };
        // The first character is junk whatever it is, so that reading always gets on.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let length = rest[first..].find(|character| !is_junk(character)).map_or(rest.len(), |end| first + end);
        self.at += length;
        Token::Junk
    }
}

/// Where the last line begins, if that is not too far back.
fn line_start(before: &[u8]) -> Option<usize> {
    const REACH: usize = 1024;
    let from = before.len().saturating_sub(REACH);
    match memchr::memrchr(b'\n', &before[from..]) {
        Some(newline) => Some(from + newline + 1),
        None => (from == 0).then_some(0),
    }
}

/// What is wrong with a number, if anything.
fn number_fault(written: &str) -> Option<String> {
    let digits = written.strip_prefix('-').unwrap_or(written);
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (mantissa, exponent) = match digits.find(['e', 'E']) {
        Some(at) => (&digits[..at], Some(&digits[at + 1..])),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let exponent_digits = exponent.map(|text| text.strip_prefix(['+', '-']).unwrap_or(text));
    if matches!(digits, "NaN" | "Infinity" | "nan" | "inf") {
        return Some(format!("`{written}` is not a number that JSON can write"));
    }
    if written.starts_with('+') {
        return Some(format!("a number does not start with `+`: `{written}`"));
    }
    if whole.is_empty() && fraction.is_some_and(is_digits) {
        return Some(format!("a number does not start with `.`: write `0{mantissa}`"));
    }
    if whole.len() > 1 && whole.starts_with('0') && is_digits(whole) {
        return Some(format!("a number does not start with `0`: `{written}`"));
    }
    let is_sound = is_digits(whole) && fraction.is_none_or(is_digits) && exponent_digits.is_none_or(is_digits);
    if !is_sound {
        return Some(format!("`{written}` is not a number"));
    }
    let is_finite = written.parse::<f64>().is_ok_and(f64::is_finite);
    (!is_finite).then(|| format!("`{written}` is too large for a number"))
}
