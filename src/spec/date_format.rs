//! Date formats as the platform reads them: custom .NET formats, letter by letter, and the slips that are made in them.

use std::ops::Range;

/// Formats longer than this, in bytes, are none.
const MAX_LENGTH: usize = 200;

/// One slip in a date format.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    /// The bytes of the format that are to blame.
    pub range: Range<usize>,
    pub message: String,
    pub help: Option<String>,
    /// What was probably meant in place of those bytes.
    pub meant: Option<String>,
}

/// Letters that stand for a part of a date, each with how often it may be repeated; `None`: as often as one likes.
const LETTERS: [(char, Option<usize>); 13] = [
    ('d', None),
    ('f', Some(7)),
    ('F', Some(7)),
    ('g', None),
    ('h', None),
    ('H', None),
    ('K', None),
    ('m', None),
    ('M', None),
    ('s', None),
    ('t', None),
    ('y', None),
    ('z', None),
];

/// Whole formats that are one letter long.
const STANDARD: &str = "dDfFgGmMoOrRstTuUyY";

/// Letters that are copied as they are and are used so: `T` between date and time, `Z` for UTC.
const COPIED: &str = "TZ";

/// What is written in other languages of date formats, and what it is in this one.
const ELSEWHERE: [(char, &str); 7] =
    [('Y', "y"), ('D', "d"), ('S', "f"), ('a', "tt"), ('X', "K"), ('x', "K"), ('A', "tt")];

/// What stands behind a `%` in the formats of `strftime`, and what it is in this language; nothing where it has no such part.
const STRFTIME: [(char, Option<&str>); 22] = [
    ('Y', Some("yyyy")),
    ('y', Some("yy")),
    ('m', Some("MM")),
    ('d', Some("dd")),
    ('e', Some("d")),
    ('H', Some("HH")),
    ('I', Some("hh")),
    ('M', Some("mm")),
    ('S', Some("ss")),
    ('f', Some("ffffff")),
    ('L', Some("fff")),
    ('p', Some("tt")),
    ('z', Some("zzz")),
    ('Z', Some("K")),
    ('b', Some("MMM")),
    ('B', Some("MMMM")),
    ('a', Some("ddd")),
    ('A', Some("dddd")),
    ('F', Some("yyyy-MM-dd")),
    ('T', Some("HH:mm:ss")),
    ('j', None),
    ('s', None),
];

/// A stretch of one letter.
#[derive(Debug)]
struct Run {
    letter: char,
    range: Range<usize>,
    /// The character before it, where that is copied as it is.
    before: Option<char>,
}

/// Every slip in a format, in the order of the text.
pub fn slips(format: &str) -> Vec<Slip> {
    if format.chars().count() == 1 && STANDARD.contains(format) {
        return Vec::new();
    }
    // Prose, or the name of a format: one finding for all of it, not one for each letter.
    let whole = || Slip {
        range: 0..format.len(),
        message: "this is no date format".to_owned(),
        help: Some("write it with letters, as `yyyy-MM-ddTHH:mm:ssZ`".to_owned()),
        meant: None,
    };
    if format.len() > MAX_LENGTH {
        return vec![whole()];
    }
    if let Some(slip) = strftime(format) {
        return vec![slip];
    }
    let mut slips = Vec::new();
    let (runs, strange) = runs(format, &mut slips);
    if runs.is_empty() && slips.is_empty() && format.bytes().any(|byte| byte.is_ascii_digit()) {
        return vec![Slip { message: "this is a date, and not the format of one".to_owned(), ..whole() }];
    }
    slips.extend(blanks(format));
    let tells_morning = runs.iter().any(|run| run.letter == 't');
    let is_of_time = runs.iter().any(|run| "yMdHhms".contains(run.letter));
    if strange > 2 || strange > 0 && !is_of_time {
        return vec![whole()];
    }
    for (index, run) in runs.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| runs[before].letter);
        let after = runs.get(index + 1).map(|after| after.letter);
        let length = run.range.len();
        let text = &format[run.range.clone()];
        let most = LETTERS.iter().find(|(letter, _)| *letter == run.letter).and_then(|(_, most)| *most);
        let mut add = |range: Range<usize>, message: String, help: String, meant: String| {
            slips.push(Slip { range, message, help: Some(help), meant: Some(meant) });
        };
        match run.letter {
            'f' | 'F' if most.is_some_and(|most| length > most) => add(
                run.range.clone(),
                format!("`{text}` asks for {length} digits of a second"),
                "a second has at most seven: `fffffff`".to_owned(),
                text[..7].to_owned(),
            ),
            'f' | 'F' if before == Some('s') && run.before == Some(':') => add(
                run.range.start - 1..run.range.end,
                "a fraction of a second stands behind a colon".to_owned(),
                format!("a fraction stands behind a full stop: `.{text}`"),
                format!(".{text}"),
            ),
            'y' if (length == 3 || length > 4) && !is_within_era(&runs, index) => add(
                run.range.clone(),
                format!("`{text}` is a year of {length} digits or more"),
                "the year is `yyyy`".to_owned(),
                "yyyy".to_owned(),
            ),
            'g' => {
                let is_year = |letter| letter == Some('y');
                let start = if is_year(before) { runs[index - 1].range.start } else { run.range.start };
                let end = if is_year(after) { runs[index + 1].range.end } else { run.range.end };
                let meant = if is_year(before) || is_year(after) { "yyyy" } else { "" };
                let help = if meant.is_empty() { "remove it".to_owned() } else { format!("the year is `{meant}`") };
                let message = format!("`{text}` is the era, as in `A.D.`");
                slips.push(Slip { range: start..end, message, help: Some(help), meant: Some(meant.to_owned()) });
            }
            's' if matches!((before, after), (Some('h' | 'H'), Some('m'))) => {
                let minutes = &runs[index + 1].range;
                let between = &format[run.range.end..minutes.start];
                let meant = format!("{}{between}{text}", &format[minutes.clone()]);
                let message = format!("`{text}` are seconds, and stand where minutes do");
                add(run.range.start..minutes.end, message, format!("hours are followed by `{meant}`"), meant);
            }
            'm' | 's' | 'H' | 'y' if is_again(&runs, index) => slips.push(Slip {
                range: run.range.clone(),
                message: format!("`{text}` stands here a second time"),
                help: Some("write each part of the date once".to_owned()),
                meant: None,
            }),
            'M' if matches!(before, Some('h' | 'H')) && !matches!(after, Some('d' | 'y')) => add(
                run.range.clone(),
                format!("`{text}` is the month, and stands where minutes do"),
                format!("minutes are `{}`", text.to_lowercase()),
                text.to_lowercase(),
            ),
            'm' if is_month(before, after) => add(
                run.range.clone(),
                format!("`{text}` are minutes, and stand where the month does"),
                format!("the month is `{}`", text.to_uppercase()),
                text.to_uppercase(),
            ),
            'h' if !tells_morning => add(
                run.range.clone(),
                format!("`{text}` counts hours to twelve, and nothing tells morning from evening"),
                format!("hours of the day are `{}`", text.to_uppercase()),
                text.to_uppercase(),
            ),
            _ => {}
        }
    }
    slips.sort_by_key(|slip| slip.range.start);
    slips
}

/// Whether a part of a date stands before another of its letter. Minutes that were meant for the month are none.
fn is_again(runs: &[Run], index: usize) -> bool {
    let letter = |at: Option<usize>| at.and_then(|at| runs.get(at)).map(|run| run.letter);
    let is_meant = |at: usize| runs[at].letter != 'm' || !is_month(letter(at.checked_sub(1)), letter(Some(at + 1)));
    let is_earlier = |at: &usize| runs[*at].letter == runs[index].letter && is_meant(*at);
    is_meant(index) && (0..index).any(|at| is_earlier(&at)) && !is_within_era(runs, index)
}

/// Whether the era is told of, and a part of a year beside it with that.
fn is_within_era(runs: &[Run], index: usize) -> bool {
    index.checked_sub(1).is_some_and(|before| runs[before].letter == 'g')
}

/// Blanks before and behind a format, which would be sent with the date.
fn blanks(format: &str) -> impl Iterator<Item = Slip> {
    let start = format.len() - format.trim_start().len();
    let end = format.trim_end().len().max(start);
    [0..start, end..format.len()].into_iter().filter(|range| !range.is_empty()).map(|range| Slip {
        range,
        message: "a blank stands around the format, and is sent with the date".to_owned(),
        help: Some("remove it".to_owned()),
        meant: Some(String::new()),
    })
}

/// The one slip of a format in the language of `strftime`. A single `%d` is of this language too.
fn strftime(format: &str) -> Option<Slip> {
    if !format.contains('%') {
        return None;
    }
    let directives = || {
        format.char_indices().filter(|(_, letter)| *letter == '%').filter_map(|(at, _)| format[at + 1..].chars().next())
    };
    let is_foreign = |letter: char| letter.is_ascii_alphabetic() && !LETTERS.iter().any(|(known, _)| *known == letter);
    let count = directives().filter(char::is_ascii_alphabetic).count();
    if count < 2 && !directives().any(is_foreign) {
        return None;
    }
    let meant = from_strftime(format);
    let help = match &meant {
        Some(meant) => format!("write `{meant}`"),
        None => "write it with letters, as `yyyy-MM-ddTHH:mm:ssZ`".to_owned(),
    };
    let message = "this is a format of `strftime`, and the platform reads those of .NET".to_owned();
    Some(Slip { range: 0..format.len(), message, help: Some(help), meant })
}

/// The same format in this language, where each of its parts has one.
fn from_strftime(format: &str) -> Option<String> {
    let mut meant = String::new();
    let mut letters = format.trim().chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            // What would be a part here stood for itself there.
            let is_copied = !letter.is_alphabetic() || COPIED.contains(letter);
            meant.push(Some(letter).filter(|_| is_copied && !matches!(letter, '\'' | '"' | '\\'))?);
            continue;
        }
        let directive = letters.next()?;
        meant.push_str(STRFTIME.iter().find(|(known, _)| *known == directive)?.1?);
    }
    Some(meant)
}

/// Whether what stands around minutes are parts of a day's date.
fn is_month(before: Option<char>, after: Option<char>) -> bool {
    let of_a_date = |letter: Option<char>| matches!(letter, Some('y' | 'd'));
    match (before, after) {
        (None, None) => false,
        (before, after) => (before.is_none() || of_a_date(before)) && (after.is_none() || of_a_date(after)),
    }
}

/// Takes a format apart, and counts the letters that no language of date formats knows. What stands in quotes or behind a
/// backslash is copied as it is.
fn runs(format: &str, slips: &mut Vec<Slip>) -> (Vec<Run>, usize) {
    let mut runs: Vec<Run> = Vec::new();
    let mut strange = 0;
    let mut copied = None;
    let mut characters = format.char_indices().peekable();
    while let Some((start, letter)) = characters.next() {
        let mut end = start + letter.len_utf8();
        if matches!(letter, '\'' | '"') {
            if !characters.by_ref().any(|(_, character)| character == letter) {
                let message = format!("the text that starts with {letter} does not end");
                let help = Some(format!("close it with {letter}"));
                slips.push(Slip { range: start..format.len(), message, help, meant: None });
            }
            copied = Some(letter);
            continue;
        }
        if matches!(letter, '\\' | '%') {
            match characters.peek() {
                None => slips.push(Slip {
                    range: start..end,
                    message: format!("`{letter}` stands at the end, with nothing behind it"),
                    help: Some("remove it".to_owned()),
                    meant: Some(String::new()),
                }),
                Some((_, escaped)) if letter == '\\' => {
                    copied = Some(*escaped);
                    characters.next();
                }
                Some(_) => {}
            }
            continue;
        }
        while let Some((next, _)) = characters.next_if(|(_, next)| *next == letter) {
            end = next + letter.len_utf8();
        }
        let range = start..end;
        if LETTERS.iter().any(|(known, _)| *known == letter) {
            runs.push(Run { letter, range, before: copied.take() });
        } else {
            copied = Some(letter);
            if letter.is_alphabetic() && !COPIED.contains(letter) {
                strange += usize::from(!ELSEWHERE.iter().any(|(known, _)| *known == letter));
                slips.push(unknown(format, letter, range));
            }
        }
    }
    (runs, strange)
}

fn unknown(format: &str, letter: char, range: Range<usize>) -> Slip {
    let text = &format[range.clone()];
    // Where no seconds are told otherwise, capitals stand for them.
    let are_seconds = letter == 'S' && range.len() <= 2 && !format.contains('s');
    let meant = ELSEWHERE.iter().find(|(other, _)| *other == letter).map(|(_, meant)| match *meant {
        _ if are_seconds => "ss".to_owned(),
        meant if meant.len() == 1 && meant != "K" => meant.repeat(range.len()),
        meant => meant.to_owned(),
    });
    let help = match &meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("put text that is to be copied in quotes: `'{text}'`"),
    };
    Slip { range, message: format!("`{text}` is no part of a date"), help: Some(help), meant }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(format: &str) -> Vec<(String, String)> {
        slips(format).into_iter().map(|slip| (format[slip.range].to_owned(), slip.help.unwrap_or_default())).collect()
    }

    #[test]
    fn sound_formats_have_no_slip() {
        for format in [
            "yyyy-MM-ddTHH:mm:ssZ",
            "yyyy-MM-ddTHH:mm:ssK",
            "yyyy-MM-ddTHH:mm:ss.fffffffK",
            "yyyy-MM-dd'T'HH:mm:sszzz",
            "MM/dd/yyyy hh:mm tt",
            "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
            "yyyyMMddHHmmss",
            "HH:mm dd.MM.yyyy",
            "yyyy\\x",
            "%d",
            "mm",
            "s",
            "o",
            "",
        ] {
            assert_eq!(slips(format), [], "{format}");
        }
    }

    #[test]
    fn slips_are_found_at_their_place() {
        let one = |part: &str, help: &str| vec![(part.to_owned(), help.to_owned())];
        assert_eq!(
            found("yyyy-MM-ddTHH:mm:ss:fffffffK"),
            one(":fffffff", "a fraction stands behind a full stop: `.fffffff`")
        );
        assert_eq!(found("yyyy-MM-ddTHH:MM:ssZ"), one("MM", "minutes are `mm`"));
        assert_eq!(found("yyyy-mm-ddTHH:mm:ssZ"), one("mm", "the month is `MM`"));
        assert_eq!(found("mm/dd/yyyy"), one("mm", "the month is `MM`"));
        assert_eq!(found("yyyy-MM-dd hh:mm"), one("hh", "hours of the day are `HH`"));
        assert_eq!(found("YYYY-MM-dd"), one("YYYY", "did you mean `yyyy`?"));
        assert_eq!(found("yyyy-MM-DD"), one("DD", "did you mean `dd`?"));
        assert_eq!(found("HH:mm:ss.SSSX").len(), 2);
        assert_eq!(found("ss.ffffffff"), one("ffffffff", "a second has at most seven: `fffffff`"));
        assert_eq!(found("yyyy'T"), one("'T", "close it with '"));
        assert_eq!(found("yyyy\\"), one("\\", "remove it"));
        assert!(found("yyyyé").len() == 1);
        assert_eq!(found("yyyy-MM-ddTHH:mm:SSZ"), one("SS", "did you mean `ss`?"));
        assert_eq!(found("HH:mm:ss.SSS"), one("SSS", "did you mean `fff`?"));
        assert_eq!(found("HH:ss:mm"), one("ss:mm", "hours are followed by `mm:ss`"));
        assert_eq!(found("yyy-MM-dd"), one("yyy", "the year is `yyyy`"));
        assert_eq!(found("ygyyy-MM-dd"), one("ygyyy", "the year is `yyyy`"));
        assert_eq!(found("yyyy-MM-dd g"), one("g", "remove it"));
        assert_eq!(found("yyyy-MM-dd "), one(" ", "remove it"));
        assert_eq!(found("yyyy-MM-ddTHH:mm:mm"), one("mm", "write each part of the date once"));
        for date in ["2021-01-01T00:00:00Z", "1609459200"] {
            assert_eq!(found(date), one(date, "write it with letters, as `yyyy-MM-ddTHH:mm:ssZ`"));
        }
        assert_eq!(found("%Y-%m-%dT%H:%M:%SZ"), one("%Y-%m-%dT%H:%M:%SZ", "write `yyyy-MM-ddTHH:mm:ssZ`"));
        assert_eq!(found("%Y%j"), one("%Y%j", "write it with letters, as `yyyy-MM-ddTHH:mm:ssZ`"));
        assert_eq!(slips(&"h ".repeat(1000)).len(), 1);
        for prose in ["epoch", "ISO8601", "unix", "the date of the last change"] {
            assert_eq!(found(prose), one(prose, "write it with letters, as `yyyy-MM-ddTHH:mm:ssZ`"));
        }
    }
}
