//! Markup in what should be plain text: HTML, Markdown, and the extensions that documentation pages use.

use std::ops::Range;

/// What sort of markup it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// `[!DNL …]`, `[!UICONTROL …]`.
    Extension,
    /// `[text](address)`.
    Link,
    /// `<b>`, `</b>`, `<!-- … -->`, `<https://…>`.
    Tag,
    /// `&amp;`.
    Entity,
    /// `` `x` ``.
    Code,
    /// `**x**`, `__x__`, `*x*`, `_x_`.
    Emphasis,
}

/// A piece of markup, with its bytes in the text that was searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub markup: Markup,
    pub range: Range<usize>,
}

impl Found {
    /// The words that a piece of markup leaves when the marks are taken off; nothing where they cannot be told.
    pub fn words(&self, text: &str) -> Option<String> {
        let piece = text.get(self.range.clone())?;
        let between = |start: &str, end: &str| piece.strip_prefix(start)?.strip_suffix(end);
        let words = match self.markup {
            Markup::Extension => between("[!", "]")?.split_once(' ')?.1,
            Markup::Link => &piece[1..piece.find(']')?],
            Markup::Tag => "",
            Markup::Entity => match between("&", ";")? {
                "amp" => "&",
                "lt" => "<",
                "gt" => ">",
                "quot" => "\"",
                "apos" | "#39" => "'",
                "nbsp" | "#160" => " ",
                _ => return None,
            },
            Markup::Code => between("`", "`")?,
            Markup::Emphasis => {
                let mark = &piece[..piece.len() - piece.trim_start_matches(['*', '_']).len()];
                between(mark, mark)?
            }
        };
        Some(words.trim().to_owned())
    }
}

/// The longest piece of markup that is recognised, in bytes.
const LONGEST: usize = 400;

/// All markup of a text.
pub fn find(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find(['[', '<', '&', '`', '*', '_']).map(|index| at + index) {
        match piece(text, start) {
            Some((markup, end)) => {
                found.push(Found { markup, range: start..end });
                at = end;
            }
            // A run of the same character is one mark, or none.
            None => {
                let mark = text.as_bytes()[start];
                at = start + text.as_bytes()[start..].iter().take_while(|byte| **byte == mark).count();
            }
        }
    }
    found
}

/// The markup that begins at `start`, and where it ends.
fn piece(text: &str, start: usize) -> Option<(Markup, usize)> {
    let rest = &text[start..];
    match rest.as_bytes()[0] {
        b'[' if rest.starts_with("[!") => Some((Markup::Extension, start + until(rest, "]", 2)?)),
        b'[' => {
            let label = until(rest, "]", 1)?;
            let address = rest[label..].starts_with('(').then(|| until(&rest[label..], ")", 1))??;
            Some((Markup::Link, start + label + address))
        }
        b'<' => {
            let is_tag = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!'));
            is_tag.then(|| until(rest, ">", 1))?.map(|end| (Markup::Tag, start + end))
        }
        b'&' => {
            let end = until(rest, ";", 1)?;
            let name = rest[1..end - 1].strip_prefix('#').unwrap_or(&rest[1..end - 1]);
            let is_entity = (2..10).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric());
            is_entity.then_some((Markup::Entity, start + end))
        }
        b'`' => {
            let end = until(rest, "`", 1)?;
            (end > 2).then_some((Markup::Code, start + end))
        }
        _ => emphasis(text, start),
    }
}

/// Emphasis: marks that lean on what stands between them, and on nothing outside.
fn emphasis(text: &str, start: usize) -> Option<(Markup, usize)> {
    let rest = &text[start..];
    let mark = ["**", "__", "*", "_"].into_iter().find(|mark| rest.starts_with(mark))?;
    let leans = |character: Option<char>| character.is_some_and(|c| !c.is_whitespace() && !mark.contains(c));
    let is_apart = |character: Option<char>| character.is_none_or(|c| !c.is_alphanumeric() && !mark.contains(c));
    let end = until(rest, mark, mark.len())?;
    let inner = &rest[mark.len()..end - mark.len()];
    let is_emphasis = leans(inner.chars().next())
        && leans(inner.chars().next_back())
        && is_apart(text[..start].chars().next_back())
        && is_apart(rest[end..].chars().next());
    is_emphasis.then_some((Markup::Emphasis, start + end))
}

/// One past the next `mark` that stands at `from` or later, not too far away.
fn until(text: &str, mark: &str, from: usize) -> Option<usize> {
    let window = &text.as_bytes()[..text.len().min(LONGEST)];
    let found = window.get(from..)?.windows(mark.len()).position(|bytes| bytes == mark.as_bytes())?;
    Some(from + found + mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<(Markup, &str)> {
        find(text).into_iter().map(|found| (found.markup, &text[found.range])).collect()
    }

    #[test]
    fn each_sort_is_told_apart() {
        assert_eq!(
            found("[!DNL Acme] **is** <b>the</b> *best* _of_ `all` [x](https://a.b) &amp; __é__"),
            [
                (Markup::Extension, "[!DNL Acme]"),
                (Markup::Emphasis, "**is**"),
                (Markup::Tag, "<b>"),
                (Markup::Tag, "</b>"),
                (Markup::Emphasis, "*best*"),
                (Markup::Emphasis, "_of_"),
                (Markup::Code, "`all`"),
                (Markup::Link, "[x](https://a.b)"),
                (Markup::Entity, "&amp;"),
                (Markup::Emphasis, "__é__"),
            ]
        );
    }

    #[test]
    fn plain_text_with_the_same_characters_has_no_markup() {
        for text in
            ["5 * 3 * 2", "list_id and user_id", "R&D; more", "a < b > c", "[beta] Acme", "3 <4> 5", "`", "**", ""]
        {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn long_runs_of_marks_are_read_in_no_time() {
        for mark in ["*", "<", "[", "`", "_", "&", "[!"] {
            assert!(found(&mark.repeat(100_000)).len() < 60_000, "{mark}");
        }
    }
}
