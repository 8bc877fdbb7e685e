//! The regions of a page: what `sss` wrote stands between two marks, everything else is a person's.
//!
//! A mark is a line of its own: an HTML comment, which no renderer shows, or a YAML comment in the metadata. The first one
//! keeps the digest of what was written between the two, which tells later whether a person has edited it.

use std::fmt;

use sha2::{Digest, Sha256};

/// How marks are written where they stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comment {
    Html,
    /// In the metadata at the top of a page.
    Yaml,
}

impl Comment {
    fn around(self, text: &str) -> String {
        match self {
            Self::Html => format!("<!-- {text} -->"),
            Self::Yaml => format!("# {text}"),
        }
    }
}

const BEGIN: &str = "sss:generated ";
const END: &str = "sss:end";
const DIGEST: &str = "digest=";

/// A mark, as a line holds it.
#[derive(Debug, PartialEq, Eq)]
enum Mark<'a> {
    Begin { comment: Comment, id: &'a str, digest: &'a str },
    End,
}

fn mark(line: &str) -> Option<Mark<'_>> {
    let line = line.trim();
    let (comment, inside) = match line.strip_prefix("<!--").and_then(|line| line.strip_suffix("-->")) {
        Some(inside) => (Comment::Html, inside.trim()),
        None => (Comment::Yaml, line.strip_prefix('#').filter(|rest| !rest.starts_with('#'))?.trim()),
    };
    if inside == END {
        return Some(Mark::End);
    }
    let mut words = inside.strip_prefix(BEGIN)?.split_whitespace();
    let id = words.next()?;
    let digest = words.find_map(|word| word.strip_prefix(DIGEST)).unwrap_or_default();
    Some(Mark::Begin { comment, id, digest })
}

/// Whether a line is one of ours.
pub(super) fn is_mark(line: &str) -> bool {
    mark(line).is_some()
}

/// A piece of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// What a person wrote.
    Text(Vec<String>),
    Region(Region),
}

/// What stands between two marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) comment: Comment,
    pub(super) id: String,
    /// Of what was written by `sss`.
    pub(super) digest: String,
    pub(super) lines: Vec<String>,
    /// Of its first mark, counted from 1.
    pub(super) line: usize,
}

impl Region {
    /// A region as it is written.
    pub(super) fn new(comment: Comment, id: &str, body: &str) -> Self {
        let lines: Vec<String> = body.lines().map(|line| line.trim_end().to_owned()).collect();
        Self { comment, id: id.to_owned(), digest: digest(&lines), lines, line: 0 }
    }

    /// Whether a person has edited it.
    pub(super) fn is_edited(&self) -> bool {
        digest(&self.lines) != self.digest
    }

    /// What stands in it.
    pub(super) fn body(&self) -> String {
        self.lines.join("\n")
    }

    fn write(&self, lines: &mut Vec<String>) {
        lines.push(self.comment.around(&format!("{BEGIN}{} {DIGEST}{}", self.id, self.digest)));
        lines.extend(self.lines.iter().cloned());
        lines.push(self.comment.around(END));
    }
}

/// A digest of lines that blanks at the ends of lines, and empty lines around all of them, do not change.
pub(super) fn digest(lines: &[String]) -> String {
    let mut lines: Vec<&str> = lines.iter().map(|line| line.trim_end()).collect();
    while lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let bytes = Sha256::digest(lines[first..].join("\n"));
    bytes.iter().take(6).map(|byte| format!("{byte:02x}")).collect()
}

/// Why the marks of a page cannot be made out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkFault {
    /// Counted from 1.
    pub line: usize,
    kind: FaultKind,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum FaultKind {
    Open(String),
    Stray,
    Twice(String),
}

impl fmt::Display for MarkFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            FaultKind::Open(id) => write!(f, "the region `{id}` has no end"),
            FaultKind::Stray => write!(f, "a region ends here that does not begin"),
            FaultKind::Twice(id) => write!(f, "the region `{id}` is there twice"),
        }
    }
}

impl MarkFault {
    /// What to do.
    pub(super) fn help(&self) -> String {
        match &self.kind {
            FaultKind::Open(_) => {
                "put `<!-- sss:end -->` back where the generated text ended, or remove the mark that begins it"
                    .to_owned()
            }
            FaultKind::Stray => "remove this mark".to_owned(),
            FaultKind::Twice(_) => "remove the two marks around one of them: it is yours then".to_owned(),
        }
    }
}

/// Takes a page apart.
pub(super) fn parse(text: &str) -> Result<Vec<Item>, MarkFault> {
    let mut items: Vec<Item> = Vec::new();
    let mut open: Option<Region> = None;
    for (at, line) in text.lines().enumerate() {
        let (line_number, line) = (at + 1, line.trim_end_matches('\r'));
        let fault = |line, kind| Err(MarkFault { line, kind });
        match (mark(line), &mut open) {
            (Some(Mark::Begin { .. }), Some(region)) => return fault(region.line, FaultKind::Open(region.id.clone())),
            (Some(Mark::Begin { comment, id, digest }), None) => {
                let same = |item: &Item| matches!(item, Item::Region(region) if region.id == id);
                if items.iter().any(same) {
                    return fault(line_number, FaultKind::Twice(id.to_owned()));
                }
                let (id, digest) = (id.to_owned(), digest.to_owned());
                open = Some(Region { comment, id, digest, lines: Vec::new(), line: line_number });
            }
            (Some(Mark::End), None) => return fault(line_number, FaultKind::Stray),
            (Some(Mark::End), Some(_)) => items.extend(open.take().map(Item::Region)),
            (None, Some(region)) => region.lines.push(line.to_owned()),
            (None, None) => match items.last_mut() {
                Some(Item::Text(lines)) => lines.push(line.to_owned()),
                _ => items.push(Item::Text(vec![line.to_owned()])),
            },
        }
    }
    match open {
        Some(region) => Err(MarkFault { line: region.line, kind: FaultKind::Open(region.id) }),
        None => Ok(items),
    }
}

/// Puts a page together.
pub(super) fn write(items: &[Item], line_end: &str) -> String {
    let mut lines = Vec::new();
    for item in items {
        match item {
            Item::Text(text) => lines.extend(text.iter().cloned()),
            Item::Region(region) => region.write(&mut lines),
        }
    }
    let mut text = lines.join(line_end);
    if !text.is_empty() {
        text.push_str(line_end);
    }
    text
}

/// A page without marks.
pub(super) fn without_marks(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    // Where a mark stood between two blank lines, one of these is enough.
    let mut is_after_mark = false;
    for line in text.split_inclusive('\n') {
        if is_mark(line) {
            is_after_mark = true;
            continue;
        }
        let is_blank = line.trim().is_empty();
        let is_double = kept.is_empty() || kept.ends_with("\n\n") || kept.ends_with("\n\r\n");
        if is_blank && is_after_mark && is_double {
            continue;
        }
        is_after_mark &= is_blank;
        kept.push_str(line);
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_taken_apart_and_put_together() {
        let region = Region::new(Comment::Html, "flow", "## Flow\n\ntext");
        let page = [
            Item::Text(vec!["mine".into(), String::new()]),
            Item::Region(region.clone()),
            Item::Text(vec![String::new(), "more".into()]),
        ];
        let text = write(&page, "\n");
        let again = parse(&text).unwrap();
        assert_eq!(write(&again, "\n"), text);
        let Item::Region(read) = &again[1] else { panic!() };
        assert!(!read.is_edited());
        assert_eq!(read.line, 3);
        let text = text.replace("text\n", "text \n\n");
        let Item::Region(read) = &parse(&text).unwrap()[1] else { panic!() };
        assert!(!read.is_edited(), "blanks are no edit");
        let Item::Region(read) = &parse(&text.replace("text ", "words")).unwrap()[1] else { panic!() };
        assert!(read.is_edited());
    }

    #[test]
    fn broken_marks_have_their_line() {
        let begin = "<!-- sss:generated a digest=1 -->";
        for (text, line, what) in [
            (format!("x\n{begin}\ny\n"), 2, "the region `a` has no end"),
            (format!("{begin}\n{begin}\n"), 1, "the region `a` has no end"),
            ("x\n\n<!--sss:end-->".to_owned(), 3, "a region ends here that does not begin"),
            (format!("{begin}\n<!-- sss:end -->\n{begin}\n<!-- sss:end -->"), 3, "the region `a` is there twice"),
        ] {
            let fault = parse(&text).unwrap_err();
            assert_eq!((fault.line, fault.to_string().as_str()), (line, what));
        }
    }

    #[test]
    fn marks_leave_no_holes_behind() {
        let text = "---\n# sss:generated metadata digest=1\ntitle: A\n# sss:end\n---\n\n<!-- sss:generated a digest=1 -->\n# A\n<!-- sss:end -->\n\nmine\n";
        assert_eq!(without_marks(text), "---\ntitle: A\n---\n\n# A\n\nmine\n");
    }
}
