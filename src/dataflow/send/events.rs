//! Events out of a stream of bytes, one at a time and with the bytes they came with: one JSON value, an array of them, or a
//! value a line.
//!
//! Which of these it is shows in how the text begins. Only the event at hand is kept, so an array of any length is read in the
//! same memory. Where a line is malformed the next one is a new beginning; where an array is, nothing behind that place can be
//! trusted, and reading ends.

use std::{
    io::{self, Read},
    ops::Range,
};

use memchr::{memchr, memchr_iter, memrchr};
use serde_json::value::RawValue;

/// An event larger than this is passed over without being kept. The inlet takes far less.
pub const LARGEST_KEPT: usize = 4 << 20;
/// How much is asked of the input at once.
const CHUNK: usize = 64 << 10;
/// What some programs write in front of UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// A place in the input: line and column from 1, columns in characters, and the offset in bytes from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub line: u64,
    pub column: u64,
    pub offset: u64,
}

/// An event, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its position among the events of the input, from 1.
    pub number: u64,
    /// The line on which it begins.
    pub line: u64,
    pub text: String,
}

/// What stands where an event should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The position it takes among the events; none where it is the text around them that is wrong.
    pub number: Option<u64>,
    pub at: Place,
    pub reason: String,
    /// The malformed line.
    pub text: Option<Vec<u8>>,
    /// Whether nothing behind it can be read.
    pub ends: bool,
}

/// What the input holds next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    Event(Event),
    Fault(Fault),
}

/// How the events are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Not known yet.
    Unknown,
    /// Values one after the other, over several lines each.
    Values,
    /// A value a line.
    Lines,
    /// Within an array, in front of its first event or behind a comma.
    Array { is_first: bool },
    /// Behind an array.
    Behind,
    /// There is no more to come.
    Over,
}

/// Reads events.
#[derive(Debug)]
pub struct Events<R> {
    input: R,
    buffer: Vec<u8>,
    /// What of the buffer has been used up.
    used: usize,
    is_over: bool,
    form: Form,
    /// Where the rest of the buffer begins.
    at: Place,
    /// How many events, or malformed ones, there were so far.
    count: u64,
    scan: Scan,
    /// Where an event began that is too large to be kept.
    dropping: Option<Place>,
}

/// How far the search for the end of an event has come.
#[derive(Debug, Clone, Copy, Default)]
struct Scan {
    /// From the beginning of the event.
    at: usize,
    depth: u32,
    in_string: bool,
    escaped: bool,
}

/// Where an event ends.
enum End {
    /// In front of this offset.
    At(usize),
    /// At the end of the text, without what should follow.
    Text,
}

impl<R: Read> Events<R> {
    /// Events of `input`, which is read in small pieces.
    pub fn new(input: R) -> Self {
        Self {
            input,
            buffer: Vec::new(),
            used: 0,
            is_over: false,
            form: Form::Unknown,
            at: Place { line: 1, column: 1, offset: 0 },
            count: 0,
            scan: Scan::default(),
            dropping: None,
        }
    }

    /// How many bytes have been used up.
    pub fn offset(&self) -> u64 {
        self.at.offset
    }

    /// The next event or fault; `None` at the end. After an error of the input it can be asked again.
    pub fn read(&mut self) -> io::Result<Option<Item>> {
        loop {
            if self.form == Form::Over {
                return Ok(None);
            }
            if self.dropping.is_none() && self.scan.at == 0 && self.skip_blanks()?.is_none() {
                return Ok(self.end_of_text());
            }
            match self.form {
                Form::Unknown => self.form = self.recognise()?,
                Form::Lines => return self.line().map(Some),
                Form::Values => return self.value().map(Some),
                Form::Array { is_first } => {
                    let closes = self.rest().first() == Some(&b']');
                    if closes && is_first && self.scan.at == 0 && self.dropping.is_none() {
                        self.consume(1);
                        self.form = Form::Behind;
                        continue;
                    }
                    return self.element().map(Some);
                }
                Form::Behind => {
                    return Ok(Some(self.give_up(self.at, "something follows the array".to_owned(), false)));
                }
                Form::Over => return Ok(None),
            }
        }
    }

    /// What is left to say when nothing but blanks is left.
    fn end_of_text(&mut self) -> Option<Item> {
        let open = matches!(self.form, Form::Array { .. });
        self.form = if open { self.form } else { Form::Over };
        open.then(|| self.give_up(self.at, "the text ends before the array does".to_owned(), false))
    }

    /// Tells the form from the first line, which may need more of the text.
    fn recognise(&mut self) -> io::Result<Form> {
        if self.rest().first() == Some(&b'[') {
            self.consume(1);
            return Ok(Form::Array { is_first: true });
        }
        let mut from = 0;
        let length = loop {
            if let Some(found) = memchr(b'\n', &self.rest()[from..]) {
                break from + found;
            }
            from = self.rest().len();
            if from > LARGEST_KEPT || !self.fill()? {
                return Ok(Form::Lines);
            }
        };
        match serde_json::from_slice::<&RawValue>(&self.rest()[..length]) {
            Err(error) if error.is_eof() => {}
            _ => return Ok(Form::Lines),
        }
        // The value goes on in the next line, or it broke off and a new one begins there.
        let mut next = length + 1;
        loop {
            match self.rest().get(next).copied() {
                Some(b'\n' | b'\r' | b' ' | b'\t') => next += 1,
                Some(_) => break,
                None if self.fill()? => {}
                None => return Ok(Form::Values),
            }
        }
        let begins_a_line = self.rest()[next - 1] == b'\n';
        let goes_on = serde_json::from_slice::<&RawValue>(&self.rest()[..=next]);
        let fits = !goes_on.is_err_and(|error| !error.is_eof());
        let broke_off = begins_a_line && !fits && matches!(self.rest()[next], b'{' | b'[');
        Ok(if broke_off { Form::Lines } else { Form::Values })
    }

    fn line(&mut self) -> io::Result<Item> {
        let length = loop {
            let found = memchr(b'\n', &self.rest()[self.scan.at..]).map(|found| self.scan.at + found);
            if let Some(length) = found {
                break length;
            }
            self.scan.at = self.rest().len();
            self.drop_if_large();
            if !self.fill()? {
                break self.rest().len();
            }
        };
        Ok(self.take(length, true))
    }

    fn value(&mut self) -> io::Result<Item> {
        match self.find_end(|scan, byte| match byte {
            b'}' | b']' if scan.depth == 0 => Some(1),
            b'"' if scan.depth == 0 && !scan.in_string => Some(1),
            // A number or a word ends where a blank does.
            b' ' | b'\t' | b'\r' | b'\n' if scan.depth == 0 && !scan.in_string => Some(0),
            _ => None,
        })? {
            End::At(length) => Ok(self.take(length, false)),
            End::Text => Ok(self.take(self.rest().len(), false)),
        }
    }

    fn element(&mut self) -> io::Result<Item> {
        let end = self.find_end(|scan, byte| match byte {
            b',' if scan.depth == 0 && !scan.in_string => Some(0),
            // The bracket of the array itself went below.
            b']' if scan.depth == u32::MAX => Some(0),
            _ => None,
        })?;
        let length = match end {
            End::At(length) => length,
            End::Text => {
                // An object that is whole is an event, whatever happened to the array around it.
                let length = self.rest().len();
                let is_whole =
                    matches!(self.rest().first(), Some(b'{' | b'[' | b'"')) && self.checked(0..length).is_ok();
                if !is_whole || self.dropping.is_some() {
                    self.scan = Scan::default();
                    let (at, number) = (self.dropping.take().unwrap_or(self.at), self.count + 1);
                    let reason = format!("the text ends within event {number}, before the array does");
                    return Ok(self.give_up(at, reason, true));
                }
                length
            }
        };
        let closes = self.rest().get(length) == Some(&b']');
        let item = self.take(length, false);
        if self.form != Form::Over && !self.rest().is_empty() {
            self.consume(1);
            self.form = if closes { Form::Behind } else { Form::Array { is_first: false } };
        }
        Ok(item)
    }

    /// Looks for the end of the event at hand; `ends` says, with each byte that counts, how many bytes it still adds to it.
    fn find_end(&mut self, ends: impl Fn(&Scan, u8) -> Option<usize>) -> io::Result<End> {
        loop {
            while let Some(&byte) = self.buffer.get(self.used + self.scan.at) {
                let scan = &mut self.scan;
                if scan.in_string {
                    match byte {
                        _ if scan.escaped => scan.escaped = false,
                        b'\\' => scan.escaped = true,
                        b'"' => {
                            scan.in_string = false;
                            if let Some(more) = ends(scan, b'"') {
                                return Ok(End::At(scan.at + more));
                            }
                        }
                        _ => {}
                    }
                } else {
                    match byte {
                        b'"' => scan.in_string = true,
                        b'{' | b'[' => scan.depth += 1,
                        b'}' | b']' => scan.depth = scan.depth.wrapping_sub(1),
                        _ => {}
                    }
                    if byte != b'"'
                        && let Some(more) = ends(scan, byte)
                    {
                        return Ok(End::At(scan.at + more));
                    }
                    if scan.depth == u32::MAX {
                        // A brace that nothing opened: what stands in front of it will be found malformed.
                        return Ok(End::At(scan.at + 1));
                    }
                }
                scan.at += 1;
            }
            self.drop_if_large();
            if !self.fill()? {
                return Ok(End::Text);
            }
        }
    }

    /// Lets go of the event at hand where it is too large; the search for its end goes on.
    fn drop_if_large(&mut self) {
        if self.scan.at > LARGEST_KEPT || (self.dropping.is_some() && self.scan.at > CHUNK) {
            self.dropping.get_or_insert(self.at);
            self.consume(self.scan.at);
            self.scan.at = 0;
        }
    }

    /// The event that is so long.
    fn take(&mut self, length: usize, is_line: bool) -> Item {
        self.scan = Scan::default();
        self.count += 1;
        let number = self.count;
        if let Some(at) = self.dropping.take() {
            self.consume(length);
            let bytes = self.at.offset - at.offset;
            let reason = format!("it is {bytes} bytes long, and more than 1 MB is taken of none");
            return Item::Fault(Fault { number: Some(number), at, reason, text: None, ends: false });
        }
        let length = length.min(self.rest().len());
        let trimmed = self.rest()[..length].trim_ascii_end().len();
        let item = match self.checked(0..trimmed) {
            Ok(text) => Item::Event(Event { number, line: self.at.line, text: text.to_owned() }),
            Err((offset, reason)) => {
                let at = self.place(offset);
                let text = is_line.then(|| self.rest()[..trimmed].to_vec());
                Item::Fault(Fault { number: Some(number), at, reason, text, ends: !is_line })
            }
        };
        self.consume(length);
        if matches!(&item, Item::Fault(fault) if fault.ends) {
            self.form = Form::Over;
            self.used = self.buffer.len();
        }
        item
    }

    /// A fault after which nothing can be read.
    fn give_up(&mut self, at: Place, reason: String, is_event: bool) -> Item {
        self.form = Form::Over;
        self.count += u64::from(is_event);
        self.consume(self.rest().len());
        let number = is_event.then_some(self.count);
        Item::Fault(Fault { number, at, reason, text: None, ends: true })
    }

    /// The text of a range of the rest, where it is one JSON value; otherwise the offset of the fault, and the reason.
    fn checked(&self, range: Range<usize>) -> Result<&str, (usize, String)> {
        let bytes = &self.rest()[range];
        let text = std::str::from_utf8(bytes).map_err(|error| (error.valid_up_to(), "it is not UTF-8".to_owned()))?;
        if text.is_empty() {
            return Err((0, "a value is missing".to_owned()));
        }
        match serde_json::from_str::<&RawValue>(text) {
            Ok(_) => Ok(text),
            Err(error) => {
                let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
                let offset = if error.is_eof() { text.len() } else { before + error.column().saturating_sub(1) };
                let told = error.to_string();
                let reason = told.rsplit_once(" at line ").map_or(told.as_str(), |(reason, _)| reason);
                Err((offset, format!("it is not JSON: {reason}")))
            }
        }
    }

    /// Where the rest goes on after so many bytes.
    fn place(&self, bytes: usize) -> Place {
        let mut at = self.at;
        at.advance(&self.rest()[..bytes.min(self.rest().len())]);
        at
    }

    fn rest(&self) -> &[u8] {
        &self.buffer[self.used..]
    }

    fn consume(&mut self, bytes: usize) {
        let to = (self.used + bytes).min(self.buffer.len());
        self.at.advance(&self.buffer[self.used..to]);
        self.used = to;
    }

    /// Passes over blanks, and what some programs write in front of a text; the byte that follows them.
    fn skip_blanks(&mut self) -> io::Result<Option<u8>> {
        loop {
            if self.at.offset == 0
                && self.rest().len() >= BYTE_ORDER_MARK.len()
                && self.rest().starts_with(BYTE_ORDER_MARK)
            {
                self.used += BYTE_ORDER_MARK.len();
                self.at.offset = BYTE_ORDER_MARK.len() as u64;
            }
            let blanks = self.rest().iter().take_while(|byte| b" \t\r\n".contains(byte)).count();
            self.consume(blanks);
            let may_be_mark = self.at.offset == 0 && BYTE_ORDER_MARK.starts_with(self.rest());
            match self.rest().first() {
                Some(byte) if !may_be_mark => return Ok(Some(*byte)),
                first => {
                    let first = first.copied();
                    if !self.fill()? {
                        return Ok(first);
                    }
                }
            }
        }
    }

    /// Reads on; `false` at the end.
    fn fill(&mut self) -> io::Result<bool> {
        if self.is_over {
            return Ok(false);
        }
        if self.used > 0 {
            self.buffer.drain(..self.used);
            self.used = 0;
            // What one large event took is given back.
            if self.buffer.capacity() > 32 * CHUNK && self.buffer.len() < CHUNK {
                self.buffer.shrink_to(2 * CHUNK);
            }
        }
        let length = self.buffer.len();
        self.buffer.resize(length + CHUNK, 0);
        let read = loop {
            match self.input.read(&mut self.buffer[length..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                read => break read,
            }
        };
        self.buffer.truncate(length + *read.as_ref().unwrap_or(&0));
        self.is_over = read? == 0;
        Ok(!self.is_over)
    }
}

impl Place {
    fn advance(&mut self, bytes: &[u8]) {
        self.offset += bytes.len() as u64;
        let newlines = memchr_iter(b'\n', bytes).count() as u64;
        let last = match memrchr(b'\n', bytes) {
            Some(newline) => {
                self.line += newlines;
                self.column = 1;
                &bytes[newline + 1..]
            }
            None => bytes,
        };
        // A character has one byte that does not go on with another.
        self.column += last.iter().filter(|byte| **byte & 0xC0 != 0x80).count() as u64;
    }
}

#[cfg(test)]
mod tests;
