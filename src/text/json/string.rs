//! JSON's strings: where they end, what is wrong inside of them, and what they say.

use super::{
    Fault,
    lex::{Lexer, Token},
};
use crate::text::{Edit, Span};

/// Quotes that a word processor makes of `"`.
pub(super) const TYPOGRAPHIC: [char; 7] = ['“', '”', '„', '‟', '‘', '’', '‚'];

impl Lexer<'_> {
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

    pub(super) fn string(&mut self, quote: u8) -> Token {
        let start = self.at;
        let (mut escaped, mut broken_at) = (false, None);
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
                Some(b'\n' | b'\r') if broken_at.is_some() || self.goes_on(quote) => {
                    broken_at.get_or_insert(self.at);
                    self.take_while(|byte| matches!(byte, b'\n' | b'\r'));
                }
                None | Some(b'\n' | b'\r') => {
                    let help = Some("close it with `\"`");
                    self.report(Fault::Structure, Span::new(start, self.at), "this string is never closed", help);
                    return Token::OpenString { escaped };
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
        if let Some(at) = broken_at {
            let span = Span::new(start, self.at);
            let joined = self.slice(span).replace("\r\n", "\\n").replace(['\n', '\r'], "\\n");
            let message = "a string cannot hold a line break as it is";
            self.report_with(
                Fault::Text,
                Span::empty(at),
                message,
                Some("write `\\n`"),
                Some(Edit::replace(span, joined)),
            );
        }
        Token::String { escaped }
    }

    /// Whether a string goes on after the line break that comes next: it is closed in one of the lines that follow, before
    /// anything there looks like JSON.
    fn goes_on(&self, quote: u8) -> bool {
        const MOST: usize = 20;
        for line in self.text[self.at..].trim_start_matches(['\r', '\n']).lines().take(MOST) {
            let line = line.trim();
            if line.starts_with(['"', '\'', '{', '}', '[', ']', '/']) {
                return false;
            }
            if let Some((_, behind)) = line.split_once(char::from(quote)) {
                return matches!(behind.trim_start().as_bytes(), [] | [b',' | b'}' | b']', ..]);
            }
        }
        false
    }

    /// A string between the quotes of a word processor.
    pub(super) fn typographic(&mut self) -> Option<Token> {
        let start = self.at;
        let inner = self.text[start..].strip_prefix(TYPOGRAPHIC)?;
        let line = inner.lines().next().unwrap_or_default();
        let length = line.find(|c| c == '"' || TYPOGRAPHIC.contains(&c))?;
        let closing = line[length..].chars().next().map_or(0, char::len_utf8);
        self.at = self.text.len() - inner.len() + length + closing;
        let inner = &inner[..length];
        let remedy = (!inner.contains('\\')).then(|| Edit::replace(Span::new(start, self.at), format!("\"{inner}\"")));
        let message = "strings stand in double quotes, and these are typographic ones";
        self.report_with(Fault::Structure, Span::new(start, self.at), message, Some("use `\"`"), remedy);
        Some(Token::String { escaped: false })
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

    pub(super) fn single_quoted(&mut self) -> Token {
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
