//! Markup in what should be plain text: HTML, Markdown, and the extensions that documentation pages use.

use std::{borrow::Cow, ops::Range};

/// What sort of markup it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Markup {
    /// `[!DNL …]`, `[!UICONTROL …]`; the beginning of it, where its end is missing.
    Extension,
    /// `[text](address)`, `[text][reference]`.
    Link,
    /// `![text](address)`.
    Picture,
    /// `# ` at the start.
    Heading,
    /// `<b>`, `</b>`, `<!-- … -->`, `<https://…>`.
    Tag,
    /// `&amp;`.
    Entity,
    /// `` `x` ``.
    Code,
    /// `**x**`, `__x__`, `*x*`, `_x_`, `***x***`, `~~x~~`.
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
            Markup::Extension => match between("[!", "]") {
                Some(inner) => {
                    let (name, words) = inner.split_once(' ')?;
                    // It stands for what is in another file.
                    return (name != "INCLUDE").then(|| plain(words).trim().to_owned());
                }
                None => "",
            },
            Markup::Link => &piece[1..piece.find(']')?],
            Markup::Picture => &piece[2..piece.find(']')?],
            Markup::Tag | Markup::Heading => "",
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
                let mark = &piece[..piece.len() - piece.trim_start_matches(['*', '_', '~']).len()];
                between(mark, mark)?
            }
        };
        Some(words.trim().to_owned())
    }
}

/// The longest piece of markup that is recognised, in bytes.
const LONGEST: usize = 400;

/// A text without its markup, as far as the words can be told.
pub fn plain(text: &str) -> Cow<'_, str> {
    let found = find(text);
    if found.is_empty() {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut at = 0;
    for piece in found {
        plain.push_str(&text[at..piece.range.start]);
        at = piece.range.end;
        match piece.words(text) {
            Some(words) => plain.push_str(&words),
            None => plain.push_str(&text[piece.range]),
        }
    }
    plain.push_str(&text[at..]);
    Cow::Owned(plain)
}

/// All markup of a text.
pub fn find(text: &str) -> Vec<Found> {
    let is_mark = |byte: &u8| matches!(byte, b'[' | b'<' | b'&' | b'`' | b'*' | b'_' | b'~');
    let mut found: Vec<Found> = heading(text).into_iter().collect();
    let mut at = found.first().map_or(0, |heading| heading.range.end);
    while let Some(start) = text.as_bytes()[at..].iter().position(is_mark).map(|index| at + index) {
        match piece(text, start) {
            Some((Markup::Link, end)) if start > at && text.as_bytes()[start - 1] == b'!' => {
                found.push(Found { markup: Markup::Picture, range: start - 1..end });
                at = end;
            }
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

/// The mark of a heading that a text begins with.
fn heading(text: &str) -> Option<Found> {
    let marked = text.trim_start_matches([' ', '\u{feff}']);
    let words = marked.trim_start_matches('#');
    let is_heading =
        (1..=6).contains(&(marked.len() - words.len())) && words.starts_with(' ') && !words.trim().is_empty();
    let start = text.len() - marked.len();
    is_heading.then(|| Found { markup: Markup::Heading, range: start..text.len() - words.trim_start().len() })
}

/// The markup that begins at `start`, and where it ends.
fn piece(text: &str, start: usize) -> Option<(Markup, usize)> {
    let rest = &text[start..];
    match rest.as_bytes()[0] {
        b'[' if rest.starts_with("[!") => Some((Markup::Extension, start + extension(rest)?)),
        b'[' => {
            let label = until(rest, "]", 1)?;
            let address = match rest.as_bytes().get(label)? {
                b'(' => until(&rest[label..], ")", 1)?,
                b'[' => until(&rest[label..], "]", 1)?,
                _ => return None,
            };
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

/// Where an extension ends, which may have brackets in it; behind its name, where its own bracket is never closed.
fn extension(rest: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, byte) in rest.bytes().take(LONGEST).enumerate() {
        match byte {
            b'[' => depth += 1,
            b']' if depth == 1 => return Some(at + 1),
            b']' => depth -= 1,
            _ => {}
        }
    }
    let name = rest[2..].bytes().take_while(u8::is_ascii_uppercase).count();
    (name > 1 && rest[2 + name..].starts_with(' ')).then_some(2 + name + 1)
}

/// Emphasis: marks that lean on what stands between them, and on nothing outside.
fn emphasis(text: &str, start: usize) -> Option<(Markup, usize)> {
    let rest = &text[start..];
    let mark = ["***", "___", "**", "__", "~~", "*", "_"].into_iter().find(|mark| rest.starts_with(mark))?;
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
    fn pieces_are_whole_and_leave_their_words() {
        for (text, piece, words) in [
            ("x ![Harbor](y.png)", "![Harbor](y.png)", Some("Harbor")),
            ("[!INCLUDE [x](y.md)] z", "[!INCLUDE [x](y.md)]", None),
            ("[!DNL [Harbor](y.md)] z", "[!DNL [Harbor](y.md)]", Some("Harbor")),
            ("a ***Harbor*** b", "***Harbor***", Some("Harbor")),
            ("a ~~Harbor~~ b", "~~Harbor~~", Some("Harbor")),
            ("[Harbor][1] b", "[Harbor][1]", Some("Harbor")),
            ("## Harbor", "## ", Some("")),
            ("[!DNL Harbor", "[!DNL ", Some("")),
            ("[!DNL Harbor [x] b", "[!DNL ", Some("")),
        ] {
            let all = find(text);
            assert_eq!(all.iter().map(|found| &text[found.range.clone()]).next(), Some(piece), "{text}");
            assert_eq!(all[0].words(text).as_deref(), words, "{text}");
        }
        assert_eq!(plain("# [!DNL **Harbor**] ![x](y) <b>a</b> [!INCLUDE [x](y)]"), "Harbor x a [!INCLUDE [x](y)]");
        assert!(matches!(plain("Harbor"), Cow::Borrowed("Harbor")));
    }

    #[test]
    fn plain_text_with_the_same_characters_has_no_markup() {
        for text in [
            "5 * 3 * 2",
            "list_id and user_id",
            "R&D; more",
            "a < b > c",
            "[beta] Acme",
            "3 <4> 5",
            "`",
            "**",
            "#1 of all",
            "# ",
            "a # b",
            "~5 and ~6",
            "a ~~ b",
            "[!",
            "[!x",
            "[!DNL",
            "Wow! [beta] (new)",
            "",
        ] {
            assert_eq!(found(text), [], "{text}");
        }
    }

    #[test]
    fn long_runs_of_marks_are_read_in_no_time() {
        for mark in ["*", "<", "[", "`", "_", "&", "[!", "~", "#", "[!A ", "[]["] {
            assert!(found(&mark.repeat(100_000)).len() < 60_000, "{mark}");
        }
    }
}
