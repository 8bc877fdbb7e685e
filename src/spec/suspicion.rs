//! What the texts of a document may hold, told by one search of the whole of it: hardly any document holds a secret or a
//! text of a template, and where none does, none of its texts need be searched.

use std::sync::LazyLock;

use aho_corasick::packed::Searcher;

use super::{leftover, secret};

/// Finds the texts of templates, and how secrets begin; none on a processor that has no instructions for it.
static SEARCHER: LazyLock<Option<Searcher>> = LazyLock::new(|| Searcher::new(patterns()));

/// The texts of templates first.
fn patterns() -> impl Iterator<Item = &'static str> {
    leftover::TEXTS.into_iter().chain(secret::beginnings())
}

/// What may be found in the texts of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suspicion {
    /// A text of a template.
    pub template_text: bool,
    /// A private key, or a secret with a known beginning.
    secret_words: bool,
    /// A user name and password in front of a host.
    addresses: bool,
}

impl Suspicion {
    /// What may be in the texts of a document, which must stand in it as they are.
    pub fn of(document: &str) -> Self {
        let addresses = secret::may_be_in_address(document);
        let Some(searcher) = &*SEARCHER else { return Self { template_text: true, secret_words: true, addresses } };
        let mut suspicion = Self { template_text: false, secret_words: false, addresses };
        for found in searcher.find_iter(document) {
            if found.pattern().as_usize() < leftover::TEXTS.len() {
                suspicion.template_text = true;
            } else {
                suspicion.secret_words |= secret::begins_at(document, found.start());
            }
        }
        suspicion
    }

    /// Whether one of the texts, as it is written with its quotes, may hold a secret: what [`secret::found_in`] finds is
    /// never denied.
    pub fn may_be_in(self, raw: &str) -> bool {
        self.secret_words || self.addresses || secret::may_begin_with_scheme(raw.trim_start_matches('"'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of two patterns that begin in each other, one search of both finds only the first.
    #[test]
    fn no_pattern_begins_in_another() {
        let patterns: Vec<&str> = patterns().collect();
        for (one, other) in patterns.iter().flat_map(|one| patterns.iter().map(move |other| (*one, *other))) {
            let begins = |at: usize| other.starts_with(&one[at..]) || one[at..].starts_with(other);
            // What stands in the midst of a word begins no secret, and no secret begins with a blank.
            let mut starts = (1..one.len()).filter(|at| one.as_bytes()[at - 1] == b' ');
            assert!(!starts.any(begins), "`{other}` begins in `{one}`");
            let is_template = leftover::TEXTS.contains(&other);
            assert!(!is_template || (1..one.len()).all(|at| !begins(at)), "`{other}` begins in `{one}`");
            assert!(one == other || !one.starts_with(other) || is_template, "`{other}` hides `{one}`");
        }
    }

    #[test]
    fn whatever_is_in_a_text_is_suspected_in_the_document() {
        let document = |text: &str| format!("{{\"name\": \"{text}\",\n  \"other\": [\"as {text}\"]}}");
        for text in leftover::TEXTS {
            assert!(Suspicion::of(&document(text)).template_text, "{text}");
        }
        for beginning in secret::beginnings() {
            let secret = if matches!(beginning, "AKIA" | "ASIA") {
                format!("{beginning}Q3M7ZT5WVB2NXC8L")
            } else {
                format!("{beginning}4f9Qz7Lm2Xk8Rb1Vn6Tc3Wd5Ys0Hg4Jp7Ls9Kd2F")
            };
            let found = secret::found_in(&secret);
            assert!(found.is_some() || matches!(beginning, "eyJ" | "-----BEGIN " | "-us"), "{beginning}");
            assert!(found.is_none() || Suspicion::of(&document(&secret)).secret_words, "{beginning}");
        }
    }

    #[test]
    fn most_documents_are_above_suspicion() {
        let none = Suspicion { template_text: false, secret_words: false, addresses: false };
        for document in [
            r#"{"name": "Acme", "host": "https://api.acme.example/v1", "mail": "ada@acme.example"}"#,
            r#"{"url": "https://acme.example/ada@acme.example?from=a@b", "text": "hf_ and SG. and ghp_ begin keys"}"#,
            "",
        ] {
            assert_eq!(Suspicion::of(document), none, "{document}");
        }
    }
}
