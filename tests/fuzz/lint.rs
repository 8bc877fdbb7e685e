//! What holds of the whole linter, for artifacts of any bytes and for clean specs with damages.
//!
//! Bytes alone seldom get past the reader of JSON. So the first byte of an input may choose a clean spec, and the rest
//! say what is done to it, value by value; then rules of every room are reached.

use std::sync::Arc;

use self_serve_sources::{
    config::Config,
    text::{Document, Span, json::Tree},
    workspace::layout::ArtifactKind,
};

use crate::source;

/// What damages are done to.
const SPECS: [&str; 4] = [
    include_str!("../../src/lint/page/batch.json"),
    include_str!("../../src/lint/page/streaming.json"),
    include_str!(
        "../../artifacts-example/Sources/harbor-helpdesk-tickets/Artifacts/harbor-helpdesk-tickets-connectionSpec.json"
    ),
    include_str!(
        "../../artifacts-example/Sources/lumen-loyalty-events/Artifacts/lumen-loyalty-events-connectionSpec.json"
    ),
];

/// What is put in the place of a key, a value or a part of one.
const WORDS: [&str; 48] = [
    "null",
    "true",
    "-1.5e300",
    "0",
    "\"\"",
    "\"é${{\\u202e}@{`$.\"",
    "[]",
    "{}",
    "[[{}], \"a\", \"a\", 1]",
    "\"$.\"",
    "{\"\": {\"type\": [\"string\", 3]}, \"required\": [1, \"x\"], \"properties\": \"p\", \"spec\": [], \"name\": {}}",
    "\"http://user:pass@[::1\"",
    "\"https://api.acme.example/v1?a=b#c\"",
    "\"${\"",
    "\"${listId}\"",
    "\"{{host}}\"",
    "\"{START_TIME}\"",
    "\"{SCHEDULE_QUERY}\"",
    "\"$.data[?(@.a == 'b')]\"",
    "\"$..[*]\"",
    "\"yyyy-MM-ddTHH:mm:ssZ\"",
    "\"yyyy-MM-dd'T'\"",
    "\"Const:false\"",
    "\"OFFSET\"",
    "\"CONTINUATION_TOKEN\"",
    "\"PAGE\"",
    "\"NONE\"",
    "\"ADVANCE\"",
    "\"POST\"",
    "\"header\"",
    "\"generic-rest\"",
    "\"generic-streaming\"",
    "\"0ed90a81-07f4-4586-8190-b40eccef1c5a\"",
    "\"521eee4d-8cbe-4906-bb48-fb6bd4450033\"",
    "\"1.0\"",
    "\"password\"",
    "\"object\"",
    "\"array\"",
    "\"string\"",
    "\"http: //json-schema.org/draft-07/schema#\"",
    "\"OAuth2RefreshCode\"",
    "\"KeyBased\"",
    "\"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlc2lnbmF0dXJl\"",
    "\"AKIAIOSFODNN7EXAMPLE\"",
    "/* c */",
    ",",
    "\u{feff}",
    "\"TODO: <b>x</b> [!DNL Acme]\"",
];

/// An input, taken apart from its front.
struct Bytes<'d>(&'d [u8]);

impl<'d> Bytes<'d> {
    fn one(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn two(&mut self) -> Option<usize> {
        Some(usize::from(self.one()?) << 8 | usize::from(self.one()?))
    }

    fn some(&mut self) -> &'d [u8] {
        let length = usize::from(self.one().unwrap_or_default()).min(self.0.len());
        let (taken, rest) = self.0.split_at(length);
        self.0 = rest;
        taken
    }
}

pub(crate) fn holds(data: &[u8]) {
    let mut bytes = Bytes(data);
    let Some(mode) = bytes.one() else { return };
    let in_repository = mode & 0x80 != 0;
    let artifacts = match mode & 0x0f {
        kind @ 0..5 => vec![(ArtifactKind::ALL[usize::from(kind)], bytes.0.to_vec())],
        5 => ArtifactKind::ALL.into_iter().map(|kind| (kind, bytes.some().to_vec())).collect(),
        6 => {
            let texts = [ArtifactKind::Category, ArtifactKind::Description, ArtifactKind::Label];
            let mut artifacts: Vec<_> = texts.into_iter().map(|kind| (kind, bytes.some().to_vec())).collect();
            artifacts.push((ArtifactKind::ConnectionSpec, bytes.0.to_vec()));
            artifacts
        }
        which => {
            let label = bytes.some().to_vec();
            let spec = damaged(SPECS[usize::from(which) % SPECS.len()], &mut bytes);
            vec![(ArtifactKind::Label, label), (ArtifactKind::ConnectionSpec, spec)]
        }
    };
    source::hold(&source::findings(&artifacts, in_repository, &Config::default()));
}

/// A spec after each thing that the bytes say is done to it.
fn damaged(spec: &str, bytes: &mut Bytes<'_>) -> Vec<u8> {
    let mut text = spec.to_owned();
    for _ in 0..24 {
        let (Some(what), Some(which)) = (bytes.one(), bytes.two()) else { break };
        let tree = Tree::read(Arc::new(Document::new("spec.json", text.clone().into_bytes())));
        let count = tree.nodes().count();
        if count == 0 {
            break;
        }
        let Some(node) = tree.nodes().nth(which % count) else { break };
        let word = |byte: Option<u8>| WORDS[usize::from(byte.unwrap_or_default()) % WORDS.len()].to_owned();
        let quoted = |bytes: &[u8]| format!("{:?}", String::from_utf8_lossy(bytes));
        let (span, with) = match what % 10 {
            0 => (node.span(), word(bytes.one())),
            1 => (node.span(), quoted(bytes.some())),
            // A key of another name, or the name of another key.
            2 => (node.key_span().unwrap_or_default(), quoted(bytes.some())),
            3 => {
                let other = bytes.two().and_then(|which| tree.nodes().nth(which % count));
                let key = other.and_then(|other| other.key_span()).unwrap_or_default();
                (node.key_span().unwrap_or_default(), tree.document().slice(key).to_owned())
            }
            // The value of another key.
            4 => {
                let other = bytes.two().and_then(|which| tree.nodes().nth(which % count)).unwrap_or(node);
                (node.span(), other.raw().to_owned())
            }
            // Gone, with its key and a comma.
            5 => (
                with_comma(&text, Span { start: node.key_span().unwrap_or(node.span()).start, ..node.span() }),
                String::new(),
            ),
            // Twice.
            6 => {
                let member = Span { start: node.key_span().unwrap_or(node.span()).start, ..node.span() };
                let again = tree.document().slice(member);
                (Span::empty(member.start as usize), format!("{again}, "))
            }
            // A character less, or a word more, anywhere in it.
            7 => {
                let at = node.span().start as usize + bytes.two().unwrap_or_default() % node.raw().len().max(1);
                (tree.document().character(tree.document().boundary(at)), String::new())
            }
            8 => {
                let at = node.span().start as usize + bytes.two().unwrap_or_default() % node.raw().len().max(1);
                (Span::empty(tree.document().boundary(at)), word(bytes.one()))
            }
            _ => {
                let at = node.span().start as usize + bytes.two().unwrap_or_default() % node.raw().len().max(1);
                (Span::empty(tree.document().boundary(at)), String::from_utf8_lossy(bytes.some()).into_owned())
            }
        };
        text.replace_range(span.range(), &with);
        // Values put into values grow fast.
        if text.len() > 200_000 {
            break;
        }
    }
    let mut bytes_of_it = text.into_bytes();
    // What is left over is put at the end, as it is.
    bytes_of_it.extend_from_slice(bytes.0);
    bytes_of_it
}

/// A member or item with the comma behind it, or else the one before it.
fn with_comma(text: &str, span: Span) -> Span {
    let (start, end) = (span.start as usize, span.end as usize);
    let behind = text[end..].trim_start();
    if behind.starts_with(',') {
        return Span::new(start, text.len() - behind.len() + 1);
    }
    let before = text[..start].trim_end();
    Span::new(if before.ends_with(',') { before.len() - 1 } else { start }, end)
}
