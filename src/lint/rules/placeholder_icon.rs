#![doc = include_str!("placeholder_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "placeholder-icon",
    level: Level::Note,
    page: include_str!("placeholder_icon.md"),
    check: Check::Icon(check),
};

/// The `id` of the icon that `sss new` writes.
const ID: &str = "sss-placeholder-icon";

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Some(attribute) = icon.root().and_then(|root| root.attribute_node("id")) else { return };
    if attribute.value() == ID {
        let range = attribute.range_value();
        sink.text(icon.document, Span::new(range.start, range.end), "the icon is still the placeholder of `sss new`")
            .help("put your own icon there before you submit the source");
    }
}
