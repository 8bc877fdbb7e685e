#![doc = include_str!("secret_in_page.md")]

use crate::{
    documentation::WrittenPage,
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    spec::secret,
    text::Span,
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "secret-in-page",
    level: Level::Error,
    page: include_str!("secret_in_page.md"),
    check: Check::Page(check),
};

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    let text = page.document.text();
    let mut start = 0;
    let mut found: Vec<(Span, &'static str)> = Vec::new();
    for line in text.split_inclusive('\n') {
        for (at, piece) in pieces(line) {
            if let Some(what) = secret::found_in(piece) {
                found.push((Span::new(start + at, start + at + piece.len()), what));
            }
        }
        if let Some((at, value)) = member(line) {
            found.push((Span::new(start + at, start + at + value.len()), "the value of a credential"));
        }
        start += line.len();
    }
    if let Some(at) = text.find("-----BEGIN ") {
        let block = text[at..].split("-----END").next().unwrap_or_default();
        if secret::found_in(block).is_some() {
            found.push((Span::new(at, at + block.len()), "a private key"));
        }
    }
    for row in page.markdown.tables.iter().flat_map(|table| &table.rows) {
        let Some((name, others)) = row.split_first() else { continue };
        let known = page.facts.as_ref().and_then(|facts| facts.credential(&name.text));
        if known.map_or_else(|| secret::is_secret_name(&name.text), |credential| credential.is_secret) {
            let examples = others.iter().filter(|cell| secret::is_random(&cell.text));
            found.extend(examples.map(|cell| (cell.span, "the value of a credential")));
        }
    }
    found.sort_unstable_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    for (span, what) in found {
        if span.start >= end {
            end = span.end;
            sink.text(&page.document, span, format!("this holds {what}"))
                .secret(span)
                .help("write a placeholder such as `{API_KEY}`, and have the secret replaced where it came from");
        }
    }
}

/// What may be a secret in a line: what stands between blanks and quotes, and what follows `Bearer` or `Basic`.
fn pieces(line: &str) -> Vec<(usize, &str)> {
    let ends = |c: char| c.is_whitespace() || matches!(c, '\'' | '"' | '`' | '|' | '<' | '>' | '(' | ')' | ',' | ';');
    let mut found = Vec::new();
    let mut at = 0;
    for piece in line.split(ends) {
        if piece.len() >= secret::SHORTEST {
            found.push((at, piece));
        }
        for scheme in ["Bearer", "Basic"].into_iter().filter(|scheme| piece.ends_with(scheme)) {
            let begins = at + piece.len() - scheme.len();
            let rest = &line[begins..];
            let token = rest[scheme.len()..].trim_start().split(ends).next().unwrap_or_default();
            let length = rest.len() - rest[scheme.len()..].trim_start().len() + token.len();
            found.push((begins, &rest[..length]));
        }
        at += piece.len();
        at += line[at..].chars().next().map_or(0, char::len_utf8);
    }
    found
}

/// The value of a member in a line of JSON, where its name is that of a secret and it looks like one.
fn member(line: &str) -> Option<(usize, &str)> {
    let open = line.find('"')?;
    let (name, rest) = line[open + 1..].split_once('"')?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let value = rest.split('"').next()?;
    let is_secret = secret::is_secret_name(name) && secret::is_random(value);
    is_secret.then(|| (line.len() - rest.len(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text in the form of a secret, put together here so that no file holds one.
    fn random() -> String {
        ["4f9Qz7Lm2X", "k8Rb1Vn6Tc", "3Wd5Ys0Hg4"].concat()
    }

    #[test]
    fn secrets_are_found_in_headers_bodies_and_sentences() {
        for line in [
            format!("  -H 'Authorization: Bearer {}' \\\n", random()),
            format!("the token ghp_{}Jp7 of the team\n", random()),
            format!("<https://ada:{}@acme.example/>", random()),
        ] {
            assert!(pieces(&line).iter().any(|(_, piece)| secret::found_in(piece).is_some()), "{line}");
        }
        let line = format!("    \"accessToken\": \"{}\",\n", random());
        let (at, value) = member(&line).unwrap();
        assert_eq!((value, &line[at..at + value.len()]), (random().as_str(), value));
    }

    #[test]
    fn placeholders_and_ids_are_none() {
        for line in [
            "  -H 'Authorization: Bearer {ACCESS_TOKEN}' \\\n",
            "  \"id\": \"b76ffe31-96c8-5285-b5d9-a47b397cc86d\",\n",
            "https://platform.adobe.io/data/x?sourceParams=eyJicmFuZElkIjoiMzYwMDAxMjM0In0%3D",
            "Basic Authentication, or Bearer",
            "é",
            "",
        ] {
            assert!(pieces(line).iter().all(|(_, piece)| secret::found_in(piece).is_none()), "{line}");
        }
        for line in ["  \"accessToken\": \"{SOURCE_ACCESS_TOKEN}\",", "\"name\": \"x\"", "\"", "\"a\":", ""] {
            assert_eq!(member(line), None);
        }
    }
}
