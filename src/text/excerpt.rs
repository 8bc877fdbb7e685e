//! A text as it is quoted in a message: one line, and not too long for it.

use std::borrow::Cow;

/// The longest quotation, in characters.
const LONGEST: usize = 80;

/// A text with its blanks and line ends made single blanks, cut off where it is long.
pub fn excerpt(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !c.is_control() && (c == ' ' || !c.is_whitespace());
    if text.len() <= LONGEST && text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    // A little more than is shown is enough to see that something is left out.
    let beginning = text.char_indices().nth(LONGEST * 4).map_or(text, |(end, _)| &text[..end]);
    let words: Vec<&str> = beginning.split(|c: char| c.is_whitespace() || c.is_control()).collect();
    let line = words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(LONGEST - 1) {
        Some((end, last)) if end + last.len_utf8() < line.len() || beginning.len() < text.len() => {
            Cow::Owned(format!("{}…", line[..end].trim_end()))
        }
        _ => Cow::Owned(line),
    }
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
        assert_eq!(excerpt(""), "");
    }
}
