//! Markdown taken apart, with the place of everything: the metadata, headings, fenced blocks, tables, links and images.
//!
//! The parser is `pulldown-cmark`; what the documentation's own dialect adds (notes, `[!UICONTROL …]`) stays text.

use std::{collections::BTreeSet, ops::Range};

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::Span;

/// A page taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Markdown {
    /// The metadata at the very top, between two lines of `---`.
    pub metadata: Option<Metadata>,
    pub headings: Vec<Heading>,
    pub fences: Vec<Fence>,
    pub tables: Vec<Table>,
    /// Links and images, in their order.
    pub links: Vec<Link>,
    /// Texts that people read, outside of code.
    pub texts: Vec<Span>,
    /// Code within a line: what it says.
    pub codes: Vec<(String, Span)>,
    /// HTML, comments too.
    pub html: Vec<Span>,
}

/// The metadata of a page: its keys with their values, as they are written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    pub span: Span,
    pub entries: Vec<Entry>,
}

/// One line of the metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    /// Without the quotes around it.
    pub value: String,
    pub key_span: Span,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heading {
    pub level: u8,
    pub text: String,
    /// As `{#id}` gives it.
    pub id: Option<String>,
    pub span: Span,
}

/// A fenced block of code.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fence {
    /// The first word of its info string.
    pub language: String,
    pub text: String,
    /// With the fences.
    pub span: Span,
    /// The line that opens it.
    pub opening: Span,
    /// Whether a fence ends it, and not the page or the end of a block that began in it.
    pub is_closed: bool,
    /// Where each piece of the text begins, in it and in the page.
    pieces: Vec<(usize, usize)>,
}

/// A table: its rows, the first of which is the head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    pub span: Span,
    pub rows: Vec<Vec<Cell>>,
}

/// A cell, as it reads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    pub text: String,
    pub span: Span,
}

/// A link or an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub target: String,
    pub span: Span,
    pub is_image: bool,
}

impl Metadata {
    /// The entry of a key.
    pub fn get(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    fn read(text: &str, span: Span) -> Self {
        let mut entries = Vec::new();
        let mut at = span.start as usize;
        for line in text[span.range()].split_inclusive('\n') {
            if let Some((key, value)) = line.split_once(':').filter(|(key, _)| is_key(key)) {
                let value = value.trim();
                let unquoted = ['"', '\''].into_iter().find_map(|q| value.strip_prefix(q)?.strip_suffix(q));
                entries.push(Entry {
                    key: key.to_owned(),
                    value: unquoted.unwrap_or(value).trim().to_owned(),
                    key_span: Span::new(at, at + key.len()),
                });
            }
            at += line.len();
        }
        Self { span, entries }
    }
}

fn is_key(key: &str) -> bool {
    key.starts_with(char::is_alphabetic) && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

impl Heading {
    /// What a link to it says: its id, or else one made of its words.
    pub fn anchor(&self) -> String {
        self.id.clone().unwrap_or_else(|| slug(&self.text))
    }
}

/// Words as an anchor has them: `create-a-flow`.
pub fn slug(text: &str) -> String {
    let kept = text.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

impl Fence {
    /// The place in the page of a part of its text.
    pub fn span_of(&self, range: Range<usize>) -> Span {
        Span::new(self.place(range.start), self.place(range.end))
    }

    fn place(&self, at: usize) -> usize {
        let before = self.pieces.partition_point(|(start, _)| *start <= at);
        before.checked_sub(1).map_or(self.span.start as usize, |index| {
            let (start, place) = self.pieces[index];
            place + (at - start)
        })
    }
}

impl Link {
    /// Whether it leads to a place beside the page or in it, and not to another host.
    pub fn is_relative(&self) -> bool {
        let scheme = self.target.split(['/', '?', '#']).next().unwrap_or_default();
        !scheme.contains(':') && !self.target.starts_with('/')
    }

    /// Path and anchor of a relative one.
    pub fn parts(&self) -> (&str, Option<&str>) {
        let (path, anchor) = match self.target.split_once('#') {
            Some((path, anchor)) => (path, Some(anchor)),
            None => (self.target.as_str(), None),
        };
        (path.split('?').next().unwrap_or_default(), anchor)
    }
}

impl Markdown {
    /// Takes a page apart. Any text is one.
    pub fn read(text: &str) -> Self {
        let base = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Reader { text, base, page: Self::default(), said: String::new(), pending: None }.read()
    }

    /// What links within the page may lead to.
    pub fn anchors(&self, text: &str) -> BTreeSet<String> {
        let of_html = self.html.iter().flat_map(|span| {
            let html = text.get(span.range()).unwrap_or_default();
            ["id=\"", "name=\""].into_iter().filter_map(|mark| html.split_once(mark)?.1.split('"').next())
        });
        let of_headings = self.headings.iter().flat_map(|heading| [heading.anchor(), slug(&heading.text)]);
        of_headings.chain(of_html.map(str::to_owned)).collect()
    }
}

struct Reader<'t> {
    text: &'t str,
    /// Of what the parser is given.
    base: usize,
    page: Markdown,
    /// What was read since the last start of something that has a text.
    said: String,
    /// The fence that is open.
    pending: Option<Fence>,
}

impl Reader<'_> {
    fn read(mut self) -> Markdown {
        let options =
            Options::ENABLE_TABLES | Options::ENABLE_HEADING_ATTRIBUTES | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
        let mut is_metadata = false;
        for (event, range) in Parser::new_ext(&self.text[self.base..], options).into_offset_iter() {
            let span = Span::new(range.start + self.base, range.end + self.base);
            match event {
                Event::Start(Tag::MetadataBlock(_)) => {
                    is_metadata = true;
                    if span.start as usize == self.base {
                        self.page.metadata = Some(Metadata::read(self.text, span));
                    }
                }
                Event::End(TagEnd::MetadataBlock(_)) => is_metadata = false,
                Event::Start(tag) => self.start(tag, span),
                Event::End(end) => self.end(end),
                Event::Text(_) if is_metadata => {}
                Event::Text(said) => match &mut self.pending {
                    Some(fence) => {
                        fence.pieces.push((fence.text.len(), span.start as usize));
                        fence.text.push_str(&said);
                    }
                    None => {
                        self.said.push_str(&said);
                        self.page.texts.push(span);
                    }
                },
                Event::Code(code) => {
                    self.said.push_str(&code);
                    self.page.codes.push((code.to_string(), span));
                }
                Event::SoftBreak | Event::HardBreak => self.said.push(' '),
                Event::Html(_) | Event::InlineHtml(_) => self.page.html.push(span),
                _ => {}
            }
        }
        self.page
    }

    fn start(&mut self, tag: Tag<'_>, span: Span) {
        match tag {
            Tag::Heading { level, id, .. } => {
                self.said.clear();
                let id = id.map(|id| id.to_string());
                self.page.headings.push(Heading { level: level as u8, text: String::new(), id, span: self.line(span) });
            }
            Tag::CodeBlock(CodeBlockKind::Fenced(info)) => {
                let language = info.split([' ', '{', ',']).next().unwrap_or_default().to_lowercase();
                let opening = self.line(span);
                let is_closed = self.is_closed(span);
                self.pending = Some(Fence { language, span, opening, is_closed, ..Fence::default() });
            }
            Tag::Table(_) => self.page.tables.push(Table { span, rows: Vec::new() }),
            Tag::TableHead | Tag::TableRow => {
                if let Some(table) = self.page.tables.last_mut() {
                    table.rows.push(Vec::new());
                }
            }
            Tag::TableCell => {
                self.said.clear();
                let cell = self.trimmed(span);
                if let Some(row) = self.row() {
                    row.push(Cell { text: String::new(), span: cell });
                }
            }
            // `<https://…>` and `<a@b.c>` say themselves where they lead.
            Tag::Link { link_type: LinkType::Autolink | LinkType::Email, .. } => {}
            Tag::Link { dest_url, .. } => self.link(&dest_url, span, false),
            Tag::Image { dest_url, .. } => self.link(&dest_url, span, true),
            _ => {}
        }
    }

    fn end(&mut self, end: TagEnd) {
        match end {
            TagEnd::Heading(_) => {
                if let Some(heading) = self.page.headings.last_mut() {
                    heading.text = self.said.trim().to_owned();
                }
            }
            TagEnd::CodeBlock => {
                if let Some(mut fence) = self.pending.take() {
                    // A fence with a language within it opened the next block, and its end was taken for this one's.
                    let opening = &self.text[fence.opening.range()];
                    let is_plain = opening.trim_start_matches('`').len() + 3 == opening.len();
                    let holds_another = fence.text.lines().any(|line| line.starts_with("```"));
                    fence.is_closed &= !(is_plain && holds_another);
                    self.page.fences.push(fence);
                }
            }
            TagEnd::TableCell => {
                let text = self.said.trim().to_owned();
                if let Some(cell) = self.row().and_then(|row| row.last_mut()) {
                    cell.text = text;
                }
            }
            // One paragraph's words are not the next one's.
            TagEnd::Paragraph | TagEnd::Item => self.said.clear(),
            _ => {}
        }
    }

    fn row(&mut self) -> Option<&mut Vec<Cell>> {
        self.page.tables.last_mut()?.rows.last_mut()
    }

    fn link(&mut self, target: &str, span: Span, is_image: bool) {
        self.page.links.push(Link { target: target.to_owned(), span, is_image });
    }

    /// The first line of a span.
    fn line(&self, span: Span) -> Span {
        let text = &self.text[span.range()];
        let length = text.find('\n').unwrap_or(text.len());
        Span::new(span.start as usize, span.start as usize + text[..length].trim_end().len())
    }

    fn trimmed(&self, span: Span) -> Span {
        let text = &self.text[span.range()];
        let start = span.start as usize + (text.len() - text.trim_start().len());
        Span::new(start, start + text.trim().len())
    }

    /// Whether a fenced block ends with a fence, and not with the page or with what it stands in.
    fn is_closed(&self, span: Span) -> bool {
        let text = self.text[span.range()].trim_end();
        let fence = if text.starts_with('~') { "~~~" } else { "```" };
        let last = text.rsplit_once('\n').map(|(_, last)| last.trim_start_matches([' ', '>', '\t']));
        last.is_some_and(|last| last.starts_with(fence) && last.trim_start_matches(&fence[..1]).trim().is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "---\n# a comment\ntitle: \"A: b\"\ndescription: x y\n---\n\n# T `c`\n\n## Two words {#two}\n\n\
                        Some *text* with [a link](x.md#y) and ![an image](i.png).\n\n| A | B |\n| --- | --- |\n| `a` | b c |\n\n\
                        > ```shell\n> curl 'x' \\\n>   -d '{}'\n> ```\n\n<a id=\"z\"></a>\n\n```json\n{}\n";

    #[test]
    fn a_page_is_taken_apart_with_places() {
        for prefix in ["", "\u{feff}"] {
            let text = format!("{prefix}{PAGE}");
            let page = Markdown::read(&text);
            let at = |span: Span| &text[span.range()];
            let metadata = page.metadata.as_ref().unwrap();
            assert_eq!(metadata.get("title").unwrap().value, "A: b");
            assert_eq!(at(metadata.get("description").unwrap().key_span), "description");
            let headings: Vec<_> =
                page.headings.iter().map(|one| (one.level, one.text.as_str(), one.anchor(), at(one.span))).collect();
            assert_eq!(
                headings,
                [(1, "T c", "t-c".to_owned(), "# T `c`"), (2, "Two words", "two".to_owned(), "## Two words {#two}")]
            );
            assert_eq!(page.tables[0].rows[1].iter().map(|cell| cell.text.as_str()).collect::<Vec<_>>(), ["a", "b c"]);
            assert_eq!(at(page.tables[0].rows[1][0].span), "`a`");
            let fence = &page.fences[0];
            assert_eq!((fence.language.as_str(), fence.text.as_str()), ("shell", "curl 'x' \\\n  -d '{}'\n"));
            let body = fence.text.find("{}").unwrap();
            assert_eq!(at(fence.span_of(body..body + 2)), "{}");
            assert!(fence.is_closed && !page.fences[1].is_closed);
            assert_eq!(
                page.links.iter().map(|link| (link.parts(), link.is_image)).collect::<Vec<_>>(),
                [(("x.md", Some("y")), false), (("i.png", None), true)]
            );
            assert!(page.anchors(&text).contains("z") && page.anchors(&text).contains("two"));
        }
    }

    #[test]
    fn any_text_is_a_page() {
        for text in
            ["", "---", "---\n", "```", "~~~\n", "| a |\n|", "> ```\n> x", "\u{feff}", "# {#", "[a](", "\r\n---\r\n"]
        {
            Markdown::read(text);
        }
    }
}
