//! Words that a template leaves to be filled in, found where nobody filled them in.

use std::sync::LazyLock;

use memchr::memmem::Finder;

use crate::text::Span;

use super::placeholder::{self, Style};

/// How much of a text is looked at. A text of the catalog is a sentence; what is longer is wrong for that alone.
const CHARACTERS: usize = 4_000;

/// Words that stand for what is still to be written. They count in upper case only: "todo" is a word in some languages.
const NOTES: [&str; 5] = ["TODO", "FIXME", "TBD", "CHANGEME", "CHANGE_ME"];

/// Words of the templates, whatever their case.
const WORDS: [&str; 3] = ["yoursource", "your_source", "your_company"];

/// What is left to be written where it is the whole of a text, whatever its case; elsewhere it may be meant.
const WHOLE: [&str; 9] = [
    "xxx",
    "change me",
    "changeme",
    "your name",
    "your label",
    "your source",
    "your company",
    "your category",
    "your description",
];

/// Phrases of the templates, whatever their case.
static PHRASES: LazyLock<[Finder<'static>; 17]> = LazyLock::new(|| {
    [
        "lorem ipsum",
        "name of your source",
        "label of your source",
        "label for your source",
        "category of your source",
        "category for your source",
        "description of your source",
        "description for your source",
        "your source name",
        "insert text here",
        "insert name here",
        "insert label here",
        "insert category here",
        "insert description here",
        "insert your text here",
        "insert link or email address",
        "generic streaming for authentication testing 2",
    ]
    .map(Finder::new)
});

/// Texts of the templates that nobody writes for a source of their own, not even in a request.
pub(super) const TEXTS: [&str; 4] = [
    "YOURSOURCE",
    "The name of your source",
    "Generic Streaming For Authentication Testing 2",
    "Insert link or email address",
];

/// What stands for the name of a source in an address of the templates.
const IN_ADDRESSES: [&str; 2] = ["YOURSOURCE", "your-source"];

/// The letters that the words and phrases begin with, by their byte.
const FIRSTS: [bool; 256] = {
    let mut firsts = [false; 256];
    let letters = b"TFCyYlLiIgG";
    let mut at = 0;
    while at < letters.len() {
        firsts[letters[at] as usize] = true;
        at += 1;
    }
    firsts
};

/// The part of a text that is looked at.
pub fn beginning(text: &str) -> &str {
    if text.len() <= CHARACTERS {
        return text;
    }
    text.char_indices().nth(CHARACTERS).map_or(text, |(end, _)| &text[..end])
}

/// All leftovers in a text, in its order; none within another.
pub fn find(text: &str) -> Vec<Span> {
    let text = beginning(text);
    let mut found = Vec::new();
    for placeholder in placeholder::find(text) {
        if placeholder.style != Style::Unclosed {
            found.push(Span::new(placeholder.range.start, placeholder.range.end));
        }
    }
    for start in memchr::memchr_iter(b'<', text.as_bytes()) {
        let inner = &text[start + 1..];
        if let Some(length) =
            inner.find(['>', '<']).filter(|end| inner[*end..].starts_with('>') && is_blank(&inner[..*end]))
        {
            found.push(Span::new(start, start + length + 2));
        }
    }
    for start in memchr::memchr_iter(b'[', text.as_bytes()) {
        let inner = &text[start + 1..];
        if is_asked_for(inner)
            && let Some(end) = inner.find([']', '[']).filter(|end| inner[*end..].starts_with(']'))
            // A link has words of its own.
            && !inner[end + 1..].starts_with(['(', '['])
        {
            found.push(Span::new(start, start + end + 2));
        }
    }
    found.extend(find_whole(text));
    find_words(text, &mut found);
    apart(&mut found);
    found
}

/// The words and phrases of templates in a text that people read, in its order; braces and brackets are left to others.
pub fn words(text: &str) -> Vec<Span> {
    let mut found = Vec::new();
    find_words(beginning(text), &mut found);
    apart(&mut found);
    found
}

/// The first text of a template in one that need not be for people.
pub fn template_text(text: &str) -> Option<Span> {
    static FINDERS: LazyLock<[Finder<'static>; 4]> = LazyLock::new(|| TEXTS.map(Finder::new));
    FINDERS.iter().find_map(|known| {
        let start = known.find(text.as_bytes())?;
        Some(Span::new(start, start + known.needle().len()))
    })
}

/// Whether an address is still that of a template.
pub fn is_in_address(text: &str) -> bool {
    IN_ADDRESSES.iter().any(|word| text.contains(word))
}

/// Whether a word or phrase of a template may stand in a text. Never wrongly denied, and cheap: hardly any text has one.
fn is_suspect(text: &str) -> bool {
    let bytes = text.as_bytes();
    let starts = |at: usize, word: &str| {
        bytes.get(at..at + word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
    };
    // Most letters are none of the first ones, and few of those that are have the right one behind them.
    let mut firsts = bytes.windows(2).enumerate().filter(|(_, pair)| FIRSTS[usize::from(pair[0])]);
    firsts.any(|(at, pair)| match [pair[0] | 0x20, pair[1] | 0x20] {
        [b't', b'o' | b'b'] | [b'f', b'i'] | [b'c', b'h'] => {
            NOTES.iter().any(|note| bytes[at..].starts_with(note.as_bytes()))
        }
        [b'y', b'o'] => ["yoursource", "your_", "your source"].iter().any(|word| starts(at, word)),
        [b'l', b'o'] => starts(at, "lorem"),
        [b'i', b'n'] => starts(at, "insert"),
        [b'g', b'e'] => starts(at, "generic"),
        _ => false,
    })
}

/// What is left to be written where that is the whole of a text, or what it begins with.
fn find_whole(text: &str) -> Option<Span> {
    const NOTE: &str = "todo:";
    let said = text.trim();
    let start = text.len() - text.trim_start().len();
    let is_note = || said.get(..NOTE.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(NOTE));
    if WHOLE.iter().any(|word| said.eq_ignore_ascii_case(word)) {
        Some(Span::new(start, start + said.len()))
    } else {
        is_note().then(|| Span::new(start, start + NOTE.len() - 1))
    }
}

fn find_words(text: &str, found: &mut Vec<Span>) {
    if !is_suspect(text) {
        return;
    }
    let mut at = 0;
    for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
        if NOTES.contains(&word) || WORDS.iter().any(|known| known.eq_ignore_ascii_case(word)) {
            found.push(Span::new(at, at + word.len()));
        }
        at += word.len();
        at += text[at..].chars().next().map_or(0, char::len_utf8);
    }
    // In ASCII, the lower case of a text has the same bytes.
    let folded = text.to_ascii_lowercase();
    for phrase in &*PHRASES {
        let length = phrase.needle().len();
        found.extend(phrase.find_iter(folded.as_bytes()).map(|start| Span::new(start, start + length)));
    }
}

/// Sorts what was found, and takes out what lies within another.
fn apart(found: &mut Vec<Span>) {
    found.sort_unstable_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    found.retain(|span| {
        let is_apart = span.start >= end;
        end = end.max(span.end);
        is_apart
    });
}

/// Whether what stands in angle brackets is a blank to fill in, rather than an HTML tag.
fn is_blank(inner: &str) -> bool {
    const TAGS: [&str; 16] =
        ["BR", "HR", "TD", "TR", "TH", "UL", "OL", "LI", "EM", "DIV", "PRE", "IMG", "SUP", "SUB", "SPAN", "STRONG"];
    let is_shouted = inner.chars().filter(char::is_ascii_uppercase).count() > 1
        && inner.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || matches!(c, '_' | '-' | ' '));
    (is_shouted && !TAGS.contains(&inner)) || is_asked_for(inner)
}

/// Whether what stands behind a bracket asks for something to be written.
fn is_asked_for(inner: &str) -> bool {
    ["your ", "your-", "your_", "insert "]
        .iter()
        .any(|start| inner.get(..start.len()).is_some_and(|beginning| beginning.eq_ignore_ascii_case(start)))
}

/// Whether two texts of the catalog say different things. Blanks make no difference; an empty text, or one that nobody
/// filled in, says nothing yet.
pub fn differ(one: &str, other: &str) -> bool {
    let says_nothing = |text: &str| text.trim().is_empty() || !find(text).is_empty();
    !one.split_whitespace().eq(other.split_whitespace()) && !says_nothing(one) && !says_nothing(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        find(text).into_iter().map(|span| &text[span.range()]).collect()
    }

    #[test]
    fn leftovers_are_found_once() {
        assert_eq!(found("{LABEL} é ${name} {{x}}"), ["{LABEL}", "${name}", "{{x}}"]);
        assert_eq!(found("<YOURSOURCE> <your source> YourSource"), ["<YOURSOURCE>", "<your source>", "YourSource"]);
        assert_eq!(found("é TODO: The Name of Your Source, TBD"), ["TODO", "Name of Your Source", "TBD"]);
        assert_eq!(found("Lorem ipsum dolor"), ["Lorem ipsum"]);
        for text in ["Your Source", "[Your label]", "CHANGEME", "XXX", "xxx", "Insert label here", "CHANGE_ME"] {
            assert_eq!(found(&format!(" {text}\n")), [text]);
        }
        assert_eq!(found("todo: name"), ["todo"]);
        assert_eq!(found("TODO: name"), ["TODO"]);
    }

    #[test]
    fn no_text_with_a_leftover_is_above_suspicion() {
        let phrases = PHRASES.iter().map(|phrase| std::str::from_utf8(phrase.needle()).unwrap());
        for known in phrases.chain(WORDS) {
            for text in [known.to_owned(), known.to_ascii_uppercase(), format!("é{known}é")] {
                assert!(is_suspect(&text), "{text}");
            }
        }
        assert!(NOTES.iter().all(|note| is_suspect(note) && is_suspect(&format!("a {note}"))));
        assert!(!is_suspect("Tickets of your account, as the API lists them."));
    }

    #[test]
    fn braces_are_no_words() {
        assert_eq!(super::words("Your source"), [], "a field of a form may be called so");
        let words = |text: &str| words(text).len();
        assert_eq!((words("{TODO_LIST} <YOUR DOMAIN>"), words("TODO: lorem ipsum"), words("to do")), (0, 2, 0));
        assert_eq!(template_text("https://YOURSOURCE.example").map(Span::range), Some(8..18));
        assert!(is_in_address("https://a.example/your-source.html") && !is_in_address("https://a.example/yours"));
    }

    #[test]
    fn words_that_look_alike_are_none() {
        for text in [
            "Todo el mundo",
            "Todoist",
            "<BR>",
            "<b>",
            "a < B and C > d",
            "TBDX",
            "{",
            "your sources",
            "XXX-XX-XXXX",
            "Tickets of your source",
            "Change me now",
            "[your label](x)",
            "[beta] Acme",
            "Insert",
            "",
        ] {
            assert_eq!(found(text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn texts_differ_in_what_they_say() {
        assert!(differ("Acme", "acme"));
        assert!(!differ("a  b", "a\nb"));
        assert!(!differ("Acme", "{LABEL}"));
        assert!(!differ("", "x"));
    }

    #[test]
    fn long_texts_are_read_in_no_time() {
        for mark in ["{", "<", "${", "TODO ", "<A>", "[your ", "[insert x]"] {
            find(&mark.repeat(1_000_000));
        }
    }
}
