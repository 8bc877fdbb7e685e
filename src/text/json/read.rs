//! JSON's structure: tokens become a flat tree, and what is out of place is reported and read past.

use super::{
    Fault, Kind, MAX_DEPTH, NONE, Slot, SyntaxError,
    lex::{Lexer, Token},
    mistaken,
    outline::Outline,
};
use crate::text::{Edit, Span, excerpt, visible};

/// What may come next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expect {
    /// A value; in an array, right after its bracket, also its end.
    Value { first: bool },
    /// A key; right after the brace, also the object's end.
    Key { first: bool },
    /// The colon between a key and its value.
    Colon,
    /// A comma, or the end of the container.
    Separator,
    /// The end of the document.
    End,
}

/// A container that is being read.
struct Frame {
    slot: u32,
    last_child: u32,
    /// Its brace is not in the text: members were written without an object around them.
    bare: bool,
}

/// The key of the member that is being read.
#[derive(Clone, Copy)]
struct Key {
    span: Span,
    escaped: bool,
}

struct Reader<'a> {
    lexer: Lexer<'a>,
    slots: Vec<Slot>,
    stack: Vec<Frame>,
    key: Option<Key>,
    comma: Span,
    /// End of the last token that was taken.
    end: usize,
    /// The containers that were closed, in that order.
    closed: Vec<u32>,
}

/// Reads a text to its end, whatever it holds.
pub(super) fn read(text: &str) -> (Vec<Slot>, Vec<SyntaxError>) {
    if let Some((what, span)) = mistaken::format(text) {
        let message = format!("this is no JSON, but {what}");
        let help = Some("a connection spec is a JSON object".to_owned());
        let error = SyntaxError { fault: Fault::Structure, message, span, help, remedy: None };
        return (Vec::new(), vec![error]);
    }
    let mut reader = Reader {
        lexer: Lexer::new(text),
        slots: Vec::with_capacity(text.len() / 24 + 1),
        // As deep as specs are, and as many containers as they have.
        stack: Vec::with_capacity(16),
        key: None,
        comma: Span::default(),
        end: 0,
        closed: Vec::with_capacity(64),
    };
    reader.document();
    let mut errors = reader.lexer.errors;
    errors.sort_by_key(|error| error.span);
    (reader.slots, errors)
}

impl Reader<'_> {
    fn document(&mut self) {
        let mut expect = Expect::Value { first: false };
        let (mut token, mut span) = self.lexer.token();
        loop {
            if self.lexer.gave_up() {
                self.lexer.give_up(Span::empty(span.start as usize));
                return self.close_all();
            }
            // Each step takes the token, or leaves it for the next expectation.
            let (next, taken) = match expect {
                Expect::Value { first } => self.value(token, span, first),
                Expect::Key { first } => self.member_key(token, span, first),
                Expect::Colon => self.colon(token, span),
                Expect::Separator => self.separator(token, span),
                Expect::End if self.is_bare_member(token) => (self.open_bare_object(), true),
                Expect::End => return self.after_the_end(token, span),
            };
            expect = next;
            if taken {
                if token == Token::End {
                    return;
                }
                self.end = self.end.max(span.end as usize);
                (token, span) = self.lexer.token();
            }
        }
    }

    fn error_with(&mut self, span: Span, message: impl Into<String>, help: Option<&str>, remedy: Option<Edit>) {
        self.lexer.report_with(Fault::Structure, span, message, help, remedy);
    }

    fn error(&mut self, span: Span, message: impl Into<String>, help: Option<&str>) {
        self.lexer.report(Fault::Structure, span, message, help);
    }

    fn in_object(&self) -> bool {
        self.stack.last().is_some_and(|frame| self.slots[frame.slot as usize].kind == Kind::Object)
    }

    /// What follows a value where it stands.
    fn after_value(&self) -> Expect {
        if self.stack.is_empty() { Expect::End } else { Expect::Separator }
    }

    /// What follows a comma where it stands.
    fn after_comma(&self) -> Expect {
        if self.in_object() { Expect::Key { first: false } } else { Expect::Value { first: false } }
    }

    fn add(&mut self, kind: Kind, span: Span, escaped: bool) -> u32 {
        let index = self.slots.len() as u32;
        let key = self.key.take();
        let parent = self.stack.last().map_or(NONE, |frame| frame.slot);
        let mut place = 0;
        if let Some(frame) = self.stack.last_mut() {
            if frame.last_child == NONE {
                self.slots[frame.slot as usize].first = index;
            } else {
                self.slots[frame.last_child as usize].next = index;
            }
            frame.last_child = index;
            place = self.slots[frame.slot as usize].count;
            self.slots[frame.slot as usize].count += 1;
        }
        self.slots.push(Slot {
            kind,
            escaped,
            keyed: key.is_some(),
            key_escaped: key.is_some_and(|key| key.escaped),
            span,
            key: key.map_or(Span::empty(place as usize), |key| key.span),
            outline: key.map_or(Outline::default(), |key| self.lexer.outline(key.span, key.escaped)),
            parent,
            first: NONE,
            next: NONE,
            count: 0,
        });
        index
    }

    fn open(&mut self, kind: Kind, span: Span) -> Expect {
        let slot = self.add(kind, span, false);
        if self.stack.len() >= MAX_DEPTH {
            self.lexer.report(
                Fault::Depth,
                span,
                format!("nested deeper than {MAX_DEPTH} levels; what is inside is not read"),
                None,
            );
            let end = self.skip_container();
            self.slots[slot as usize].span.end = end;
            // What stands around it and is never closed ends no earlier.
            self.end = self.end.max(end as usize);
            return self.after_value();
        }
        self.stack.push(Frame { slot, last_child: NONE, bare: false });
        if kind == Kind::Object { Expect::Key { first: true } } else { Expect::Value { first: true } }
    }

    /// Skips to the end of a container whose bracket has been taken, and returns where it ends.
    fn skip_container(&mut self) -> u32 {
        self.lexer.muted = true;
        let mut depth = 1usize;
        let end = loop {
            let (token, span) = self.lexer.token();
            match token {
                Token::OpenObject | Token::OpenArray => depth += 1,
                Token::CloseObject | Token::CloseArray => depth -= 1,
                _ => {}
            }
            if depth == 0 || token == Token::End {
                break span.end;
            }
        };
        self.lexer.muted = false;
        end
    }

    fn close(&mut self, end: u32) -> Expect {
        if let Some(frame) = self.stack.pop() {
            self.slots[frame.slot as usize].span.end = end;
            self.closed.push(frame.slot);
        }
        self.after_value()
    }

    /// The first bracket that, by the indentation of the lines, was closed by the bracket of another around it.
    fn suspect(&self) -> Option<usize> {
        let containers = self.closed.iter().map(|slot| self.slots[*slot as usize].span.range());
        let mut opens = containers.filter(|container| {
            let (opened, _) = self.lexer.indentation(container.start);
            let (closed, is_first) = self.lexer.indentation(container.end.saturating_sub(1));
            is_first && closed < opened
        });
        opens.next().map(|container| container.start)
    }

    fn value(&mut self, token: Token, span: Span, first: bool) -> (Expect, bool) {
        let kind = match token {
            Token::OpenObject | Token::Word if self.lexer.is_at_name() && self.placeholder(span) => Kind::Null,
            Token::OpenObject => return (self.open(Kind::Object, span), true),
            Token::OpenArray => return (self.open(Kind::Array, span), true),
            Token::String { escaped } => {
                self.add(Kind::String, span, escaped);
                return (self.behind_value(), true);
            }
            Token::OpenString { escaped } => {
                self.add(Kind::String, self.without_comma(span), escaped);
                return (self.behind_open(span), true);
            }
            Token::Number => Kind::Number,
            Token::True | Token::False => Kind::Boolean,
            Token::Null => Kind::Null,
            Token::Word => {
                let word = self.lexer.slice(span);
                let (help, meant) = match word.to_ascii_lowercase().as_str() {
                    "true" => ("write `true`", Some("true")),
                    "false" => ("write `false`", Some("false")),
                    "none" | "nil" | "null" | "undefined" => ("write `null`", Some("null")),
                    _ => ("put a text into double quotes", None),
                };
                let remedy = meant.map(|meant| Edit::replace(span, meant));
                self.error_with(span, format!("`{}` is not a JSON value", excerpt(word)), Some(help), remedy);
                Kind::Null
            }
            Token::CloseArray if first => return (self.close(span.end), true),
            Token::CloseArray if !self.in_object() && !self.stack.is_empty() => {
                self.trailing_comma();
                return (self.close(span.end), true);
            }
            Token::Junk => {
                self.junk(span);
                return (Expect::Value { first }, true);
            }
            Token::Colon => {
                self.error(span, "unexpected `:`", None);
                return (Expect::Value { first: false }, true);
            }
            Token::Comma | Token::CloseObject | Token::CloseArray | Token::End => {
                return self.missing_value(token, span);
            }
        };
        self.add(kind, span, false);
        (self.behind_value(), true)
    }

    /// A value that something was to be filled in for: `{{version}}`, `{VERSION}` or `${version}`.
    fn placeholder(&mut self, span: Span) -> bool {
        let start = span.start as usize;
        let Some(length) = self.lexer.placeholder(start) else { return false };
        let whole = Span::new(start, start + length);
        let message = format!("`{}` is a placeholder, and no value", excerpt(self.lexer.slice(whole)));
        self.error(whole, message, Some("write the value; a text stands in double quotes"));
        self.lexer.go_to(whole.end as usize);
        self.end = whole.end as usize;
        true
    }

    /// A string that is not closed, without the comma that was meant to follow it.
    fn without_comma(&self, span: Span) -> Span {
        let text = self.lexer.slice(span).trim_end();
        Span::new(span.start as usize, span.start as usize + text.strip_suffix(',').unwrap_or(text).len())
    }

    /// What follows a string that is not closed: what was meant to follow it in its line is a part of it.
    fn behind_open(&mut self, span: Span) -> Expect {
        if self.stack.is_empty() {
            return Expect::End;
        }
        let end = self.without_comma(span).end;
        if self.lexer.slice(span).trim_end().ends_with(',') {
            self.comma = Span::new(end as usize, end as usize + 1);
            return self.after_comma();
        }
        Expect::Separator
    }

    /// What follows a value that was just taken. A comma often follows at once, and is taken with it.
    fn behind_value(&mut self) -> Expect {
        if self.stack.is_empty() {
            return Expect::End;
        }
        let Some(end) = self.lexer.take(b',') else { return Expect::Separator };
        self.comma = Span::new(end - 1, end);
        self.end = end;
        self.after_comma()
    }

    fn missing_value(&mut self, token: Token, span: Span) -> (Expect, bool) {
        match self.key {
            Some(key) => {
                let name = excerpt(self.lexer.slice(key.span));
                self.error(key.span, format!("the key {name} has no value"), None);
            }
            None if self.slots.is_empty() && token == Token::End => {
                self.error(span, "the document is empty", Some("a connection spec is a JSON object"));
                return (Expect::End, true);
            }
            None => self.error(span, "a value is missing here", None),
        }
        self.add(Kind::Null, Span::empty(self.end), false);
        if self.stack.is_empty() {
            // A closing bracket or a comma as the whole document: nothing sensible follows.
            return (Expect::End, true);
        }
        (Expect::Separator, false)
    }

    fn member_key(&mut self, token: Token, span: Span, first: bool) -> (Expect, bool) {
        match token {
            Token::String { escaped } => {
                self.key = Some(Key { span, escaped });
                // The colon nearly always follows at once.
                match self.lexer.take(b':') {
                    Some(end) => {
                        self.end = end;
                        (Expect::Value { first: false }, true)
                    }
                    None if self.is_open_key(span) => (Expect::Value { first: false }, true),
                    None => (Expect::Colon, true),
                }
            }
            // The value is a part of it.
            Token::OpenString { escaped } => {
                self.key = Some(Key { span: self.without_comma(span), escaped });
                self.add(Kind::Null, Span::empty(span.end as usize), false);
                (self.behind_open(span), true)
            }
            Token::Word | Token::Number | Token::True | Token::False | Token::Null => {
                let word = self.lexer.slice(span).to_owned();
                let help = format!("write `\"{}\"`", excerpt(&word));
                let message = format!("the key `{}` does not stand in double quotes", excerpt(&word));
                self.error_with(span, message, Some(&help), Some(Edit::replace(span, format!("\"{word}\""))));
                self.key = Some(Key { span, escaped: false });
                (Expect::Colon, true)
            }
            Token::CloseObject => {
                if !first {
                    self.trailing_comma();
                }
                (self.close(span.end), true)
            }
            Token::Comma => {
                self.error_with(
                    span,
                    "a comma with nothing before it",
                    Some("remove the comma"),
                    Some(Edit::remove(span)),
                );
                (Expect::Key { first: false }, true)
            }
            Token::Colon => {
                self.error(span, "a colon with no key before it", None);
                self.key = Some(Key { span: Span::empty(span.start as usize), escaped: false });
                (Expect::Value { first: false }, true)
            }
            Token::OpenObject | Token::OpenArray => {
                self.error(span, "a value with no key before it", Some("members of an object are `\"key\": value`"));
                self.key = Some(Key { span: Span::empty(span.start as usize), escaped: false });
                (Expect::Value { first: false }, false)
            }
            Token::CloseArray => (self.mismatch(span), true),
            Token::Junk => {
                self.junk(span);
                (Expect::Key { first }, true)
            }
            Token::End => self.unclosed(),
        }
    }

    /// Whether what looks like a key is one that is not closed, up to the quote in front of its value: `"version: "1.0"`.
    fn is_open_key(&mut self, span: Span) -> bool {
        let Some(key) = self.lexer.slice(span).trim_end_matches('"').trim_end().strip_suffix(':') else { return false };
        let key = key.trim_end().to_owned();
        if key.len() < 2 || key.contains(':') {
            return false;
        }
        let remedy = Edit::replace(span, format!("{key}\": \""));
        let place = Span::new(span.start as usize, span.start as usize + key.len());
        let help = format!("write `{}\"`", excerpt(&key));
        self.error_with(place, "this key is not closed before its colon", Some(&help), Some(remedy));
        self.key = Some(Key { span: place, escaped: false });
        // Its last quote is the first of the value.
        self.lexer.go_to(span.end as usize - 1);
        true
    }

    fn colon(&mut self, token: Token, span: Span) -> (Expect, bool) {
        if token == Token::Colon {
            return (Expect::Value { first: false }, true);
        }
        if token == Token::Junk && matches!(self.lexer.slice(span), "=" | "=>") {
            let remedy = Some(Edit::replace(span, ":"));
            self.error_with(span, "a colon stands between a key and its value", Some("write `:`"), remedy);
            return (Expect::Value { first: false }, true);
        }
        if token == Token::Junk {
            self.junk(span);
            return (Expect::Colon, true);
        }
        if token.starts_value() {
            let name = excerpt(self.key.map_or("", |key| self.lexer.slice(key.span)));
            let remedy = Some(Edit::insert(self.end, ":"));
            self.error_with(Span::empty(self.end), format!("a colon is missing after the key {name}"), None, remedy);
        }
        (Expect::Value { first: false }, false)
    }

    fn separator(&mut self, token: Token, span: Span) -> (Expect, bool) {
        match token {
            Token::Comma => {
                self.comma = span;
                (self.after_comma(), true)
            }
            Token::CloseObject if self.in_object() => {
                if self.stack.last().is_some_and(|frame| frame.bare) {
                    self.error(span, "`}` closes nothing", None);
                    return (Expect::Separator, true);
                }
                (self.close(span.end), true)
            }
            Token::CloseArray if !self.in_object() => (self.close(span.end), true),
            Token::CloseObject | Token::CloseArray => (self.mismatch(span), true),
            Token::Colon => {
                self.error(span, "unexpected `:`", Some("a key and its value stand in an object, between `{` and `}`"));
                (Expect::Separator, true)
            }
            Token::Junk if self.lexer.slice(span) == ";" => {
                let remedy = Some(Edit::replace(span, ","));
                self.error_with(span, "a comma stands between two entries", Some("write `,`"), remedy);
                self.comma = span;
                (self.after_comma(), true)
            }
            Token::Junk => {
                self.junk(span);
                (Expect::Separator, true)
            }
            Token::End => self.unclosed(),
            _ => {
                let help = Some("put a `,` between two entries");
                let remedy = Some(Edit::insert(self.end, ","));
                self.error_with(Span::empty(self.end), "a comma is missing here", help, remedy);
                (self.after_comma(), false)
            }
        }
    }

    fn after_the_end(&mut self, token: Token, span: Span) {
        match token {
            Token::End => {}
            Token::CloseObject | Token::CloseArray => {
                let bracket = self.lexer.slice(span);
                self.error(span, format!("`{bracket}` closes nothing"), Some("remove it, or open it before"));
            }
            _ => {
                let rest = self.lexer.rest(span.start as usize);
                self.error(rest, "the document goes on after its end", Some("a JSON document is one value"));
            }
        }
    }

    /// Whether what looked like the whole document is the key of a member without an object around it.
    fn is_bare_member(&self, token: Token) -> bool {
        token == Token::Colon && self.slots.len() == 1 && self.slots[0].kind == Kind::String
    }

    /// Members without an object around them, as when a part of a spec is copied: reported once, read as an object.
    fn open_bare_object(&mut self) -> Expect {
        let key = self.slots[0];
        self.error(key.span, "a member stands outside of an object", Some("put `{` before it and `}` at the end"));
        self.slots.clear();
        let slot = self.add(Kind::Object, key.span, false);
        self.stack.push(Frame { slot, last_child: NONE, bare: true });
        self.key = Some(Key { span: key.span, escaped: key.escaped });
        Expect::Value { first: false }
    }

    fn trailing_comma(&mut self) {
        let comma = self.comma;
        self.lexer.report(
            Fault::TrailingComma,
            comma,
            "a comma before a closing bracket",
            Some("remove the comma, or write what comes after it"),
        );
    }

    fn junk(&mut self, span: Span) {
        let junk: String = self.lexer.slice(span).chars().take(20).collect();
        let (message, help) = if junk.starts_with("..") || junk.starts_with('…') {
            (format!("`{junk}` stands for something that was left out"), Some("write it out"))
        } else if junk.starts_with(['“', '”', '„', '‘', '’']) {
            (format!("`{junk}` is a typographic quote"), Some("use `\"`"))
        } else {
            let mut characters = junk.chars();
            let first = characters.next().map(visible::character).unwrap_or_default();
            let more = if characters.next().is_some() { " and more" } else { "" };
            (format!("{first}{more} cannot stand here"), None)
        };
        self.error(span, message, help);
    }

    /// A closing bracket of the wrong sort: closes the container it fits, if one is open, and all inside of it.
    fn mismatch(&mut self, span: Span) -> Expect {
        let bracket = self.lexer.slice(span).to_owned();
        let kind = if bracket == "]" { Kind::Array } else { Kind::Object };
        let fitting = self.stack.iter().rposition(|frame| !frame.bare && self.slots[frame.slot as usize].kind == kind);
        let start_of = |frame: &Frame| self.slots[frame.slot as usize].span.start as usize;
        let opener = self.stack.last().filter(|frame| !frame.bare).map(start_of);
        let around = fitting.map(|fitting| start_of(&self.stack[fitting]));
        if let Some(at) = opener.filter(|at| self.is_mistyped(*at, around, span)) {
            let meant = if kind == Kind::Array { "}" } else { "]" };
            let message = format!("`{}` is closed by `{bracket}`", self.lexer.slice(Span::new(at, at + 1)));
            let remedy = Some(Edit::replace(span, meant));
            self.error_with(span, message, Some(&format!("write `{meant}`")), remedy);
            return self.close(span.end);
        }
        let Some(fitting) = fitting else {
            self.error(span, format!("`{bracket}` closes nothing"), Some("remove it, or open it before"));
            return if self.stack.is_empty() { Expect::End } else { Expect::Separator };
        };
        if let Some(at) = opener {
            let open = self.lexer.slice(Span::new(at, at + 1)).to_owned();
            self.error(Span::new(at, at + 1), format!("`{open}` is not closed before the `{bracket}` around it"), None);
        }
        while self.stack.len() > fitting + 1 {
            self.close(span.start);
        }
        self.close(span.end)
    }

    /// Whether a closing bracket is meant for the innermost container, though it is of the other sort: by where both stand,
    /// and the one around it that the bracket fits.
    fn is_mistyped(&self, opener: usize, fitting: Option<usize>, bracket: Span) -> bool {
        let at = bracket.start as usize;
        let line = self.lexer.line_start(at);
        if opener >= line {
            // What was opened in a line before is closed in a line of its own.
            return fitting.is_none_or(|fitting| fitting < line);
        }
        let indentation = |at| self.lexer.indentation(at).0;
        let (closed, is_first) = self.lexer.indentation(at);
        is_first && closed == indentation(opener) && fitting.is_none_or(|fitting| closed != indentation(fitting))
    }

    fn unclosed(&mut self) -> (Expect, bool) {
        let innermost = self.stack.iter().rev().find(|frame| !frame.bare).map(|frame| frame.slot);
        if let Some(slot) = innermost {
            let at = self.suspect().unwrap_or(self.slots[slot as usize].span.start as usize);
            let open = self.lexer.slice(Span::new(at, at + 1)).to_owned();
            self.error(Span::new(at, at + 1), format!("`{open}` is never closed"), None);
        }
        self.close_all();
        (Expect::End, true)
    }

    /// Has what is still open end where reading ends.
    fn close_all(&mut self) {
        while !self.stack.is_empty() {
            self.close(self.end as u32);
        }
    }
}
