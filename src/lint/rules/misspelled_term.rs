#![doc = include_str!("misspelled_term.md")]

use std::ops::Range;

use crate::{
    lint::{
        Level,
        rule::{ArtifactText, Check, Rule, Sink},
    },
    text::Span,
    workspace::layout::ArtifactKind,
};

/// Names that have one spelling, and are one word.
const WORDS: [&str; 5] = ["Adobe", "OAuth", "OAuth2", "JSON", "XDM"];

const PLATFORM: &str = "Adobe Experience Platform";

/// The rule.
pub static RULE: Rule = Rule {
    name: "misspelled-term",
    level: Level::Note,
    page: include_str!("misspelled_term.md"),
    check: Check::Artifact(check),
};

fn check(artifact: &ArtifactText<'_>, sink: &mut Sink<'_>) {
    if !matches!(artifact.kind, ArtifactKind::Label | ArtifactKind::Description) {
        return;
    }
    let Some(text) = artifact.text() else { return };
    for (range, meant) in misspelled(text) {
        let message = format!("`{}` is written `{meant}`", &text[range.clone()]);
        sink.text(artifact.document, Span::new(range.start, range.end), message).help("write it as Adobe does");
    }
}

/// The fixed terms that are spelt otherwise, and how they are meant.
fn misspelled(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let words = words(text);
    let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let until = |count: usize| words.get(at + count - 1).map(|last| word.start..last.end);
        if found.last().is_some_and(|(last, _)| word.start < last.end) {
            continue;
        }
        let platform = until(3).filter(|range| is_almost(&text[range.clone()], PLATFORM));
        let one = WORDS.into_iter().find(|known| known.eq_ignore_ascii_case(&text[word.clone()]));
        match (platform, one) {
            (Some(range), _) if &text[range.clone()] != PLATFORM => found.push((range, PLATFORM)),
            (None, Some(known)) if &text[word.clone()] != known => found.push((word.clone(), known)),
            _ => {}
        }
    }
    found
}

/// Whether a text of three words is a term, but for case and a slip or two.
fn is_almost(text: &str, term: &str) -> bool {
    // The first word must be right: `Acme Experience Platform` may be another's name.
    let is_first = text.split_whitespace().next().is_some_and(|word| word.eq_ignore_ascii_case("Adobe"));
    is_first && text.len() < term.len() * 2 && strsim::osa_distance(&text.to_lowercase(), &term.to_lowercase()) <= 2
}

/// The words of a text, without the punctuation around them. Parts of addresses and of names of files are none.
fn words(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    for word in text.split(char::is_whitespace) {
        let start = word.len() - word.trim_start_matches(|c: char| !c.is_alphanumeric()).len();
        let end = word.trim_end_matches(|c: char| !c.is_alphanumeric()).len();
        if start < end && !word[start..end].contains(['.', '/', '@', '_']) {
            found.push(at + start..at + end);
        }
        at += word.len() + text[at + word.len()..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_found_in_every_spelling() {
        let found =
            |text: &str| misspelled(text).into_iter().map(|(range, _)| text[range].to_owned()).collect::<Vec<_>>();
        assert_eq!(found("to Adobe experience Platform, by adobe"), ["Adobe experience Platform", "adobe"]);
        assert_eq!(
            found("Adobe Experience Plattform. Adobe Experince Platform"),
            ["Adobe Experience Plattform", "Adobe Experince Platform"]
        );
        assert_eq!(found("é (Oauth), json"), ["Oauth", "json"]);
    }

    #[test]
    fn what_is_right_or_another_thing_is_left_alone() {
        for text in [
            "Adobe Experience Platform",
            "Acme is a customer experience platform.",
            "Adobe Experience Cloud",
            "adobe.com/json",
            "data.json",
            "x@adobe.com",
            "Adobe's OAuth 2",
            "",
            "Acme Experience platform",
            "Adobe Journey Optimizer",
        ] {
            assert_eq!(misspelled(text), [], "{text}");
        }
    }
}
