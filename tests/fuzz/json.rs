//! What holds of the JSON reader for any bytes: every place lies in the text, every pointer leads back, and what
//! `serde_json` reads is read the same.

use std::sync::Arc;

use self_serve_sources::text::{
    Document, Span,
    json::{Fault, MAX_DEPTH, MAX_ERRORS, MAX_FAULTS, Node, SyntaxError, Tree},
};
use serde_json::Value;

pub(crate) fn holds(data: &[u8]) {
    let document = Arc::new(Document::new("any.json", data.to_vec()));
    let tree = Tree::read(Arc::clone(&document));
    places(&tree);
    errors(&tree);
    if let Ok(text) = std::str::from_utf8(data) {
        agrees(&tree, text);
    }
}

/// Every node stands in the text, in the one around it, and behind the one before it.
fn places(tree: &Tree) {
    let document = tree.document();
    let mut before: Option<Node<'_>> = None;
    for node in tree.nodes() {
        let span = node.span();
        lies_in(document, span);
        let start = node.key_span().map_or(span.start, |key| {
            lies_in(document, key);
            assert!(key.end <= span.start, "a key ends before its value: {key:?} {span:?}");
            key.start
        });
        assert_eq!(node.key().is_some(), node.key_span().is_some());
        if let Some(parent) = node.parent() {
            let around = parent.span();
            assert!(around.start <= start && span.end <= around.end, "{span:?} is not inside {around:?}");
        }
        if let Some(before) = before {
            assert!(before.span().start <= start, "{start} stands before {:?}", before.span());
        }
        assert_eq!(node.len(), node.children().count());
        before = Some(node);
    }
    // Beyond this the pointers themselves are what takes time, the square of the nodes of an array.
    for node in tree.nodes().take(500) {
        let pointer = node.pointer();
        // Below the first of two equal keys it leads to the last, or nowhere.
        assert!(
            tree.pointer(&pointer) == Some(node) || is_shadowed(node),
            "{pointer} does not lead to {:?}",
            node.span()
        );
    }
}

fn is_shadowed(node: Node<'_>) -> bool {
    let around = std::iter::successors(Some(node), |node| node.parent());
    around
        .filter_map(|node| Some((node.parent()?, node)))
        .any(|(parent, node)| node.key().is_some_and(|key| parent.get(&key) != Some(node)))
}

fn errors(tree: &Tree) {
    assert!(tree.errors().len() <= MAX_FAULTS + 1, "{}", tree.errors().len());
    let unmended = tree.errors().iter().filter(|error| !error.fault.is_harmless() && error.remedy.is_none());
    assert!(unmended.count() <= MAX_ERRORS + 1);
    for SyntaxError { message, span, help, .. } in tree.errors() {
        lies_in(tree.document(), *span);
        for said in [Some(message), help.as_ref()].into_iter().flatten() {
            assert!(!said.is_empty() && !said.contains(char::is_control), "{said:?}");
        }
    }
    assert!(tree.errors().is_sorted_by_key(|error| error.span.start), "{:?}", tree.errors());
    assert!(tree.root().is_some() || !tree.errors().is_empty());
}

/// The same is JSON here and for `serde_json`, and says the same.
fn agrees(tree: &Tree, text: &str) {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match serde_json::from_str::<Value>(text) {
        Ok(value) if depth(&value) <= MAX_DEPTH => {
            assert_eq!(tree.errors(), []);
            assert!(tree.is_sound());
            assert_eq!(tree.root().map(Node::to_value), Some(value));
        }
        Ok(_) => assert!(tree.errors().iter().any(|error| error.fault == Fault::Depth), "{:?}", tree.errors()),
        Err(error) => {
            assert!(!tree.errors().is_empty(), "{error}");
            // What is read past exactly is JSON once it is taken out.
            if tree.is_sound() {
                assert_eq!(tree.root().map(Node::to_value), serde_json::from_str(&without_errors(tree)).ok());
            }
        }
    }
}

/// The text with a blank for each byte of a comment or a comma too many.
fn without_errors(tree: &Tree) -> String {
    let mut text = tree.document().text().to_owned();
    for error in tree.errors() {
        let mut range = error.span.range();
        // Of a comment over several lines the first is marked.
        for (opening, closing) in [("/*", "*/"), ("<!--", "-->")] {
            if text[range.clone()].starts_with(opening) {
                range.end =
                    text[range.start..].find(closing).map_or(range.end, |end| range.start + end + closing.len());
            }
        }
        text.replace_range(range.clone(), &" ".repeat(range.len()));
    }
    text.trim_start_matches('\u{feff}').to_owned()
}

fn depth(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(depth).max().unwrap_or_default(),
        Value::Object(members) => 1 + members.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}

fn lies_in(document: &Document, span: Span) {
    assert!(document.text().get(span.range()).is_some(), "{span:?} is no part of {:?}", document.text());
    let (start, end) = (document.position(span.start as usize), document.position(span.end as usize));
    assert!(start <= end && end.line <= document.line_count(), "{start:?} {end:?}");
}
