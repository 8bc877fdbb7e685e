//! Two JSON values compared as the platform means them: key order and server-managed fields do not count.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::written::{self, Written, compact, members};
use crate::{
    spec::ids::SERVER_MANAGED,
    text::{
        json::{Kind, Node},
        pointer,
    },
};

/// A place where two values differ.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// JSON Pointer. What is removed stands where it was, everything else where it will be.
    pub pointer: String,
    /// What is there; absent where something is added.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) old: Option<Spelled>,
    /// What is wanted; absent where something is removed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) new: Option<Spelled>,
}

impl Difference {
    /// What is there; absent where something is added. Long numbers lose digits here, and not in [`Self::old_text`].
    pub fn old_value(&self) -> Option<Value> {
        self.old.as_ref().map(Spelled::to_value)
    }

    /// What is wanted; absent where something is removed. Long numbers lose digits here, and not in [`Self::new_text`].
    pub fn new_value(&self) -> Option<Value> {
        self.new.as_ref().map(Spelled::to_value)
    }

    /// What is there, as JSON on one line.
    pub fn old_text(&self) -> Option<&str> {
        self.old.as_ref().map(|old| old.0.as_str())
    }

    /// What is wanted, as JSON on one line.
    pub fn new_text(&self) -> Option<&str> {
        self.new.as_ref().map(|new| new.0.as_str())
    }
}

/// A value by its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Spelled(pub(super) String);

impl Spelled {
    fn of(node: Node<'_>) -> Self {
        Self(compact(node))
    }

    fn to_value(&self) -> Value {
        Written::read(&self.0).map_or(Value::Null, |written| written.to_value())
    }
}

/// Whether the platform's documented answers leave a member out although it was sent.
pub(super) fn not_echoed(name: &str, value: Node<'_>) -> bool {
    name == "description" || (name == "authSpec" && value.kind() == Kind::Array && value.is_empty())
}

/// The digest of what of a sent connection spec every answer of the platform repeats: see [`differences`].
pub(super) fn echoed(body: &Written) -> String {
    let Some(root) = body.root() else { return String::new() };
    let left_out = |name: &str| root.get(name).is_some_and(|value| not_echoed(name, value));
    written::digest_without(root, |name| SERVER_MANAGED.contains(&name) || left_out(name))
}

/// Where the platform's record differs from the connection spec wanted.
///
/// `published` says that exactly this content was sent before. Then, and only then, two absences are no differences, because
/// the platform's documented answers leave them out although they were sent: the top-level `description` (batch answers never
/// echo it) and an empty `authSpec` (streaming answers drop it).
pub(super) fn differences(remote: &Written, wanted: &Written, published: bool) -> Vec<Difference> {
    let mut all = between(remote, wanted, |name| SERVER_MANAGED.contains(&name));
    if published {
        all.retain(|one| {
            let name = one.pointer.strip_prefix('/').unwrap_or_default();
            let left_out = |node: Node<'_>| not_echoed(name, node);
            !(one.old.is_none() && wanted.root().and_then(|root| root.get(name)).is_some_and(left_out))
        });
    }
    all
}

/// Every place where two values differ, in the order of the new value. Members of the outermost objects that `leave_out` names
/// are passed over.
pub(super) fn between(old: &Written, new: &Written, leave_out: impl Fn(&str) -> bool) -> Vec<Difference> {
    let mut all = Vec::new();
    walk(&mut String::new(), old.root(), new.root(), &leave_out, &mut all);
    all
}

type LeaveOut<'a> = &'a dyn Fn(&str) -> bool;

fn walk(
    pointer: &mut String,
    old: Option<Node<'_>>,
    new: Option<Node<'_>>,
    leave_out: LeaveOut<'_>,
    all: &mut Vec<Difference>,
) {
    let nothing: LeaveOut<'_> = &|_| false;
    let length = pointer.len();
    let mut step = |token: &str, old, new, all: &mut Vec<Difference>| {
        pointer::push(pointer, token);
        walk(pointer, old, new, nothing, all);
        pointer.truncate(length);
    };
    match (old, new) {
        (Some(old), Some(new)) if old.kind() == Kind::Object && new.kind() == Kind::Object => {
            let (mut before, mut after) = (members(old), members(new));
            before.retain(|(name, _)| !leave_out(name));
            after.retain(|(name, _)| !leave_out(name));
            let in_both = |name: &str, side: &[(String, Node<'_>)]| side.iter().any(|(known, _)| known == name);
            for (name, value) in &after {
                let old = before.iter().find(|(known, _)| known == name).map(|(_, old)| *old);
                step(name, old, Some(*value), all);
            }
            for (name, value) in before.iter().filter(|(name, _)| !in_both(name, &after)) {
                step(name, Some(*value), None, all);
            }
        }
        (Some(old), Some(new)) if old.kind() == Kind::Array && new.kind() == Kind::Array => {
            let (before, after): (Vec<_>, Vec<_>) = (old.items().collect(), new.items().collect());
            // What is alike at both ends stays where it is, so that one item put in between does not look like many changes.
            let start = before.iter().zip(&after).take_while(|(old, new)| written::same(**old, **new)).count();
            let ends = before[start..].iter().rev().zip(after[start..].iter().rev());
            let end = ends.take_while(|(old, new)| written::same(**old, **new)).count();
            let (before, after) = (&before[start..before.len() - end], &after[start..after.len() - end]);
            for at in 0..before.len().max(after.len()) {
                step(&(start + at).to_string(), before.get(at).copied(), after.get(at).copied(), all);
            }
        }
        (Some(old), Some(new)) if written::same(old, new) => {}
        (None, None) => {}
        (old, new) => {
            all.push(Difference { pointer: pointer.clone(), old: old.map(Spelled::of), new: new.map(Spelled::of) })
        }
    }
}

/// How many values, not counting objects and arrays that hold others.
pub(super) fn leaves(node: Node<'_>) -> usize {
    match node.kind() {
        Kind::Object | Kind::Array if !node.is_empty() => node.children().map(leaves).sum(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Written {
        Written::read(text).unwrap()
    }

    fn told(old: &str, new: &str) -> Vec<String> {
        between(&read(old), &read(new), |_| false)
            .into_iter()
            .map(|one| {
                let side = |text: Option<&str>| text.unwrap_or("-").to_owned();
                format!("{} {} {}", one.pointer, side(one.old_text()), side(one.new_text()))
            })
            .collect()
    }

    #[test]
    fn differences_are_told_by_place() {
        assert_eq!(
            told(
                r#"{"a": 1, "same": [1], "list": [1, 2], "gone": {"x": 1}}"#,
                r#"{"a": 2, "same": [1.0], "list": [1, 3, 4], "a/b~": true}"#
            ),
            ["/a 1 2", "/list/1 2 3", "/list/2 - 4", "/a~1b~0 - true", r#"/gone {"x":1} -"#]
        );
    }

    #[test]
    fn an_item_put_in_or_taken_out_is_one_difference() {
        assert_eq!(told(r#"["a","b","c"]"#, r#"["a","x","b","c"]"#), [r#"/1 - "x""#]);
        assert_eq!(told(r#"["a","b","c"]"#, r#"["b","c"]"#), [r#"/0 "a" -"#]);
        assert_eq!(told(r#"[{"n":1,"v":1},{"n":2}]"#, r#"[{"n":1,"v":2},{"n":2}]"#), ["/0/v 1 2"]);
        assert_eq!(told(r#"[1,1]"#, r#"[1]"#), ["/1 1 -"]);
    }

    #[test]
    fn no_digit_is_lost() {
        assert_eq!(
            told(r#"{"n":12345678901234567890.5}"#, r#"{"n":12345678901234567890.25}"#),
            ["/n 12345678901234567890.5 12345678901234567890.25"]
        );
        assert!(told(r#"{"n":1e3}"#, r#"{"n":1000.0}"#).is_empty());
    }

    #[test]
    fn only_the_documented_absences_are_tolerated_and_only_after_publishing() {
        let wanted = read(r#"{"name": "a", "description": "d", "authSpec": [], "version": "1.0"}"#);
        let remote = read(r#"{"id": "1", "createdAt": 5, "name": "a", "version": "1.0"}"#);
        assert_eq!(differences(&remote, &wanted, true), []);
        assert_eq!(differences(&remote, &wanted, false).len(), 2);
        let changed = read(r#"{"name": "a", "version": "1.0", "description": "another"}"#);
        assert_eq!(differences(&changed, &wanted, true).len(), 1);
        let with_auth = read(r#"{"name": "a", "authSpec": [{"name": "x"}], "version": "1.0"}"#);
        assert_eq!(differences(&remote, &with_auth, true).len(), 1);
        assert_eq!(differences(&read(r#"{"name": "a"}"#), &wanted, true).len(), 1, "version is not tolerated");
    }
}
