//! A JSON text brought to another value by as few edits as can be: what is the same keeps its bytes, its place and the
//! blanks and comments around it; what is new takes the indentation, the line ends and the colons of the file.

use super::{Kind, Node, Tree};
use crate::text::Span;

/// The text of `old` with the value of `new`. Members that are new stand at the end of their object, in the order of `new`.
///
/// `old` must be sound.
pub fn rewrite(old: &Tree, new: Node<'_>) -> String {
    let text = old.document().text();
    let Some(root) = old.root() else { return pretty(new) };
    let span = root.span().range();
    let mut writer = Writer { out: String::with_capacity(text.len()), style: Style::of(root) };
    writer.out.push_str(&text[..span.start]);
    writer.value(root, new, "", false);
    writer.out.push_str(&text[span.end..]);
    writer.out
}

/// The value as a file of its own: two spaces a level, a line end at the end.
pub fn pretty(new: Node<'_>) -> String {
    let mut writer = Writer { out: String::new(), style: Style::default() };
    writer.fresh(new, "", false);
    writer.out.push('\n');
    writer.out
}

/// How a file is laid out.
struct Style {
    /// One level of indentation.
    unit: String,
    line_end: &'static str,
    /// What stands between key and value.
    colon: String,
    /// Whether the file has lines at all.
    lines: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { unit: "  ".to_owned(), line_end: "\n", colon: ": ".to_owned(), lines: true }
    }
}

impl Style {
    fn of(root: Node<'_>) -> Self {
        let mut style = Self::default();
        let Some(first) = root.children().next() else { return style };
        let gap = slice(root, root.span().range().start + 1, start(first));
        style.lines = gap.contains('\n');
        if style.lines {
            if gap.contains("\r\n") {
                style.line_end = "\r\n";
            }
            let unit = indentation(gap, "");
            if !unit.is_empty() {
                style.unit = unit.to_owned();
            }
        }
        if let Some(key) = first.key_span() {
            let colon = slice(root, key.range().end, first.span().range().start);
            if colon.chars().all(|character| character == ':' || character == ' ') {
                style.colon = colon.to_owned();
            }
        }
        style
    }
}

/// The blanks at the start of the last line of a gap; `otherwise` where it has one line only.
fn indentation<'t>(gap: &'t str, otherwise: &'t str) -> &'t str {
    let Some((_, last)) = gap.rsplit_once('\n') else { return otherwise };
    &last[..last.len() - last.trim_start_matches([' ', '\t']).len()]
}

fn slice(node: Node<'_>, start: usize, end: usize) -> &str {
    node.tree().document().slice(Span::new(start, end))
}

/// Where a member or item begins: at its key, where it has one.
fn start(node: Node<'_>) -> usize {
    node.label_span().range().start
}

fn end(node: Node<'_>) -> usize {
    node.span().range().end
}

/// Whether two nodes say the same: of several members of one name the last counts, and order only in arrays.
fn same(one: Node<'_>, other: Node<'_>) -> bool {
    if one.kind() != other.kind() {
        return false;
    }
    match one.kind() {
        Kind::Object => {
            let all_in = |a: Node<'_>, b: Node<'_>| a.members().all(|(key, _)| b.get(&key).is_some());
            all_in(other, one)
                && one.members().all(|(key, _)| match (one.get(&key), other.get(&key)) {
                    (Some(one), Some(other)) => same(one, other),
                    _ => false,
                })
        }
        Kind::Array => one.len() == other.len() && one.items().zip(other.items()).all(|(one, other)| same(one, other)),
        Kind::String => one.as_str() == other.as_str(),
        _ => one.to_value() == other.to_value(),
    }
}

/// One thing to be written into an array or object.
enum Part<'a> {
    /// The child of the old value at this place, with the value of the new one.
    Old(usize, Node<'a>),
    New(Node<'a>),
}

struct Writer {
    out: String,
    style: Style,
}

impl Writer {
    /// `indent` is that of the line the value begins on; `inline` where the container around it has no lines.
    fn value(&mut self, old: Node<'_>, new: Node<'_>, indent: &str, inline: bool) {
        if same(old, new) {
            return self.out.push_str(old.raw());
        }
        match (old.kind(), new.kind()) {
            (Kind::Object, Kind::Object) => self.object(old, new, indent, inline),
            (Kind::Array, Kind::Array) => self.array(old, new, indent, inline),
            _ => self.fresh(new, indent, inline),
        }
    }

    fn object(&mut self, old: Node<'_>, new: Node<'_>, indent: &str, inline: bool) {
        let mut parts: Vec<Part<'_>> = old
            .members()
            .enumerate()
            .filter_map(|(at, (key, _))| new.get(&key).map(|value| Part::Old(at, value)))
            .collect();
        parts.extend(last_members(new).filter(|(key, _)| old.get(key).is_none()).map(|(_, node)| Part::New(node)));
        self.container(old, &parts, new, indent, inline);
    }

    fn array(&mut self, old: Node<'_>, new: Node<'_>, indent: &str, inline: bool) {
        let (before, after): (Vec<_>, Vec<_>) = (old.items().collect(), new.items().collect());
        let shorter = before.len().min(after.len());
        let head = before.iter().zip(&after).take_while(|(one, other)| same(**one, **other)).count();
        let tail = before.iter().rev().zip(after.iter().rev()).take_while(|(one, other)| same(**one, **other));
        let tail = tail.count().min(shorter - head);
        let paired = (before.len() - tail).min(after.len() - tail);
        let mut parts: Vec<Part<'_>> = (0..paired).map(|at| Part::Old(at, after[at])).collect();
        parts.extend(after[paired..after.len() - tail].iter().map(|item| Part::New(*item)));
        let ends = (before.len() - tail..before.len()).zip(after.len() - tail..after.len());
        parts.extend(ends.map(|(at, new)| Part::Old(at, after[new])));
        self.container(old, &parts, new, indent, inline);
    }

    fn container(&mut self, old: Node<'_>, parts: &[Part<'_>], new: Node<'_>, indent: &str, inline: bool) {
        let children: Vec<Node<'_>> = old.children().collect();
        let Some(last) = children.last() else {
            return self.fresh(new, indent, inline);
        };
        if parts.is_empty() {
            return self.fresh(new, indent, inline);
        }
        let whole = old.span().range();
        // What stands before a child, its comma included.
        let gap =
            |at: usize| slice(old, if at == 0 { whole.start + 1 } else { end(children[at - 1]) }, start(children[at]));
        let opening = gap(0);
        let is_inline = !opening.contains('\n');
        let within = indentation(opening, indent).to_owned();
        let between = if !is_inline {
            format!(",{}{within}", self.style.line_end)
        } else {
            let second = if children.len() > 1 { gap(1) } else { "" };
            let plain = second.starts_with(',') && second[1..].chars().all(|character| character == ' ');
            let usual = if self.style.lines { ", " } else { "," };
            if plain { second.to_owned() } else { usual.to_owned() }
        };
        self.out.push_str(slice(old, whole.start, whole.start + 1));
        for (at, part) in parts.iter().enumerate() {
            match part {
                _ if at == 0 => self.out.push_str(opening),
                Part::Old(place, _) if *place > 0 => self.out.push_str(gap(*place)),
                _ => self.out.push_str(&between),
            }
            match part {
                Part::Old(place, new) => {
                    let child = children[*place];
                    // An earlier member of the same name says nothing.
                    let counts = child.key().is_none_or(|key| old.get(&key) == Some(child));
                    if counts {
                        self.out.push_str(slice(old, start(child), child.span().range().start));
                        let indent = indentation(gap(*place), &within).to_owned();
                        self.value(child, *new, &indent, is_inline);
                    } else {
                        self.out.push_str(slice(old, start(child), end(child)));
                    }
                }
                Part::New(new) => {
                    self.key(*new);
                    self.fresh(*new, &within, is_inline);
                }
            }
        }
        self.out.push_str(slice(old, end(*last), whole.end));
    }

    fn key(&mut self, node: Node<'_>) {
        if let Some(key) = node.key() {
            self.string(&key);
            let colon = self.style.colon.clone();
            self.out.push_str(&colon);
        }
    }

    fn string(&mut self, text: &str) {
        self.out.push_str(&serde_json::Value::from(text).to_string());
    }

    /// A value that was not there before. Numbers keep their digits.
    fn fresh(&mut self, new: Node<'_>, indent: &str, inline: bool) {
        let brackets = match new.kind() {
            Kind::String => return self.string(&new.as_str().unwrap_or_default()),
            Kind::Object => ['{', '}'],
            Kind::Array => ['[', ']'],
            _ => return self.out.push_str(new.raw()),
        };
        let children: Vec<Node<'_>> = match new.kind() {
            Kind::Object => last_members(new).map(|(_, node)| node).collect(),
            _ => new.items().collect(),
        };
        self.out.push(brackets[0]);
        let inline = inline || !self.style.lines;
        let deeper = format!("{indent}{}", self.style.unit);
        for (at, child) in children.iter().enumerate() {
            if inline {
                self.out.push_str(match (at, self.style.lines) {
                    (0, _) => "",
                    (_, true) => ", ",
                    (_, false) => ",",
                });
            } else {
                self.out.push_str(if at == 0 { "" } else { "," });
                self.out.push_str(self.style.line_end);
                self.out.push_str(&deeper);
            }
            self.key(*child);
            self.fresh(*child, &deeper, inline);
        }
        if !inline && !children.is_empty() {
            self.out.push_str(self.style.line_end);
            self.out.push_str(indent);
        }
        self.out.push(brackets[1]);
    }
}

/// The members that count: of several of one name the last, in the place of the first.
fn last_members<'a>(object: Node<'a>) -> impl Iterator<Item = (String, Node<'a>)> {
    let mut seen = std::collections::BTreeSet::new();
    object.members().filter_map(move |(key, _)| {
        let key = key.into_owned();
        let node = object.get(&key)?;
        seen.insert(key.clone()).then_some((key, node))
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::*;
    use serde_json::{Map, Value};

    use super::*;
    use crate::text::Document;

    fn tree(text: &str) -> Tree {
        Tree::read(Arc::new(Document::new("test.json", text.as_bytes().to_vec())))
    }

    fn rewritten(old: &str, new: &str) -> String {
        rewrite(&tree(old), tree(new).root().unwrap())
    }

    #[test]
    fn what_is_the_same_keeps_its_bytes() {
        let old = "{\n    \"name\" : \"acme\", // the name\n    \"n\": 1.50,\n    \"list\": [ 1,2 ],\n    \"gone\": true,\n    \"inner\": {\n        \"a\": \"\\u00e9\",\n        \"b\": {}\n    }\n}\n";
        let new = r#"{"inner":{"b":{"x":[1,{"y":null}]},"a":"é","c":12345678901234567890123},"list":[1,2,3],"n":1.5,"name":"acme","fresh":["a"]}"#;
        insta::assert_snapshot!(rewritten(old, new), @r#"
        {
            "name" : "acme", // the name
            "n": 1.50,
            "list": [ 1,2,3 ],
            "inner": {
                "a": "\u00e9",
                "b": {
                    "x" : [
                        1,
                        {
                            "y" : null
                        }
                    ]
                },
                "c" : 12345678901234567890123
            },
            "fresh" : [
                "a"
            ]
        }
        "#);
    }

    #[test]
    fn the_layout_of_the_file_is_taken_over() {
        assert_eq!(rewritten("{\"a\":1}", r#"{"a": 2, "b": {"c": [1, 2]}}"#), r#"{"a":2,"b":{"c":[1,2]}}"#);
        assert_eq!(
            rewritten("{\r\n\t\"a\": 1\r\n}\r\n", r#"{"a":1,"b":{"c":1}}"#),
            "{\r\n\t\"a\": 1,\r\n\t\"b\": {\r\n\t\t\"c\": 1\r\n\t}\r\n}\r\n"
        );
        assert_eq!(
            rewritten("{ \"a\": { \"b\": 1 } }\n", r#"{"a":{"b":1,"c":2}}"#),
            "{ \"a\": { \"b\": 1,\"c\": 2 } }\n"
        );
        assert_eq!(rewritten("{}", r#"{"a":1}"#), "{\n  \"a\": 1\n}");
        assert_eq!(rewritten("{\n  \"a\": 1\n}\n", "{}"), "{}\n");
        assert_eq!(rewritten("\u{feff}{\n  \"a\": 1,\n}\n", r#"{"a":2}"#), "\u{feff}{\n  \"a\": 2,\n}\n");
    }

    #[test]
    fn members_and_items_leave_without_a_trace() {
        let old = "{\n  \"a\": 1,\n  \"b\": 2,\n  \"c\": 3\n}";
        assert_eq!(rewritten(old, r#"{"b":2,"c":3}"#), "{\n  \"b\": 2,\n  \"c\": 3\n}");
        assert_eq!(rewritten(old, r#"{"a":1,"c":3}"#), "{\n  \"a\": 1,\n  \"c\": 3\n}");
        assert_eq!(rewritten(old, r#"{"a":1,"b":2}"#), "{\n  \"a\": 1,\n  \"b\": 2\n}");
        let list = "[\n  1,\n  2,\n  3\n]";
        assert_eq!(rewritten(list, "[2,3]"), "[\n  2,\n  3\n]");
        assert_eq!(rewritten(list, "[0,1,2,3]"), "[\n  0,\n  1,\n  2,\n  3\n]");
        assert_eq!(rewritten(list, "[1,3]"), "[\n  1,\n  3\n]");
        assert_eq!(rewritten(list, "[1,2,3,4]"), "[\n  1,\n  2,\n  3,\n  4\n]");
    }

    #[test]
    fn of_several_members_of_one_name_the_last_is_edited() {
        assert_eq!(rewritten(r#"{"a":1,"a":2}"#, r#"{"a":3}"#), r#"{"a":1,"a":3}"#);
        assert_eq!(rewritten(r#"{"b":0}"#, r#"{"a":1,"a":2}"#), r#"{"a":2}"#);
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (-3_i64..4).prop_map(Value::from),
            "[a-c\"\\\\é\n]{0,3}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::vec(("[a-e~/\"]{1,2}", inner), 0..5)
                    .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
            ]
        })
    }

    fn laid_out(value: &Value, layout: u8) -> String {
        let pretty = format!("{value:#}\n");
        match layout {
            0 => value.to_string(),
            1 => pretty,
            2 => pretty.replace('\n', "\r\n"),
            _ => pretty.lines().fold(String::new(), |text, line| {
                let bare = line.trim_start();
                format!("{text}{}{bare}\n", "\t".repeat((line.len() - bare.len()) / 2))
            }),
        }
    }

    proptest! {
        #[test]
        fn the_new_value_comes_out_and_the_same_value_changes_nothing(
            old in value(), new in value(), layout in 0_u8..4
        ) {
            let text = laid_out(&old, layout);
            let out = rewritten(&text, &new.to_string());
            prop_assert_eq!(serde_json::from_str::<Value>(&out).unwrap(), new.clone(), "{}", out);
            prop_assert_eq!(rewritten(&text, &old.to_string()), text);
            prop_assert_eq!(rewritten(&out, &new.to_string()), out.clone());
            prop_assert_eq!(serde_json::from_str::<Value>(&pretty(tree(&new.to_string()).root().unwrap())).unwrap(), new);
        }
    }
}
