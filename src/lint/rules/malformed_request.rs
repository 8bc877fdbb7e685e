#![doc = include_str!("malformed_request.md")]

use crate::{
    documentation::{WrittenPage, request::Request},
    lint::{
        Level,
        rule::{Check, Rule, Sink},
    },
    text::{Span, excerpt, markdown::Fence},
};

/// The rule.
pub static RULE: Rule = Rule {
    name: "malformed-request",
    level: Level::Error,
    page: include_str!("malformed_request.md"),
    check: Check::Page(check),
};

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// The headers that every call of the platform carries.
const HEADERS: [(&str, &str); 3] = [
    ("Authorization", "Authorization: Bearer {ACCESS_TOKEN}"),
    ("x-api-key", "x-api-key: {API_KEY}"),
    ("x-gw-ims-org-id", "x-gw-ims-org-id: {ORG_ID}"),
];

fn check(page: &WrittenPage, sink: &mut Sink<'_>) {
    for (request, fence) in Request::all(&page.markdown) {
        check_one(page, &request, fence, sink);
    }
    for fence in page.markdown.fences.iter().filter(|fence| fence.language == "http") {
        let line = fence.text.lines().next().unwrap_or_default();
        if line.trim() == "POST /mappingSets" {
            sink.text(&page.document, fence.span_of(0..line.len()), "the path of mapping sets has no `/conversion`")
                .level(Level::Warning)
                .help("write `POST /conversion/mappingSets`");
        }
    }
}

fn check_one(page: &WrittenPage, request: &Request, fence: &Fence, sink: &mut Sink<'_>) {
    if let Some(quote) = request.open_quote {
        sink.text(&page.document, quote, "this quote is not closed, so that no shell runs the request")
            .help("close it; within single quotes, a single quote is written `'\\''`");
        return;
    }
    // No header has a line end: its quote was closed by the next one's.
    if let Some(word) = request.headers.iter().chain(&request.url).find(|word| word.text.contains('\n')) {
        sink.text(&page.document, word.beginning(), "this goes on into the next line: a quote is not closed")
            .help("close it at the end of the line, before the backslash");
        return;
    }
    if !METHODS.contains(&request.method.as_str()) {
        let message = format!("`{}` is no method of HTTP", excerpt(&request.method));
        sink.text(&page.document, request.span, message).help("write `-X POST`, or another method in capitals");
    }
    match &request.url {
        None => {
            sink.text(&page.document, request.span, "the request has no address");
        }
        Some(url) if !is_address(&url.text) => {
            sink.text(&page.document, url.span, format!("`{}` is no address", excerpt(&url.text)))
                .help("write all of it, from `https://` on");
        }
        Some(_) => {}
    }
    for header in request.headers.iter().filter(|header| !is_header(&header.text)) {
        let message = format!("`{}` is no header", excerpt(&header.text));
        sink.text(&page.document, header.span, message).help("name and value are parted by a colon: `name: value`");
    }
    if let (Some(body), true) = (&request.body, request.says_json())
        && let Err(error) = serde_json::from_str::<serde_json::Value>(&body.text)
    {
        let at = offset(&body.text, error.line(), error.column());
        let length = body.text[at..].chars().next().map_or(0, char::len_utf8);
        sink.text(
            &page.document,
            body.part(fence, at..at + length),
            format!("the body is no JSON: {}", reason(&error)),
        )
        .help("placeholders stand within quotes: `\"{SCHEMA_ID}\"`");
    }
    let Some(path) = request.platform_path() else { return };
    let at: Span = request.url.as_ref().map_or(request.span, |url| url.span);
    if path.starts_with("/data/foundation/mappingSets") {
        sink.text(&page.document, at, "the path of mapping sets has no `/conversion`")
            .help("write `/data/foundation/conversion/mappingSets`");
    }
    for (name, line) in HEADERS {
        let value = request.header(name);
        if value.is_none_or(str::is_empty) {
            sink.text(&page.document, request.span, format!("the request has no header `{name}`"))
                .help(format!("add `-H '{line}'`"));
        } else if name == "Authorization" && !value.is_some_and(|value| value.starts_with("Bearer ")) {
            let header = request.headers.iter().find(|header| header.text.starts_with(name));
            sink.text(
                &page.document,
                header.map_or(request.span, |header| header.span),
                "the access token has no `Bearer` before it",
            )
            .help(format!("write `{line}`"));
        }
    }
    if request.body.is_some() && request.header("Content-Type").is_none() {
        sink.text(&page.document, request.span, "the request has a body, and no header `Content-Type`")
            .help("add `-H 'Content-Type: application/json'`");
    }
}

/// Whether a text is an address, with placeholders or variables in it or instead of it.
fn is_address(text: &str) -> bool {
    if text.starts_with(['{', '$']) {
        return true;
    }
    let filled: String = text.chars().map(|c| if matches!(c, '{' | '}' | '$') { 'x' } else { c }).collect();
    let is_plain = !text.chars().any(char::is_whitespace);
    is_plain && url::Url::parse(&filled).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn is_header(text: &str) -> bool {
    let name = text.split_once(':').map(|(name, _)| name.trim());
    name.is_some_and(|name| {
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c))
    })
}

/// Where in a text a place is that is told by line and column.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let mut at = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Why, without the place: the finding has one.
fn reason(error: &serde_json::Error) -> String {
    let told = error.to_string();
    told.split(" at line ").next().unwrap_or_default().to_owned()
}
