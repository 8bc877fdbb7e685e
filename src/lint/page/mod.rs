//! A rule's page taken apart: its summary, its sections, and its examples as a reader wants them.
//!
//! In the file, an example is a JSON merge patch (RFC 7396) on a clean spec, so that it can be run as a test; there, `null`
//! takes a key out. Printed, the part of the spec that it comes to stands there instead.

use serde_json::{Map, Value};

/// The clean batch source that patches are made on.
pub(super) const BATCH: &str = include_str!("batch.json");
/// The clean streaming source that patches are made on.
pub(super) const STREAMING: &str = include_str!("streaming.json");

/// The sentence below the heading.
pub(super) fn summary(page: &str) -> &str {
    let rest = page.split_once('\n').map_or("", |(_, rest)| rest).trim_start();
    rest.split("\n\n").next().unwrap_or_default().trim()
}

/// The first paragraph below a heading.
pub(super) fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let rest = page.split_once(&format!("\n## {heading}\n\n")).map_or("", |(_, rest)| rest);
    rest.split("\n\n").next().unwrap_or_default().trim()
}

/// The page for a reader.
pub(super) fn printed(page: &str) -> String {
    let mut text = String::with_capacity(page.len());
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else {
            text.push_str(line);
            text.push('\n');
            continue;
        };
        let mut words = info.split(' ');
        let language = words.next().unwrap_or_default();
        let clean = match words.nth(1) {
            Some("batch") => Some(BATCH),
            Some("streaming") => Some(STREAMING),
            _ => None,
        };
        let block: String = lines.by_ref().take_while(|line| *line != "```").map(|line| format!("{line}\n")).collect();
        let block = clean.and_then(|clean| outcome(clean, &block)).unwrap_or(block);
        text.push_str(&format!("```{language}\n{block}```\n"));
    }
    text
}

/// What a patch that takes out a key comes to; nothing where it takes out none, and says all there is to say.
fn outcome(clean: &str, patch: &str) -> Option<String> {
    let patch: Value = serde_json::from_str(patch).ok().filter(takes_out)?;
    let mut spec: Value = serde_json::from_str(clean).ok()?;
    merge(&mut spec, &patch);
    Some(format!("{:#}\n", part(&spec, &patch)))
}

fn takes_out(patch: &Value) -> bool {
    patch.as_object().is_some_and(|members| members.values().any(|member| member.is_null() || takes_out(member)))
}

/// The part of a spec that a patch touches: its members, and beside a key that was taken out the plain ones that stayed.
fn part(spec: &Value, patch: &Value) -> Value {
    let (Value::Object(members), Value::Object(patch)) = (spec, patch) else { return spec.clone() };
    let stays = |member: &Value| patch.values().any(Value::is_null) && !member.is_object() && !member.is_array();
    let parts = members.iter().filter_map(|(key, member)| match patch.get(key) {
        Some(patch) => Some((key.clone(), part(member, patch))),
        None => stays(member).then(|| (key.clone(), member.clone())),
    });
    Value::Object(parts.collect::<Map<_, _>>())
}

/// Applies a JSON merge patch.
pub(super) fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Value::Object(members) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            members.shift_remove(key);
        } else {
            merge(members.entry(key.as_str()).or_insert(Value::Null), value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# a-rule\n\nWhat it\nfinds.\n\n## Why\n\nBecause.\n\n```json bad batch also:b\n\
                        {\"sourceSpec\": {\"attributes\": {\"urlParams\": {\"method\": null}}}}\n```\n\n\
                        ```json good batch\n{\"name\":  \"a\"}\n```\n\n```text bad label\nnull\n```\n";

    #[test]
    fn a_page_has_its_parts() {
        assert_eq!(summary(PAGE), "What it\nfinds.");
        assert_eq!(section(PAGE, "Why"), "Because.");
        assert_eq!(section(PAGE, "How"), "");
    }

    #[test]
    fn what_a_patch_takes_out_is_not_there_in_print() {
        let printed = printed(PAGE);
        let (_, examples) = printed.split_once("Because.\n\n").unwrap();
        assert_eq!(
            examples,
            "```json\n{\n  \"sourceSpec\": {\n    \"attributes\": {\n      \"urlParams\": {\n        \
             \"host\": \"https://api.acme.example\",\n        \"path\": \"/v1/lists/${listId}/contacts\"\n      }\n    }\n  \
             }\n}\n```\n\n```json\n{\"name\":  \"a\"}\n```\n\n```text\nnull\n```\n"
        );
    }
}
