#![doc = include_str!("wrong_permission.md")]

use std::borrow::Cow;

use serde_json::json;

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::{Kind, Spec},
    text::{
        excerpt,
        json::{Kind as JsonKind, Node, edit},
        nearest::nearest,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "wrong-permission",
    level: Level::Error,
    page: include_str!("wrong_permission.md"),
    check: Check::Spec(check),
};

/// The key that says what a permission is, and its one value.
const TYPE_KEY: &str = "@type";
const TYPE: &str = "lowLevel";

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for (key, wanted, other) in [("view", "read", "write"), ("manage", "write", "read")] {
        for entry in spec.at(&["permissionsInfo", key]).into_iter().flat_map(Node::items) {
            if let Some(permissions) = entry.get("permissions") {
                check_permissions(key, permissions, wanted, other, sink);
            }
            if let (Some(kind), Some(name)) = (spec.kind(), entry.get("name")) {
                check_name(spec, kind, name, sink);
            }
            match entry.get(TYPE_KEY) {
                Some(node) => check_type(node, sink),
                None => check_untyped(key, entry, sink),
            }
        }
    }
}

fn check_permissions(key: &str, permissions: Node<'_>, wanted: &str, other: &str, sink: &mut Sink<'_>) {
    let is = |item: &Node<'_>, word| item.as_str().is_some_and(|said| said == word);
    let has_wanted = permissions.items().any(|item| is(&item, wanted));
    for item in permissions.items().filter(|item| is(item, other)) {
        let finding = sink.value(item, format!("`{key}` grants `{other}`; it stands for `{wanted}`"));
        match has_wanted {
            true => finding.help(format!("remove `{other}`")).fix(Safety::Unsafe, edit::remove(item)),
            false => {
                finding.help(format!("write `{wanted}`")).fix(Safety::Unsafe, [edit::replace(item, &json!(wanted))])
            }
        };
        // Who may write may be let read; the other way round the source is open to changes by every viewer.
        if key == "manage" && has_wanted {
            finding.level(Level::Warning);
        }
    }
}

fn check_name(spec: &Spec<'_>, kind: Kind, node: Node<'_>, sink: &mut Sink<'_>) {
    let wanted = kind.permission();
    if let Some(name) = node.as_str().filter(|name| name != wanted) {
        sink.value(node, format!("{} is not the permission of a {kind} source", shown(&name)))
            .help(format!("write `{wanted}`"))
            .fix(Safety::of_spelling(&name, wanted), spec.surely(edit::replace(node, &json!(wanted))));
    }
}

fn check_type(node: Node<'_>, sink: &mut Sink<'_>) {
    if let Some(text) = node.as_str().filter(|text| text != TYPE) {
        let finding = sink.value(node, format!("{} is no known `@type` of a permission", shown(&text)));
        finding
            .help(format!("write `{TYPE}`"))
            .fix(Safety::of_spelling(&text, TYPE), [edit::replace(node, &json!(TYPE))]);
        if text.eq_ignore_ascii_case(TYPE) {
            finding.level(Level::Warning);
        }
    }
}

/// A text as a sentence begins with it.
fn shown(text: &str) -> Cow<'_, str> {
    if text.trim().is_empty() { "an empty text".into() } else { format!("`{}`", excerpt(text)).into() }
}

fn check_untyped(key: &str, entry: Node<'_>, sink: &mut Sink<'_>) {
    // Of a key that is spelt nearly so there is one thing to say, and the schema says it.
    let is_misspelled =
        || entry.children().any(|member| nearest(&member.key().unwrap_or_default(), [TYPE_KEY]).is_some());
    if entry.kind() == JsonKind::Object && !is_misspelled() {
        sink.inside(entry, format!("an entry of `{key}` has no `{TYPE_KEY}`"))
            .level(Level::Warning)
            .help(format!("add `\"{TYPE_KEY}\": \"{TYPE}\"`"))
            .fix(Safety::Unsafe, [edit::insert(entry, TYPE_KEY, &json!(TYPE))]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn what_harms_nobody_is_a_warning() {
        let told = |members: &str| Sample::streaming().patched(&format!("{{{members}}}")).told();
        let entry = |of: &str, kind: &str, name: &str, rights: &str| {
            let entry = format!("{{\"@type\": \"{kind}\", \"name\": \"{name}\", \"permissions\": [{rights}]}}");
            told(&format!("\"permissionsInfo\": {{\"{of}\": [{entry}]}}"))
        };
        let (read, write, name) = ("\"read\"", "\"write\"", "StreamingSource");
        assert_eq!(entry("view", "lowLevel", name, write), [(Level::Error, write.to_owned())]);
        assert_eq!(entry("view", "lowLevel", name, "\"read\", \"write\""), [(Level::Error, write.to_owned())]);
        assert_eq!(entry("manage", "lowLevel", name, read), [(Level::Error, read.to_owned())]);
        assert_eq!(entry("manage", "lowLevel", name, "\"read\", \"write\""), [(Level::Warning, read.to_owned())]);
        assert_eq!(entry("view", "lowlevel", name, read), [(Level::Warning, "\"lowlevel\"".to_owned())]);
        assert_eq!(entry("view", "highLevel", name, read), [(Level::Error, "\"highLevel\"".to_owned())]);
        assert_eq!(entry("view", "lowLevel", "Source", read), [(Level::Error, "\"Source\"".to_owned())]);
    }

    #[test]
    fn an_entry_without_its_type_is_told_once() {
        let told = |key: &str| {
            let entry = format!("{{\"name\": \"StreamingSource\", \"permissions\": [\"read\"]{key}}}");
            let patch = format!("{{\"permissionsInfo\": {{\"view\": [{entry}]}}}}");
            Sample::streaming().patched(&patch).findings().rules().join(" ")
        };
        assert_eq!(told(""), RULE.name);
        assert_eq!(told(", \"@typ\": \"lowLevel\""), "unknown-key");
    }
}
