#![doc = include_str!("malformed_content_path.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        content::{self, PathForm},
        placeholder,
    },
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-content-path",
    level: Level::Warning,
    page: include_str!("malformed_content_path.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    for node in content::paths(spec) {
        let Some(text) = node.as_str() else { continue };
        // An empty text breaks the schema, and a placeholder is not yet the path.
        if text.is_empty() || !placeholder::find(&text).is_empty() {
            continue;
        }
        let finding = match PathForm::of(&text) {
            PathForm::Sound => continue,
            PathForm::Rootless => sink.value(node, format!("`{text}` does not start at the root, `$`")),
            PathForm::Faulty(Some(end)) if 0 < end && end < text.len() => {
                sink.within(node, end..text.len(), format!("`{}` cannot stand here in a JSONPath", &text[end..]))
            }
            PathForm::Faulty(_) => sink.value(node, format!("`{text}` is no JSONPath")),
            PathForm::Foreign => sink.value(node, format!("`{text}` is no JSONPath")).level(Level::Error),
        };
        match content::meant(&text) {
            Some(meant) => finding.help(format!("did you mean `{meant}`?")),
            None => finding.help("write the path of the array from the root on, as `$.data.items`"),
        };
    }
}
