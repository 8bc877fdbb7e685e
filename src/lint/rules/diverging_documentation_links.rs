#![doc = include_str!("diverging_documentation_links.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::Spec,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "diverging-documentation-links",
    level: Level::Warning,
    page: include_str!("diverging_documentation_links.md"),
    check: Check::Spec(check),
};

fn check(spec: &Spec<'_>, sink: &mut Sink<'_>) {
    let of_connector = spec.at(&["attributes", "documentationLink"]);
    let of_card = spec.ui().and_then(|ui| ui.get("documentationLink"));
    let (Some(first), Some(second)) = (of_connector, of_card) else { return };
    if let (Some(one), Some(other)) = (first.as_str(), second.as_str())
        && one != other
        // An empty one breaks the schema.
        && !one.is_empty()
        && !other.is_empty()
    {
        let (earlier, later, address) =
            if first.index() < second.index() { (first, second, one) } else { (second, first, other) };
        sink.value(later, "this link and the spec's other `documentationLink` lead to different pages")
            .help("write the same address in both places")
            .related(earlier.span(), format!("here it is `{address}`"));
    }
}
