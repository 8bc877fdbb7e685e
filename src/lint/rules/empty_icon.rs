#![doc = include_str!("empty_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::svg,
};

/// The rule.
pub static RULE: Rule =
    Rule { name: "empty-icon", level: Level::Error, page: include_str!("empty_icon.md"), check: Check::Icon(check) };

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    if let Some(root) = icon.root().filter(|root| !svg::is_drawn(*root)) {
        sink.text(icon.document, svg::tag(root), "the icon draws nothing")
            .help("add its shapes; what stands in `defs` is drawn only where `use` names it");
    }
}
