//! `urlParams`: what a host and a path may look like around their placeholders and expressions.

use std::ops::Range;

use super::{Spec, placeholder};
use crate::text::json::{Kind, Node};

/// What is wrong with a host.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HostFault {
    /// A blank, tab or line end.
    WhiteSpace,
    /// No scheme in front.
    NoScheme,
    /// `http://`.
    Insecure,
    /// Another scheme, or one that is written wrongly.
    OtherScheme,
    /// A user name, perhaps with a password.
    Credentials,
    /// A scheme and nothing after it.
    Empty,
    /// What stands between the scheme and the end is no name of a host.
    NoHostName,
    /// A slash at the end.
    TrailingSlash,
    /// More than a slash behind the host.
    Path,
    Query,
    Fragment,
}

/// Everything wrong with `urlParams.host`, each with its bytes. Nothing is said of a host with expressions or with
/// a placeholder that is not closed.
pub fn host_faults(text: &str) -> Vec<(HostFault, Range<usize>)> {
    host_faults_around(text, &[])
}

/// The same, with parts of the host left out of account, in the order of the text: names that are meant for placeholders.
pub fn host_faults_around(text: &str, meant: &[Range<usize>]) -> Vec<(HostFault, Range<usize>)> {
    let placeholders = placeholder::find(text);
    if text.is_empty()
        || text.contains("@{")
        || placeholders.iter().any(|found| found.style == placeholder::Style::Unclosed)
    {
        return Vec::new();
    }
    let mut hidden: Vec<_> =
        placeholders.iter().map(|found| found.range.clone()).chain(meant.iter().cloned()).collect();
    if !meant.is_empty() {
        hidden.sort_by_key(|range| range.start);
    }
    let first = hidden.first().cloned();
    let masked = mask(text, hidden.into_iter());
    let mut faults = Vec::new();
    if let Some(range) = white_space(&masked) {
        faults.push((HostFault::WhiteSpace, range));
        return faults;
    }
    let start = match masked.find("://") {
        Some(end) => {
            let scheme = &masked[..end];
            if scheme.eq_ignore_ascii_case("http") {
                faults.push((HostFault::Insecure, 0..end + 3));
            } else if !scheme.eq_ignore_ascii_case("https") {
                faults.push((HostFault::OtherScheme, 0..end + 3));
            }
            end + 3
        }
        None if masked.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("http:"))
            || masked.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("https:")) =>
        {
            faults.push((HostFault::OtherScheme, 0..masked.find(':').unwrap_or_default() + 1));
            return faults;
        }
        None => {
            if let Some(end) = slashes_of_scheme(&masked) {
                let fault = if end == 2 { HostFault::NoScheme } else { HostFault::OtherScheme };
                faults.push((fault, 0..end));
                return faults;
            }
            if !may_bring_scheme(&masked, first) {
                let end = masked.find(['/', '?', '#', '\\']).unwrap_or(masked.len());
                if !is_host(&masked[..end]) {
                    // What is no host at all does not become one by a scheme.
                    return vec![(HostFault::NoHostName, 0..text.len())];
                }
                faults.push((HostFault::NoScheme, 0..text.len()));
            }
            0
        }
    };
    let end = masked[start..].find(['/', '?', '#', '\\']).map_or(masked.len(), |index| start + index);
    rest_of_host(&masked, end, &mut faults);
    let authority = &masked[start..end];
    if let Some(at) = authority.rfind('@') {
        faults.push((HostFault::Credentials, start + at..start + at + 1));
    } else if authority.is_empty() {
        faults.push((HostFault::Empty, 0..text.len()));
    } else if !is_host(authority) {
        faults.push((HostFault::NoHostName, start..end));
    }
    faults
}

/// Where the slashes of a scheme end that has no colon: those of `//` and `https//`.
fn slashes_of_scheme(masked: &str) -> Option<usize> {
    let start = masked.find("//")?;
    let scheme = &masked[..start];
    (scheme.is_empty() || scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http"))
        .then_some(start + 2)
}

/// Whether what a customer fills in for a placeholder at the start may bring the scheme with it: where more of a name
/// follows, it is a part of the name.
fn may_bring_scheme(masked: &str, first: Option<Range<usize>>) -> bool {
    first.is_some_and(|first| first.start == 0 && !masked[first.end..].starts_with(['.', '-']))
}

/// What stands behind the host.
fn rest_of_host(masked: &str, end: usize, faults: &mut Vec<(HostFault, Range<usize>)>) {
    let rest = &masked[end..];
    let fault = match rest.bytes().next() {
        None => return,
        Some(b'?') => HostFault::Query,
        Some(b'#') => HostFault::Fragment,
        Some(_) if rest == "/" => HostFault::TrailingSlash,
        Some(_) => HostFault::Path,
    };
    faults.push((fault, end..masked.len()));
}

/// A name with or without a port.
fn is_host(authority: &str) -> bool {
    let (name, port) = match authority.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, port),
        _ => (authority, "443"),
    };
    // A placeholder was made a row of letters.
    let is_port = port.bytes().all(|byte| byte == MASK as u8) || port.parse::<u16>().is_ok();
    // Some letters more than a host may have stay a host once a short value takes their place.
    let is_gapless = !name.starts_with('.') && !name.contains("..");
    // Addresses on the web may hold these characters, names of hosts do not: `$(name)` stands for nothing.
    let is_plain = !name.contains(['%', '(', ')']);
    is_port && !name.is_empty() && is_gapless && is_plain && url::Host::parse(&shorten(name)).is_ok()
}

/// What stands for each byte of a placeholder: a letter, so that the text stays of the same length.
const MASK: char = 'x';

fn mask(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        // Of a placeholder that is not closed nobody knows where it ends; it may reach into an expression.
        let start = range.start.max(at);
        let end = range.end.max(start);
        masked.push_str(&text[at..start]);
        masked.extend((start..end).map(|_| MASK));
        at = end;
    }
    masked.push_str(&text[at..]);
    masked
}

/// Rows of masking letters cut to one.
fn shorten(name: &str) -> String {
    let mut short = String::with_capacity(name.len());
    for character in name.chars() {
        if character != MASK || !short.ends_with(MASK) {
            short.push(character);
        }
    }
    short
}

/// The first white space.
fn white_space(text: &str) -> Option<Range<usize>> {
    let (start, first) = text.char_indices().find(|(_, character)| character.is_whitespace())?;
    let end = text[start..].find(|character: char| !character.is_whitespace()).map_or(text.len(), |end| start + end);
    Some(start..end.max(start + first.len_utf8()))
}

/// What is wrong with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    WhiteSpace,
    /// A whole address.
    Address,
    /// No slash in front.
    NoSlash,
    Query,
    Fragment,
    DoubleSlash,
}

/// Everything wrong with `urlParams.path`, each with its bytes. What expressions and placeholders hold is their own.
pub fn path_faults(text: &str) -> Vec<(PathFault, Range<usize>)> {
    if text.is_empty() {
        return Vec::new();
    }
    let placeholders = placeholder::find(text);
    let mut hidden: Vec<Range<usize>> = placeholders.iter().map(|found| found.range.clone()).collect();
    hidden.extend(placeholder::expressions(text).into_iter().map(|expression| expression.range));
    hidden.sort_by_key(|range| range.start);
    let first_hidden = hidden.first().map(|first| first.start);
    let masked = mask(text, hidden.into_iter());
    let mut faults = Vec::new();
    // Blanks in front are no part of the path.
    let path = masked.trim_start();
    let start = masked.len() - path.len();
    let is_address = masked.contains("://") && !path.starts_with('/');
    let mut searched = 0;
    if is_address {
        let end = masked.find("://").unwrap_or_default() + 3;
        faults.push((PathFault::Address, start..end));
    } else if !path.is_empty() && !path.starts_with('/') && first_hidden != Some(start) {
        let first = path.chars().next().map_or(0, char::len_utf8);
        faults.push((PathFault::NoSlash, 0..start + first));
        searched = start;
    }
    if let Some(range) = white_space(&masked[searched..]) {
        faults.push((PathFault::WhiteSpace, searched + range.start..searched + range.end));
    }
    let query = masked.find('?');
    let fragment = masked.find('#');
    if let Some(start) = query {
        faults.push((PathFault::Query, start..masked.len()));
    }
    if let Some(start) = fragment.filter(|start| query.is_none_or(|query| *start < query)) {
        faults.push((PathFault::Fragment, start..masked.len()));
    }
    let end = query.into_iter().chain(fragment).min().unwrap_or(masked.len());
    if let Some(start) = masked[..end].find("//").filter(|_| !is_address) {
        faults.push((PathFault::DoubleSlash, start..start + 2));
    }
    faults
}

/// A member of `urlParams`. A streaming source has no request.
pub fn param<'a>(spec: &Spec<'a>, key: &str) -> Option<Node<'a>> {
    if spec.is_streaming() {
        return None;
    }
    spec.source_attribute("urlParams").filter(|params| params.kind() == Kind::Object)?.get(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(text: &str) -> Vec<(HostFault, &str)> {
        host_faults(text).into_iter().map(|(fault, range)| (fault, &text[range])).collect()
    }

    fn path(text: &str) -> Vec<(PathFault, &str)> {
        path_faults(text).into_iter().map(|(fault, range)| (fault, &text[range])).collect()
    }

    #[test]
    fn hosts_with_and_without_placeholders_are_fine() {
        for text in [
            "https://api.acme.example",
            "https://${domain}.api.acme.example",
            "https://{domain}.api.acme.example",
            "https://api-${data_center}.acme.example:8443",
            "https://api.acme.example:${port}",
            "https://api.${tld}",
            "https://${host}",
            "${host}",
            "${host}:8443",
            "${baseUrl}",
            "HTTPS://api.acme.example",
            "https://[::1]:8443",
            "https://${a_name_that_is_longer_than_sixty_three_characters_which_is_the_most_a_label_may_have}.acme.example",
            "https://bücher.example",
            "",
        ] {
            assert_eq!(host(text), [], "{text}");
        }
    }

    #[test]
    fn each_fault_of_a_host_has_its_place() {
        assert_eq!(host("http://a.example"), [(HostFault::Insecure, "http://")]);
        assert_eq!(host("ftp://a.example"), [(HostFault::OtherScheme, "ftp://")]);
        assert_eq!(host("https:/a.example"), [(HostFault::OtherScheme, "https:")]);
        assert_eq!(host("a.example"), [(HostFault::NoScheme, "a.example")]);
        assert_eq!(host("https://a.example/"), [(HostFault::TrailingSlash, "/")]);
        assert_eq!(host("https://a.example/v1/${b}"), [(HostFault::Path, "/v1/${b}")]);
        assert_eq!(host("https://a.example?b=c"), [(HostFault::Query, "?b=c")]);
        assert_eq!(host("https://a.example#b"), [(HostFault::Fragment, "#b")]);
        assert_eq!(host("https://u:p@a.example"), [(HostFault::Credentials, "@")]);
        assert_eq!(host("https://a b.example"), [(HostFault::WhiteSpace, " ")]);
        assert_eq!(host("https://"), [(HostFault::Empty, "https://")]);
        assert_eq!(host("https://a..|b"), [(HostFault::NoHostName, "a..|b")]);
        assert_eq!(host("https://$(b).example"), [(HostFault::NoHostName, "$(b).example")]);
        assert_eq!(host("https://a..example"), [(HostFault::NoHostName, "a..example")]);
        assert_eq!(host("https://.${a}.example:443"), [(HostFault::NoHostName, ".${a}.example:443")]);
        assert_eq!(host("https://a.example:99999"), [(HostFault::NoHostName, "a.example:99999")]);
        assert_eq!(host("é"), [(HostFault::NoScheme, "é")]);
        assert_eq!(host("${a}.example"), [(HostFault::NoScheme, "${a}.example")]);
        assert_eq!(host("a.example/v1"), [(HostFault::NoScheme, "a.example/v1"), (HostFault::Path, "/v1")]);
    }

    #[test]
    fn one_slip_in_a_host_is_one_fault() {
        assert_eq!(host("//a.example"), [(HostFault::NoScheme, "//")]);
        assert_eq!(host("https//a.example"), [(HostFault::OtherScheme, "https//")]);
        for text in ["<a>", ":a", "[a]", "#a", "a..b"] {
            assert_eq!(host(text), [(HostFault::NoHostName, text)]);
        }
        assert_eq!(host("https://#{a}.example"), []);
        assert_eq!(host("#{a}"), []);
        let around = |text: &str| {
            let meant: Vec<_> = placeholder::foreign(text).into_iter().map(|slip| slip.range).collect();
            host_faults_around(text, &meant)
        };
        for text in ["https://<a>.example", "https://:a.example", "https://[a].example", "https://${a}}.example"] {
            assert_eq!(around(text), [], "{text}");
        }
    }

    #[test]
    fn each_fault_of_a_path_has_its_place() {
        for text in
            ["/", "/v1/a", "${path}/a", "@{concat('/a b','?x')}", "/a@{if(empty(''),'?b=c d//','')}", "/a/{B C}"]
        {
            assert_eq!(path(text), [], "{text}");
        }
        assert_eq!(path("v1/a"), [(PathFault::NoSlash, "v")]);
        assert_eq!(path("ü/a"), [(PathFault::NoSlash, "ü")]);
        assert_eq!(path("https://a.example/v1"), [(PathFault::Address, "https://")]);
        assert_eq!(path("/a b"), [(PathFault::WhiteSpace, " ")]);
        assert_eq!(path("/a?b=//c"), [(PathFault::Query, "?b=//c")]);
        assert_eq!(path("/a#b"), [(PathFault::Fragment, "#b")]);
        assert_eq!(path("/a//b"), [(PathFault::DoubleSlash, "//")]);
        assert_eq!(path(" /a"), [(PathFault::WhiteSpace, " ")]);
        assert_eq!(path(" ${a}/b"), [(PathFault::WhiteSpace, " ")]);
        assert_eq!(path(" a/b c"), [(PathFault::NoSlash, " a"), (PathFault::WhiteSpace, " ")]);
        assert_eq!(path(" "), [(PathFault::WhiteSpace, " ")]);
        assert_eq!(path("/a/%{b}/#{c}/d"), []);
    }

    #[test]
    fn no_text_is_too_odd() {
        let parts =
            ["${", "{", "}", "{{", "@{", "'", "é", "a", "/", "?", " ", "https://", "http:", ":", "@", "#", "\\", "["];
        for a in parts {
            for b in parts {
                for c in parts {
                    for d in ["", "é}", "{b"] {
                        let text = [a, b, c, d].concat();
                        host(&text);
                        path(&text);
                    }
                }
            }
        }
    }
}
