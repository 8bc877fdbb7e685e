#![doc = include_str!("control_character_in_spec.md")]

use serde_json::json;

use super::control_character::more;
use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
    text::json::{Kind, Node, edit},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "control-character-in-spec",
    level: Level::Error,
    page: include_str!("control_character_in_spec.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    if !may_be_in(spec.tree().document().text().as_bytes()) {
        return;
    }
    for node in spec.tree().nodes() {
        if let Some(key) = node.key() {
            let found: Vec<char> = key.chars().filter(|c| is_harmful(*c)).collect();
            if let Some(first) = found.first() {
                sink.key(node, message("key", *first, found.len())).help("write the key without it");
            }
        }
        let Some(text) = node.as_str().filter(|_| node.kind() == Kind::String) else { continue };
        let found: Vec<char> = text.chars().filter(|c| is_harmful(*c)).collect();
        if let Some(first) = found.first() {
            let mended: String = text.chars().filter(|c| !is_harmful(*c)).collect();
            sink.value(node, message("text", *first, found.len())).help("remove it").fix_by(
                "remove all of them",
                Safety::Safe,
                [edit::replace(node, &json!(mended))],
            );
        }
    }
    for kind in ["label", "description"] {
        let Some(node) = spec.ui().and_then(|ui| ui.at(&[kind, "text"])) else { continue };
        one_line(node, kind, sink);
    }
}

/// Finds what breaks the one line of a text of the catalog card.
fn one_line(node: Node<'_>, kind: &str, sink: &mut Sink<'_>) {
    let Some(text) = node.as_str() else { return };
    let found: Vec<char> = text.chars().filter(|c| matches!(c, '\n' | '\r' | '\t')).collect();
    if let Some(first) = found.first() {
        let mended = text.split_whitespace().collect::<Vec<_>>().join(" ");
        sink.value(node, message(kind, *first, found.len()))
            .level(Level::Warning)
            .help("write it as one line; the catalog breaks it where there is room")
            .fix_by("write blanks in their place", Safety::Unsafe, [edit::replace(node, &json!(mended))]);
    }
}

/// Whether a control character may be in a document: written as an escape sequence, or as the only one that JSON takes as it
/// is. Hardly any document has such sequences.
fn may_be_in(document: &[u8]) -> bool {
    let is_sequence = |at: usize| matches!(document.get(at + 1), Some(b'u' | b'b' | b'f' | b'n' | b'r' | b't'));
    memchr::memchr2_iter(b'\\', 0x7f, document).any(|at| document[at] == 0x7f || is_sequence(at))
}

/// Whether a character means nothing in any text. Line ends and tabulators do.
fn is_harmful(character: char) -> bool {
    character.is_control() && !matches!(character, '\n' | '\r' | '\t')
}

fn message(what: &str, first: char, count: usize) -> String {
    format!("the {what} holds the control character U+{:04X}{}", u32::from(first), more(count))
}

#[cfg(test)]
mod tests {
    use super::RULE;
    use crate::lint::{Level, testing::Sample};

    fn found(patch: &str) -> Vec<(&'static str, Level, String)> {
        let findings = Sample::batch().patched(patch).findings().findings;
        findings.into_iter().map(|found| (found.rule, found.level, found.message)).collect()
    }

    #[test]
    fn control_characters_are_found_however_they_are_written() {
        assert_eq!(
            found(r#"{"description": "Bring\u0000\u001b x"}"#),
            [(RULE.name, Level::Error, "the text holds the control character U+0000, and 1 more".to_owned())]
        );
        assert_eq!(found("{\"description\": \"Bring\u{7f} x\"}")[0].0, RULE.name);
        assert_eq!(found(r#"{"description": "Bring\ncontacts\tand \"more\" \\u0000"}"#), []);
        assert!(found(r#"{"a\u0001b": 1}"#).iter().any(|(rule, _, message)| {
            *rule == RULE.name && message == "the key holds the control character U+0001"
        }));
    }

    #[test]
    fn the_texts_of_the_card_are_one_line() {
        let text = "Acme brings contacts\\nto Experience Platform.";
        let patch = format!(
            r#"{{"sourceSpec": {{"attributes": {{"uiAttributes": {{"description": {{"text": "{text}"}}}}}}}}}}"#
        );
        assert_eq!(
            found(&patch),
            [(RULE.name, Level::Warning, "the description holds the control character U+000A".to_owned())]
        );
    }
}
