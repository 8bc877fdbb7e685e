//! Placeholders in the texts of a spec: `${name}` for what a customer fills in, `{NAME}` for what the platform does;
//! which texts they work in, and which names they may use.

use std::{borrow::Cow, collections::BTreeSet, ops::Range};

use super::{
    Spec, auth,
    form::{self, Form, MOST_NAMES},
};
use crate::text::{
    json::{Kind, Node},
    nearest::{fold, nearest},
};

/// Placeholders that the platform fills in itself.
pub const SYSTEM: [&str; 3] = ["SCHEDULE_QUERY", "START_TIME", "END_TIME"];

/// How a placeholder is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// `${name}`.
    Input,
    /// `{NAME}`.
    System,
    /// `{{name}}`, as in beta documents.
    Double,
    /// `${name` or `{NAME` with no brace to close it.
    Unclosed,
}

/// One placeholder, with its bytes in the text that was searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder<'a> {
    pub style: Style,
    pub name: &'a str,
    pub range: Range<usize>,
}

/// All placeholders of a text. Expressions (`@{…}`) are the platform's own language and are passed over.
pub fn find(text: &str) -> Vec<Placeholder<'_>> {
    let mut found = Vec::new();
    // Most texts have none, and to look for one byte costs the least.
    if memchr::memchr(b'{', text.as_bytes()).is_none() {
        return found;
    }
    let mut at = 0;
    // Beyond the last closing brace nothing is closed; to look for one from each opening brace would take for ever.
    let last_close = memchr::memrchr(b'}', text.as_bytes()).unwrap_or_default();
    while let Some(brace) = memchr::memchr(b'{', &text.as_bytes()[at..]).map(|index| at + index) {
        let before = text[..brace].chars().next_back();
        if before == Some('@') {
            at = expression_end(text, brace);
            continue;
        }
        let is_double = text[brace..].starts_with("{{");
        let mut start = if before == Some('$') { brace - 1 } else { brace };
        let inner = brace + if is_double { 2 } else { 1 };
        let close = if inner <= last_close { memchr::memchr(b'}', &text.as_bytes()[inner..]) } else { None };
        let Some(length) = close else {
            let end = text[inner..].find(['{', '/', '&', '?', ' ']).map_or(text.len(), |end| inner + end);
            found.push(Placeholder { style: Style::Unclosed, name: text[inner..end].trim(), range: start..end });
            at = end.max(inner);
            continue;
        };
        let close = inner + length;
        let end = close + if is_double && text[close..].starts_with("}}") { 2 } else { 1 };
        let style = if is_double {
            Style::Double
        } else if before == Some('$') {
            Style::Input
        } else {
            Style::System
        };
        let name = text[inner..close].trim();
        if style == Style::System && matches!(before, Some('%' | '#')) && is_name(name) && !SYSTEM.contains(&name) {
            // The `#{name}` and `%{name}` of other languages; what stands in front belongs to it.
            start = brace - 1;
        }
        found.push(Placeholder { style, name, range: start..end });
        at = end;
    }
    found
}

/// A name in a text that is no placeholder for the platform, and looks as if one were meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip<'a> {
    pub name: &'a str,
    pub range: Range<usize>,
    pub what: Slipped,
}

/// What makes it none, or more than one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slipped {
    /// Written as other languages do it: `$name`, `:name`, `<name>`, `%name%`, `[name]`, `$(name)`, `@{name}`.
    Foreign,
    /// `name}`.
    Unopened,
    /// `$${name}`, of which the first `$` is sent.
    Dollar,
    /// `${name}}`, of which the last brace is sent.
    Brace,
}

/// Names written nearly as placeholders, or as other languages write them, in the order of the text.
pub fn foreign(text: &str) -> Vec<Slip<'_>> {
    let mut found = Vec::new();
    let mut braces = Braces::default();
    let mut hidden = 0;
    let marks = |c: &(usize, char)| matches!(c.1, '$' | ':' | '<' | '%' | '[' | '@' | '{' | '}');
    for (start, mark) in text.char_indices().filter(marks) {
        if start < hidden {
            continue;
        }
        let next = text.as_bytes().get(start + 1);
        let (open, close) = match mark {
            '{' => {
                braces = Braces { open: Some(start), closed: 0 };
                continue;
            }
            '}' => {
                if let Some(slip) = braces.slip(text, start) {
                    // A mark in front of the name is a part of it: `$name}`.
                    found.pop_if(|last: &mut Slip<'_>| last.range.end > slip.range.start);
                    found.push(slip);
                }
                braces.closed += 1;
                continue;
            }
            '$' if next == Some(&b'(') => (2, ")"),
            '$' if text[start + 1..].starts_with("${") => (3, "}"),
            '@' if next == Some(&b'{') => {
                // What an expression holds is its own.
                hidden = expression_end(text, start + 1);
                (2, "}")
            }
            '@' => continue,
            '<' => (1, ">"),
            '%' => (1, "%"),
            '[' => (1, "]"),
            _ => (1, ""),
        };
        let inner = &text[start + open..];
        let length = inner.find(|c| !is_part(c)).unwrap_or(inner.len());
        let name = &inner[..length];
        if is_name(name) && inner[length..].starts_with(close) {
            let what = if open == 3 { Slipped::Dollar } else { Slipped::Foreign };
            found.push(Slip { name, range: start..start + open + length + close.len(), what });
        }
    }
    found
}

fn is_part(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '-')
}

/// The braces of a text, as far as it was read.
#[derive(Default)]
struct Braces {
    /// The last one that opens.
    open: Option<usize>,
    /// How many have closed since.
    closed: usize,
}

impl Braces {
    /// What stands before a closing brace that closes nothing: a name without a brace in front, or a placeholder that is
    /// closed already.
    fn slip<'a>(&self, text: &'a str, brace: usize) -> Option<Slip<'a>> {
        let before = &text[..brace];
        match (self.open, self.closed) {
            (Some(_), 0) => None,
            (Some(open), 1) if before.ends_with('}') => {
                let name = text[open + 1..brace - 1].trim();
                let is_input = text[..open].ends_with('$') && is_name(name);
                is_input.then(|| Slip { name, range: open - 1..brace + 1, what: Slipped::Brace })
            }
            _ => {
                let length: usize = before.chars().rev().take_while(|c| is_part(*c)).map(char::len_utf8).sum();
                let (front, name) = before.split_at(brace - length);
                // Another bracket in the place of the brace, and what stands before it: `$(name}`.
                let front = front.strip_suffix(['(', ')', '[', ']', '<', '>']).unwrap_or(front);
                let start = front.strip_suffix('$').unwrap_or(front).len();
                is_name(name).then_some(Slip { name, range: start..brace + 1, what: Slipped::Unopened })
            }
        }
    }
}

/// One expression of the platform's own language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expression {
    /// `@`, braces and all.
    pub range: Range<usize>,
    /// Whether a brace closes it.
    pub is_closed: bool,
}

/// All expressions (`@{…}`) of a text.
pub fn expressions(text: &str) -> Vec<Expression> {
    let mut found = Vec::new();
    // Few texts hold this one character, and to look for it costs the least.
    if memchr::memchr(b'@', text.as_bytes()).is_none() {
        return found;
    }
    let mut at = 0;
    while let Some(start) = text[at..].find("@{").map(|index| at + index) {
        let end = closing_brace(text, start + 1);
        at = end.unwrap_or(text.len());
        found.push(Expression { range: start..at, is_closed: end.is_some() });
    }
    found
}

/// One past the end of the expression whose brace is opened at `open`.
fn expression_end(text: &str, open: usize) -> usize {
    closing_brace(text, open).unwrap_or(text.len())
}

/// One past the brace that closes the one at `open`. Braces between single quotes are text.
fn closing_brace(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0usize;
    let mut is_quoted = false;
    for (index, byte) in text.bytes().enumerate().skip(open) {
        match byte {
            b'\'' => is_quoted = !is_quoted,
            b'{' if !is_quoted => depth += 1,
            b'}' if !is_quoted => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(index + 1);
        }
    }
    None
}

/// Whether a text can be the name of a placeholder: letters, digits, `_`, `-` and `.`, no digit in front.
pub fn is_name(text: &str) -> bool {
    text.chars().next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && text.chars().all(|character| character.is_alphanumeric() || matches!(character, '_' | '-' | '.'))
}

/// Whether a name is written as those of templates are: in capitals, as `{YOUR_PATH}` or `{GET_or_POST}`.
pub fn is_template_name(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 2
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b' '))
}

/// Whether a name that is in braces somewhere is meant for one of the platform's own, as `placeholder-style` tells it.
pub fn is_meant_for(name: &str, system: &str) -> bool {
    let is_clear = is_template_name(name) || fold(name) == fold(system);
    is_clear && nearest(name, SYSTEM).is_some_and(|meant| meant == system)
}

/// Members of `sourceSpec.attributes` whose texts become a request: `{NAME}` is filled in by the platform there.
const REQUEST: [&str; 5] = ["urlParams", "queryParams", "headerParams", "bodyParams", "scheduleParams"];

/// Members of `sourceSpec.attributes` whose texts are for people or for other tools.
const PROSE: [&str; 3] = ["uiAttributes", "spec", "schema"];

/// Members of `sourceSpec.attributes` that may be a text themselves.
const TEXTS: [&str; 4] = ["queryParams", "headerParams", "bodyParams", "contentPath"];

/// A text in which placeholders work.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    pub node: Node<'a>,
    /// Becomes part of a request.
    pub is_request: bool,
    /// Is part of the host or the path.
    pub is_address: bool,
    /// Is part of the body, where braces may be meant as they stand.
    pub is_body: bool,
}

/// The texts in which placeholders work: all below `sourceSpec.attributes`, but for those that people read. A
/// streaming source has no request, and none of them.
pub fn places<'a>(spec: &Spec<'a>) -> Vec<Place<'a>> {
    let mut places = Vec::new();
    let Some(attributes) = spec.at(&["sourceSpec", "attributes"]).filter(|_| spec.is_batch()) else { return places };
    for (key, member) in attributes.members() {
        let key = key.as_ref();
        if PROSE.contains(&key) {
            continue;
        }
        for node in member.within().filter(|node| node.kind() == Kind::String) {
            if node == member && !TEXTS.contains(&key) {
                continue;
            }
            let of_url = |name| key == "urlParams" && node.parent() == Some(member) && node.is_named(name);
            // A method has no placeholders; it is one of a few words.
            let is_request = REQUEST.contains(&key) && !of_url("method");
            let is_address = of_url("host") || of_url("path");
            places.push(Place { node, is_request, is_address, is_body: key == "bodyParams" });
        }
    }
    places
}

/// Every name that the request refers to, however it is written, in expressions and keys as well.
pub fn referred(spec: &Spec<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut add = |text: &str| {
        names.extend(find(text).into_iter().map(|found| found.name.to_owned()));
        for expression in expressions(text) {
            let inner = &text[expression.range.start + 2..expression.range.end];
            names.extend(find(inner).into_iter().map(|found| found.name.to_owned()));
        }
    };
    let places = spec.places();
    for place in places {
        add(&place.node.as_str().unwrap_or_default());
        add(&place.node.key().unwrap_or_default());
    }
    for text in spec.places().iter().filter(|place| place.is_address).filter_map(|place| place.node.as_str()) {
        names.extend(foreign(&text).into_iter().map(|slip| slip.name.to_owned()));
    }
    names
}

/// The declared names that are nearest to one that a request refers to and nobody declares.
pub fn meant<'s>(spec: &'s Spec<'_>) -> BTreeSet<&'s str> {
    let declared = spec.declared();
    let unknown = spec.referred().iter().filter(|name| declared.source(name) == Source::Nobody);
    unknown.filter_map(|name| declared.nearest(name)).collect()
}

/// The names that a spec lets a customer fill in.
#[derive(Debug)]
pub struct Declared<'a> {
    /// In the order of the alphabet, as are the others: there are few most often, and no hash is worth its while.
    inputs: Vec<Cow<'a, str>>,
    /// Each as often as there are ways to sign in that ask for it.
    credentials: Vec<Cow<'a, str>>,
    ways: usize,
}

/// Who fills in a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// Always asked for.
    Everyone,
    /// Asked for by some of the ways to sign in.
    Some,
    Nobody,
}

impl<'a> Declared<'a> {
    /// The names of a spec.
    pub fn of(spec: &Spec<'a>) -> Self {
        let names = |form: Form<'a>| {
            let mut names: Vec<_> = form.fields().map(|(name, _)| name).collect();
            names.sort_unstable();
            names.dedup();
            names
        };
        let mut credentials = Vec::new();
        let mut ways = 0;
        for entry in auth::entries(spec) {
            ways += 1;
            credentials.extend(entry.form().map(names).unwrap_or_default());
        }
        credentials.sort_unstable();
        Self { inputs: form::of_inputs(spec).map(names).unwrap_or_default(), credentials, ways }
    }

    /// Who fills in this name.
    pub fn source(&self, name: &str) -> Source {
        if self.inputs.binary_search_by(|input| input.as_ref().cmp(name)).is_ok() {
            return Source::Everyone;
        }
        let first = self.credentials.partition_point(|credential| credential.as_ref() < name);
        match self.credentials[first..].partition_point(|credential| credential == name) {
            0 => Source::Nobody,
            count if count == self.ways => Source::Everyone,
            _ => Source::Some,
        }
    }

    /// The declared name nearest to one that is not declared; of equally near ones the first in the alphabet.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        // Each way to sign in may ask for the same, but there are few of those.
        if self.inputs.len() + self.credentials.len() > 4 * MOST_NAMES {
            return None;
        }
        let mut names: Vec<&str> = self.inputs.iter().chain(&self.credentials).map(AsRef::as_ref).collect();
        names.sort_unstable();
        names.dedup();
        if names.len() > MOST_NAMES { None } else { nearest(name, names) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn styles(text: &str) -> Vec<(Style, &str, &str)> {
        find(text).into_iter().map(|found| (found.style, found.name, &text[found.range])).collect()
    }

    #[test]
    fn each_style_is_told_apart() {
        assert_eq!(
            styles("https://${domain}.example.com/{LIST}/{{old}}"),
            [
                (Style::Input, "domain", "${domain}"),
                (Style::System, "LIST", "{LIST}"),
                (Style::Double, "old", "{{old}}"),
            ]
        );
        assert_eq!(styles("/a/${b/c"), [(Style::Unclosed, "b", "${b")]);
        assert_eq!(styles("/a/{"), [(Style::Unclosed, "", "{")]);
        assert_eq!(styles("plain } text"), []);
    }

    #[test]
    fn expressions_are_passed_over() {
        assert_eq!(styles("/x@{if(empty('{a}'),'{b}','')}/${c}"), [(Style::Input, "c", "${c}")]);
        assert_eq!(styles("/x@{never closed {a}"), []);
        assert_eq!(styles("/x@{concat('{','x')}/${c}"), [(Style::Input, "c", "${c}")]);
        let found = expressions("@{a}/@{b('}')");
        assert_eq!(
            found.iter().map(|found| (found.range.clone(), found.is_closed)).collect::<Vec<_>>(),
            [(0..4, true), (5..13, false)]
        );
    }

    #[test]
    fn the_mark_of_another_language_belongs_to_its_placeholder() {
        assert_eq!(
            styles("/%{a}/#{b}/#{END_TIME}/%${c}"),
            [
                (Style::System, "a", "%{a}"),
                (Style::System, "b", "#{b}"),
                (Style::System, "END_TIME", "{END_TIME}"),
                (Style::Input, "c", "${c}")
            ]
        );
    }

    fn slips(text: &str) -> Vec<(Slipped, &str, &str)> {
        foreign(text).into_iter().map(|slip| (slip.what, slip.name, &text[slip.range])).collect()
    }

    #[test]
    fn slips_are_told_from_placeholders() {
        assert_eq!(slips("/${a}/{b}/{{c}}/@{concat('d}')}/e"), []);
        for text in ["$a", ":a", "<a>", "%a%", "[a]", "$(a)", "@{a}"] {
            let path = format!("/{text}/b");
            assert_eq!(slips(&path), [(Slipped::Foreign, "a", text)]);
        }
        assert_eq!(slips("/$${a}/b"), [(Slipped::Dollar, "a", "$${a}")]);
        assert_eq!(slips("/${a}}/b"), [(Slipped::Brace, "a", "${a}}")]);
        assert_eq!(slips("/${é}/a}/b"), [(Slipped::Unopened, "a", "a}")]);
        for text in ["$a}", "$(a}", "$[a}", "$]a}", "(a}", "<a}"] {
            assert_eq!(slips(&format!("/{text}/b")), [(Slipped::Unopened, "a", text)]);
        }
        for text in ["}", "é}", "{é}}", "$${", "$(", "@{", "${}}", "}}"] {
            foreign(text);
        }
    }

    #[test]
    fn characters_of_any_length_are_no_trouble() {
        assert_eq!(styles("é{ü}é${é}"), [(Style::System, "ü", "{ü}"), (Style::Input, "é", "${é}")]);
    }
}
