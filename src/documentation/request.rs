//! The requests that a page shows: `curl` commands in its fenced blocks, read as a shell reads them, with places.

use std::ops::Range;

use serde_json::Value;

use crate::text::{
    Span,
    markdown::{Fence, Markdown},
};

/// A `curl` command.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Request {
    pub method: String,
    /// The address, where there is one.
    pub url: Option<Word>,
    pub headers: Vec<Word>,
    pub body: Option<Word>,
    /// The first word.
    pub span: Span,
    /// Quotes that are not closed.
    pub open_quote: Option<Span>,
}

/// A word of a command: what it says, and where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub span: Span,
    /// Where its text begins in the block, and whether it stands there as it is.
    plain: Option<usize>,
    range: Range<usize>,
}

/// The languages of blocks that hold commands.
const SHELLS: [&str; 7] = ["shell", "bash", "sh", "curl", "console", "zsh", ""];

/// Options of `curl` that take a value and say nothing here.
const WITH_VALUE: [&str; 8] =
    ["-u", "--user", "-o", "--output", "-A", "--user-agent", "--max-time", "--connect-timeout"];

impl Request {
    /// The requests of a page, each with its block, in their order.
    pub fn all(page: &Markdown) -> Vec<(Self, &Fence)> {
        let shells = page.fences.iter().filter(|fence| SHELLS.contains(&fence.language.as_str()));
        shells.filter_map(|fence| Some((Self::read(fence)?, fence))).collect()
    }

    /// Reads a block; nothing where it is no `curl` command.
    fn read(fence: &Fence) -> Option<Self> {
        let text = fence.text.strip_prefix("$ ").unwrap_or(&fence.text);
        let skipped = fence.text.len() - text.len();
        if !text.trim_start().starts_with("curl") {
            return None;
        }
        let (words, open_quote) = words(fence, skipped);
        let mut words = words.into_iter();
        let first = words.next().filter(|word| word.text == "curl")?;
        let mut request = Self { span: first.span, open_quote, ..Self::default() };
        let mut method = None;
        while let Some(word) = words.next() {
            let (flag, attached) = match word.text.split_once('=') {
                Some((flag, _)) if flag.starts_with("--") => (flag.to_owned(), true),
                _ => (word.text.clone(), false),
            };
            let mut value = || match attached {
                true => Some(word.after(flag.len() + 1)),
                false => words.next(),
            };
            match flag.as_str() {
                "-X" | "--request" => method = value().map(|word| word.text),
                "-H" | "--header" => request.headers.extend(value()),
                "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-ascii" | "--json" => request.body = value(),
                "--url" => request.url = value(),
                flag if WITH_VALUE.contains(&flag) => drop(value()),
                flag if flag.len() > 2 && flag.starts_with("-X") => method = Some(flag[2..].to_owned()),
                flag if flag.len() > 2 && flag.starts_with("-H") => request.headers.push(word.after(2)),
                flag if flag.len() > 2 && flag.starts_with("-d") => request.body = Some(word.after(2)),
                flag if flag.starts_with('-') => {}
                _ if request.url.is_none() => request.url = Some(word),
                _ => {}
            }
        }
        let implied = if request.body.is_some() { "POST" } else { "GET" };
        request.method = method.unwrap_or_else(|| implied.to_owned());
        Some(request)
    }

    /// The path on the platform, from `/data/…` on; nothing where it goes elsewhere.
    pub fn platform_path(&self) -> Option<&str> {
        let (_, rest) = self.url.as_ref()?.text.split_once("://platform")?;
        // Regions and stages have hosts of their own: `platform-va7.adobe.io`.
        let (host, path) = rest.split_at(rest.find('/')?);
        host.ends_with("adobe.io").then(|| path.split(['?', '#']).next().unwrap_or(path).trim_end_matches('/'))
    }

    /// A header by its name, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|word| {
            let (found, value) = word.text.split_once(':')?;
            found.trim().eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// The body as JSON.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_str(&self.body.as_ref()?.text).ok()
    }

    /// Whether the body is meant as JSON: by its header, or by how it begins where there is none.
    pub fn says_json(&self) -> bool {
        let begins = self.body.as_ref().is_some_and(|body| body.text.trim_start().starts_with(['{', '[']));
        // `@file` is a file of the reader's.
        self.header("Content-Type").map_or(begins, |kind| kind.contains("json") && !self.is_file())
    }

    fn is_file(&self) -> bool {
        self.body.as_ref().is_some_and(|body| body.text.starts_with('@'))
    }

    /// The place of a text in quotes within the body; the body's beginning where it is not there as it is.
    pub fn in_body(&self, fence: &Fence, quoted: &str) -> Span {
        let Some(body) = &self.body else { return self.span };
        let found = body.text.find(&Value::from(quoted).to_string());
        found.map_or_else(|| body.beginning(), |at| body.part(fence, at + 1..at + 1 + quoted.len()))
    }
}

impl Word {
    /// The place of a part of it; all of it where it is written in another way than it reads.
    pub fn part(&self, fence: &Fence, range: Range<usize>) -> Span {
        match self.plain {
            Some(start) => fence.span_of(start + range.start..start + range.end),
            None => self.beginning(),
        }
    }

    /// Its beginning, which is short enough to be shown.
    pub fn beginning(&self) -> Span {
        Span::new(self.span.start as usize, (self.span.start as usize + 1).min(self.span.end as usize))
    }

    fn after(&self, length: usize) -> Self {
        Self {
            text: self.text.get(length..).unwrap_or_default().to_owned(),
            plain: self.plain.map(|start| start + length),
            ..self.clone()
        }
    }
}

/// The words of the first command of a block, as a POSIX shell takes them apart, and a quote that is not closed.
fn words(fence: &Fence, from: usize) -> (Vec<Word>, Option<Span>) {
    let text = fence.text.as_str();
    let mut words: Vec<Word> = Vec::new();
    let mut open: Option<Word> = None;
    let mut quote: Option<(char, usize)> = None;
    let mut letters = text[from..].char_indices().map(|(at, letter)| (at + from, letter)).peekable();
    while let Some((at, letter)) = letters.next() {
        let is_blank = letter.is_whitespace() && quote.is_none();
        if is_blank {
            words.extend(open.take().map(|word| finished(word, fence, at)));
            if letter == '\n' && !words.is_empty() {
                break;
            }
            continue;
        }
        if letter == '\\' && quote.is_none_or(|(mark, _)| mark == '"') {
            let next = letters.peek().map(|(_, next)| *next);
            match next {
                Some('\n') => drop(letters.next()),
                // A line end of Windows.
                Some('\r') => {
                    letters.next();
                    letters.next_if(|(_, letter)| *letter == '\n');
                }
                Some(next) if quote.is_none() || matches!(next, '"' | '\\' | '$' | '`') => {
                    letters.next();
                    let word = open.get_or_insert_with(|| Word { range: at..at, ..Word::default() });
                    word.text.push(next);
                    word.plain = None;
                }
                _ => open.get_or_insert_with(|| Word { range: at..at, ..Word::default() }).text.push(letter),
            }
            continue;
        }
        let is_new = open.is_none();
        let word = open.get_or_insert_with(|| Word { range: at..at, plain: Some(at), ..Word::default() });
        match quote {
            Some((mark, _)) if mark == letter => quote = None,
            Some(_) => word.text.push(letter),
            None if matches!(letter, '\'' | '"') => {
                quote = Some((letter, at));
                // What follows the quote is written as it reads, if nothing came before.
                word.plain = is_new.then_some(at + 1);
            }
            None => word.text.push(letter),
        }
    }
    words.extend(open.take().map(|word| finished(word, fence, text.len())));
    (words, quote.map(|(_, at)| fence.span_of(at..at + 1)))
}

fn finished(mut word: Word, fence: &Fence, end: usize) -> Word {
    word.range.end = end;
    word.span = fence.span_of(word.range.clone());
    let is_plain = |start: &usize| fence.text.get(*start..*start + word.text.len()) == Some(word.text.as_str());
    word.plain = word.plain.filter(is_plain);
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(command: &str) -> Option<(Request, String)> {
        let text = format!("x\n\n```shell\n{command}\n```\n");
        let page = Markdown::read(&text);
        Request::all(&page).pop().map(|(request, _)| (request, text))
    }

    #[test]
    fn commands_are_read_as_a_shell_reads_them() {
        let (request, text) = read(
            "curl -X POST \\\n  'https://platform.adobe.io/data/x?y=1' \\\n  -H 'a: b' --header=\"c: \\\"d\\\"\" -s -d '{\n\"a\": \"it'\\''s\"}'",
        )
        .unwrap();
        assert_eq!((request.method.as_str(), request.platform_path()), ("POST", Some("/data/x")));
        assert_eq!((request.header("A"), request.header("c")), (Some("b"), Some("\"d\"")));
        assert_eq!(request.json().unwrap()["a"], "it's");
        let url = request.url.as_ref().unwrap();
        assert_eq!(&text[url.span.range()], "'https://platform.adobe.io/data/x?y=1'");
        assert!(request.open_quote.is_none());
        let (request, _) = read("$ curl -XGET https://a.b").unwrap();
        assert_eq!((request.method.as_str(), request.platform_path()), ("GET", None));
        assert!(read("curl 'a").unwrap().0.open_quote.is_some());
        assert!(read("echo curl").is_none() && read("curly").is_none());
    }

    #[test]
    fn a_part_of_a_body_has_its_place() {
        let text = "```shell\ncurl -d '{\"a\": \"bcd\"}' https://a.b\n```\n";
        let page = Markdown::read(text);
        let (request, fence) = &Request::all(&page)[0];
        assert_eq!(&text[request.in_body(fence, "bcd").range()], "bcd");
        assert_eq!(&text[request.in_body(fence, "nothing").range()], "'");
    }
}
