#![doc = include_str!("external_reference_in_icon.md")]

use std::ops::Range;

use crate::{
    lint::{
        Level,
        rule::{Check, Icon, Rule, Sink},
    },
    text::{Span, excerpt, svg},
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
                if leads_away(target) && !is_told(element, target) {
                    let span = Span::new(range.start, range.end);
                    let is_link = svg::is(element, "a");
                    found.push(Reference { span, target: target.to_owned(), is_link });
                }
            } else {
                found.extend(references(icon.document.text(), attribute.value(), range.start));
            }
        }
        if element.tag_name().name() == "style" {
            for text in element.children().filter(roxmltree::Node::is_text) {
                let style = text.text().unwrap_or_default();
                found.extend(references(icon.document.text(), style, text.range().start));
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

/// Whether another rule tells of an address: an embedded picture is told by `bitmap-in-icon`, a script by `scripted-icon`.
fn is_told(element: roxmltree::Node<'_, '_>, target: &str) -> bool {
    element.tag_name().name() == "script" || svg::is(element, "image") && scheme_is_data(target)
}

/// Whether an element is a picture that is not part of the icon.
pub(super) fn is_picture_elsewhere(element: roxmltree::Node<'_, '_>) -> bool {
    let is_elsewhere = |target: &str| leads_away(target) && !scheme_is_data(target);
    svg::is(element, "image")
        && element.attributes().any(|attribute| attribute.name() == "href" && is_elsewhere(attribute.value().trim()))
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

/// What a style needs: `url(…)` and `@import`. It is written in the document from `start` on.
fn references(document: &str, style: &str, start: usize) -> Vec<Reference> {
    // Most values are none; nothing is done for them.
    if !style.contains(['(', '@']) {
        return Vec::new();
    }
    let mut written = Written { document, style, at: start, read: 0, is_verbatim: false };
    let needed = Needs { style, at: 0 }.take(MOST);
    needed
        .map(|(range, target)| Reference {
            span: Span::new(written.start_of(range.start), written.end_of(range.end)),
            target: target.to_owned(),
            is_link: false,
        })
        .collect()
}

/// What a style needs from outside, with its place in the style, in its order.
struct Needs<'a> {
    style: &'a str,
    at: usize,
}

impl<'a> Iterator for Needs<'a> {
    type Item = (Range<usize>, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        const URL: &str = "url(";
        const IMPORT: &str = "@import";
        const NAMESPACE: &str = "@namespace";
        loop {
            let rest = &self.style[self.at..];
            let start = self.at + rest.find(['/', '"', '\'', 'u', 'U', '@'])?;
            let rest = &self.style[start..];
            let begins = |word: &str| {
                rest.as_bytes().get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()))
            };
            if begins(URL) {
                let (target, length) = address(&rest[URL.len()..]);
                self.at = start + URL.len() + length;
                if leads_away(target) {
                    return Some((start..self.at, target));
                }
            } else if begins(IMPORT) {
                self.at = start + IMPORT.len();
                let (target, length) = imported(&rest[IMPORT.len()..]);
                self.at += length;
                // With `url(…)` it is found next.
                if let Some(target) = target {
                    return Some((start..start + IMPORT.len(), target));
                }
            } else if begins(NAMESPACE) {
                // It names a language; nobody fetches it.
                self.at = start + rest.find(';').unwrap_or(rest.len());
            } else {
                self.at = start + past(rest);
            }
        }
    }
}

/// How long the comment, the string or the single character is that a style begins with.
fn past(style: &str) -> usize {
    match style.as_bytes() {
        [b'/', b'*', ..] => style[2..].find("*/").map_or(style.len(), |length| length + 4),
        [quote @ (b'"' | b'\''), ..] => string_end(&style[1..], char::from(*quote)) + 1,
        _ => 1,
    }
}

/// Where a string ends, behind its quotation mark or at the end of its line.
fn string_end(style: &str, quote: char) -> usize {
    let mut is_escaped = false;
    let end = style.char_indices().find(|(_, c)| {
        let is_end = !is_escaped && (*c == quote || *c == '\n');
        is_escaped = !is_escaped && *c == '\\';
        is_end
    });
    end.map_or(style.len(), |(at, _)| at + 1)
}

/// The address behind `url(`, and how long it is with its bracket.
fn address(style: &str) -> (&str, usize) {
    let inner = style.trim_start();
    let before = style.len() - inner.len();
    let quoted = inner.chars().next().filter(|c| matches!(c, '"' | '\''));
    let from = quoted.map_or(0, |quote| before + 1 + string_end(&inner[1..], quote));
    let length = style[from..].find(')').map_or(style.len(), |length| from + length);
    let target = style[..length].trim().trim_matches(['"', '\'']).trim();
    (target, (length + 1).min(style.len()))
}

/// What stands behind `@import`, and its length; nothing where it is `url(…)`.
fn imported(style: &str) -> (Option<&str>, usize) {
    let mut at = 0;
    loop {
        at = style.len() - style[at..].trim_start().len();
        let rest = &style[at..];
        if rest.starts_with("/*") {
            at += past(rest);
        } else if rest.as_bytes().get(..4).is_some_and(|start| start.eq_ignore_ascii_case(b"url(")) {
            return (None, at);
        } else {
            let end = if rest.starts_with(['"', '\'']) { past(rest) } else { rest.find(';').unwrap_or(rest.len()) };
            return (Some(rest[..end].trim().trim_matches(['"', '\''])), at + end);
        }
    }
}

/// The way from a place in a style to that in the document, which writes it with line ends, references to characters and
/// marks around verbatim text that the style is read without. Places are asked for in their order.
struct Written<'a> {
    document: &'a str,
    style: &'a str,
    /// How far it is gone through, in the document and in the style.
    at: usize,
    read: usize,
    is_verbatim: bool,
}

impl Written<'_> {
    fn start_of(&mut self, place: usize) -> usize {
        let end = self.end_of(place);
        self.skip_marks();
        self.at.max(end)
    }

    fn end_of(&mut self, place: usize) -> usize {
        while self.read < place && self.step().is_some() {}
        self.at
    }

    /// Goes past one character of the style.
    fn step(&mut self) -> Option<()> {
        self.skip_marks();
        let written = self.document.get(self.at..)?;
        let read = self.style.get(self.read..)?.chars().next()?.len_utf8();
        self.at += match written.as_bytes() {
            [b'\r', b'\n', ..] => 2,
            [b'&', ..] if !self.is_verbatim => written.find(';')? + 1,
            _ => written.chars().next()?.len_utf8(),
        };
        self.read += read;
        Some(())
    }

    fn skip_marks(&mut self) {
        loop {
            let mark = if self.is_verbatim { "]]>" } else { "<![CDATA[" };
            if !self.document.get(self.at..).is_some_and(|rest| rest.starts_with(mark)) {
                return;
            }
            self.at += mark.len();
            self.is_verbatim = !self.is_verbatim;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{lint::testing::Sample, workspace::layout::ArtifactKind};

    /// What is found in a style that is written as it is read: the marked text and its target.
    fn found(style: &str) -> Vec<(&str, String)> {
        references(style, style, 0)
            .into_iter()
            .map(|reference| (&style[reference.span.range()], reference.target))
            .collect()
    }

    #[test]
    fn each_reference_has_its_place() {
        assert_eq!(
            found("a{b:url( 'x.png' )} @import url(y); @IMPORT 'z'; c{d:URL(#e)}"),
            [("url( 'x.png' )", "x.png".into()), ("url(y)", "y".into()), ("@IMPORT", "z".into())]
        );
        assert_eq!(found("@import /* of it */ \"a;b)\"; x"), [("@import", "a;b)".into())]);
        assert_eq!(found("a{b:url(\"c)d\")} url( e"), [("url(\"c)d\")", "c)d".into()), ("url( e", "e".into())]);
    }

    #[test]
    fn comments_and_strings_of_a_style_need_nothing() {
        for style in [
            "/* see url(https://acme.example/brand) */ .a{fill:#000}",
            "/* no @import here */ .a{fill:url(#b)}",
            "@namespace svg url(http://www.w3.org/2000/svg); .a{fill:none}",
            "/* not closed url(x)",
            ".a{content:\"url(x) \\\" @import 'y'\"}",
        ] {
            assert_eq!(found(style), [], "{style}");
        }
        assert_eq!(found("/**/a{b:url(c)}/* d */"), [("url(c)", "c".into())]);
    }

    #[test]
    fn a_style_that_is_not_closed_is_no_trouble() {
        for style in
            ["url(é @import", "@import", "@import /*", "@import 'é", "url('é", "a'\\", "/", "url(", "@import \n/**/"]
        {
            assert!(found(style).len() <= 1, "{style}");
        }
    }

    #[test]
    fn a_reference_is_marked_where_it_is_written() {
        for (icon, places) in [
            ("<style><![CDATA[\n.é{a:url(b)}\n]]></style>", &["url(b)"][..]),
            ("<style>\r\n.a{\r\nb:url(c)}\r\n@import 'd';</style>", &["url(c)", "@import"]),
            ("<style>.a &gt; b{} <![CDATA[c{d:url(e)}]]>\r\nf{g:url(&#104;)}</style>", &["url(e)", "url(&#104;)"]),
            ("<style><!-- a -->\r\n<![CDATA[@import 'b']]></style>", &["@import"]),
            ("<g style='a:b;\r\n\tc:url(&quot;d&quot;);\n e:url(f)'/>", &["url(&quot;d&quot;)", "url(f)"]),
        ] {
            let icon = format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'>\n{icon}</svg>");
            let findings = Sample::batch().with(ArtifactKind::Icon, icon.as_str()).findings().findings;
            let found = findings.iter().filter(|finding| finding.rule == RULE.name);
            assert_eq!(found.map(|finding| &icon[finding.span.range()]).collect::<Vec<_>>(), places, "{icon}");
        }
    }

    #[test]
    fn what_another_rule_tells_is_not_said_again() {
        for (part, rule) in [
            ("<script href='x.js'/>", "scripted-icon"),
            ("<image href='https://acme.example/a.png' width='9' height='9'/>", RULE.name),
            ("<image href='data:image/png;base64,iVBORw0KGgo=' width='9' height='9'/>", "bitmap-in-icon"),
        ] {
            let icon = format!(
                "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 64 64'><circle cx='32' cy='32' r='24'/>{part}</svg>"
            );
            let findings = Sample::batch().with(ArtifactKind::Icon, icon).findings().findings;
            assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [rule], "{part}");
        }
    }
}
