//! Dates as texts, by the pattern letters that Data Prep documents: those that are numbers, short month names, AM and PM, and offsets.

use std::sync::LazyLock;

use jiff::{
    Timestamp,
    civil::{DateTime, Time},
    fmt::strtime::{self, BrokenDownTime},
    tz::Offset,
};

/// The formats that are tried, in this order, where none is given: those documented, and before them those of printed examples.
const TRIED: [&str; 23] = [
    "yyyy-MM-dd HH:mm",
    "yyyy-MM-dd HH:mm:ss",
    "yyyy-MM-dd'T'HH:mm",
    "yyyy-MM-dd'T'HH:mm:ss",
    "yyyy-MM-dd'T'HH:mm:ss.SSS",
    "yyyy-MM-dd HH:mm:ssZ",
    "yyyy-MM-dd HH:mm:ss.SSSZ",
    "yyyy-MM-dd HH:mm:ss.SSS",
    "yyyy-MM-dd'T'HH:mm:ss.SSSX",
    "yyyy-MM-dd'T'HH:mm:ss'Z'",
    "yyyy-MM-dd",
    "yyyy/MM/dd",
    "yyyy.MM.dd",
    "yyyy-MMM-dd",
    "yyyyMMdd",
    "MM-dd-yyyy",
    "MMddyyyy",
    "M/dd/yyyy",
    "dd.M.yyyy",
    "M/dd/yyyy hh:mm:ss a",
    "dd.M.yyyy hh:mm:ss a",
    "dd.MMM.yyyy",
    "dd-MMM-yyyy",
];

/// A format, as jiff writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern {
    read: String,
    written: String,
}

impl Pattern {
    pub(super) fn new(text: &str) -> Result<Self, String> {
        let (mut read, mut written) = (String::new(), String::new());
        let mut letters = text.chars().peekable();
        while let Some(letter) = letters.next() {
            let mut both = |directive: &str| {
                read.push_str(directive);
                written.push_str(directive);
            };
            if letter == '\'' {
                let mut quoted = String::new();
                // Two quotes are one, in a format of Java.
                loop {
                    match letters.next() {
                        Some('\'') if !quoted.is_empty() && letters.next_if_eq(&'\'').is_some() => quoted.push('\''),
                        Some('\'') => break,
                        Some(letter) => quoted.push(letter),
                        None => return Err(format!("a quote of `{text}` is not closed")),
                    }
                }
                both(&if quoted.is_empty() { "'".to_owned() } else { quoted.replace('%', "%%") });
                continue;
            }
            if !letter.is_ascii_alphabetic() {
                both(&if letter == '%' { "%%".to_owned() } else { letter.to_string() });
                continue;
            }
            let mut count = 1;
            while letters.next_if_eq(&letter).is_some() {
                count += 1;
            }
            match (letter, count) {
                ('y', 4) => both("%Y"),
                ('M' | 'L', 3) => both("%b"),
                ('M' | 'L', 2) => both("%m"),
                ('M' | 'L', 1) => both("%-m"),
                ('d', 2) => both("%d"),
                ('d', 1) => both("%-d"),
                ('H', 2) => both("%H"),
                ('H', 1) => both("%-H"),
                ('h', 2) => both("%I"),
                ('h', 1) => both("%-I"),
                ('m', 2) => both("%M"),
                ('s', 2) => both("%S"),
                ('S', 3) => both("%3f"),
                ('a', 1) => both("%p"),
                ('Z', 1) => both("%z"),
                // Of this one, Zulu is said with a letter.
                ('X', 1..=3) => {
                    read.push_str("%z");
                    written.push('Z');
                }
                _ => return Err(format!("the emulator does not know `{}`", letter.to_string().repeat(count))),
            }
        }
        Ok(Self { read, written })
    }

    /// The moment that a text says; of UTC where it says no offset.
    pub(super) fn moment(&self, text: &str) -> Option<Timestamp> {
        let zulu = self.read.ends_with("%z").then(|| text.strip_suffix('Z')).flatten();
        let time = match zulu {
            Some(text) => BrokenDownTime::parse(&self.read, format!("{text}+0000")),
            None => BrokenDownTime::parse(&self.read, text),
        };
        let mut time = time.ok()?;
        if time.offset().is_none() {
            time.set_offset(Some(Offset::UTC));
        }
        let date = time.to_date().ok()?;
        // Four letters ask for four digits.
        if date.year() < 1_000 {
            return None;
        }
        if time.hour().is_some() {
            return time.to_timestamp().ok();
        }
        time.offset()?.to_timestamp(DateTime::from_parts(date, Time::midnight())).ok()
    }

    /// A moment as a text, of UTC.
    pub(super) fn text(&self, moment: Timestamp) -> Option<String> {
        strtime::format(&self.written, moment).ok()
    }
}

/// The moment that a text says in one of the forms that are tried, or in that of RFC 3339.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    static PATTERNS: LazyLock<Vec<Pattern>> =
        LazyLock::new(|| TRIED.iter().filter_map(|tried| Pattern::new(tried).ok()).collect());

    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    PATTERNS.iter().find_map(|pattern| pattern.moment(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_that_is_tried_is_read() {
        for (text, wanted) in [
            ("2019-10-23T11:24:35Z", "2019-10-23T11:24:35Z"),
            ("2019-10-23T11:24:35.5+02:00", "2019-10-23T09:24:35.5Z"),
            ("2019-10-23 11:24", "2019-10-23T11:24:00Z"),
            ("2019-10-23T11:24", "2019-10-23T11:24:00Z"),
            ("2019-10-23 11:24:35", "2019-10-23T11:24:35Z"),
            ("2019-10-23 11:24:35-0800", "2019-10-23T19:24:35Z"),
            ("2019-10-23 11:24:35.123-0800", "2019-10-23T19:24:35.123Z"),
            ("2019-10-23 11:24:35.123", "2019-10-23T11:24:35.123Z"),
            ("2019-10-23", "2019-10-23T00:00:00Z"),
            ("2019/10/23", "2019-10-23T00:00:00Z"),
            ("2019.10.23", "2019-10-23T00:00:00Z"),
            ("2019-Oct-23", "2019-10-23T00:00:00Z"),
            ("20191023", "2019-10-23T00:00:00Z"),
            ("10-23-2019", "2019-10-23T00:00:00Z"),
            ("12112020", "2020-12-11T00:00:00Z"),
            ("9/23/2019", "2019-09-23T00:00:00Z"),
            ("23.9.2019", "2019-09-23T00:00:00Z"),
            ("9/23/2019 01:02:03 PM", "2019-09-23T13:02:03Z"),
            ("23.9.2019 01:02:03 AM", "2019-09-23T01:02:03Z"),
            ("23.Oct.2019", "2019-10-23T00:00:00Z"),
            ("23-Oct-2019", "2019-10-23T00:00:00Z"),
        ] {
            assert_eq!(moment(text).map(|moment| moment.to_string()).as_deref(), Some(wanted), "{text}");
        }
        for text in ["", "soon", "2019-13-01", "2019-02-30", "1571829875", "23.10.19"] {
            assert_eq!(moment(text), None, "{text}");
        }
        TRIED.iter().for_each(|tried| assert!(Pattern::new(tried).is_ok(), "{tried}"));
    }

    #[test]
    fn patterns_are_read_and_written() {
        let moment: Timestamp = "2019-01-03T19:04:35.12Z".parse().unwrap();
        for (pattern, text) in [
            ("yyyy-MM-dd'T'HH:mm:ss.SSSX", "2019-01-03T19:04:35.120Z"),
            ("yyyy-MM-dd HH:mm:ss.SSSZ", "2019-01-03 19:04:35.120+0000"),
            ("d.M.yyyy, h:mm:ss.SSS a", "3.1.2019, 7:04:35.120 PM"),
            ("yyyyMMdd'%'HHmmssSSS", "20190103%190435120"),
            ("dd-MMM-yyyy H:mm:ss.SSS 'o''clock'", "03-Jan-2019 19:04:35.120 o'clock"),
        ] {
            let pattern = Pattern::new(pattern).unwrap();
            assert_eq!(pattern.text(moment).as_deref(), Some(text), "{pattern:?}");
            assert_eq!(pattern.moment(text), Some(moment), "{pattern:?}");
        }
        for pattern in ["yy", "EEE", "yyyy-MM-dd'", "ww", "XXXX"] {
            assert!(Pattern::new(pattern).is_err(), "{pattern}");
        }
    }
}
