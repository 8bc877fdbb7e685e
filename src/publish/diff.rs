//! Two JSON values compared as the platform means them: key order and server-managed fields do not count.

use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use crate::spec::ids::SERVER_MANAGED;

/// A place where two values differ.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// JSON Pointer.
    pub pointer: String,
    /// What is there; absent where something is added.
    pub old: Option<Value>,
    /// What is wanted; absent where something is removed.
    pub new: Option<Value>,
}

/// A connection spec as it is sent and compared: without what the platform sets.
pub(super) fn sent(spec: &Value) -> Value {
    match spec {
        Value::Object(members) => Value::Object(without(members, |name| SERVER_MANAGED.contains(&name))),
        other => other.clone(),
    }
}

/// What of a sent connection spec every answer of the platform repeats: see [`differences`] for the two that some leave out.
pub(super) fn echoed(body: &Value) -> Value {
    match body {
        Value::Object(members) => Value::Object(
            members
                .iter()
                .filter(|(name, value)| !not_echoed(name, value))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
        ),
        other => other.clone(),
    }
}

/// Whether the platform's documented answers leave a member out although it was sent.
pub(super) fn not_echoed(name: &str, value: &Value) -> bool {
    name == "description" || (name == "authSpec" && value.as_array().is_some_and(Vec::is_empty))
}

/// The members but those that `leave_out` names, in their order.
pub(super) fn without(members: &Map<String, Value>, leave_out: impl Fn(&str) -> bool) -> Map<String, Value> {
    members.iter().filter(|(name, _)| !leave_out(name)).map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// SHA-256 over the JSON with sorted keys and no spaces.
pub(super) fn digest(value: &Value) -> String {
    let mut text = String::from("sha256:");
    for byte in Sha256::digest(sorted(value).to_string().as_bytes()) {
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let mut pairs: Vec<_> = members.iter().collect();
            pairs.sort_by(|a, b| a.0.cmp(b.0));
            Value::Object(pairs.into_iter().map(|(name, value)| (name.clone(), sorted(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(sorted).collect()),
        other => other.clone(),
    }
}

/// Where the platform's record differs from the connection spec wanted.
///
/// `published` says that exactly this content was sent before. Then, and only then, two absences are no differences, because
/// the platform's documented answers leave them out although they were sent: the top-level `description` (batch answers never
/// echo it) and an empty `authSpec` (streaming answers drop it).
pub(super) fn differences(remote: &Value, wanted: &Value, published: bool) -> Vec<Difference> {
    let mut all = between(&sent(remote), wanted);
    if published {
        all.retain(|one| {
            let name = one.pointer.strip_prefix('/').unwrap_or_default();
            !(one.old.is_none() && one.new.as_ref().is_some_and(|new| not_echoed(name, new)))
        });
    }
    all
}

/// Every place where two values differ, in the order of the new value.
pub(super) fn between(old: &Value, new: &Value) -> Vec<Difference> {
    let mut all = Vec::new();
    walk(&mut String::new(), Some(old), Some(new), &mut all);
    all
}

fn walk(pointer: &mut String, old: Option<&Value>, new: Option<&Value>, all: &mut Vec<Difference>) {
    if old == new {
        return;
    }
    let length = pointer.len();
    match (old, new) {
        (Some(Value::Object(old)), Some(Value::Object(new))) => {
            for (name, value) in new {
                push(pointer, name);
                walk(pointer, old.get(name), Some(value), all);
                pointer.truncate(length);
            }
            for (name, value) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
                push(pointer, name);
                walk(pointer, Some(value), None, all);
                pointer.truncate(length);
            }
        }
        (Some(Value::Array(old)), Some(Value::Array(new))) => {
            for at in 0..old.len().max(new.len()) {
                push(pointer, &at.to_string());
                walk(pointer, old.get(at), new.get(at), all);
                pointer.truncate(length);
            }
        }
        _ => all.push(Difference { pointer: pointer.clone(), old: old.cloned(), new: new.cloned() }),
    }
}

fn push(pointer: &mut String, name: &str) {
    pointer.push('/');
    pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
}

/// How many values, not counting objects and arrays that hold others.
pub(super) fn leaves(value: &Value) -> usize {
    match value {
        Value::Object(members) if !members.is_empty() => members.values().map(leaves).sum(),
        Value::Array(items) if !items.is_empty() => items.iter().map(leaves).sum(),
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn digests_do_not_depend_on_the_order_of_keys() {
        let a: Value = serde_json::from_str(r#"{"a":1,"b":{"c":[1,2],"d":null}}"#).unwrap();
        let b: Value = serde_json::from_str(r#"{"b":{"d":null,"c":[1,2]},"a":1}"#).unwrap();
        assert_eq!(digest(&a), digest(&b));
        assert_ne!(digest(&a), digest(&json!({"a": 1, "b": {"c": [2, 1], "d": null}})));
        assert_eq!(digest(&json!({})), "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }

    #[test]
    fn differences_are_told_by_place() {
        let told: Vec<_> = between(
            &json!({"a": 1, "same": [1], "list": [1, 2], "gone": {"x": 1}}),
            &json!({"a": 2, "same": [1], "list": [1, 3, 4], "a/b~": true}),
        )
        .into_iter()
        .map(|one| format!("{} {:?} {:?}", one.pointer, one.old.map(|v| v.to_string()), one.new.map(|v| v.to_string())))
        .collect();
        assert_eq!(
            told,
            [
                r#"/a Some("1") Some("2")"#,
                r#"/list/1 Some("2") Some("3")"#,
                r#"/list/2 None Some("4")"#,
                r#"/a~1b~0 None Some("true")"#,
                r#"/gone Some("{\"x\":1}") None"#,
            ]
        );
    }

    #[test]
    fn only_the_documented_absences_are_tolerated_and_only_after_publishing() {
        let wanted = json!({"name": "a", "description": "d", "authSpec": [], "version": "1.0"});
        let remote = json!({"id": "1", "createdAt": 5, "name": "a", "version": "1.0"});
        assert_eq!(differences(&remote, &wanted, true), []);
        assert_eq!(differences(&remote, &wanted, false).len(), 2);
        let changed = json!({"name": "a", "version": "1.0", "description": "another"});
        assert_eq!(differences(&changed, &wanted, true).len(), 1);
        let with_auth = json!({"name": "a", "authSpec": [{"name": "x"}], "version": "1.0"});
        assert_eq!(differences(&remote, &with_auth, true).len(), 1);
        assert_eq!(differences(&json!({"name": "a"}), &wanted, true).len(), 1, "version is not tolerated");
    }
}
