//! Texts of others put into Markdown, so that they are read as texts and not as markup.

/// A text within a line: what Markdown would take for markup is escaped.
pub(super) fn inline(text: &str) -> String {
    let letters: Vec<char> = text.split_whitespace().collect::<Vec<_>>().join(" ").chars().collect();
    let mut escaped = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let is_word = |at: Option<usize>| at.and_then(|at| letters.get(at)).is_some_and(|c| c.is_alphanumeric());
        match letter {
            '<' => escaped.push_str("&lt;"),
            '&' if letters.get(at + 1).is_some_and(|c| c.is_alphabetic() || *c == '#') => escaped.push_str("&amp;"),
            '\\' | '*' | '`' | '[' | ']' => escaped.extend(['\\', *letter]),
            '_' if !(is_word(at.checked_sub(1)) && is_word(Some(at + 1))) => escaped.push_str("\\_"),
            other => escaped.push(*other),
        }
    }
    escaped
}

/// A text in a cell of a table.
pub(super) fn cell(text: &str) -> String {
    inline(text).replace('|', "\\|")
}

/// A text in a cell that is shown as it is typed.
pub(super) fn code(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|");
    if text.contains('`') { format!("`` {text} ``") } else { format!("`{text}`") }
}

/// A text as the value of a key of the metadata.
pub(super) fn yaml(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let is_plain = text.starts_with(|c: char| c.is_alphabetic())
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.ends_with(':')
        && !["true", "false", "yes", "no", "on", "off", "null"].contains(&text.to_lowercase().as_str());
    if is_plain { text } else { serde_json::Value::from(text).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_markup_stays_a_text() {
        assert_eq!(
            inline("a <b>  *c*\n[d] `e` snake_case _f_ R&D &lt; \\"),
            "a &lt;b> \\*c\\* \\[d\\] \\`e\\` snake_case \\_f\\_ R&amp;D &amp;lt; \\\\"
        );
        assert_eq!(cell("a|b"), "a\\|b");
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(yaml("Learn: it"), "\"Learn: it\"");
        assert_eq!(yaml("Acme"), "Acme");
        assert_eq!(yaml("Yes"), "\"Yes\"");
    }
}
