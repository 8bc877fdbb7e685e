//! One function an answer: what is written becomes a value, or a sentence that says why it cannot.
//!
//! Flags and prompts both use them, so that both say the same. Sentences are fragments that follow the flag's name.

use url::Url;

use super::quoted;
use crate::{
    spec::{
        category::{self, Category},
        content::{self, PathForm},
        date_format::slips,
        leftover,
        pagination::CONSTANT,
        url::{host_faults, path_faults},
    },
    text::{nearest::nearest, visible},
    workspace::layout::source_name_fault,
};

/// .NET date format of a period's start and end, where none is given.
pub const DATE_FORMAT: &str = "yyyy-MM-ddTHH:mm:ssZ";

/// A value the customer fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    pub name: String,
    pub kind: &'static str,
    pub description: String,
}

/// The JSON types an input may have.
pub const INPUT_TYPES: [&str; 4] = ["string", "integer", "number", "boolean"];

/// Checks the name of a source; the refusal comes with a name that would do.
pub fn source(name: &str) -> Result<(), (String, Option<String>)> {
    match source_name_fault(name) {
        None => Ok(()),
        Some(why) => Err((why, mended(name))),
    }
}

/// The name that was probably meant, where one can be made.
fn mended(name: &str) -> Option<String> {
    let mut words = String::new();
    let mut before = '-';
    for c in name.chars() {
        // A hump of camel case starts a word; any other character parts two.
        if c.is_ascii_uppercase() && before.is_ascii_lowercase() {
            words.push('-');
        }
        words.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' });
        before = c;
    }
    let words: Vec<_> = words.split('-').filter(|word| !word.is_empty()).collect();
    let mut mended: String = words.join("-").chars().take(63).collect();
    mended.truncate(mended.trim_end_matches('-').len());
    if !mended.is_empty() && source_name_fault(&mended).is_some() {
        mended.push_str("-source");
    }
    source_name_fault(&mended).is_none().then_some(mended)
}

/// The label a source has where none is given: its words, capitalised.
pub fn default_label(source: &str) -> String {
    let capital = |word: &str| word[..1].to_uppercase() + &word[1..];
    source.split('-').filter(|word| !word.is_empty()).map(capital).collect::<Vec<_>>().join(" ")
}

/// A label or description: one line of text, with no placeholder left in it.
pub fn line(text: &str) -> Result<String, String> {
    let text = one_line(text)?;
    let found = braced(&text).or_else(|| leftover::find(&text).first().map(|found| &text[found.range()]));
    match found {
        None => Ok(text),
        Some(placeholder) => Err(format!("still holds the placeholder `{placeholder}`")),
    }
}

fn one_line(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.contains(['\n', '\r', '\u{2028}', '\u{2029}']) {
        return Err("holds a line break; it is one line".to_owned());
    }
    if let Some(other) = text.chars().find(|c| c.is_control() || *c == '\u{feff}') {
        return Err(format!("holds {}, which cannot be shown", visible::character(other)));
    }
    Ok(text.to_owned())
}

/// The first `{WORD}` of a text.
fn braced(text: &str) -> Option<&str> {
    let start = text.find('{')?;
    let end = start + text[start..].find('}')?;
    Some(&text[start..=end])
}

/// A category, by key or by the name the catalog shows. One whose key is documented nowhere is taken in the form it would
/// have.
pub fn category(text: &str) -> Result<&'static str, String> {
    match category::read(text) {
        Category::Key(key) | Category::Undocumented(key) => Ok(key),
        Category::Unknown => Err(format!("`{text}` is no category of the catalog; {}", category::suggestion(text))),
    }
}

/// The address of the documentation page.
pub fn documentation_url(text: &str) -> Result<String, String> {
    let text = text.trim();
    if let Some(placeholder) = braced(text) {
        return Err(format!("still holds the placeholder `{placeholder}`"));
    }
    let url = https(text)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or password, which every customer would see".to_owned());
    }
    Ok(text.to_owned())
}

/// The address of an API: `https://`, a host, perhaps a port, nothing more.
pub fn host(text: &str) -> Result<String, String> {
    let text = text.trim();
    let text = text.strip_suffix('/').filter(|text| !text.ends_with('/')).unwrap_or(text);
    let mut plain = text.to_owned();
    for name in placeholders(text, Expressions::Refused)? {
        plain = plain.replace(&format!("${{{name}}}"), "x");
    }
    let url = https(&plain)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("holds a user name or password; customers sign in with their own".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() || url.path() != "/" {
        return Err("holds more than a host; the rest belongs in `--path`".to_owned());
    }
    // A URL is read more leniently than a host is meant; the linter has the last word.
    if !host_faults(text).is_empty() {
        return Err("is no address of a host; one looks like `https://api.acme.example`".to_owned());
    }
    Ok(text.to_owned())
}

fn https(text: &str) -> Result<Url, String> {
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("holds white space".to_owned());
    }
    if !text.starts_with("https://") {
        let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
        // What stands before an `@` may be a password, which is not repeated.
        let rest = rest.rsplit('@').next().unwrap_or(rest);
        return Err(format!("must start with `https://`; write `https://{rest}`"));
    }
    Url::parse(text).map_err(|error| format!("is no address: {error}"))
}

/// The path of a resource; `${name}` stands for an input.
pub fn path(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    if !text.starts_with('/') {
        return Err(format!("must start with `/`; write `/{text}`"));
    }
    placeholders(text, Expressions::Allowed)?;
    let plain = without_expressions(text);
    if let Some(other) = plain.chars().find(|c| c.is_whitespace() || c.is_control() || "\\\"<>^`|#".contains(*c)) {
        return Err(format!("holds {}, which no path may hold", visible::character(other)));
    }
    if plain.contains('?') {
        return Err(
            "holds a query; give the resource alone, and put fixed parameters into `urlParams.queryParams` of the \
                    written specification"
                .to_owned(),
        );
    }
    if plain.contains("//") || plain.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err("holds an empty segment, `.` or `..`".to_owned());
    }
    if !path_faults(text).is_empty() {
        return Err("is no path; one looks like `/v1/lists/${listId}/contacts`".to_owned());
    }
    Ok(text.to_owned())
}

/// Whether `@{…}`, an expression of the platform's pipelines, may stand in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expressions {
    Allowed,
    Refused,
}

/// The names of the `${name}` in a text, each once, in order.
pub fn placeholders(text: &str, expressions: Expressions) -> Result<Vec<&str>, String> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let before = &rest[..at];
        if rest[at..].starts_with('}') {
            return Err("holds a `}` that closes nothing".to_owned());
        }
        let Some(length) = closing(&rest[at..]) else {
            return Err("holds a `{` that is not closed".to_owned());
        };
        let whole = &rest[at..at + length];
        let name = &whole[1..length - 1];
        if before.ends_with('$') {
            identifier(name).map_err(|why| format!("holds `${whole}`, whose name {why}"))?;
            if !names.contains(&name) {
                names.push(name);
            }
        } else if before.ends_with('@') {
            if expressions == Expressions::Refused {
                return Err(format!("holds the expression `@{whole}`, which only a path may hold"));
            }
        } else if name == "SCHEDULE_QUERY" {
            return Err(
                "holds `{SCHEDULE_QUERY}`; `--schedule-query-name` names the query parameter it is sent in".into()
            );
        } else {
            let name = name.trim_matches(['{', '}', ' ']);
            return Err(format!("holds `{whole}`, which nothing fills in; write `${{{name}}}` for an input"));
        }
        rest = &rest[at + length..];
    }
    Ok(names)
}

/// Length of the braced text that `text` starts with.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at + 1);
        }
    }
    None
}

fn without_expressions(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("@{") {
        let length = closing(&rest[at + 1..]).unwrap_or(rest.len() - at - 1);
        plain.push_str(&rest[..at]);
        rest = &rest[at + 1 + length..];
    }
    plain + rest
}

/// The name of an input: a letter or underscore, then letters, digits and underscores.
pub fn identifier(name: &str) -> Result<(), String> {
    let mut characters = name.chars();
    match characters.next() {
        None => Err("is empty".to_owned()),
        Some(first) if !(first.is_ascii_alphabetic() || first == '_') => {
            Err(format!("starts with {}; it must start with a letter or an underscore", visible::character(first)))
        }
        Some(_) => match characters.find(|c| !(c.is_ascii_alphanumeric() || *c == '_')) {
            Some(other) => {
                Err(format!("holds {}; only letters, digits and underscores are allowed", visible::character(other)))
            }
            None => Ok(()),
        },
    }
}

/// An input, as NAME:TYPE:DESCRIPTION.
pub fn input(text: &str) -> Result<Input, String> {
    let mut parts = text.splitn(3, ':');
    let (Some(name), Some(kind), Some(description)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(format!(
            "`{text}` is not written as NAME:TYPE:DESCRIPTION, for example `listId:string:Id of the list`"
        ));
    };
    let (name, kind) = (name.trim(), kind.trim());
    identifier(name).map_err(|why| format!("`{text}`: the name {why}"))?;
    let Some(kind) = INPUT_TYPES.into_iter().find(|known| *known == kind) else {
        let meant = nearest(kind, INPUT_TYPES).map_or_else(String::new, |kind| format!("; did you mean `{kind}`?"));
        return Err(format!("`{text}`: `{kind}` is none of the types {}{meant}", quoted(&INPUT_TYPES)));
    };
    let description = line(description).map_err(|why| format!("`{text}`: the description {why}"))?;
    Ok(Input { name: name.to_owned(), kind, description })
}

/// A JSONPath of RFC 9535.
pub fn json_path(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    match PathForm::of(text) {
        PathForm::Sound => Ok(text.to_owned()),
        PathForm::Unread => Err("is too long or too deeply nested to be checked".to_owned()),
        PathForm::Rootless | PathForm::Faulty(_) | PathForm::Foreign => Err(match content::meant(text) {
            Some(meant) => format!("`{text}` is no JSONPath; write `{meant}`"),
            None => format!("`{text}` is no JSONPath; one looks like `$.data.members`"),
        }),
    }
}

/// The name of a query parameter, or of a header.
pub fn parameter(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    match text.chars().find(|c| !c.is_ascii_graphic() || "&=?#{}\"'\\/,".contains(*c)) {
        Some(other) => Err(format!("`{text}` holds {}, which no parameter's name may hold", visible::character(other))),
        None => Ok(text.to_owned()),
    }
}

/// The name of a header.
pub fn header(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() {
        return Err("is empty".to_owned());
    }
    match text.chars().find(|c| !(c.is_ascii_alphanumeric() || "!#$%&'*+-.^_|~".contains(*c))) {
        Some(other) => Err(format!("`{text}` holds {}, which no header's name may hold", visible::character(other))),
        None => Ok(text.to_owned()),
    }
}

/// The value that ends the paging: `Const:` and a literal.
pub fn end_condition_value(text: &str) -> Result<String, String> {
    match text.trim().strip_prefix(CONSTANT) {
        Some("") => Err(format!("names no value after `{CONSTANT}`")),
        Some(_) => Ok(text.trim().to_owned()),
        None => Err(format!("`{text}` must start with `{CONSTANT}`; write `{CONSTANT}{}`", text.trim())),
    }
}

/// The number of the last page, a header `headers.NAME`, or a JSONPath into the response.
pub fn end_page_index(text: &str) -> Result<String, String> {
    let text = text.trim();
    if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    match text.strip_prefix("headers.") {
        Some(name) => header(name).map(|_| text.to_owned()),
        None => json_path(text).map_err(|_| {
            format!("`{text}` is neither a number, a header such as `headers.x-pagecount`, nor a JSONPath")
        }),
    }
}

/// The two query parameters of a period, as START,END.
pub fn schedule(text: &str) -> Result<(String, String), String> {
    let Some((start, end)) = text.split_once(',') else {
        return Err(format!("`{text}` names one parameter; write START,END, for example `since,before`"));
    };
    let (start, end) = (parameter(start)?, parameter(end)?);
    if start == end {
        return Err(format!("`{start}` cannot be both the start and the end"));
    }
    Ok((start, end))
}

/// The expression of an incremental run.
pub fn incremental(text: &str) -> Result<String, String> {
    expression(text, &["{START_TIME}", "{END_TIME}"])
}

/// The expression of the first run.
pub fn backfill(text: &str) -> Result<String, String> {
    expression(text, &["{END_TIME}"])
}

/// An expression of the advanced schedule: holds each of the system placeholders named, and no other.
fn expression(text: &str, needed: &[&str]) -> Result<String, String> {
    let text = one_line(text)?;
    if let Some(absent) = needed.iter().find(|name| !text.contains(**name)) {
        return Err(format!("must hold `{absent}`"));
    }
    let mut rest = needed.iter().fold(text.clone(), |text, name| text.replace(name, ""));
    if let Some(other) = braced(&rest) {
        return Err(format!("holds `{other}`; only {} can be filled in", quoted(needed)));
    }
    rest.retain(|c| matches!(c, '{' | '}'));
    if rest.is_empty() { Ok(text) } else { Err("holds a brace that is not closed".to_owned()) }
}

/// A .NET date format that tells year, month and day.
pub fn date_format(text: &str) -> Result<String, String> {
    let format = text.trim();
    if format.is_empty() {
        return Err("is empty".to_owned());
    }
    // A single letter is one of the standard formats; these hold a date and a time.
    if matches!(format, "o" | "O" | "s" | "u" | "r" | "R") {
        return Ok(format.to_owned());
    }
    let mut seen = String::new();
    let mut characters = format.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '\\' => {
                characters.next().ok_or_else(|| format!("`{format}` ends in a backslash"))?;
            }
            '\'' | '"' => {
                if !characters.by_ref().any(|other| other == c) {
                    return Err(format!("`{format}` holds a quote that is not closed"));
                }
            }
            'T' | 'Z' => {}
            c if c.is_ascii_alphabetic() => {
                let mut count = 1;
                while characters.next_if_eq(&c).is_some() {
                    count += 1;
                }
                date_specifier(c, count).map_err(|why| format!("`{format}` {why}"))?;
                seen.push(c);
            }
            c if c.is_ascii_digit() || ":/-., %_+".contains(c) => {}
            other => {
                return Err(format!(
                    "`{format}` holds {}, which means nothing in a date format",
                    visible::character(other)
                ));
            }
        }
    }
    for (letter, what) in [('y', "year, `yyyy`"), ('M', "month, `MM` (`mm` are minutes)"), ('d', "day, `dd`")] {
        if !seen.contains(letter) {
            return Err(format!("`{format}` tells no {what}"));
        }
    }
    if seen.contains('h') && !seen.contains('t') {
        return Err(format!("`{format}` counts hours to 12; `HH` counts them to 24"));
    }
    // The linter has the last word, but for a form of the platform's own samples, of which it warns.
    match slips(&format.replace(":f", ".f")).into_iter().next() {
        None => Ok(format.to_owned()),
        Some(slip) => Err(format!("`{format}`: {}", slip.message)),
    }
}

fn date_specifier(letter: char, count: usize) -> Result<(), String> {
    let most = match letter {
        'y' => 5,
        'M' | 'd' => 4,
        'H' | 'h' | 'm' | 's' | 't' | 'g' => 2,
        'f' | 'F' => 7,
        'z' => 3,
        'K' => 1,
        _ => 0,
    };
    let meant = match letter {
        'Y' => "; years are `yyyy`",
        'D' => "; days are `dd`",
        'S' => "; seconds are `ss`, fractions `fff`",
        'X' | 'x' => "; an offset is `zzz` or `K`",
        'a' | 'A' => "; AM and PM are `tt`",
        _ => "",
    };
    if most == 0 {
        return Err(format!("holds `{letter}`, which means nothing in a .NET date format{meant}"));
    }
    if count > most {
        return Err(format!("repeats `{letter}` {count} times; {most} is the most"));
    }
    Ok(())
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
