//! Placeholders in the texts of a spec: `${name}` for what a customer fills in, `{NAME}` for what the platform does.

use std::ops::Range;

/// Placeholders that the platform fills in itself.
pub const SYSTEM: [&str; 3] = ["SCHEDULE_QUERY", "START_TIME", "END_TIME"];

/// How a placeholder is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `${name}`.
    Input,
    /// `{NAME}`.
    System,
    /// `{{name}}`, as in beta documents.
    Double,
    /// `${name` or `{NAME` with no brace to close it.
    Unclosed,
}

/// One placeholder, with its bytes in the text that was searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder<'a> {
    pub style: Style,
    pub name: &'a str,
    pub range: Range<usize>,
}

/// All placeholders of a text. Expressions (`@{…}`) are the platform's own language and are passed over.
pub fn find(text: &str) -> Vec<Placeholder<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(brace) = text[at..].find('{').map(|index| at + index) {
        let before = text[..brace].chars().next_back();
        if before == Some('@') {
            at = expression_end(text, brace);
            continue;
        }
        let is_double = text[brace..].starts_with("{{");
        let start = if before == Some('$') { brace - 1 } else { brace };
        let inner = brace + if is_double { 2 } else { 1 };
        let Some(length) = text[inner..].find('}') else {
            let end = text[inner..].find(['{', '/', '&', '?', ' ']).map_or(text.len(), |end| inner + end);
            found.push(Placeholder { style: Style::Unclosed, name: text[inner..end].trim(), range: start..end });
            at = end.max(inner);
            continue;
        };
        let close = inner + length;
        let end = close + if is_double && text[close..].starts_with("}}") { 2 } else { 1 };
        let style = if is_double {
            Style::Double
        } else if before == Some('$') {
            Style::Input
        } else {
            Style::System
        };
        found.push(Placeholder { style, name: text[inner..close].trim(), range: start..end });
        at = end;
    }
    found
}

/// One past the brace that closes the expression opened at `open`.
fn expression_end(text: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (index, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(text: &str) -> Vec<(Style, &str, &str)> {
        find(text).into_iter().map(|found| (found.style, found.name, &text[found.range])).collect()
    }

    #[test]
    fn each_style_is_told_apart() {
        assert_eq!(
            styles("https://${domain}.example.com/{LIST}/{{old}}"),
            [
                (Style::Input, "domain", "${domain}"),
                (Style::System, "LIST", "{LIST}"),
                (Style::Double, "old", "{{old}}"),
            ]
        );
        assert_eq!(styles("/a/${b/c"), [(Style::Unclosed, "b", "${b")]);
        assert_eq!(styles("/a/{"), [(Style::Unclosed, "", "{")]);
        assert_eq!(styles("plain } text"), []);
    }

    #[test]
    fn expressions_are_passed_over() {
        assert_eq!(styles("/x@{if(empty('{a}'),'{b}','')}/${c}"), [(Style::Input, "c", "${c}")]);
        assert_eq!(styles("/x@{never closed {a}"), []);
    }

    #[test]
    fn characters_of_any_length_are_no_trouble() {
        assert_eq!(styles("é{ü}é${é}"), [(Style::System, "ü", "{ü}"), (Style::Input, "é", "${é}")]);
    }
}
