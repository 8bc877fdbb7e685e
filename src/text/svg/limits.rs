//! What would take long to read as XML, told before it is read: each attribute of an element is compared with the others
//! of it, and each declaration of a namespace with those that hold already.

use memchr::{memchr, memchr_iter, memchr3, memmem};

use super::{Span, tag_end};

/// The most attributes an element may have.
const MOST_ATTRIBUTES: usize = 250;

/// How often declarations of namespaces may be compared with each other.
const MOST_COMPARISONS: usize = 20_000_000;

/// What there is too much of, and where.
pub(super) struct Excess {
    pub(super) message: String,
    pub(super) span: Span,
}

/// A declaration of a namespace: its prefix, which may be empty, and its place.
type Declaration<'a> = (&'a str, Span);

/// What there is too much of to read a text.
pub(super) fn excess(text: &str) -> Option<Excess> {
    // With so few of these there can be too much of nothing.
    if memchr_iter(b'=', text.as_bytes()).count() <= MOST_ATTRIBUTES {
        return None;
    }
    let mut declarations = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr(b'<', &text.as_bytes()[at..]).map(|found| at + found) {
        at = if let Some(end) = end_of_other(text, start) {
            end
        } else {
            let (end, count) = read_attributes(text, start, &mut declarations);
            if count > MOST_ATTRIBUTES {
                let message = format!("this element has {count} attributes; more than {MOST_ATTRIBUTES} are not read");
                return Some(Excess { message, span: Span::new(start, tag_end(text, start)) });
            }
            end
        };
    }
    too_many(&declarations)
}

/// The end of what begins with this bracket, where that is no element.
fn end_of_other(text: &str, start: usize) -> Option<usize> {
    const OTHERS: [(&str, &str); 5] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>"), ("<!", ">"), ("</", ">")];
    let (open, close) = OTHERS.into_iter().find(|(open, _)| text[start..].starts_with(open))?;
    let inner = start + open.len();
    let length = memmem::find(&text.as_bytes()[inner..], close.as_bytes());
    Some(length.map_or(text.len(), |length| inner + length + close.len()))
}

/// Reads the tag of an element: where it ends, and how many attributes it has.
fn read_attributes<'a>(text: &'a str, start: usize, declarations: &mut Vec<Declaration<'a>>) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut at, mut count) = (tag_end(text, start), 0);
    while let Some(next) = memchr3(b'"', b'\'', b'>', &bytes[at..]).map(|found| at + found) {
        if bytes[next] == b'>' {
            return (next + 1, count);
        }
        count += 1;
        let name = text[at..next].trim_end_matches([' ', '\t', '\r', '\n', '=']).trim_start();
        if let Some(prefix) = name.strip_prefix("xmlns") {
            declarations.push((prefix, Span::new(at + text[at..next].find(name).unwrap_or_default(), next)));
        }
        at = match memchr(bytes[next], &bytes[next + 1..]) {
            Some(length) => next + length + 2,
            None => break,
        };
    }
    (text.len(), count)
}

/// Where each element that declares a namespace takes over all that hold around it, and compares them.
fn too_many(declarations: &[Declaration<'_>]) -> Option<Excess> {
    let count = declarations.len();
    let mut prefixes: Vec<&str> = declarations.iter().map(|(prefix, _)| *prefix).collect();
    prefixes.sort_unstable();
    prefixes.dedup();
    let comparisons = count.saturating_mul(count.saturating_add(prefixes.len().saturating_pow(2)));
    let (_, span) = declarations.last().filter(|_| comparisons > MOST_COMPARISONS)?;
    Some(Excess { message: format!("the icon declares {count} namespaces; so many are not read"), span: *span })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Option<(String, String)> {
        excess(text).map(|excess| (excess.message, text[excess.span.range()].to_owned()))
    }

    fn attributes(count: usize) -> String {
        (0..count).map(|number| format!(" a{number}='{number}>'")).collect()
    }

    #[test]
    fn attributes_are_counted_by_element() {
        let many = attributes(MOST_ATTRIBUTES);
        assert_eq!(told(&format!("<svg{many}><path{many}/></svg>")), None);
        let (message, place) = told(&format!("<svg{many}><path b = \"\"\n{many}/></svg>")).unwrap();
        assert!(message.starts_with("this element has 251 attributes"), "{message}");
        assert_eq!(place, "<path");
    }

    #[test]
    fn what_is_no_attribute_is_not_counted() {
        let many = attributes(900);
        for text in [
            format!("<svg><!-- <a{many}> --><style><![CDATA[<a{many}>]]></style></svg>"),
            format!("<?a {many}?><svg>{many}</svg>"),
            "<a b='c'/>".repeat(900),
        ] {
            assert_eq!(told(&text), None, "{text}");
        }
    }

    #[test]
    fn namespaces_may_be_declared_often_but_not_many_of_them() {
        let declare = |count: usize, prefixes: usize| -> String {
            (0..count).map(|number| format!("<g xmlns:a{}='u'>", number % prefixes)).collect()
        };
        assert_eq!(told(&declare(3_000, 3)), None);
        assert_eq!(told(&declare(200, 200)), None);
        let (message, place) = told(&declare(400, 400)).unwrap();
        assert_eq!(message, "the icon declares 400 namespaces; so many are not read");
        assert_eq!(place, "xmlns:a399=");
        assert!(told(&declare(9_000, 1)).is_some());
    }

    #[test]
    fn what_does_not_end_is_no_trouble() {
        let many = attributes(300);
        for open in ["<!--", "<![CDATA[", "<?", "</", "<a b='", "<é ", "<"] {
            told(&format!("{many}{open}"));
            told(&format!("{open}{many}"));
        }
    }
}
