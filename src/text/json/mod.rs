//! JSON read with a place for everything: a flat tree of nodes with key and value spans, and every syntax error.
//!
//! Reading never fails and never recurses: what is broken is reported and read on past, deep nesting is cut off at
//! [`MAX_DEPTH`], and duplicate keys are all kept.

pub mod edit;
mod lex;
mod mistaken;
mod outline;
mod read;
pub mod rewrite;
pub mod scalar;
mod string;
#[cfg(test)]
mod tests;

use std::{borrow::Cow, sync::Arc};

use serde_json::Value;

use super::{Document, Edit, Span, pointer};
pub use outline::Names;
use outline::Outline;

/// Containers deeper than this are reported and not read: nobody writes them, and validators recurse. Readers of what is
/// published give up at 128 levels, `serde_json` among them, and an answer or a journal has a few levels around the spec.
pub const MAX_DEPTH: usize = 100;

/// Syntax errors that cannot be put right after which reading stops: whatever the document is, it is not meant as JSON.
pub const MAX_ERRORS: usize = 100;

/// Syntax errors of any sort after which reading stops.
pub const MAX_FAULTS: usize = 10_000;

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    /// The name of the kind with its article, as it stands in a sentence.
    pub fn named(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "a boolean",
            Self::Number => "a number",
            Self::String => "a string",
            Self::Array => "an array",
            Self::Object => "an object",
        }
    }
}

/// What sort of syntax error it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// Something is missing, superfluous or in the wrong place.
    Structure,
    /// A comma before a closing bracket.
    TrailingComma,
    /// `// …` or `/* … */`.
    Comment,
    /// Nested deeper than [`MAX_DEPTH`].
    Depth,
    /// An escape sequence or a control character that a string may not hold.
    Text,
    /// A number that JSON cannot write.
    Number,
}

impl Fault {
    /// Whether everything around the error is read as if it were not there.
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::TrailingComma | Self::Comment)
    }
}

/// A place where a document is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub fault: Fault,
    pub message: String,
    pub span: Span,
    pub help: Option<String>,
    /// What would put it right, where that is plain.
    pub remedy: Option<Edit>,
}

/// No node.
const NONE: u32 = u32::MAX;

/// One node as it is stored.
#[derive(Debug, Clone, Copy)]
struct Slot {
    kind: Kind,
    /// A string that holds escape sequences.
    escaped: bool,
    /// Stands in an object.
    keyed: bool,
    key_escaped: bool,
    span: Span,
    /// Of a member. For an item it starts at its place in the array, and says nothing else.
    key: Span,
    /// Of the key of a member.
    outline: Outline,
    parent: u32,
    first: u32,
    next: u32,
    count: u32,
}

/// A document read as JSON.
#[derive(Debug)]
pub struct Tree {
    document: Arc<Document>,
    slots: Vec<Slot>,
    errors: Vec<SyntaxError>,
}

impl Tree {
    /// Reads a document.
    pub fn read(document: Arc<Document>) -> Self {
        let (slots, errors) = read::read(document.text());
        Self { document, slots, errors }
    }

    /// The document it was read from.
    pub fn document(&self) -> &Arc<Document> {
        &self.document
    }

    /// Every syntax error, in the order of the text.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }

    /// Whether the tree says what the author meant: no error, or only such as are read past exactly.
    pub fn is_sound(&self) -> bool {
        !self.slots.is_empty() && self.errors.iter().all(|error| error.fault.is_harmless())
    }

    /// The outermost value.
    pub fn root(&self) -> Option<Node<'_>> {
        (!self.slots.is_empty()).then_some(Node { tree: self, index: 0 })
    }

    /// Every node, in the order of the text.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.slots.len() as u32).map(|index| Node { tree: self, index })
    }

    /// The node at a place among the nodes.
    pub fn node(&self, index: usize) -> Option<Node<'_>> {
        let index = u32::try_from(index).ok()?;
        ((index as usize) < self.slots.len()).then_some(Node { tree: self, index })
    }

    /// The node a JSON Pointer leads to.
    pub fn pointer(&self, pointer: &str) -> Option<Node<'_>> {
        pointer::tokens(pointer)?.iter().try_fold(self.root()?, |node, token| node.child(token))
    }
}

/// One value of a tree.
#[derive(Debug, Clone, Copy)]
pub struct Node<'a> {
    tree: &'a Tree,
    index: u32,
}

impl PartialEq for Node<'_> {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.tree, other.tree) && self.index == other.index
    }
}

impl<'a> Node<'a> {
    fn slot(self) -> &'a Slot {
        &self.tree.slots[self.index as usize]
    }

    fn follow(self, index: u32) -> Option<Self> {
        (index != NONE).then_some(Self { tree: self.tree, index })
    }

    /// The tree it belongs to.
    pub fn tree(self) -> &'a Tree {
        self.tree
    }

    /// Its place among the nodes of the tree.
    pub fn index(self) -> usize {
        self.index as usize
    }

    pub fn kind(self) -> Kind {
        self.slot().kind
    }

    /// The bytes of the value, quotes and brackets included.
    pub fn span(self) -> Span {
        self.slot().span
    }

    /// The bytes of its key, quotes included.
    pub fn key_span(self) -> Option<Span> {
        self.slot().keyed.then_some(self.slot().key)
    }

    /// Where it is named: its key, or the value itself where it has none.
    pub fn label_span(self) -> Span {
        self.key_span().unwrap_or_else(|| self.span())
    }

    /// The value as it is written.
    pub fn raw(self) -> &'a str {
        self.tree.document.slice(self.span())
    }

    /// Whether it is a string that is written with escape sequences.
    pub fn is_escaped(self) -> bool {
        self.slot().escaped
    }

    /// Its key in the object around it.
    pub fn key(self) -> Option<Cow<'a, str>> {
        let slot = self.slot();
        slot.keyed.then(|| self.said(slot.key, slot.key_escaped))
    }

    /// What a string or key of the tree says.
    fn said(self, span: Span, escaped: bool) -> Cow<'a, str> {
        said(self.tree.document.text(), span, escaped)
    }

    /// Whether this is its key in the object around it.
    #[inline]
    pub fn is_named(self, key: &str) -> bool {
        self.slot().outline == Outline::of(key) && self.is_written(key)
    }

    /// The same, letter by letter.
    fn is_written(self, key: &str) -> bool {
        let slot = self.slot();
        match self.tree.document.text().as_bytes().get(slot.key.range()) {
            _ if !slot.keyed => false,
            Some([b'"', inner @ .., b'"']) if !slot.key_escaped => inner == key.as_bytes(),
            _ => self.said(slot.key, slot.key_escaped) == key,
        }
    }

    /// What its key looks like, where it has one.
    fn outline(self) -> Option<Outline> {
        let slot = self.slot();
        slot.keyed.then_some(slot.outline)
    }

    /// The array or object around it.
    pub fn parent(self) -> Option<Self> {
        self.follow(self.slot().parent)
    }

    /// How many members or items it has.
    pub fn len(self) -> usize {
        self.slot().count as usize
    }

    /// Whether it has no members or items.
    pub fn is_empty(self) -> bool {
        self.slot().count == 0
    }

    /// Its items, or the values of its members, duplicates included.
    pub fn children(self) -> Children<'a> {
        Children { next: self.follow(self.slot().first) }
    }

    /// The value itself and all inside of it, in the order of the text.
    pub fn within(self) -> impl Iterator<Item = Self> {
        let (tree, end) = (self.tree, self.span().end);
        // Nodes are stored in the order of the text: those inside of one follow it.
        let nodes = (self.index..tree.slots.len() as u32).map(move |index| Self { tree, index });
        nodes.take_while(move |node| node.index == self.index || node.span().start < end)
    }

    /// The items of an array; nothing for any other value.
    pub fn items(self) -> Children<'a> {
        if self.kind() == Kind::Array { self.children() } else { Children { next: None } }
    }

    /// The members of an object, key and value; nothing for any other value.
    pub fn members(self) -> impl Iterator<Item = (Cow<'a, str>, Self)> {
        let members = if self.kind() == Kind::Object { self.children() } else { Children { next: None } };
        members.map(|member| (member.key().unwrap_or_default(), member))
    }

    /// The member of this name; of several, the last, which is the one most readers take.
    #[inline]
    pub fn get(self, key: &str) -> Option<Self> {
        self.find(key, Outline::of(key))
    }

    fn find(self, key: &str, outline: Outline) -> Option<Self> {
        if self.kind() != Kind::Object {
            return None;
        }
        let mut found = None;
        let mut next = self.slot().first;
        // Behind the last member is no slot.
        while let Some(slot) = self.tree.slots.get(next as usize) {
            let member = Self { tree: self.tree, index: next };
            if slot.outline == outline && member.is_written(key) {
                found = Some(member);
            }
            next = slot.next;
        }
        found
    }

    /// Members whose key stands earlier in the same object, each after the first of that key.
    pub fn duplicates(self) -> Vec<(Self, Self)> {
        if self.has_distinct_keys() {
            return Vec::new();
        }
        let mut members: Vec<_> = self.members().collect();
        // Members of one key stay in the order of the text.
        members.sort_by(|(one, _), (other, _)| one.cmp(other));
        let same = members.chunk_by(|(one, _), (other, _)| one == other);
        let mut duplicates: Vec<_> =
            same.flat_map(|same| same[1..].iter().map(|(_, again)| (same[0].1, *again))).collect();
        duplicates.sort_unstable_by_key(|(_, again)| again.index);
        duplicates
    }

    /// Whether no two keys can be the same, as far as little work can tell.
    fn has_distinct_keys(self) -> bool {
        const MOST: usize = 64;
        if self.len() > MOST {
            return false;
        }
        // Where no two of them fall on one of so many marks, there is nothing to sort.
        let mut marks = [0_u64; 4];
        let is_new = |member: Self| {
            let (word, bit) = member.slot().outline.mark();
            let is_new = marks[word] & bit == 0;
            marks[word] |= bit;
            is_new
        };
        if self.children().all(is_new) {
            return true;
        }
        let mut outlines = [Outline::default(); MOST];
        for (outline, member) in outlines.iter_mut().zip(self.children()) {
            *outline = member.slot().outline;
        }
        let outlines = &mut outlines[..self.len()];
        outlines.sort_unstable();
        outlines.windows(2).all(|pair| pair[0] != pair[1])
    }

    /// The member at the end of a path of keys.
    pub fn at(self, path: &[&str]) -> Option<Self> {
        path.iter().try_fold(self, |node, key| node.get(key))
    }

    /// The member or item that a reference token of a JSON Pointer names.
    pub fn child(self, token: &str) -> Option<Self> {
        match self.kind() {
            Kind::Object => self.get(token),
            Kind::Array => self.children().nth(token.parse().ok()?),
            _ => None,
        }
    }

    /// The text of a string.
    pub fn as_str(self) -> Option<Cow<'a, str>> {
        (self.kind() == Kind::String).then(|| self.said(self.span(), self.slot().escaped))
    }

    /// The value of a boolean.
    pub fn as_bool(self) -> Option<bool> {
        (self.kind() == Kind::Boolean).then(|| self.raw() == "true")
    }

    /// The value of a number.
    pub fn as_f64(self) -> Option<f64> {
        if self.kind() == Kind::Number { self.raw().parse().ok() } else { None }
    }

    /// Where it is in the document, as a JSON Pointer.
    pub fn pointer(self) -> String {
        let mut path = Vec::new();
        let mut node = self;
        while let Some(parent) = node.parent() {
            path.push(match node.key() {
                Some(key) => key,
                None => Cow::Owned(node.slot().key.start.to_string()),
            });
            node = parent;
        }
        let mut text = String::new();
        for token in path.iter().rev() {
            pointer::push(&mut text, token);
        }
        text
    }

    /// The value without its places. Recurses no deeper than [`MAX_DEPTH`].
    pub fn to_value(self) -> Value {
        match self.kind() {
            Kind::Null => Value::Null,
            Kind::Boolean => Value::Bool(self.raw() == "true"),
            Kind::Number => self.raw().parse().map_or(Value::Null, Value::Number),
            Kind::String => Value::String(self.as_str().unwrap_or_default().into_owned()),
            Kind::Array => self.children().map(Self::to_value).collect(),
            Kind::Object => {
                Value::Object(self.members().map(|(key, member)| (key.into_owned(), member.to_value())).collect())
            }
        }
    }
}

/// The children of a node.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    next: Option<Node<'a>>,
}

impl<'a> Iterator for Children<'a> {
    type Item = Node<'a>;

    fn next(&mut self) -> Option<Node<'a>> {
        let node = self.next?;
        self.next = node.follow(node.slot().next);
        Some(node)
    }
}

/// A string or key as it is written, without its quotes, where it has any.
fn unquoted(raw: &str) -> &str {
    let bytes = raw.as_bytes();
    match bytes.first() {
        Some(quote @ (b'"' | b'\'')) => {
            let is_closed = bytes.len() > 1 && bytes.last() == Some(quote);
            &raw[1..raw.len() - usize::from(is_closed)]
        }
        _ => raw.trim_matches(string::TYPOGRAPHIC),
    }
}

/// What a string or key says that stands in a text.
fn said(document: &str, span: Span, escaped: bool) -> Cow<'_, str> {
    match document.as_bytes().get(span.range()) {
        // As they should be, and nearly all are.
        Some([b'"', .., b'"']) if !escaped => {
            Cow::Borrowed(document.get(span.start as usize + 1..span.end as usize - 1).unwrap_or_default())
        }
        _ => text(document.get(span.range()).unwrap_or_default(), escaped),
    }
}

/// What a string or key says.
fn text(raw: &str, escaped: bool) -> Cow<'_, str> {
    let inner = unquoted(raw);
    if escaped { Cow::Owned(string::unescape(inner)) } else { Cow::Borrowed(inner) }
}
