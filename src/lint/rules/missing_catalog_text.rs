#![doc = include_str!("missing_catalog_text.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
    text::json::Kind,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "missing-catalog-text",
    level: Level::Error,
    page: include_str!("missing_catalog_text.md"),
    check: Check::Spec(check),
};

/// What the card shows, how bad it is to leave it out, and what to put there.
const PARTS: [(&str, Level, &str); 4] = [
    ("label", Level::Error, "add `\"label\": {\"text\": …}` with the name of the source"),
    ("description", Level::Warning, "add `\"description\": {\"text\": …}` with one sentence about the source"),
    ("icon", Level::Warning, "add `\"icon\": {\"key\": …}`; Adobe hands the key out once the icon is merged"),
    ("category", Level::Warning, "add `\"category\": {\"key\": …}`, as `crm`"),
];

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(ui) = spec.ui().filter(|ui| ui.kind() == Kind::Object) else { return };
    for (key, level, help) in PARTS {
        if ui.get(key).is_none() {
            sink.inside(ui, format!("the catalog card has no `{key}`")).level(level).help(help).lacks(ui, key);
        }
    }
    for key in PARTS.map(|(key, _, _)| key).into_iter().chain(["frequency"]) {
        let Some(part) = ui.get(key).filter(|part| part.kind() == Kind::Object) else { continue };
        if part.get("key").is_none() && part.get("text").is_none() {
            let is_keyed = matches!(key, "icon" | "category");
            sink.inside(part, format!("`{key}` has neither `key` nor `text`: it shows nothing"))
                .help(if is_keyed { "add `key`" } else { "add `text`, or `key` once Adobe has handed it out" })
                .lacks(part, if is_keyed { "key" } else { "text" });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lint::testing::Sample;

    #[test]
    fn only_a_card_without_a_name_is_an_error() {
        let told = |attributes: &str| Sample::batch().with_attributes(attributes).told();
        let without = |part: &str| told(&format!("\"uiAttributes\": {{{part}}}"));
        let at = |level, key: &str| vec![(level, format!("\"{key}\""))];
        assert_eq!(without("\"label\": null"), at(Level::Error, "uiAttributes"));
        assert_eq!(without("\"icon\": null"), at(Level::Warning, "uiAttributes"));
        assert_eq!(without("\"description\": null"), at(Level::Warning, "uiAttributes"));
        assert_eq!(without("\"icon\": {\"key\": null}"), at(Level::Error, "icon"));
    }
}
