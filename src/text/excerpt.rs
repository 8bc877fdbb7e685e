//! A text as it is quoted in a message: one line, and not too long for it.

use std::borrow::Cow;

use super::visible;

/// The longest quotation, in characters.
const LONGEST: usize = 80;

/// A text with its blanks and line ends made single blanks, cut off where it is long, and safe to print.
pub fn excerpt(text: &str) -> Cow<'_, str> {
    if text.len() <= LONGEST && text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return Cow::Borrowed(text);
    }
    // A little more than is shown is enough to see that something is left out.
    let beginning = text.char_indices().nth(LONGEST * 4).map_or(text, |(end, _)| &text[..end]);
    let words: Vec<&str> = beginning.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST - 1) {
        Some((end, last)) if end + last.len_utf8() < line.len() || beginning.len() < text.len() => {
            Cow::Owned(visible::printable(line[..end].trim_end()) + "…")
        }
        _ => Cow::Owned(visible::printable(&line)),
    }
}

/// Two texts as they are quoted beside each other: both from where they begin to differ, where their beginnings are the same
/// for too long to show it.
pub fn excerpts(one: &str, other: &str) -> (String, String) {
    /// What is shown of what they have in common, in characters.
    const BEFORE: usize = 30;
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let (one, other) = (line(one), line(other));
    let common = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let longest = one.chars().count().max(other.chars().count());
    if longest <= LONGEST || common + BEFORE < LONGEST {
        return (excerpt(&one).into_owned(), excerpt(&other).into_owned());
    }
    let from = |text: &str| {
        let start = text.char_indices().nth(common - BEFORE).map_or(text.len(), |(start, _)| start);
        format!("…{}", excerpt(text[start..].trim_start()))
    };
    (from(&one), from(&other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quotation_is_one_line_and_not_too_long() {
        assert_eq!(excerpt("Acme  CRM"), "Acme  CRM");
        assert_eq!(excerpt("Acme\r\n\tCRM\0"), "Acme CRM");
        assert_eq!(excerpt(&"é".repeat(80)), "é".repeat(80));
        assert_eq!(excerpt(&"é".repeat(81)), format!("{}…", "é".repeat(79)));
        assert_eq!(excerpt(&"é".repeat(9_000)).chars().count(), 80);
        assert_eq!(excerpt("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(excerpt(""), "");
    }

    #[test]
    fn two_quotations_show_where_they_differ() {
        let same = "Bring the tickets of your help desk with their requesters and agents to Experience Platform";
        let (one, other) = excerpts(&format!("{same} hourly"), &format!("{same}  daily"));
        assert_eq!(
            (one.as_str(), other.as_str()),
            ("…agents to Experience Platform hourly", "…agents to Experience Platform daily")
        );
        let (one, other) = excerpts(same, &format!("{same} daily"));
        assert!(one.ends_with("Platform") && other.ends_with("daily"), "{one} {other}");
        assert_eq!(excerpts("Acme", "Acme CRM"), ("Acme".to_owned(), "Acme CRM".to_owned()));
        let (one, other) = excerpts(&format!("a{}", "é".repeat(200)), &format!("b{}", "é".repeat(200)));
        assert_eq!((one.chars().count(), other.chars().count()), (80, 80));
        let (one, other) = excerpts(&"é".repeat(200), &"é".repeat(100));
        assert_ne!(one, other);
    }
}
