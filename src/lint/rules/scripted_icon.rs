#![doc = include_str!("scripted_icon.md")]

use crate::{
    lint::{
        Level,
        fix::Safety,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Edit, Span, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "scripted-icon",
    level: Level::Error,
    page: include_str!("scripted_icon.md"),
    check: Check::Icon(check),
};

/// How many findings one icon is worth.
const MOST: usize = 50;

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Some(root) = icon.root() else { return };
    let mut found = Vec::new();
    let mut metadata_end = 0;
    for element in svg::elements(root, |_| true) {
        if svg::is(element, "metadata") {
            metadata_end = metadata_end.max(element.range().end);
        }
        // What is said there in another vocabulary does nothing, and its addresses are followed by nobody.
        let is_metadata = element.range().start < metadata_end;
        if is_metadata && !runs_scripts(element) {
            continue;
        }
        match element.tag_name().name() {
            "script" => {
                found.push((svg::tag(element), "the icon holds a script".to_owned(), Some(element.range())));
            }
            "foreignObject" if !is_metadata => {
                found.push((svg::tag(element), "the icon holds a `foreignObject`".to_owned(), None));
            }
            _ => {}
        }
        for attribute in element.attributes() {
            let is_event = attribute.namespace().is_none()
                && attribute.name().len() > 2
                && attribute.name().get(..2).is_some_and(|start| start.eq_ignore_ascii_case("on"));
            if is_event {
                let range = attribute.range_qname();
                let message = format!("`{}` runs a script", attribute.name());
                found.push((Span::new(range.start, range.end), message, Some(attribute.range())));
            } else if !is_metadata && is_script(attribute.value()) {
                let range = attribute.range_value();
                found.push((Span::new(range.start, range.end), format!("`{}` holds a script", attribute.name()), None));
            }
        }
        if found.len() >= MOST {
            break;
        }
    }
    for (span, message, superfluous) in found {
        let fix = superfluous.map(|range| without_blanks(icon.document.text(), range));
        sink.text(icon.document, span, message).help("remove it; an icon holds shapes only").fix_by(
            "remove it",
            Safety::Safe,
            fix,
        );
    }
}

/// Whether a browser runs the scripts of an element wherever it stands.
fn runs_scripts(element: roxmltree::Node<'_, '_>) -> bool {
    matches!(element.tag_name().namespace(), Some(svg::NAMESPACE | "http://www.w3.org/1999/xhtml"))
}

/// Whether an address is a script. Browsers pass over blanks and control characters in it.
pub(super) fn is_script(value: &str) -> bool {
    if !value.contains(':') {
        return false;
    }
    let letters: String =
        value.chars().filter(|c| !c.is_whitespace() && !c.is_control()).take("javascript:".len()).collect();
    let letters = letters.to_ascii_lowercase();
    letters == "javascript:" || letters.starts_with("vbscript:")
}

/// The edit that takes a part out, with the blanks before it.
fn without_blanks(text: &str, range: std::ops::Range<usize>) -> Edit {
    let before = text.get(..range.start).unwrap_or_default();
    Edit::remove(Span::new(before.trim_end().len(), range.end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    #[test]
    fn scripts_are_found_in_metadata_too() {
        let found = |metadata: &str| {
            let icon = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'><metadata>{metadata}</metadata>\
                 <circle cx='32' cy='32' r='24'/></svg>"
            );
            let findings = Sample::batch().with(ArtifactKind::Icon, icon).findings().findings;
            findings.into_iter().map(|finding| (finding.rule, finding.message)).collect::<Vec<_>>()
        };
        let told = |message: &str| vec![(RULE.name, message.to_owned())];
        assert_eq!(found("<script>alert(1)</script>"), told("the icon holds a script"));
        assert_eq!(found("<g onload='x()'/>"), told("`onload` runs a script"));
        let page = "<p xmlns='http://www.w3.org/1999/xhtml'><b onclick='x()'/></p>";
        assert_eq!(found(&format!("<foreignObject>{page}</foreignObject>")), told("`onclick` runs a script"));
        assert_eq!(found("<work xmlns='urn:x' ontology='a' about='javascript:x'><script/></work>"), []);
    }

    #[test]
    fn scripts_in_addresses_are_recognised() {
        assert!(is_script(" java\nscript\t:alert(1)"));
        assert!(is_script("VBScript:x"));
        assert!(!is_script("https://acme.example/javascript:"));
        assert!(!is_script("#javascript"));
    }
}
