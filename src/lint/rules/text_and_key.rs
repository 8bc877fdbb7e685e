#![doc = include_str!("text_and_key.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "text-and-key",
    level: Level::Warning,
    page: include_str!("text_and_key.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(ui) = spec.ui() else { return };
    // Of icon and category the text is at fault whether there is a key or not.
    for part in ["label", "description", "frequency"] {
        let Some((text, key)) = ui.get(part).and_then(|part| Some((part.get("text")?, part.get("key")?))) else {
            continue;
        };
        let finding = sink.key(text, format!("`{part}` is given both as `text` and by `key`"));
        finding.help("keep `text` while testing; keep `key` once Adobe has handed it out");
        if let Some(span) = key.key_span() {
            finding.related(span, "the key");
        }
    }
}
