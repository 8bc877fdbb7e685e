//! Edits of a JSON document that leave its form as it is: what goes takes its comma and its line along, and what comes is
//! indented and ended like what stands beside it.

use serde_json::Value;

use super::{NONE, Node};
use crate::text::{Edit, Span};

/// How a value is written where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Layout {
    /// On one line, with or without blanks between its parts.
    Line { airy: bool },
    /// A line for each part.
    Lines { end: &'static str, indentation: String, unit: String },
}

/// Takes a member or an item out.
pub fn remove(node: Node<'_>) -> Vec<Edit> {
    let Some(parent) = node.parent() else { return Vec::new() };
    let text = node.tree().document().text();
    let (start, end) = (start(node), node.span().end as usize);
    let (before, after) = neighbours(node);
    let until_next = after.map(|next| &text[end..self::start(next)]);
    let since_last = before.map(|last| &text[last.span().end as usize..start]);
    let breaks = |gap: &str| gap.contains('\n');
    let plain = |gap: &str| gap.bytes().filter(|byte| *byte == b',').count() <= 1 && gap.bytes().all(is_gap);
    let span = match (before, since_last, after, until_next) {
        // The last one on a line goes to the end of it; every other one up to the next.
        (Some(last), Some(gap), Some(_), Some(next)) if plain(gap) && plain(next) && !breaks(gap) && breaks(next) => {
            Span::new(last.span().end as usize, end)
        }
        (_, _, Some(next), Some(gap)) if plain(gap) => Span::new(start, self::start(next)),
        (Some(last), Some(gap), None, _) if plain(gap) => Span::new(last.span().end as usize, end),
        (None, _, None, _) => {
            let inside = inside(parent);
            let (head, tail) = (&text[inside.start as usize..start], &text[end..inside.end as usize]);
            if head.bytes().chain(tail.bytes()).all(is_gap) { inside } else { Span::new(start, end) }
        }
        // Comments stand around it, and stay.
        _ => {
            let comma = match (before, after) {
                (_, Some(next)) => comma(text, end, self::start(next)),
                (Some(last), None) => comma(text, last.span().end as usize, start),
                (None, None) => None,
            };
            return match comma {
                // Its own comma behind it goes with it, and a line on which nothing else stands.
                Some(comma) if comma >= end && text[end..comma].bytes().all(is_gap) => {
                    vec![Edit::remove(whole_line(text, Span::new(start, comma + 1)))]
                }
                Some(comma) => vec![Edit::remove(Span::new(comma, comma + 1)), Edit::remove(Span::new(start, end))],
                None => vec![Edit::remove(whole_line(text, Span::new(start, end)))],
            };
        }
    };
    vec![Edit::remove(span)]
}

/// Adds a member to an object, behind all others.
pub fn insert(object: Node<'_>, key: &str, value: &Value) -> Edit {
    add(object, Some(key), value)
}

/// Adds an item to an array, behind all others.
pub fn push(array: Node<'_>, value: &Value) -> Edit {
    add(array, None, value)
}

/// Puts another value in the place of one.
pub fn replace(node: Node<'_>, value: &Value) -> Edit {
    let text = node.tree().document().text();
    let layout = match is_spread(node) {
        true => Layout::Lines {
            end: line_end(text, start(node)),
            indentation: indentation(text, start(node)).to_owned(),
            unit: unit(node),
        },
        false => Layout::Line { airy: is_airy(node) },
    };
    Edit::replace(node.span(), written(value, &layout))
}

/// Gives a member another key; nothing where its object has that key already.
pub fn rename(node: Node<'_>, key: &str) -> Option<Edit> {
    let is_taken = node.parent()?.get(key).is_some();
    node.key_span().filter(|_| !is_taken).map(|span| Edit::replace(span, Value::from(key).to_string()))
}

/// Puts another text in the place of a part of a string: bytes of what it says, counted from its first character.
pub fn within(node: Node<'_>, range: std::ops::Range<usize>, text: &str) -> Option<Edit> {
    let said = node.as_str()?;
    let raw = node.raw();
    if raw.len() == said.len() + 2 && raw.starts_with('"') && !raw.contains('\\') {
        said.get(range.clone())?;
        let first = node.span().start as usize + 1;
        let quoted = Value::from(text).to_string();
        return Some(Edit::replace(Span::new(first + range.start, first + range.end), &quoted[1..quoted.len() - 1]));
    }
    // With escape sequences the bytes of the text are not those of what it says.
    let whole = format!("{}{text}{}", said.get(..range.start)?, said.get(range.end..)?);
    Some(Edit::replace(node.span(), Value::from(whole).to_string()))
}

fn add(container: Node<'_>, key: Option<&str>, value: &Value) -> Edit {
    let text = container.tree().document().text();
    let member = |colon: &str, layout: &Layout| match key {
        Some(key) => format!("{}{colon}{}", Value::from(key), written(value, layout)),
        None => written(value, layout),
    };
    let Some(last) = last(container) else { return fill(container, member) };
    let (first, end) = (start(last), last.span().end as usize);
    let colon = colon(text, last).unwrap_or(if is_airy(container) { ": " } else { ":" });
    if let Some(indentation) = own_line(text, first) {
        let line_end = line_end(text, first);
        let layout = Layout::Lines { end: line_end, indentation: indentation.to_owned(), unit: unit(container) };
        return Edit::insert(end, format!(",{line_end}{indentation}{}", member(colon, &layout)));
    }
    let gap = neighbours(last).0.map(|before| &text[before.span().end as usize..first]);
    let gap = gap.filter(|gap| gap.matches(',').count() == 1 && gap.bytes().all(|byte| matches!(byte, b',' | b' ')));
    let airy = is_airy(container);
    let gap = gap.unwrap_or(if airy { ", " } else { "," });
    Edit::insert(end, format!("{gap}{}", member(colon, &Layout::Line { airy })))
}

/// Puts the first entry into an empty object or array.
fn fill(container: Node<'_>, member: impl Fn(&str, &Layout) -> String) -> Edit {
    let text = container.tree().document().text();
    let inside = inside(container);
    let is_blank = text[inside.range()].trim().is_empty();
    let airy = is_airy(container);
    if !is_blank || !is_spread(container) {
        let span = if is_blank { inside } else { Span::empty(inside.start as usize) };
        return Edit::replace(span, member(if airy { ": " } else { ":" }, &Layout::Line { airy }));
    }
    let at = start(container);
    let (end, outer, unit) = (line_end(text, at), indentation(text, at), unit(container));
    let inner = format!("{outer}{unit}");
    let layout = Layout::Lines { end, indentation: inner.clone(), unit };
    Edit::replace(inside, format!("{end}{inner}{}{end}{outer}", member(": ", &layout)))
}

/// Where a member or item begins: with its key, where it has one.
fn start(node: Node<'_>) -> usize {
    node.label_span().start as usize
}

/// What is between the brackets.
fn inside(container: Node<'_>) -> Span {
    let span = container.span().range();
    Span::new(span.start + 1, span.end - 1)
}

/// What stands before and after a node in the array or object around it.
fn neighbours<'a>(node: Node<'a>) -> (Option<Node<'a>>, Option<Node<'a>>) {
    let before = node.index.checked_sub(1).and_then(|index| ancestor(node, index, node.slot().parent));
    (before, node.follow(node.slot().next))
}

/// The last entry of an array or object, found without going through all of them.
fn last(container: Node<'_>) -> Option<Node<'_>> {
    let end = container.span().end;
    // Nodes stand in the order of the text.
    let after = container.tree.slots.partition_point(|slot| slot.span.start < end);
    ancestor(container, u32::try_from(after).ok()?.checked_sub(1)?, container.index)
}

/// The node at a place or around it that stands directly in `parent`.
fn ancestor<'a>(node: Node<'a>, mut index: u32, parent: u32) -> Option<Node<'a>> {
    while index != NONE {
        let found = Node { tree: node.tree, index };
        if found.slot().parent == parent {
            return Some(found);
        }
        index = found.slot().parent;
    }
    None
}

/// Whether a byte is one of those between two entries: a blank, or the comma.
fn is_gap(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b',')
}

/// The comma between two places, outside of comments.
fn comma(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    while at < to {
        let rest = &text[at..to];
        if rest.starts_with(',') {
            return Some(at);
        }
        at += match rest.get(..2) {
            Some("//") => rest.find('\n').unwrap_or(rest.len()),
            Some("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    None
}

/// A part of a text with the line it stands on, where nothing else does.
fn whole_line(text: &str, span: Span) -> Span {
    let rest = text[span.end as usize..].trim_start_matches([' ', '\t']);
    let line_end = ["\r\n", "\n"].into_iter().find(|line_end| rest.starts_with(line_end));
    match (own_line(text, span.start as usize), line_end) {
        (Some(blanks), Some(line_end)) => {
            Span::new(span.start as usize - blanks.len(), text.len() - rest.len() + line_end.len())
        }
        _ => span,
    }
}

/// The blanks that stand before a place, where nothing else does on its line.
fn own_line(text: &str, at: usize) -> Option<&str> {
    let line = text[..at].rfind('\n')? + 1;
    let before = &text[line..at];
    before.bytes().all(|byte| matches!(byte, b' ' | b'\t')).then_some(before)
}

/// The blanks that the line of a place begins with.
fn indentation(text: &str, at: usize) -> &str {
    let line = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let rest = text[line..at].trim_start_matches('\u{feff}');
    &rest[..rest.len() - rest.trim_start_matches([' ', '\t']).len()]
}

/// How the lines around a place end.
fn line_end(text: &str, at: usize) -> &'static str {
    let end = text[..at].rfind('\n').or_else(|| text.find('\n'));
    if end.is_some_and(|end| text[..end].ends_with('\r')) { "\r\n" } else { "\n" }
}

/// What a document is indented by.
fn unit(node: Node<'_>) -> String {
    let tree = node.tree();
    let text = tree.document().text();
    let first = tree.root().and_then(|root| root.children().next()).and_then(|first| own_line(text, start(first)));
    let root = tree.root().map_or("", |root| indentation(text, root.span().start as usize));
    let unit = first.and_then(|first| first.strip_prefix(root)).filter(|unit| !unit.is_empty());
    unit.unwrap_or("  ").to_owned()
}

/// Whether a document has a line for each entry, as far as its outermost value tells.
fn is_spread(node: Node<'_>) -> bool {
    let tree = node.tree();
    let first = tree.root().and_then(|root| root.children().next());
    first.is_some_and(|first| own_line(tree.document().text(), start(first)).is_some())
}

/// Whether blanks stand behind the colons of a document.
fn is_airy(node: Node<'_>) -> bool {
    let tree = node.tree();
    let first = tree.nodes().find(|node| node.key_span().is_some());
    first.is_none_or(|first| colon(tree.document().text(), first).is_none_or(|colon| colon.ends_with(' ')))
}

/// What stands between a key and its value, where that is a colon and blanks.
fn colon<'t>(text: &'t str, node: Node<'_>) -> Option<&'t str> {
    let gap = &text[node.key_span()?.end as usize..node.span().start as usize];
    (gap.trim_matches(' ') == ":").then_some(gap)
}

/// A value as it is written.
fn written(value: &Value, layout: &Layout) -> String {
    let mut text = String::new();
    write(value, layout, 0, &mut text);
    text
}

fn write(value: &Value, layout: &Layout, depth: usize, text: &mut String) {
    let (brackets, entries): (_, Vec<(Option<&str>, &Value)>) = match value {
        Value::Array(items) if !items.is_empty() => ("[]", items.iter().map(|item| (None, item)).collect()),
        Value::Object(members) if !members.is_empty() => {
            ("{}", members.iter().map(|(key, member)| (Some(key.as_str()), member)).collect())
        }
        plain => return text.push_str(&plain.to_string()),
    };
    let turn = |text: &mut String, depth: usize| {
        if let Layout::Lines { end, indentation, unit } = layout {
            text.push_str(end);
            text.push_str(indentation);
            text.push_str(&unit.repeat(depth));
        }
    };
    let airy = *layout != Layout::Line { airy: false };
    text.push_str(&brackets[..1]);
    for (index, (key, entry)) in entries.into_iter().enumerate() {
        if index > 0 {
            text.push_str(if *layout == (Layout::Line { airy: true }) { ", " } else { "," });
        }
        turn(text, depth + 1);
        if let Some(key) = key {
            text.push_str(&Value::from(key).to_string());
            text.push_str(if airy { ": " } else { ":" });
        }
        write(entry, layout, depth + 1, text);
    }
    turn(text, depth);
    text.push_str(&brackets[1..]);
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::text::{Document, edit::apply, json::Tree};

    fn edited(text: &str, edits: impl FnOnce(&Tree) -> Vec<Edit>) -> String {
        let tree = Tree::read(Arc::new(Document::new("x", text.as_bytes().to_vec())));
        apply(text, &edits(&tree)).unwrap()
    }

    fn without(text: &str, pointer: &str) -> String {
        edited(text, |tree| remove(tree.pointer(pointer).unwrap()))
    }

    #[test]
    fn what_goes_takes_its_comma_and_its_line_along() {
        let lines = "{\r\n  \"a\": 1,\r\n  \"b\": [1, 2],\r\n\r\n  \"c\": 3\r\n}\r\n";
        assert_eq!(without(lines, "/a"), "{\r\n  \"b\": [1, 2],\r\n\r\n  \"c\": 3\r\n}\r\n");
        assert_eq!(without(lines, "/b"), "{\r\n  \"a\": 1,\r\n  \"c\": 3\r\n}\r\n");
        assert_eq!(without(lines, "/c"), "{\r\n  \"a\": 1,\r\n  \"b\": [1, 2]\r\n}\r\n");
        assert_eq!(without(lines, "/b/0"), lines.replace("[1, 2]", "[2]"));
        assert_eq!(without(lines, "/b/1"), lines.replace("[1, 2]", "[1]"));
        assert_eq!(without("{ \"a\": {\n} }", "/a"), "{}");
        assert_eq!(without("[ 1 ]", "/0"), "[]");
        assert_eq!(without("{\"a\":1,\"b\":2,\"c\":3}", "/b"), "{\"a\":1,\"c\":3}");
        // The second of two on one line leaves the line end to the first.
        assert_eq!(without("{\n \"a\": 1, \"b\": 2,\n \"c\": 3\n}", "/b"), "{\n \"a\": 1,\n \"c\": 3\n}");
        assert_eq!(edited("1", |tree| remove(tree.root().unwrap())), "1");
    }

    #[test]
    fn neighbours_are_found_from_any_entry() {
        let text = r#"{"a":[1,[2,{}],{"x":[3]},[]],"b":{"c":{"d":[[]]}},"e":null}"#;
        let tree = Tree::read(Arc::new(Document::new("x", text.as_bytes().to_vec())));
        for node in tree.nodes() {
            assert_eq!(last(node), node.children().last(), "{}", node.pointer());
            let siblings: Vec<_> = node.parent().into_iter().flat_map(Node::children).collect();
            let Some(at) = siblings.iter().position(|sibling| *sibling == node) else { continue };
            let beside = |at: Option<usize>| at.and_then(|at| siblings.get(at)).copied();
            assert_eq!(neighbours(node), (beside(at.checked_sub(1)), beside(Some(at + 1))), "{}", node.pointer());
        }
    }

    #[test]
    fn comments_and_superfluous_commas_stay_for_those_who_speak_of_them() {
        assert_eq!(without("{\"a\": 1, // x, y\n \"b\": 2}", "/a"), "{ // x, y\n \"b\": 2}");
        assert_eq!(without("{\"a\": 1 /* , */, \"b\": 2}", "/b"), "{\"a\": 1 /* , */ }");
        assert_eq!(
            without("{\r\n  // x\r\n  \"a\": 1,\r\n  // y\r\n  \"b\": 2}", "/a"),
            "{\r\n  // x\r\n  // y\r\n  \"b\": 2}"
        );
        assert_eq!(without("{\"a\": 1,}", "/a"), "{}");
        assert_eq!(without("{\"a\": 1, \"b\": 2,}", "/b"), "{\"a\": 1,}");
        assert_eq!(without("{/* x */ \"a\": 1}", "/a"), "{/* x */ }");
    }

    #[test]
    fn what_comes_stands_like_what_is_there() {
        let with = |text: &str, pointer: &str| {
            edited(text, |tree| vec![insert(tree.pointer(pointer).unwrap(), "k", &json!({"x": [1, "é"], "y": {}}))])
        };
        assert_eq!(
            with("{\r\n\t\"a\": 1\r\n}", ""),
            "{\r\n\t\"a\": 1,\r\n\t\"k\": {\r\n\t\t\"x\": [\r\n\t\t\t1,\r\n\t\t\t\"é\"\r\n\t\t],\r\n\t\t\"y\": {}\r\n\t}\r\n}"
        );
        assert_eq!(with("{\"a\":1}", ""), "{\"a\":1,\"k\":{\"x\":[1,\"é\"],\"y\":{}}}");
        assert_eq!(with("{\"a\": 1, \"b\": 2}", ""), "{\"a\": 1, \"b\": 2, \"k\": {\"x\": [1, \"é\"], \"y\": {}}}");
        assert_eq!(with("{}", ""), "{\"k\": {\"x\": [1, \"é\"], \"y\": {}}}");
        assert_eq!(
            with("{\n    \"a\": { }\n}", "/a"),
            "{\n    \"a\": {\n        \"k\": {\n            \"x\": [\n                1,\n                \"é\"\n            ],\n            \"y\": {}\n        }\n    }\n}"
        );
        assert_eq!(with("{\"a\": 1, // x\n}", ""), "{\"a\": 1, \"k\": {\"x\": [1, \"é\"], \"y\": {}}, // x\n}");
        let pushed = |text: &str| edited(text, |tree| vec![push(tree.root().unwrap(), &json!("k"))]);
        assert_eq!(pushed("[\n  \"a\"\n]"), "[\n  \"a\",\n  \"k\"\n]");
        assert_eq!(pushed("[\"a\",\"b\"]"), "[\"a\",\"b\",\"k\"]");
        assert_eq!(pushed("[]"), "[\"k\"]");
    }

    #[test]
    fn values_keys_and_parts_of_texts_are_exchanged() {
        let text = "{\n  \"a\": \"x\\ty\",\n  \"b\": \"xy\"\n}";
        let at = |pointer: &'static str, edit: fn(Node<'_>) -> Option<Edit>| {
            edited(text, |tree| edit(tree.pointer(pointer).unwrap()).into_iter().collect())
        };
        assert_eq!(at("/a", |node| within(node, 2..3, "\"")), text.replace("x\\ty", "x\\t\\\""));
        assert_eq!(at("/b", |node| within(node, 1..1, "\"é")), text.replace("xy", "x\\\"éy"));
        assert_eq!(at("/b", |node| within(node, 2..3, "")), text, "beyond the end");
        assert_eq!(at("/b", |node| rename(node, "c")), text.replace("\"b\"", "\"c\""));
        assert_eq!(at("/b", |node| rename(node, "a")), text, "the key is taken");
        assert_eq!(at("/b", |node| Some(replace(node, &json!([true])))), text.replace("\"xy\"", "[\n    true\n  ]"));
    }
}
