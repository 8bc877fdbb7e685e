#![doc = include_str!("diverging_documentation_links.md")]

use super::malformed_documentation_link::is_unusable;
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
        && ![&one, &other].into_iter().any(|link| is_unusable(link))
    {
        let (earlier, later, address) =
            if first.index() < second.index() { (first, second, one) } else { (second, first, other) };
        sink.value(later, "this link and the spec's other `documentationLink` lead to different pages")
            .help("write the same address in both places")
            .related(earlier.span(), format!("here it is `{address}`"));
    }
}

#[cfg(test)]
mod tests {
    use crate::lint::testing::Sample;

    #[test]
    fn a_link_that_is_none_is_told_alone() {
        for (link, rule) in [
            ("acme.example/docs", "malformed-documentation-link"),
            ("", ""),
            ("https://acme.example/docs", super::RULE.name),
        ] {
            let patch = format!(r#"{{"attributes": {{"documentationLink": "{link}"}}}}"#);
            let rules = Sample::batch().patched(&patch).findings().rules();
            assert!(rules.len() == 1 && (rules == [rule] || link.is_empty()), "{link}: {rules:?}");
        }
    }
}
