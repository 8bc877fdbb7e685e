//! A page that is there already, brought up to date: what a person wrote stays, what was generated is generated anew.
//!
//! A region that nobody edited is replaced. One that a person edited stays while the same would be generated as before. Where
//! both have changed, that is a [`Conflict`], and the person's text stays unless it is said otherwise.

use super::{
    outline,
    region::{Comment, Item, MarkFault, Region, digest, parse, write},
};

/// A page as it is generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    pub(super) parts: Vec<Part>,
    /// Regions that are not generated now and stay where they are there: what was answered on an earlier run.
    pub(super) kept: Vec<&'static str>,
}

/// A region of a generated page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) id: String,
    pub(super) body: String,
    /// Whether it holds an answer of a person: what is written into it is theirs, and never a conflict.
    pub(super) is_answer: bool,
}

/// The region with the metadata, which stands in the front matter.
pub(super) const METADATA: &str = "metadata";

impl Part {
    fn region(&self) -> Region {
        Region::new(if self.id == METADATA { Comment::Yaml } else { Comment::Html }, &self.id, &self.body)
    }
}

/// What becomes of regions that a person has edited and that would be generated differently now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Resolve {
    /// The person's text stays, and the conflict is told.
    #[default]
    Report,
    /// The generated text takes its place.
    Generated,
    /// The person's text stays for good.
    Yours,
}

/// A page brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    pub text: String,
    pub conflicts: Vec<Conflict>,
    /// Regions that are generated no more and that a person had edited: their text stays, without marks.
    pub released: Vec<String>,
}

/// A region that a person has edited and that would be generated differently now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    pub region: String,
    /// Of its first mark in the page as it was, counted from 1.
    pub line: usize,
    pub yours: String,
    pub generated: String,
}

/// Brings a page up to date; an empty one is written anew.
pub fn merge(existing: &str, page: &Page, resolve: Resolve) -> Result<Merged, MarkFault> {
    let (mark, text) = match existing.strip_prefix('\u{feff}') {
        Some(text) => ("\u{feff}", text),
        None => ("", existing),
    };
    let line_end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let (mut conflicts, mut released) = (Vec::new(), Vec::new());
    let mut items = Vec::new();
    for item in parse(text)? {
        let region = match item {
            Item::Text(lines) => {
                push_text(&mut items, lines);
                continue;
            }
            Item::Region(region) => region,
        };
        match page.parts.iter().find(|part| part.id == region.id) {
            Some(part) => items.push(Item::Region(settled(region, part, resolve, &mut conflicts))),
            None if page.kept.contains(&region.id.as_str()) => items.push(Item::Region(region)),
            None if region.is_edited() => {
                released.push(region.id);
                push_text(&mut items, region.lines);
            }
            // The blank lines on both sides of it become one.
            None => {
                if let Some(Item::Text(lines)) = items.last_mut()
                    && lines.last().is_some_and(|line| line.trim().is_empty())
                {
                    lines.pop();
                }
            }
        }
    }
    insert_new(&mut items, page);
    Ok(Merged { text: format!("{mark}{}", write(&items, line_end)), conflicts, released })
}

/// A region that is there, with what is generated now.
fn settled(old: Region, part: &Part, resolve: Resolve, conflicts: &mut Vec<Conflict>) -> Region {
    let new = Region { comment: old.comment, line: old.line, ..part.region() };
    if part.is_answer {
        // An answer that was given on an earlier run is not taken back by one that does not have it.
        let is_forgotten = outline::gaps(&new.body()).len() > outline::gaps(&old.body()).len();
        return if old.is_edited() || is_forgotten { old } else { new };
    }
    let is_same = digest(&old.lines) == new.digest;
    if !old.is_edited() || is_same || resolve == Resolve::Generated {
        return new;
    }
    // The same would be generated as when the person edited it.
    if old.digest == new.digest {
        return old;
    }
    if resolve == Resolve::Yours {
        return Region { digest: new.digest, ..old };
    }
    conflicts.push(Conflict { region: old.id.clone(), line: old.line, yours: old.body(), generated: new.body() });
    old
}

fn push_text(items: &mut Vec<Item>, new: Vec<String>) {
    match items.last_mut() {
        Some(Item::Text(lines)) => lines.extend(new),
        _ => items.push(Item::Text(new)),
    }
}

/// Puts each region that is not there behind the one that it follows in a new page.
fn insert_new(items: &mut Vec<Item>, page: &Page) {
    let place = |items: &[Item], id: &str| {
        items.iter().position(|item| matches!(item, Item::Region(region) if region.id == id))
    };
    for (at, part) in page.parts.iter().enumerate() {
        if place(items, &part.id).is_some() {
            continue;
        }
        if part.id == METADATA {
            insert_metadata(items, part.region());
            continue;
        }
        let others = |part: &&Part| part.id != METADATA;
        let before = page.parts[..at].iter().rev().filter(others).find_map(|part| place(items, &part.id));
        let after = page.parts[at..].iter().filter(others).find_map(|part| place(items, &part.id));
        let index = before.map(|index| index + 1).or(after).unwrap_or(items.len());
        insert(items, index, Item::Region(part.region()));
    }
}

/// The metadata stand in the front matter, which is the very beginning. Where a person wrote one of their own, it stays as it is.
fn insert_metadata(items: &mut Vec<Item>, region: Region) {
    const FENCE: &str = "---";
    let begins = |lines: &[String]| lines.first().is_some_and(|line| line.trim_end() == FENCE);
    let has_front_matter = matches!(items.first(), Some(Item::Text(lines)) if begins(lines));
    if has_front_matter {
        return;
    }
    let is_empty = items.is_empty();
    let fence = |rest: Option<String>| Item::Text([FENCE.to_owned()].into_iter().chain(rest).collect());
    let beginning = [fence(None), Item::Region(region), fence((!is_empty).then(String::new))];
    items.splice(0..0, beginning);
}

/// Puts a region into its place, with a blank line on either side.
fn insert(items: &mut Vec<Item>, index: usize, item: Item) {
    let is_blank = |line: Option<&String>| line.is_some_and(|line| line.trim().is_empty());
    let parted_before = match index.checked_sub(1).map(|before| &items[before]) {
        None => true,
        Some(Item::Text(lines)) => is_blank(lines.last()),
        Some(Item::Region(_)) => false,
    };
    let parted_after = match items.get(index) {
        None => true,
        Some(Item::Text(lines)) => is_blank(lines.first()),
        Some(Item::Region(_)) => false,
    };
    let blank = |needed: bool| needed.then(|| Item::Text(vec![String::new()]));
    let new = [blank(!parted_before), Some(item), blank(!parted_after)];
    items.splice(index..index, new.into_iter().flatten());
    join_texts(items);
}

/// Texts that stand side by side are one.
fn join_texts(items: &mut Vec<Item>) {
    for item in std::mem::take(items) {
        match item {
            Item::Text(lines) => push_text(items, lines),
            region => items.push(region),
        }
    }
}

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;
