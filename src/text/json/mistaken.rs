//! Documents that are no JSON at all: what they are, so that one thing is said of them and not a hundred.

use crate::text::Span;

/// What a document is in place of JSON, and the place that tells; nothing where it may be meant as JSON.
pub(super) fn format(text: &str) -> Option<(&'static str, Span)> {
    let text_start = text.find(|c: char| !c.is_whitespace() && c != '\u{feff}')?;
    let rest = &text[text_start..];
    if rest.starts_with(['{', '[', '"']) {
        return None;
    }
    let line = rest.lines().next().unwrap_or_default().trim_end();
    let begins = |beginnings: &[&str]| {
        let is_it =
            |beginning: &&str| line.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning));
        beginnings.iter().any(is_it)
    };
    let what = if line.starts_with("version https://git-lfs.github.com/") {
        "a pointer of Git LFS: `git lfs pull` fetches the file itself"
    } else if begins(&["<!doctype html", "<html"]) {
        "HTML"
    } else if begins(&["<?xml", "<svg"]) {
        "XML"
    } else if line.starts_with("```") {
        "a block of Markdown: leave out the lines with the backquotes"
    } else if is_binary(rest) {
        "a binary file"
    } else if line == "---" || is_yaml(line) {
        "YAML"
    } else {
        return None;
    };
    // Of a binary file nothing is shown.
    let end = if what.ends_with("file") { text_start } else { text_start + line.len() };
    Some((what, Span::new(text_start, end)))
}

/// Whether it begins with bytes that no text holds. Those that are no UTF-8 have become U+FFFD.
fn is_binary(text: &str) -> bool {
    let is_foreign = |c: char| matches!(c, '\0'..='\u{8}' | '\u{e}'..='\u{1a}' | char::REPLACEMENT_CHARACTER);
    text.chars().take(32).filter(|c| is_foreign(*c)).count() > 1
}

/// Whether a line is a key of YAML: a word, a colon, and a blank or nothing behind it.
fn is_yaml(line: &str) -> bool {
    let line = line.strip_prefix("- ").unwrap_or(line);
    line.split_once(':').is_some_and(|(key, value)| {
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
        !key.is_empty() && key.chars().all(is_word) && (value.is_empty() || value.starts_with(' '))
            // In JavaScript, and in a part of a document in JSON without its quotes, entries end with commas.
            && !value.ends_with([',', '{', '['])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_formats_are_known_by_how_they_begin() {
        for (text, what) in [
            ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "a pointer of Git LFS"),
            ("\n<!DOCTYPE html>\n<html>", "HTML"),
            ("<?xml version=\"1.0\"?>", "XML"),
            ("```json\n{}\n```\n", "a block of Markdown"),
            ("\u{fffd}PNG\r\n\u{1a}\n\0\0\0", "a binary file"),
            ("\0\0\0\0", "a binary file"),
            ("---\nname: x\n", "YAML"),
            ("name: acme-crm\ntype: generic-rest\n", "YAML"),
            ("- name: x\n", "YAML"),
        ] {
            let found = format(text).map(|(what, _)| what).unwrap_or("nothing");
            assert!(found.starts_with(what), "{text:?}: {found}");
        }
        for text in ["", " ", "{}", "\u{feff}{", "[", "\"a\": 1", "true", "name: 'x',", "name: {", "x", "// c\n{}"] {
            assert_eq!(format(text), None, "{text:?}");
        }
    }
}
