//! Characters from outside as a person can see them, without doing anything to the terminal.

use std::ops::RangeInclusive;

/// A character with its name where it has no picture: "a space", "`x`", "U+0007".
pub fn character(character: char) -> String {
    match character {
        ' ' => "a space".to_owned(),
        '`' => "a backtick".to_owned(),
        character if is_visible(character) => format!("`{character}`"),
        character => format!("U+{:04X}", u32::from(character)),
    }
}

/// A text that is safe to print: what cannot be seen is escaped.
pub fn printable(text: &str) -> String {
    escaped(text, |character| !is_visible(character))
}

/// A sentence that may quote what was read: characters that do something to what shows them are escaped.
pub fn sentence(text: String) -> String {
    if text.contains(acts) { escaped(&text, acts) } else { text }
}

/// The same of several lines, which stay several.
pub fn lines(text: String) -> String {
    let acts = |character: char| acts(character) && character != '\n';
    if text.contains(acts) { escaped(&text, acts) } else { text }
}

/// Whether a character does something to what shows it: a control character, one that begins a line, or one that turns the
/// direction of the characters behind it, so that they seem to be others.
pub fn acts(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

fn escaped(text: &str, acts: impl Fn(char) -> bool) -> String {
    text.chars().map(|c| if acts(c) { c.escape_debug().to_string() } else { c.to_string() }).collect()
}

/// Whether a character shows on a terminal, and changes nothing there.
fn is_visible(character: char) -> bool {
    matches!(character, '\\' | '"' | '\'') || character.escape_debug().len() == 1
}

/// The characters of a text that show nothing and change how it reads or compares, with their places. Joiners are left
/// out, which scripts need, and so are the tag letters of a flag, and what belongs to a script that the text is written in.
pub fn unseen(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut is_flag = false;
    text.char_indices().filter(move |(_, character)| {
        let is_tag = matches!(character, '\u{e0000}'..='\u{e007f}');
        let is_of_flag = is_flag && is_tag;
        is_flag = *character == '\u{1f3f4}' || is_of_flag && *character != '\u{e007f}';
        !is_of_flag && (is_tag || shows_nothing(*character) && !belongs(*character, text))
    })
}

/// Whether a character that shows nothing belongs to a script that a text is written in.
fn belongs(character: char, text: &str) -> bool {
    let is_written_in = |scripts: &[RangeInclusive<char>]| text.contains(|c| scripts.iter().any(|of| of.contains(&c)));
    match character {
        // The vowel separator of Mongolian.
        '\u{180e}' => is_written_in(&['\u{1820}'..='\u{18aa}']),
        // The fillers of Old Hangul.
        '\u{115f}' | '\u{1160}' => is_written_in(&['\u{1100}'..='\u{115e}', '\u{1161}'..='\u{11ff}']),
        // A cell of Braille without a dot.
        '\u{2800}' => is_written_in(&['\u{2801}'..='\u{28ff}']),
        // Between words of Thai, Lao, Tibetan, Myanmar and Khmer.
        '\u{200b}' => is_written_in(&['\u{e00}'..='\u{109f}', '\u{1780}'..='\u{17ff}']),
        // The direction of what stands beside Hebrew and Arabic.
        '\u{200e}' | '\u{200f}' => {
            is_written_in(&['\u{590}'..='\u{8ff}', '\u{fb1d}'..='\u{fdff}', '\u{fe70}'..='\u{fefc}'])
        }
        _ => false,
    }
}

fn shows_nothing(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{2800}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_has_a_name() {
        assert_eq!(character('é'), "`é`");
        assert_eq!(character(' '), "a space");
        assert_eq!(character('\u{7}'), "U+0007");
        assert_eq!(character('\u{202e}'), "U+202E");
        assert_eq!(printable("a\u{1b}[31m"), "a\\u{1b}[31m");
        assert_eq!(sentence("no `a\u{8}b`\nor é".to_owned()), "no `a\\u{8}b`\\nor é");
        assert_eq!(sentence("a\u{202e}b\u{2066}e\u{301}".to_owned()), "a\\u{202e}b\\u{2066}e\u{301}");
        assert_eq!(lines("no `a\u{8}b`\nor é".to_owned()), "no `a\\u{8}b`\nor é");
    }

    #[test]
    fn what_shows_nothing_is_found_and_flags_are_left_alone() {
        let unseen = |text: &str| unseen(text).map(|(at, c)| (at, u32::from(c))).collect::<Vec<_>>();
        assert_eq!(unseen("a\u{200b}é\u{3164}\u{2800}"), [(1, 0x200b), (6, 0x3164), (9, 0x2800)]);
        assert_eq!(unseen("\u{fffe}\u{fffa}\u{180e}").len(), 3);
        let scotland = "\u{1f3f4}\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}";
        assert_eq!(unseen(scotland), []);
        assert_eq!(unseen(&format!("{scotland}\u{e0061}")).len(), 1);
        assert_eq!(unseen("a\u{e0067}\u{e0062}").len(), 2);
        for text in ["ᠠᠷᠠ\u{180e}ᠠ", "\u{1112}\u{1160}\u{11ab}", "⠁\u{2800}⠃", "ไทย\u{200b}ไทย", "עברית (A)\u{200f}"]
        {
            assert_eq!(unseen(text), [], "{text}");
        }
        assert_eq!(unseen("a\u{200f}\u{1160}").len(), 2);
        assert_eq!(unseen("क्\u{200d}ष 👩\u{200d}🚀 ❤\u{fe0f}"), []);
    }
}
