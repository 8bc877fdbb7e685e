#![doc = include_str!("external_reference_in_icon.md")]

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Document, Span, excerpt, svg},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "external-reference-in-icon",
    level: Level::Error,
    page: include_str!("external_reference_in_icon.md"),
    check: Check::Icon(check),
};

/// How many findings one icon is worth.
const MOST: usize = 50;

fn check(icon: &Icon<'_>, sink: &mut Sink<'_>) {
    let Some(root) = icon.root() else { return };
    let mut found = stylesheets(root);
    for element in svg::elements(root, |element| !svg::is(element, "metadata")) {
        for attribute in element.attributes() {
            let range = attribute.range_value();
            if matches!(attribute.name(), "href" | "src") {
                let target = attribute.value().trim();
                // An embedded picture is told by `bitmap-in-icon`.
                let is_picture = svg::is(element, "image") && scheme_is_data(target);
                if leads_away(target) && !is_picture {
                    let span = Span::new(range.start, range.end);
                    let is_link = svg::is(element, "a");
                    found.push(Reference { span, target: target.to_owned(), is_link });
                }
            } else {
                found.extend(references(icon.document, attribute.value(), range, svg::tag(element)));
            }
        }
        if element.tag_name().name() == "style" {
            for text in element.children().filter(roxmltree::Node::is_text) {
                let style = text.text().unwrap_or_default();
                found.extend(references(icon.document, style, text.range(), svg::tag(element)));
            }
        }
        if found.len() >= MOST {
            break;
        }
    }
    for reference in found.into_iter().take(MOST) {
        let target = excerpt(&reference.target);
        if reference.is_link {
            sink.text(icon.document, reference.span, format!("the icon links to `{target}`"))
                .level(Level::Warning)
                .help("remove the link; a card of the catalog is one itself");
        } else if scheme_is_data(&reference.target) {
            sink.text(icon.document, reference.span, "the icon embeds data").help("draw it with shapes instead");
        } else {
            sink.text(icon.document, reference.span, format!("the icon needs `{target}`, which is not part of it"))
                .help("take it into the icon, or do without; images load nothing");
        }
    }
}

/// Something outside of the document.
struct Reference {
    span: Span,
    target: String,
    is_link: bool,
}

/// Whether an address leads out of the document. Scripts are told by `scripted-icon`.
fn leads_away(target: &str) -> bool {
    !target.is_empty() && !target.starts_with('#') && !super::scripted_icon::is_script(target)
}

fn scheme_is_data(target: &str) -> bool {
    target.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"))
}

/// Style sheets that stand before the outermost element.
fn stylesheets(root: roxmltree::Node<'_, '_>) -> Vec<Reference> {
    let instructions = root.document().root().children().filter_map(|node| Some((node.range(), node.pi()?)));
    instructions
        .filter(|(_, instruction)| instruction.target == "xml-stylesheet")
        .map(|(range, instruction)| Reference {
            span: Span::new(range.start, range.end),
            target: instruction.value.unwrap_or_default().to_owned(),
            is_link: false,
        })
        .collect()
}

/// What a style needs: `url(…)` and `@import`. Where the text is not written as it is read, `otherwise` is the place.
fn references(document: &Document, style: &str, range: std::ops::Range<usize>, otherwise: Span) -> Vec<Reference> {
    // Most values are none; nothing is copied for them.
    if !style.contains(['(', '@']) {
        return Vec::new();
    }
    let is_as_written = document.text().get(range.clone()) == Some(style);
    let place = |start: usize, end: usize| {
        if is_as_written { Span::new(range.start + start, range.start + end) } else { otherwise }
    };
    let folded = style.to_ascii_lowercase();
    let mut found = Vec::new();
    for (start, _) in folded.match_indices("url(").take(MOST) {
        let inner = &style[start + 4..];
        let length = inner.find(')').unwrap_or(inner.len());
        let target = inner[..length].trim().trim_matches(['"', '\'']).trim();
        if leads_away(target) {
            let span = place(start, (start + 4 + length + 1).min(style.len()));
            found.push(Reference { span, target: target.to_owned(), is_link: false });
        }
    }
    for (start, word) in folded.match_indices("@import").take(MOST) {
        let rest = &style[start + word.len()..];
        let target = rest[..rest.find(';').unwrap_or(rest.len())].trim();
        // With `url(…)` it has been found already.
        if !target.get(..4).is_some_and(|beginning| beginning.eq_ignore_ascii_case("url(")) {
            let target = target.trim_matches(['"', '\'']).to_owned();
            found.push(Reference { span: place(start, start + word.len()), target, is_link: false });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reference_has_its_place() {
        let document = Document::new("i.svg", b"a{b:url( 'x.png' )} @import url(y); @IMPORT 'z';".to_vec());
        let found = references(&document, document.text(), 0..document.text().len(), Span::default());
        let found: Vec<_> = found.iter().map(|found| (document.slice(found.span), found.target.as_str())).collect();
        assert_eq!(found, [("url( 'x.png' )", "x.png"), ("url(y)", "y"), ("@IMPORT", "z")]);
    }

    #[test]
    fn a_style_that_is_not_closed_is_no_trouble() {
        let document = Document::new("i.svg", "url(é @import".into());
        assert_eq!(references(&document, document.text(), 0..document.text().len(), Span::default()).len(), 2);
    }
}
