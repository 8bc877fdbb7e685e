//! JSON's tokens, and what is wrong inside a single one of them: strings, numbers, words, comments.

use super::{Fault, MAX_ERRORS, SyntaxError, outline::Outline};
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
    text: &'a str,
    at: usize,
    pub(super) errors: Vec<SyntaxError>,
    /// Set while a too deep part is skipped: its errors are of no interest.
    pub(super) muted: bool,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        // A byte order mark is reported by its own rule; it does not keep the rest from being read.
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, errors: Vec::new(), muted: false }
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
        if !self.muted && self.errors.len() < MAX_ERRORS {
            // What is quoted may hold anything, and a terminal would obey it.
            let (message, help) = (visible::printable(&message.into()), help.map(visible::printable));
            self.errors.push(SyntaxError { fault, message, span, help, remedy });
        }
    }

    /// Whether so much is wrong that reading on helps nobody.
    pub(super) fn gave_up(&self) -> bool {
        self.errors.len() >= MAX_ERRORS
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
        const REACH: usize = 1024;
        let bytes = &self.text.as_bytes()[..at.min(self.text.len())];
        let from = bytes.len().saturating_sub(REACH);
        let line = match memchr::memrchr(b'\n', &bytes[from..]) {
            Some(newline) => from + newline + 1,
            None if from == 0 => 0,
            None => return (0, false),
        };
        let blanks = bytes[line..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        (blanks, line + blanks == bytes.len())
    }

    /// The span of what is left of the text, without white space at its end.
    pub(super) fn rest(&self, from: usize) -> Span {
        Span::new(from, from + self.text[from..].trim_end().len())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take_while(&mut self, mut wanted: impl FnMut(u8) -> bool) {
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
        self.skip_blanks();
        let start = self.at;
        let Some(first) = self.peek() else { return (Token::End, Span::empty(start)) };
        let token = match first {
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
            _ => self.junk(),
        };
        (token, Span::new(start, self.at))
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
            let (length, closed) = if rest.starts_with("//") {
                (rest.find('\n').unwrap_or(rest.len()), true)
            } else if rest.starts_with("/*") {
                rest.find("*/").map_or((rest.len(), false), |end| (end + 2, true))
            } else {
                return;
            };
            self.at += length;
            let shown = rest[..length].lines().next().unwrap_or_default().trim_end();
            let span = Span::new(start, start + shown.len());
            self.report(Fault::Comment, span, "JSON has no comments", Some("remove the comment"));
            if !closed {
                self.report(Fault::Structure, span, "this comment is never closed", None);
            }
        }
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

    /// Goes on to the next byte that means something in a string: the quote, a backslash or a control character.
    fn skip_plain(&mut self, quote: u8) {
        const ONES: u64 = u64::from_ne_bytes([1; 8]);
        const HIGHS: u64 = u64::from_ne_bytes([0x80; 8]);
        let bytes = self.text.as_bytes();
        // Eight at a time. The highest bit of each byte of `x - 1 & !x` tells a zero, up to the first of them without fail.
        while let Some(chunk) = bytes.get(self.at..).and_then(<[u8]>::first_chunk::<8>) {
            let word = u64::from_le_bytes(*chunk);
            let zeros = |word: u64| word.wrapping_sub(ONES) & !word;
            let below_blank = word.wrapping_sub(ONES * u64::from(b' ')) & !word;
            let ends = zeros(word ^ (ONES * u64::from(quote))) | zeros(word ^ (ONES * u64::from(b'\\')));
            let found = (below_blank | ends) & HIGHS;
            if found != 0 {
                self.at += found.trailing_zeros() as usize / 8;
                return;
            }
            self.at += 8;
        }
        self.take_while(|byte| byte != quote && byte != b'\\' && byte >= b' ');
    }

    fn string(&mut self, quote: u8) -> Token {
        let start = self.at;
        let mut escaped = false;
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            self.skip_plain(quote);
            match bytes.get(self.at) {
                Some(&byte) if byte == quote => {
                    self.at += 1;
                    break;
                }
                Some(b'\\') => {
                    escaped = true;
                    self.escape();
                }
                None | Some(b'\n' | b'\r') => {
                    let help = Some("close it with `\"`");
                    self.report(Fault::Structure, Span::new(start, self.at), "this string is never closed", help);
                    break;
                }
                Some(&byte) => {
                    let span = Span::new(self.at, self.at + 1);
                    let message = format!("a string cannot hold the control character U+{byte:04X} as it is");
                    let help = if byte == b'\t' { "write `\\t`".to_owned() } else { format!("write `\\u{byte:04x}`") };
                    let escape = if byte == b'\t' { "\\t".to_owned() } else { format!("\\u{byte:04x}") };
                    self.report_with(Fault::Text, span, message, Some(&help), Some(Edit::replace(span, escape)));
                    self.at += 1;
                }
            }
        }
        Token::String { escaped }
    }

    /// Checks the escape sequence at a backslash, and a second one where it is a pair.
    fn escape(&mut self) {
        let start = self.at;
        self.at += 1;
        match self.peek() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => self.at += 1,
            Some(b'u') => {
                self.at += 1;
                let Some(unit) = self.hex() else {
                    let span = Span::new(start, self.at);
                    self.report(Fault::Text, span, "`\\u` takes four hexadecimal digits", None);
                    return;
                };
                let is_pair = (0xd800..0xdc00).contains(&unit) && self.low_surrogate();
                if (0xd800..0xe000).contains(&unit) && !is_pair {
                    let message = format!("`\\u{unit:04x}` is half of a surrogate pair and stands for no character");
                    self.report(Fault::Text, Span::new(start, self.at), message, Some("write the character itself"));
                }
            }
            Some(b'\n' | b'\r') | None => {}
            Some(_) => {
                let character = self.text[self.at..].chars().next().unwrap_or_default();
                self.at += character.len_utf8();
                let message = format!("`\\{character}` is no escape sequence");
                let help = "to write a backslash, double it: `\\\\`";
                self.report(Fault::Text, Span::new(start, self.at), message, Some(help));
            }
        }
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// Takes the second half of a surrogate pair, where it is there.
    fn low_surrogate(&mut self) -> bool {
        let before = self.at;
        if self.text[self.at..].starts_with("\\u") {
            self.at += 2;
            if self.hex().is_some_and(|unit| (0xdc00..0xe000).contains(&unit)) {
                return true;
            }
        }
        self.at = before;
        false
    }

    fn single_quoted(&mut self) -> Token {
        let start = self.at;
        let token = self.string(b'\'');
        let help = Some("use `\"`");
        let span = Span::new(start, self.at);
        // A double quote inside would have to be escaped, and an escaped single quote would not.
        let inner = self.slice(span).strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
        let inner = inner.filter(|inner| !inner.contains(['"', '\\', '\'']));
        let remedy = inner.map(|inner| Edit::replace(span, format!("\"{inner}\"")));
        self.report_with(Fault::Structure, span, "strings stand in double quotes", help, remedy);
        token
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        self.at += 1;
        self.take_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
        if self.peek().is_some_and(|byte| byte.is_ascii_alphabetic()) {
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

/// What the inside of a string says. Broken escape sequences, which have been reported, become U+FFFD.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(kind) = rest.chars().next() else { break };
        rest = &rest[kind.len_utf8()..];
        match kind {
            '"' | '\\' | '/' => text.push(kind),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            't' => text.push('\t'),
            'u' => {
                let unit = |text: &str| text.get(..4).and_then(|digits| u32::from_str_radix(digits, 16).ok());
                let Some(high) = unit(rest) else {
                    text.push(char::REPLACEMENT_CHARACTER);
                    continue;
                };
                rest = &rest[4..];
                let low = rest.strip_prefix("\\u").and_then(unit).filter(|low| (0xdc00..0xe000).contains(low));
                let code = match low {
                    Some(low) if (0xd800..0xdc00).contains(&high) => {
                        rest = &rest[6..];
                        0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00)
                    }
                    _ => high,
                };
                text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    text.push_str(rest);
    text
}
