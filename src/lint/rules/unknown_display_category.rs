#![doc = include_str!("unknown_display_category.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::{
        Spec,
        category::{self, CATEGORIES, Category},
        placeholder,
    },
    text::{excerpt, json::Node, nearest::nearest},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "unknown-display-category",
    level: Level::Warning,
    page: include_str!("unknown_display_category.md"),
    check: Check::Spec(check),
};

const EXAMPLE: &str = "write the name of the category, as `Marketing Automation`";

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let Some(node) = spec.root().at(&["attributes", "category"]) else { return };
    let Some(name) = node.as_str().filter(|name| placeholder::find(name).is_empty()) else { return };
    if name.trim().is_empty() {
        sink.value(node, "`category` is empty").help(format!("{EXAMPLE}, or leave it out"));
        return;
    }
    match category::read(&name) {
        Category::Unknown => {
            let finding = sink.value(node, format!("`{}` is not a known category", excerpt(&name)));
            finding.help(match nearest(&name, CATEGORIES.map(|(_, name)| name)) {
                Some(meant) => format!("did you mean `{meant}`?"),
                None => EXAMPLE.to_owned(),
            });
        }
        // Every streaming source has this one there, whatever its card says.
        Category::Key("streaming") if spec.is_streaming() => {}
        Category::Key(of_spec) | Category::Undocumented(of_spec) => check_card(spec, node, of_spec, sink),
    }
}

/// The category of the spec beside that of the catalog card.
fn check_card(spec: &Spec<'_>, node: Node<'_>, of_spec: &str, sink: &mut Sink<'_>) {
    let Some(card) = spec.ui().and_then(|ui| ui.at(&["category", "key"])) else { return };
    let of_card = match category::read(&card.as_str().unwrap_or_default()) {
        Category::Key(of_card) | Category::Undocumented(of_card) => of_card,
        // That it is none is told by `unknown-category-key`.
        Category::Unknown => return,
    };
    if of_card != of_spec {
        sink.value(node, format!("the category is `{of_spec}` here, and `{of_card}` on the catalog card"))
            .help("say the same in both")
            .related(card.span(), "the category of the card");
    }
}
