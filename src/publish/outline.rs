//! Differences printed as an outline of the JSON they are in: what is alike is folded, what differs stands at its key.

use std::fmt::Write as _;

use super::{
    Difference,
    diff::leaves,
    written::{Written, members},
};
use crate::{
    style::{BAD, DIM, GOOD, WARNING},
    text::{
        json::{Kind, Node},
        pointer,
        visible::printable,
    },
};

/// Longest value that stands beside its key.
const LONGEST: usize = 80;
/// Where the outline begins, below the head of a change.
const MARGIN: usize = 4;

/// Writes differences below the keys that lead to them, and how many values are the same; `spec` is what will be.
pub(super) fn differences(differences: &[Difference], spec: &Written, text: &mut String) {
    let touched = changed(differences, spec, text);
    let unchanged = spec.root().map_or(0, leaves).saturating_sub(touched);
    let _ = writeln!(text, "{:MARGIN$}{DIM}{unchanged} values unchanged{DIM:#}", "");
}

/// Writes differences below the keys that lead to them; how many values are new.
pub(super) fn changed(differences: &[Difference], spec: &Written, text: &mut String) -> usize {
    let mut above: Vec<String> = Vec::new();
    let mut touched = 0;
    for one in differences {
        let path = pointer::tokens(&one.pointer).unwrap_or_default();
        let (name, around) = path.split_last().map_or(("", &path[..]), |(name, around)| (name.as_str(), around));
        let shared = above.iter().zip(around).take_while(|(one, other)| one == other).count();
        for depth in shared..around.len() {
            let key = key(spec, &around[..depth], &around[depth]);
            let _ = writeln!(text, "{:1$}{key}", "", MARGIN + 2 * depth);
        }
        above = around.to_vec();
        let key = if path.is_empty() { "the whole".to_owned() } else { key(spec, around, name) };
        touched += one.new_text().map_or(0, |text| Written::of(text).root().map_or(0, leaves));
        difference(one, &key, MARGIN + 2 * around.len(), text);
    }
    touched
}

fn difference(one: &Difference, key: &str, indent: usize, text: &mut String) {
    let plain = |text: &str| (text.chars().count() <= LONGEST).then(|| printable(text));
    match (one.old_text(), one.new_text()) {
        (Some(old), Some(new)) => match (plain(old), plain(new)) {
            (Some(old), Some(new)) => {
                let _ = writeln!(
                    text,
                    "{:indent$}{WARNING}~{WARNING:#} {key}: {BAD}{old}{BAD:#} → {GOOD}{new}{GOOD:#}",
                    ""
                );
            }
            _ => {
                let _ = writeln!(text, "{:indent$}{WARNING}~{WARNING:#} {key}:", "");
                side('-', None, old, indent + 2, text);
                side('+', None, new, indent + 2, text);
            }
        },
        (Some(old), None) => side('-', Some(key), old, indent, text),
        (None, Some(new)) => side('+', Some(key), new, indent, text),
        (None, None) => {}
    }
}

/// A whole value, each member and item on a line of its own, with a sign before each line.
pub(super) fn added(value: &str, indent: usize, text: &mut String) {
    side('+', None, value, indent, text);
}

fn side(sign: char, key: Option<&str>, value: &str, indent: usize, text: &mut String) {
    let style = if sign == '+' { GOOD } else { BAD };
    let written = Written::of(value);
    let Some(root) = written.root() else { return };
    let mut lines = Vec::new();
    spread(root, key.map(|key| format!("{key}: ")).unwrap_or_default(), 0, "", &mut lines);
    for line in lines {
        let _ = writeln!(text, "{:indent$}{style}{sign} {line}{style:#}", "");
    }
}

fn spread(node: Node<'_>, before: String, indent: usize, after: &str, lines: &mut Vec<String>) {
    let whole = printable(&super::written::compact(node));
    let is_flat = node.is_empty() || !matches!(node.kind(), Kind::Object | Kind::Array);
    if is_flat || whole.chars().count() <= LONGEST && !holds_more(node) {
        lines.push(format!("{:indent$}{before}{whole}{after}", ""));
        return;
    }
    let (open, close) = if node.kind() == Kind::Object { ('{', '}') } else { ('[', ']') };
    lines.push(format!("{:indent$}{before}{open}", ""));
    let children: Vec<(String, Node<'_>)> = match node.kind() {
        Kind::Object => {
            let named = |name: String| format!("{}: ", serde_json::Value::from(printable(&name)));
            members(node).into_iter().map(|(name, member)| (named(name), member)).collect()
        }
        _ => node.items().map(|item| (String::new(), item)).collect(),
    };
    let last = children.len().saturating_sub(1);
    for (at, (before, child)) in children.into_iter().enumerate() {
        spread(child, before, indent + 2, if at < last { "," } else { "" }, lines);
    }
    lines.push(format!("{:indent$}{close}{after}", ""));
}

/// Whether something in it holds something in turn.
fn holds_more(node: Node<'_>) -> bool {
    node.children().any(|child| matches!(child.kind(), Kind::Object | Kind::Array) && !child.is_empty())
}

/// A token of a pointer as it is shown: an item by its place, a member by its name.
fn key(spec: &Written, around: &[String], token: &str) -> String {
    let parent = around.iter().try_fold(spec.root(), |node, token| Some(node?.child(token))).flatten();
    if parent.is_some_and(|parent| parent.kind() == Kind::Array) { format!("[{token}]") } else { printable(token) }
}

#[cfg(test)]
mod tests {
    use super::{super::diff::between, *};

    fn told(old: &str, new: &str) -> String {
        let (old, new) = (Written::read(old).unwrap(), Written::read(new).unwrap());
        let mut text = String::new();
        differences(&between(&old, &new, |_| false), &new, &mut text);
        anstream::adapter::strip_str(&text).to_string()
    }

    #[test]
    fn what_differs_stands_below_the_keys_that_lead_to_it() {
        let old = r#"{"name":"a","attributes":{"category":"CRM","list":[1,2],"n":1e3,"deep":{"x":1,"y":{"z":2}}},"gone":[{"a":1},{"b":[1,2]}]}"#;
        let new = r#"{"name":"a","attributes":{"category":"Protocols","list":[1],"n":1000,"deep":{"x":2,"y":{"z":3}},"new":{"k":"v"}}}"#;
        insta::assert_snapshot!(told(old, new), @r#"
            attributes
              ~ category: "CRM" → "Protocols"
              list
                - [1]: 2
              deep
                ~ x: 1 → 2
                y
                  ~ z: 2 → 3
              + new: {"k":"v"}
            - gone: [
            -   {"a":1},
            -   {
            -     "b": [1,2]
            -   }
            - ]
            3 values unchanged
        "#);
    }

    #[test]
    fn long_values_stand_whole_below_each_other_and_steer_no_terminal() {
        let (old, new) = (format!(r#"{{"t":"{}\u001b[2J"}}"#, "a".repeat(90)), r#"{"t":"b\u0007"}"#);
        let text = told(&old, new);
        assert!(text.contains(&format!("      - \"{}\\u001b[2J\"\n      + \"b\\u0007\"\n", "a".repeat(90))), "{text}");
        assert!(text.chars().all(|c| c == '\n' || !c.is_control()));
    }
}
